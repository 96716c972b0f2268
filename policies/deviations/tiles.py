"""What the home page and the list of regulations know of deviations."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policies.deviations import permissions
from policies.deviations.enums import View
from policies.deviations.models import Deviation
from portal.lib import clock
from portal.lib.registries import ClauseAct, Tile

ROWS = 4


def deviation_tiles(reader: Any) -> list[Tile]:
    """For the head of a unit: what waits for a decision, what ends within 30 days."""
    tiles = []
    if waiting := permissions.to_decide(reader):
        tiles.append(
            Tile(
                title=_("Deviations to decide"),
                url=_register(View.WAITING),
                text=_("Each is decided within ten working days."),
                count=len(waiting),
                urgent=any(clock.today(deviation.decide_by) <= reader.day for deviation in waiting),
                icon="signpost-split",
                rows=tuple(_row(deviation, deviation.applied_at) for deviation in waiting[:ROWS]),
            )
        )
    if ending := permissions.expiring_for(reader):
        tiles.append(
            Tile(
                title=_("Deviations that end within 30 days"),
                url=_register(View.EXPIRING),
                text=_("Then the clause holds again. A renewal is a new application."),
                count=len(ending),
                icon="hourglass-split",
                rows=tuple(_row(deviation, deviation.ends_on) for deviation in ending[:ROWS]),
            )
        )
    return tiles


def _register(view: View) -> str:
    return f"{reverse('deviation_list')}?view={view}"


def _row(deviation: Deviation, day: Any) -> tuple[str, str]:
    return f"{deviation.unit.name} {deviation.wording.number} · {day:%Y-%m-%d}", deviation.get_absolute_url()


def deviation_door(reader: Any) -> list[Tile]:
    """The way to the register, for the staff."""
    if not reader.is_staff_member:
        return []
    return [Tile(title=_("Deviations"), url=reverse("deviation_list"), icon="signpost-split")]


def _apply_address(edition_id: int, clause_id: int) -> str:
    return f"{reverse('deviation_new')}?edition={edition_id}&clause={clause_id}"


APPLY = ClauseAct(gettext_lazy("Apply for a deviation"), "signpost-split", _apply_address, permissions.reader_can_apply)
