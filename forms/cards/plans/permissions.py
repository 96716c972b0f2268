"""Who may see, make, approve and change a plan, and keep the register. The only place in this app that names roles.

A plan is read by whoever may read the unit's cards: the unit itself, the managers above it, the safety department.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_scopes import scopes_disabled

from forms.cards.models import Area
from forms.cards.permissions import (
    FIELD_UNITS,
    LEADING,
    SAFETY_DEPARTMENT,
    readable_unit_ids,
    user_can_import_cards,
)
from forms.cards.plans.enums import WRITING, IncidentVerb, PlanState
from forms.cards.plans.models import Incident, IncidentChange, Plan, PlanChange
from portal.org.enums import MANAGING, Role
from portal.org.models import Appointment, Person, Unit
from portal.org.readers import Reader, reader_for

LEADERS = MANAGING | {Role.CREW_LEADER}  # they all take part (SAF-05, clause 4.2.2)


def plan_units(reader: Reader) -> list[Unit]:
    """Units of this reader that owe a plan: those that work in the field and have areas to look at."""
    ids = readable_unit_ids(reader)
    if not ids:
        return []
    with scopes_disabled():
        with_areas = Area.objects.open().values("unit_id")
        return list(Unit.objects.filter(pk__in=ids, kind__in=FIELD_UNITS, closed_on=None).filter(pk__in=with_areas))


def owing_units(unit: Unit | None) -> QuerySet[Unit]:
    """Units at or below this one (None: all) that owe a plan."""
    with scopes_disabled():
        areas = Area.objects.open().values("unit_id")
    found = Unit.objects.filter(kind__in=FIELD_UNITS, closed_on=None, pk__in=areas)
    return found if unit is None else found.filter(path__startswith=unit.path)


def reader_can_see_plans(reader: Reader) -> bool:
    return bool(plan_units(reader))


def reader_works_with_plans(reader: Reader) -> bool:
    """Makes, approves or audits plans."""
    return reader.has_role(*LEADERS, *SAFETY_DEPARTMENT)


def visible_plans(reader: Reader) -> QuerySet[Plan]:
    """It reaches over the scope of the request: managers above read what is below, whatever the page's scope."""
    with scopes_disabled():
        return Plan.objects.filter(unit__in=readable_unit_ids(reader)).select_related("unit")


def user_can_plan(user: Any, unit: Unit) -> bool:
    """Managers and crew leaders of the unit draft its plan."""
    return unit.pk in reader_for(user).unit_ids_as(*LEADING)


def planning_units(reader: Reader) -> list[Unit]:
    led = set(reader.unit_ids_as(*LEADING))
    return [unit for unit in plan_units(reader) if unit.pk in led] if led else []


def user_can_write(user: Any, plan: Plan) -> bool:
    """A draft is written by its planners; an approved plan is changed by a manager, with the reason."""
    if plan.state == PlanState.APPROVED:
        return plan.unit_id in reader_for(user).unit_ids_as(*MANAGING)
    return plan.state == PlanState.DRAFT and user_can_plan(user, plan.unit)


def user_can_approve(user: Any, plan: Plan) -> bool:
    """The unit's manager or one above it; nobody who wrote in the plan."""
    if plan.state != PlanState.SUBMITTED or plan.unit_id not in reader_for(user).unit_ids_as(*MANAGING):
        return False
    return user.pk not in writers(plan)


def writers(plan: Plan) -> set[int]:
    with scopes_disabled():
        return set(
            PlanChange.objects.filter(plan=plan, verb__in=WRITING, after_approval=False).values_list("by_id", flat=True)
        )


def leaders_of(unit: Unit, day: Any) -> list[Person]:
    """All managers and crew leaders of a unit on a day: each of them stands in a team."""
    held = Appointment.objects.on(day).filter(unit=unit, post__role__in=LEADERS)
    return list(Person.objects.filter(pk__in=held.values("person_id")).order_by("staff_number"))


def incident_units(reader: Reader) -> list[Unit]:
    """Units whose injuries and near misses this reader may read and enter."""
    return plan_units(reader)


def user_can_enter_incident(user: Any, unit: Unit) -> bool:
    return unit.pk in readable_unit_ids(reader_for(user))


def visible_incidents(reader: Reader) -> QuerySet[Incident]:
    with scopes_disabled():
        units = [unit.pk for unit in incident_units(reader)]
        return Incident.objects.filter(unit__in=units).select_related("unit", "area")


def user_can_correct_incident(user: Any, incident: Incident) -> bool:
    """Whoever entered it and still may read it, who leads the unit, the safety department; nobody a withdrawn one."""
    reader = reader_for(user)
    if incident.is_withdrawn or incident.unit_id not in readable_unit_ids(reader):
        return False
    if reader.has_role(*SAFETY_DEPARTMENT) or incident.unit_id in reader.unit_ids_as(*LEADING):
        return True
    with scopes_disabled():
        return IncidentChange.objects.filter(incident=incident, verb=IncidentVerb.ENTER, by=user.pk).exists()


def user_can_import_incidents(user: Any) -> bool:
    return user_can_import_cards(user)
