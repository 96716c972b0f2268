"""What waits on a day, for whom, until when: items to carry out, measures to do, effects to verify."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django_scopes import scopes_disabled

from forms.cases.corrections.models import PlanItem, Prevention
from forms.cases.enums import CaseLevel
from forms.cases.permissions import QUALITY
from portal.notifications.stages import LAST_STAGE, WARNED_BEFORE, Waiting
from portal.org.enums import Role
from portal.org.models import Appointment

_BACK = timedelta(days=7 * LAST_STAGE + 7)


def waiting_on(day: date) -> list[Waiting]:
    """Everything whose term is near or past by no more than the last reminder, in few queries."""
    with scopes_disabled():
        held = _holders(day)
        return [*_items(day, held), *_measures(day, held), *_effects(day, held)]


class _Holders:
    """Who holds which post where on a day."""

    def __init__(self, rows: list[tuple[int, int, int, str]]) -> None:
        self.rows = rows

    def at(self, post_id: int | None, unit_id: int | None) -> set[int]:
        return {person for person, post, unit, _role in self.rows if post == post_id and unit == unit_id}

    def directors(self, unit_id: int) -> set[int]:
        return {person for person, _post, unit, role in self.rows if unit == unit_id and role == Role.DIRECTOR}

    def quality(self) -> set[int]:
        return {person for person, _post, _unit, role in self.rows if role in QUALITY}

    def of_unit(self, unit_id: int | None) -> set[int]:
        return {person for person, _post, unit, _role in self.rows if unit == unit_id}


def _holders(day: date) -> _Holders:
    rows = Appointment.objects.on(day).values_list("person", "post", "unit", "post__role")
    return _Holders(list(rows))


def _items(day: date, held: _Holders) -> Iterator[Waiting]:
    """The owner, and the director of the office; at the leaders' level nobody of the office (SRV-18)."""
    found = PlanItem.objects.open().filter(due_on__gte=day - _BACK, due_on__lte=day + WARNED_BEFORE)
    for item in found.for_list().order_by("due_on", "pk"):
        case = item.plan.case
        people = {item.owner_id} if item.owner_id is not None else held.at(item.post_id, item.unit_id)
        if case.level == CaseLevel.LEADERS:
            people -= held.of_unit(case.office_id)
        else:
            people |= held.directors(case.unit_id)
        yield Waiting(
            f"item:{item.pk}", item.pk, case.number, item.get_absolute_url(), item.due_on, tuple(sorted(people))
        )


def _measures(day: date, held: _Holders) -> Iterator[Waiting]:
    """The owner, unless the matter went to the leaders and the owner belongs to the office (SRV-18)."""
    found = Prevention.objects.open().filter(due_on__gte=day - _BACK, due_on__lte=day + WARNED_BEFORE)
    for measure in found.for_list().order_by("due_on", "pk"):
        people = {measure.owner_id}
        if measure.case.level == CaseLevel.LEADERS:
            people -= held.of_unit(measure.case.office_id)
        url = measure.get_absolute_url()
        yield Waiting(f"measure:{measure.pk}", measure.pk, measure.case.number, url, measure.due_on, tuple(people))


def _effects(day: date, held: _Holders) -> Iterator[Waiting]:
    """The quality department, but for whom the measure belongs to; at the office's level its director."""
    found = Prevention.objects.done().filter(verify_on__gte=day - _BACK, verify_on__lte=day + WARNED_BEFORE)
    for measure in found.for_list().order_by("verify_on", "pk"):
        case = measure.case
        people = held.directors(case.unit_id) if case.level == CaseLevel.OFFICE else held.quality()
        if case.level == CaseLevel.LEADERS:
            people -= held.of_unit(case.office_id)
        people -= {measure.owner_id}
        term, url = measure.verify_on or day, measure.get_absolute_url()
        yield Waiting(f"verify:{measure.pk}", measure.pk, case.number, url, term, tuple(sorted(people)))
