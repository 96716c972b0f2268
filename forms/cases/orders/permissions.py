"""Who may see a work order and act on it. The only place in this room that names roles.

The office's clerks and director keep its orders, the person an order was given to does the work, the quality department
reads. The customer holds the code of the order's own page.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django_scopes import scopes_disabled

from forms.cases.enums import CaseLevel
from forms.cases.models import Case
from forms.cases.orders.models import OrderQuerySet, WorkOrder
from forms.cases.permissions import reader_answers_for_company, reader_can_see_case
from portal.lib import clock
from portal.org.enums import Role, UnitKind
from portal.org.models import Appointment, Estate, Person
from portal.org.readers import Reader, reader_for

OFFICE_ROLES = frozenset({Role.CLERK, Role.DIRECTOR})
# What the worker does at the customer's; everything else is the office's.
WORKING = frozenset({"start", "sign_step", "add_photos", "finish", "accept_signed"})


def offices_kept(reader: Reader) -> tuple[int, ...]:
    """The offices whose orders this reader keeps."""
    return reader.unit_ids_as(*OFFICE_ROLES)


def reader_works_in_office(reader: Reader) -> bool:
    return any(unit.kind == UnitKind.OFFICE for unit in reader.units)


def reader_can_list_orders(reader: Reader) -> bool:
    """Everybody of an office may have been given work; the quality department reads all."""
    return reader_works_in_office(reader) or reader_answers_for_company(reader) or reader.has_role(*OFFICE_ROLES)


def reader_can_draft(reader: Reader) -> bool:
    return reader.has_role(*OFFICE_ROLES)


def visible_orders(reader: Reader) -> OrderQuerySet:
    """Orders of the offices kept, those given to the reader; the company's people all. The scope of the request is left
    on purpose: a worker may have left the office and still finds what was signed."""
    with scopes_disabled():
        found: OrderQuerySet = WorkOrder.objects.all()
    if reader_answers_for_company(reader):
        return found
    person = reader.person
    mine = Q(worker=person) if person is not None and reader_works_in_office(reader) else Q(pk__in=())
    return found.filter(Q(office__in=offices_kept(reader)) | mine)


def orders_given_to(reader: Reader) -> OrderQuerySet:
    """The orders given to this reader, to stand inside another query; without those of a case that lies with the
    leaders (SRV-18)."""
    given: OrderQuerySet = WorkOrder.objects.filter(worker__user=reader.user.pk)
    return given.exclude(case__level=CaseLevel.LEADERS)


def reader_may_see_order(reader: Reader, order_id: str) -> bool:
    """The guard of an order's photos and signature."""
    with scopes_disabled():
        return order_id.isdecimal() and visible_orders(reader).filter(pk=order_id).exists()


def reader_can_act_on_order(reader: Reader, verb: str, order: WorkOrder) -> bool:
    if order.office_id in offices_kept(reader):
        return True
    person = reader.person
    return (
        verb in WORKING
        and person is not None
        and order.worker_id == person.pk
        and order.office_id in {unit.pk for unit in reader.units}
    )


def user_can_act_on_order(user: Any, verb: str, order: WorkOrder) -> bool:
    return bool(user is not None and user.pk) and reader_can_act_on_order(reader_for(user), verb, order)


def reader_can_draft_for(reader: Reader, office_id: int, case: Case | None = None) -> bool:
    """An office writes its own orders. For what lies with the company's leaders there is none: it would tell the
    office that there is something (SRV-18)."""
    if office_id not in offices_kept(reader):
        return False
    return case is None or (case.level != CaseLevel.LEADERS and reader_can_see_case(reader, case))


def user_can_draft_for(user: Any, office_id: int, case: Case | None = None) -> bool:
    return bool(user is not None and user.pk) and reader_can_draft_for(reader_for(user), office_id, case)


def workers_of(office_id: int) -> QuerySet[Person]:
    """Who may be given an order: the people of the office today."""
    today = Appointment.objects.on(clock.today()).filter(unit=office_id)
    return Person.objects.filter(pk__in=today.values("person")).order_by("staff_number")


def estates_kept(reader: Reader) -> QuerySet[Estate]:
    return Estate.objects.filter(office__in=offices_kept(reader)).select_related("office")


def handlers_of(order: WorkOrder) -> list[Person]:
    """Who handled an order: the worker, whoever signed a step or wrote the end down."""
    users = set(order.steps.exclude(signed_by=None).values_list("signed_by", flat=True))
    found = Person.objects.filter(Q(pk=order.worker_id or 0) | Q(user__in=users))
    return list(found.distinct())
