"""What the home page, the navigation and intake know of cards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_scopes import scopes_disabled

from forms.cards import permissions
from forms.cards.models import Area, Card
from forms.intake.kinds import Kind
from forms.intake.models import EntrancePage, Submission
from portal.lib.periods import Period
from portal.lib.registries import NavItem, Tile
from portal.org.enums import MANAGING


def card_tiles(reader: Any) -> list[Tile]:
    """Who can observe in a unit with areas: today's card and the own cards of this week; its managers: its cards."""
    if reader.person is None or not reader.unit_ids:
        return []
    if not Area.objects.open().filter(unit__in=reader.unit_ids).exists():
        return []
    week = Period.of("week", reader.day)
    own = _cards_of(reader.person.pk).in_period(week).order_by("-observed_on", "-observed_at")
    newest = own.select_related("area")[:3]
    shown = [(f"{card.observed_on:%m-%d} {card.area}", card.get_absolute_url()) for card in newest]
    today = own.filter(observed_on=reader.day).exists()
    tiles = [
        Tile(
            title=_("Observation card"),
            url=reverse("card_observe"),
            text=_("You handed in a card for today. Thank you.") if today else _("Fill in a card today."),
            count=own.count(),
            icon="eye",
            rows=((_("New card"), reverse("card_observe")), *shown),
        )
    ]
    led = reader.unit_ids_as(*MANAGING)
    if led and Area.objects.filter(unit__in=led).exists():
        yesterday = reader.day - timedelta(days=1)
        cards = Card.objects.counted().in_period(week).filter(unit__in=led)
        late = cards.filter(observed_on=yesterday).count()
        tiles.append(
            Tile(
                title=_("Cards of the unit this week"),
                url=f"{reverse('card_list')}?period={week.code}",
                text=ngettext("%(count)s card yesterday", "%(count)s cards yesterday", late) % {"count": late},
                count=cards.count(),
                icon="card-checklist",
            )
        )
    return tiles


def _cards_of(person_id: int) -> Any:
    own = Card.observers.through.objects.filter(person_id=person_id)
    return Card.objects.counted().filter(pk__in=own.values("card_id"))


def observe_door(reader: Any) -> list[Tile]:
    """Costs no query beyond the reader's appointments: it stands at the foot of every page."""
    if not permissions.reader_meets_cards(reader):
        return []
    return [Tile(title=_("Fill in an observation card"), url=reverse("card_observe"), icon="eye")]


def _serve(request: HttpRequest, page: EntrancePage) -> HttpResponseBase:
    from forms.cards.views import ObserveView

    return ObserveView.as_view()(request, page=page)


def _record_of(submission: Submission) -> Card | None:
    with scopes_disabled():
        return Card.objects.filter(submission_id=submission.pk).first()


def _may_see_files(reader: Any, record: Any) -> bool:
    return reader.is_signed_in and permissions.user_can_see_card(reader.user, record)


CARD_KIND = Kind("card", _("Observation card"), _record_of, _serve, _may_see_files)
CARD_NAVIGATION = NavItem(_("Observation cards"), "card_list", "card-checklist", permissions.reader_meets_cards)
