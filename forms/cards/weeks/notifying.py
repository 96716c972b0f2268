"""What people are told of weeks, months and measures that wait: unit and period, never the words of a measure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django_scopes import scopes_disabled

from forms.cards.permissions import LEADING
from forms.cards.weeks.models import WeekMeasure
from forms.cards.weeks.permissions import measures_of, reader_meets_weeks
from forms.cards.weeks.waiting import waiting_on
from portal.lib import clock
from portal.notifications.enums import MailChoice
from portal.notifications.kinds import Kind
from portal.org.models import Person, Unit
from portal.org.readers import Reader

WEEK, MONTH, MEASURE = "card_weeks.week", "card_weeks.month", "card_weeks.measure"
KIND_OF = {"week": WEEK, "month": MONTH, "measure": MEASURE}


def _led_units(reader: Reader) -> Any:
    return Unit.objects.filter(pk__in=[unit.pk for unit in reader.units_as(*LEADING)])


def _leads(reader: Reader) -> bool:
    return bool(reader.units_as(*LEADING)) and reader_meets_weeks(reader)


def still_waiting(user: Any, keys: Sequence[int]) -> set[int]:
    """Those of these units in which a week or month still waits for this person."""
    person = Person.objects.filter(user=user).first()
    waiting = [one for one in waiting_on(clock.today()) if person is not None and person.pk in one.people]
    return {one.about for one in waiting if not one.what.startswith("measure:")} & set(keys)


def still_open(user: Any, keys: Sequence[int]) -> set[int]:
    with scopes_disabled():
        return set(WeekMeasure.objects.open().filter(owner__user=user, pk__in=keys).values_list("pk", flat=True))


def _kind(label: Any, sentence: Any, concerns: Any, records: Any, still: Any) -> Kind:
    return Kind(
        label,
        sentence,
        concerns=concerns,
        records=records,
        still=still,
        mail=MailChoice.AT_ONCE,
        icon="clipboard-check",
    )


KINDS = {
    MEASURE: _kind(
        _("A measure of a week waits for me"),
        _("A measure of yours waits: %(subject)s"),
        reader_meets_weeks,
        measures_of,
        still_open,
    ),
    WEEK: _kind(
        _("A weekly analysis waits for me"), _("Weekly analysis: %(subject)s"), _leads, _led_units, still_waiting
    ),
    MONTH: _kind(
        _("A monthly summary waits for me"),
        _("Monthly summary, to be signed and sent up: %(subject)s"),
        _leads,
        _led_units,
        still_waiting,
    ),
}
