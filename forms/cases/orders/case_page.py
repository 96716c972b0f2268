"""What work orders add to a case: their section on its page, the offer to write one, why it cannot be closed yet, the
customer's steps, and what follows from “it is still broken”."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django_scopes import scopes_disabled

from forms.cases.models import Case
from forms.cases.orders.actions import report_defect
from forms.cases.orders.actions.drafting import customer_code
from forms.cases.orders.enums import DefectSource, OrderState
from forms.cases.orders.models import WorkOrder
from forms.cases.orders.permissions import reader_can_draft_for
from forms.cases.registries import CaseOffer, CaseSection
from portal.org.readers import Reader


def open_orders(case: Case) -> Sequence[Any]:
    """A case with work to be done is not closed."""
    with scopes_disabled():
        waiting = list(WorkOrder.objects.open().filter(case=case).values_list("number", flat=True).order_by("pk"))
    if not waiting:
        return []
    return [_("Work orders are still open: %(numbers)s.") % {"numbers": "、".join(waiting)}]


def order_section(case: Case, reader: Reader) -> CaseSection | None:
    with scopes_disabled():
        orders = list(WorkOrder.objects.filter(case=case).for_list().order_by("pk"))
    if not orders:
        return None
    context = {"orders": orders}
    return CaseSection(_("Work orders"), "case_orders/_case_section.html", context, anchor="work-orders")


def order_offers(case: Case, reader: Reader) -> Sequence[CaseOffer]:
    if not case.is_open or case.office_id is None or not reader_can_draft_for(reader, case.office_id, case):
        return []
    address = f"{reverse('order_new')}?case={case.number}"
    return [CaseOffer(_("Write a work order"), address, icon="wrench")]


CUSTOMER_WORDS = {
    OrderState.PRICED: gettext_lazy("The price of the repair is waiting for your answer"),
    OrderState.IN_PROGRESS: gettext_lazy("The repair has begun"),
    OrderState.FINISHED: gettext_lazy("The repair is finished"),
}


def order_steps(case: Case) -> Sequence[tuple[Any, datetime]]:
    """What was done at the house, in the customer's words."""
    steps: list[tuple[Any, datetime]] = []
    with scopes_disabled():
        for order in WorkOrder.objects.filter(case=case).for_list():
            if order.awaits_acceptance and order.priced_at is not None:
                steps.append((CUSTOMER_WORDS[OrderState.PRICED], order.priced_at))
            if order.started_at is not None:
                steps.append((CUSTOMER_WORDS[OrderState.IN_PROGRESS], order.started_at))
            if order.finished_at is not None:
                steps.append((CUSTOMER_WORDS[OrderState.FINISHED], order.finished_at))
    return steps


def rework_when_still_broken(case: Case, verb: str, by: Any, now: datetime) -> None:
    """The customer says on the case's own page that it is still broken: its last finished order is done again."""
    if verb != "still_broken":
        return
    with scopes_disabled():
        order = WorkOrder.objects.filter(case=case, state=OrderState.FINISHED).order_by("-finished_at", "-pk").first()
        if order is None or WorkOrder.objects.open().filter(case=case, rework_of__isnull=False).exists():
            return
        with override(settings.LANGUAGE_CODE):
            words = _("The customer says on the page of the case that it is still broken.")
        report_defect(
            by=by,
            order=order,
            words=words,
            source=DefectSource.CUSTOMER,
            now=now,
        )


def customer_doors(submission: Any) -> Sequence[tuple[Any, str]]:
    """(words, address) of the orders' own pages, for who looked a case up by its tracking code."""
    with scopes_disabled():
        orders = list(WorkOrder.objects.filter(case__submission=submission).exclude(state=OrderState.CANCELLED))
    return [
        (
            _("%(service)s: accept the price") % {"service": order.service}
            if order.awaits_acceptance
            else f"{order.service} · {order.get_state_display()}",
            reverse("order_page", args=[customer_code(order)]),
        )
        for order in orders
    ]
