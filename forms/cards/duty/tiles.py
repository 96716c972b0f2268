"""What the home page knows of the duty: the reader's own card still to come, days not collected yet."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django_scopes import scopes_disabled

from forms.cards.duty import permissions, statistics
from forms.cards.duty.enums import Duty
from forms.cards.duty.matrix import open_slots_of
from forms.cards.duty.models import Collection
from portal.lib import clock
from portal.lib.registries import NavTab, Tile
from portal.org.enums import RosterState
from portal.org.models import RosterEntry, Unit

ONE_DAY = timedelta(days=1)
LOOKED_BACK = timedelta(days=7)


def duty_tiles(reader: Any) -> list[Tile]:
    if not permissions.reader_meets_duty(reader) or reader.person is None:
        return []
    return [*_own(reader), *_to_collect(reader)]


def _own(reader: Any) -> list[Tile]:
    """Shown to whoever works today or tonight and has no card yet. Nobody on leave sees it."""
    now = clock.now()
    with scopes_disabled():
        rostered = RosterEntry.objects.filter(
            person=reader.person, day__gte=reader.day - ONE_DAY, day__lte=reader.day, state=RosterState.WORKING
        )
        units = set(rostered.values_list("unit_id", flat=True))
        slots = [s for s in open_slots_of(reader.person.pk, units, reader.day, now) if _has_come(s, now)]
    if not slots:
        return []
    slot = slots[0]
    ends = timezone.localtime(slot.work_ends_at if slot.work_ends_at > now else slot.ends_at)
    words = {
        Duty.EACH_DAY: _("One each day; the work of today ends at %(time)s."),
        Duty.EACH_SHIFT: _("One each shift; this one ends at %(time)s."),
        Duty.TOGETHER: _("Your shift owes one together; it ends at %(time)s."),
    }[slot.duty]
    return [
        Tile(
            title=_("Your card of today is still to come"),
            url=reverse("card_observe"),
            text=words % {"time": f"{ends:%H:%M}"},
            count=len(slots),
            icon="clock",
        )
    ]


def _has_come(slot: Any, now: Any) -> bool:
    """Of today's two shifts the later one is not owed before the first is over; tomorrow's not at all."""
    return clock.today(now) >= slot.day


def _to_collect(reader: Any) -> list[Tile]:
    """For the head of a unit: days of the last week whose cards were not collected."""
    ids = [unit.pk for unit in reader.units if permissions.user_can_collect(reader.user, unit)]
    if not ids:
        return []
    first, last = reader.day - LOOKED_BACK, reader.day - ONE_DAY
    with scopes_disabled():
        days = statistics.days_with_work(ids, first, last)
        done = Collection.objects.filter(unit__in=ids, day__gte=first, day__lte=last)
        waiting = sorted(days - set(done.values_list("unit_id", "day")), key=lambda one: one[1], reverse=True)
    if not waiting:
        return []
    codes = dict(Unit.objects.filter(pk__in=ids).values_list("pk", "code"))
    return [
        Tile(
            title=_("Cards to collect"),
            url=reverse("duty_day", args=[codes[waiting[0][0]], waiting[0][1].isoformat()]),
            text=_("Collect and look at the cards of each day by the end of the next."),
            count=len(waiting),
            icon="inbox",
            rows=tuple(
                (f"{day:%m-%d}", reverse("duty_day", args=[codes[unit], day.isoformat()])) for unit, day in waiting[:4]
            ),
        )
    ]


DUTY_TAB = NavTab("cards", pgettext_lazy("tab", "Daily duty"), "duty_overview", permissions.reader_finds_duty)
