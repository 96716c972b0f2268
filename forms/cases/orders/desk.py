"""The steps that an order offers: which form and verb, for whom, what to say afterwards; its history in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from forms.cases.orders import actions
from forms.cases.orders.enums import TRANSITIONS, DefectSource, OrderState
from forms.cases.orders.forms import (
    CallAcceptedForm,
    DefectForm,
    FinishForm,
    PriceForm,
    ReasonForm,
    SignForm,
    StartForm,
    VersionedForm,
    WorkerForm,
)
from forms.cases.orders.models import WorkOrder
from forms.cases.orders.permissions import reader_can_act_on_order
from portal.files.storage import examine_files
from portal.journal import actions as journal
from portal.org.readers import Reader


def _accept_signed(*, by: Any, order: WorkOrder, name: str, drawing: Any, version: int) -> WorkOrder:
    signature = examine_files([drawing], kinds=frozenset({"png"}), field="drawing") if drawing else []
    return actions.accept_signed(by=by, order=order, name=name, signature=signature, version=version)


def _report(*, by: Any, order: WorkOrder, words: str, version: int) -> WorkOrder:
    return actions.report_defect(by=by, order=order, words=words, version=version, source=DefectSource.HOTLINE)


@dataclass(frozen=True)
class Act:
    """`verb` is that of the transition table, `right` the permission's word where it differs."""

    name: str
    verb: str
    word: Any
    form_class: type[VersionedForm]
    run: Callable[..., Any]
    done: Any
    right: str = ""
    danger: bool = False
    hint: Any = ""

    def form(self, order: WorkOrder, data: Any = None) -> VersionedForm:
        return self.form_class(data, order=order, auto_id=f"{self.name}_%s")

    def is_due(self, order: WorkOrder) -> bool:
        if order.state not in TRANSITIONS[self.verb][0]:
            return False
        if self.verb == "accept":
            return order.awaits_acceptance
        if self.name == "start":
            return order.may_start and order.worker_id is not None
        return not (self.name == "cancel" and order.is_rework)


ACTS: dict[str, Act] = {
    act.name: act
    for act in (
        Act("start", "start", _("Begin the work"), StartForm, actions.start_order, _("The work has begun.")),
        Act("finish", "finish", _("Finish the order"), FinishForm, actions.finish_order, _("The order is finished.")),
        Act(
            "price",
            "price",
            _("Show the price"),
            PriceForm,
            actions.price_order,
            _("The price of the guide is on the order."),
        ),
        Act(
            "sign",
            "accept",
            _("The customer signs here"),
            SignForm,
            _accept_signed,
            _("The customer accepted the price."),
            right="accept_signed",
        ),
        Act(
            "call",
            "accept",
            _("Accepted by phone"),
            CallAcceptedForm,
            actions.record_call,
            _("The customer accepted the price."),
            hint=_("Name the price to the customer and write down the answer."),
        ),
        Act("assign", "assign", _("Assign"), WorkerForm, actions.assign_order, _("The order is assigned.")),
        Act(
            "defect",
            "report_defect",
            _("The defect is still there"),
            DefectForm,
            _report,
            _("The rework may begin at once. Go back to the customer within 24 hours."),
            danger=True,
        ),
        Act(
            "cancel",
            "cancel",
            _("Cancel the order"),
            ReasonForm,
            actions.cancel_order,
            _("The order is cancelled."),
            danger=True,
        ),
    )
}
LEADING = {
    OrderState.DRAFTED: ("price",),
    OrderState.PRICED: ("sign", "start", "assign"),
    OrderState.ACCEPTED: ("start", "assign"),
    OrderState.IN_PROGRESS: ("finish",),
}


def acts_for(reader: Reader, order: WorkOrder) -> list[Act]:
    """The steps this reader may take now, the one the state asks for first."""
    possible = [
        act
        for act in ACTS.values()
        if act.is_due(order) and reader_can_act_on_order(reader, act.right or act.verb, order)
    ]
    leading = LEADING.get(OrderState(order.state), ())
    return sorted(possible, key=lambda act: leading.index(act.name) if act.name in leading else len(leading))


TITLES = {
    "orders.draft": (_("Written"), ""),
    "orders.rework": (_("Rework ordered"), "danger"),
    "orders.price": (_("Price shown"), ""),
    "orders.accept": (_("Price accepted by the customer"), "success"),
    "orders.assign": (_("Assigned"), ""),
    "orders.start": (_("Work begun"), ""),
    "orders.sign_step": (_("Step signed"), ""),
    "orders.add_photos": (_("Photos added"), ""),
    "orders.finish": (_("Finished"), "success"),
    "orders.report_defect": (_("The defect is still there"), "danger"),
    "orders.defect_again": (_("The customer is still not satisfied"), "danger"),
    "orders.settle": (_("The rework is finished"), "success"),
    "orders.cancel": (_("Cancelled"), "warning"),
    "orders.erase": (_("Personal data erased"), ""),
}


def timeline(order: WorkOrder) -> list[dict[str, Any]]:
    """Newest first, from the journal; steps and photos stand on the order itself."""
    found = []
    for entry in journal.entries_of(order):
        if entry.action in {"orders.sign_step", "orders.add_photos"}:
            continue
        title, tone = TITLES.get(entry.action, (entry.action, ""))
        who = str(entry.user) if entry.user_id else _("Customer") if entry.actor == "customer" else ""
        text = order.cancel_reason if entry.action == "orders.cancel" else ""
        found.append({"title": title, "at": entry.at, "who": who, "tone": tone, "text": text})
    return found[::-1]
