"""Work orders and revisits of 翠湖苑管理處 for the permission matrix, made by the verbs."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django_scopes import scopes_disabled

from forms.cases.orders import actions
from forms.cases.orders.actions import NewOrder
from forms.cases.orders.models import WorkOrder
from forms.revisits.actions import NewRevisit, make_revisit
from forms.revisits.actions.watching import NewFile, open_file
from forms.revisits.models import DefectFile, DefectVisit, Revisit, WeekDraw
from policies.actions import issue_guide_edition, save_service
from portal.journal.actions import SYSTEM
from portal.lib import clock
from portal.org.models import Estate


@dataclass
class OrdersWorld:
    waiting: WorkOrder  # its price waits for the customer
    working: WorkOrder  # in progress, given to the director
    major: WorkOrder  # a finished leak, not under watch
    watched: DefectFile  # of another finished leak
    revisit: Revisit  # the office's
    company_revisit: Revisit  # drawn: the company's
    draw: WeekDraw

    @property
    def visit(self) -> DefectVisit:
        with scopes_disabled():
            return self.watched.visits.earliest("due_on")


def build_orders(world: Any) -> OrdersWorld:
    company = world.company
    clerk = company.users["clerk"]
    now = clock.now()
    told = {"section": "維修", "hours": "每日", "phone": "028-5550 0122", "valid_from": clock.today()}
    editor = company.users["editor"]
    tap = save_service(
        by=editor, name="修水龍頭", price="每次 40 元", amount=Decimal(40), unit="次", steps="報價\n修理", **told
    )
    roof = save_service(by=editor, name="修屋面", steps="查看\n修補", **told)
    issue_guide_edition(by=editor, effective_on=clock.today(), note="首次發布。")

    def write(item: Any, to: str) -> WorkOrder:
        new = NewOrder(
            estate=Estate.objects.select_related("office").get(code="CUIHU"),
            house="3棟1602",
            what="漏水",
            item=item,
            wanted_by=now + timedelta(days=1),
            worker=company.people["director"],
        )
        order = actions.draft_order(by=clerk, key=uuid.uuid4(), new=new)
        order = actions.price_order(by=clerk, order=order)
        if to == "priced":
            return order
        order = actions.start_order(by=clerk, order=order)
        if to == "in_progress":
            return order
        for step in order.steps.all():
            actions.sign_step(by=clerk, order=order, step=step)
        return actions.finish_order(by=clerk, order=order, no_photos="無", major=True)

    with scopes_disabled():
        watched = write(roof, "finished")
        return OrdersWorld(
            waiting=write(tap, "priced"),
            working=write(roof, "in_progress"),
            major=write(roof, "finished"),
            watched=open_file(by=clerk, new=_file_of(watched)),
            revisit=make_revisit(by=clerk, new=_revisit_of(watched, now)),
            company_revisit=make_revisit(by=SYSTEM, new=_revisit_of(watched, now, performer="company")),
            draw=WeekDraw.objects.create(
                source="orders", week="2026-W40", office=watched.office, seed="x", size=0, frozen_at=now
            ),
        )


def _file_of(order: WorkOrder) -> NewFile:
    first: date = clock.today()
    return NewFile(
        office=order.office,
        estate=order.estate,
        subject_type="case_orders.workorder",
        subject_id=str(order.pk),
        title="屋面滲水",
        place=order.place,
        first_on=first,
    )


def _revisit_of(order: WorkOrder, now: Any, **more: Any) -> NewRevisit:
    return NewRevisit(
        office=order.office,
        subject_type="case_orders.workorder",
        subject_id=str(order.pk),
        title=order.number,
        reason="約定",
        due_at=now + timedelta(days=1),
        **more,
    )


def orders_of(world: Any) -> OrdersWorld:
    return world.orders
