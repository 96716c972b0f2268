"""What the home page and the navigation know of statistics."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forms.cards.analysis import permissions
from forms.cards.analysis.enums import OPEN
from forms.cards.analysis.models import CoachingTask, Proposal
from portal.lib.registries import NavTab, Tile

ROWS = 4


def analysis_tiles(reader: Any) -> list[Tile]:
    """What somebody took on because of a trend; a talk about how cards are filled in. Two queries."""
    if reader.person is None or not permissions.reader_can_see_statistics(reader):
        return []
    tiles = []
    own = list(Proposal.objects.filter(owner=reader.person, state__in=OPEN).select_related("unit").order_by("due"))
    if own:
        tiles.append(
            Tile(
                title=_("Improvements to carry out"),
                url=own[0].get_absolute_url(),
                text=_("They come from what the statistics of cards show."),
                count=len(own),
                urgent=any(one.due < reader.day for one in own),
                icon="graph-up",
                rows=tuple((f"{one.due:%Y-%m-%d} {one.proposal[:30]}", one.get_absolute_url()) for one in own[:ROWS]),
            )
        )
    if CoachingTask.objects.filter(person=reader.person, done_at=None).exists():
        tiles.append(
            Tile(
                title=_("How you fill in cards"),
                url=reverse("card_own_writing"),
                text=_("Somebody will talk with you about it. See what would make your cards better."),
                icon="pencil",
            )
        )
    return tiles


STATISTICS_TAB = NavTab("cards", gettext_lazy("Statistics"), "card_statistics", permissions.reader_can_see_statistics)
