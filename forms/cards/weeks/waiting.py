"""What waits on a day, for whom, until when: weeks to close, months to sign and send up, measures to carry out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django_scopes import scopes_disabled

from forms.cards.permissions import LEADING
from forms.cards.weeks import figures, standing
from forms.cards.weeks.enums import Standing
from forms.cards.weeks.models import WeekMeasure
from forms.cards.weeks.standing import Row
from portal.lib.periods import Period
from portal.notifications.stages import LAST_STAGE, WARNED_BEFORE, Waiting
from portal.org.enums import MANAGING
from portal.org.models import Appointment, Unit

_UNKEPT = (Standing.DUE, Standing.MISSED)
_BACK = timedelta(days=7 * LAST_STAGE)


def waiting_on(day: date) -> list[Waiting]:
    """Everything whose term is near or past by no more than the last reminder, in few queries."""
    with scopes_disabled():
        crews = list(figures.crews(None))
        if figures.in_use_since() is None:
            return []
        return [*_weeks(crews, day), *_months(crews, day), *_measures(day)]


def _periods(kind: str, day: date) -> list[Period]:
    """The periods whose reminders may still fall on this day."""
    since, period, found = figures.in_use_since(), Period.of(kind, day), []
    while since is not None and period.end >= max(since, day - _BACK - timedelta(days=7)):
        found.append(period)
        period = period.previous()
    return found


def _holders(crews: Sequence[Unit], roles: Any, day: date) -> dict[int, tuple[int, ...]]:
    """By unit, who holds one of these roles in the unit itself."""
    held = Appointment.objects.on(day).filter(unit__in=crews, post__role__in=roles)
    found: dict[int, list[int]] = {}
    for unit, person in held.order_by("person_id").values_list("unit_id", "person_id").distinct():
        found.setdefault(unit, []).append(person)
    return {unit: tuple(people) for unit, people in found.items()}


def _weeks(crews: Sequence[Unit], day: date) -> Iterator[Waiting]:
    leaders = _holders(crews, LEADING, day)
    for row in standing.week_rows(crews, _periods("week", day), day):
        if row.standing in _UNKEPT:
            yield _of_row("week", row, "card_week", leaders)


def _months(crews: Sequence[Unit], day: date) -> Iterator[Waiting]:
    managers = _holders(crews, MANAGING, day)
    for row in standing.month_rows(crews, _periods("month", day), day):
        if row.standing in _UNKEPT:
            yield _of_row("month", row, "card_month", managers)


def _of_row(kind: str, row: Row, route: str, people: dict[int, tuple[int, ...]]) -> Waiting:
    code = row.period.code
    url = reverse(route, args=[row.unit.code, code])
    subject = f"{row.unit.name} {code}"
    return Waiting(f"{kind}:{row.unit.code}:{code}", row.unit.pk, subject, url, row.term, people.get(row.unit.pk, ()))


def _measures(day: date) -> Iterator[Waiting]:
    """Retrainings among them: only the person is told, and not of what."""
    found = WeekMeasure.objects.open().select_related("week__unit")
    found = found.filter(due_on__gte=day - _BACK - timedelta(days=7), due_on__lte=day + WARNED_BEFORE)
    for measure in found.order_by("due_on", "pk"):
        subject = f"{measure.week.unit.name} {measure.week.period.code}"
        url = measure.get_absolute_url()
        yield Waiting(f"measure:{measure.pk}", measure.pk, subject, url, measure.due_on, (measure.owner_id,))
