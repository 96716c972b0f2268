"""A guide with a chargeable and a free service, an office with a repairer, orders in each state - made by the verbs."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from django_scopes import scopes_disabled

from forms.cases.orders import actions
from forms.cases.orders.actions import NewOrder
from forms.cases.orders.models import WorkOrder
from policies.actions import issue_guide_edition, save_service
from policies.models import ServiceItem
from portal.journal.actions import CUSTOMER
from portal.org.enums import Role
from portal.org.models import Appointment, Estate, Person, Post, User
from tests.kept_rows import made_once
from tests.people import Company

NOW = timezone.make_aware(datetime(2026, 11, 23, 10, 0))  # a Monday
FROM = date(2026, 10, 1)


def build_services(company: Company) -> dict[str, Any]:
    """{"drains", "roof"}: 80 yuan a time with three steps; free with two. Two repairers of the first office."""
    given = {"section": "維修", "hours": "每日 8:00–20:00", "phone": "028-5550 0122", "valid_from": FROM, "now": NOW}
    editor = company.users["editor"]
    made: dict[str, Any] = {
        "drains": save_service(
            by=editor,
            name="疏通下水道",
            price="每次 80 元",
            amount=Decimal(80),
            unit="次",
            steps="確認位置和價格\n鋪設防護後疏通\n放水試通",
            **given,
        ),
        "roof": save_service(by=editor, name="屋面滲漏維修", steps="查看滲漏\n修補並試水", **given),
    }
    issued = timezone.make_aware(datetime(2026, 10, 1, 8, 0))
    issue_guide_edition(by=editor, effective_on=FROM, note="首次發布。", now=issued)
    post = Post.objects.create(code="repairer", title="維修工", role=Role.EMPLOYEE)
    for name, office in (("repairer", "OFFICE1"), ("second_repairer", "OFFICE1"), ("other_repairer", "OFFICE2")):
        user = User.objects.create(username=name, first_name=name)
        person = Person.objects.create(name=name, staff_number=f"R-{name}", user=user)
        unit = company.units[office]
        Appointment.objects.create(person=person, post=post, unit=unit, starts_on=date(2020, 1, 1))
        made[name] = person
    return made


@pytest.fixture
def services(company: Company) -> dict[str, Any]:
    made = made_once("work order services", lambda: build_services(company))
    for name in ("repairer", "second_repairer", "other_repairer"):
        company.people[name], company.users[name] = made[name], made[name].user
    return made


def new_order(item: ServiceItem, office: str = "OFFICE1", **changes: Any) -> NewOrder:
    estate = Estate.objects.select_related("office").get(office__code=office)
    values = {
        "estate": estate,
        "house": "3棟1602",
        "what": "廚房下水道堵了",
        "item": item,
        "wanted_by": NOW + timedelta(hours=24),
        "contact_name": "鄭女士",
        "contact_phone": "13800000001",
    }
    return NewOrder(**(values | changes))


@pytest.fixture
def write(company: Company, services: dict[str, Any]) -> Callable[..., WorkOrder]:
    """write("drains", office="OFFICE1", to="finished", at=NOW) is an order that went that far."""

    def make(name: str = "drains", *, office: str = "OFFICE1", to: str = "priced", at: Any = NOW, **more: Any) -> Any:
        clerk = company.users["clerk" if office == "OFFICE1" else "other_clerk"]
        worker = services["repairer" if office == "OFFICE1" else "other_repairer"]
        more = {"worker": worker, "wanted_by": at + timedelta(hours=24)} | more
        order = actions.draft_order(by=clerk, key=uuid.uuid4(), new=new_order(services[name], office, **more), now=at)
        if to == "drafted":
            return order
        return carry(order, clerk, worker.user, to, at)

    return make


def carry(order: WorkOrder, clerk: User, worker: User, to: str, at: datetime) -> WorkOrder:
    """From drafted to the state, an hour at the customer's."""
    order = actions.price_order(by=clerk, order=order, now=at)
    if to == "priced":
        return order
    if order.chargeable:
        order = actions.accept_on_screen(by=CUSTOMER, order=order, now=at)
    if to == "accepted":
        return order
    order = actions.start_order(by=worker, order=order, now=at)
    if to == "in_progress":
        return order
    return finish(order, worker, at + timedelta(hours=1))


def finish(order: WorkOrder, worker: User, at: datetime, **more: Any) -> WorkOrder:
    with scopes_disabled():
        for step in order.steps.filter(signed_at=None):
            actions.sign_step(by=worker, order=order, step=step, now=at)
    return actions.finish_order(by=worker, order=order, no_photos="業主不便拍照", now=at, **more)
