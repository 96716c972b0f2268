"""The verbs of work orders: the only code that writes one. Each is journalled in its own transaction."""

from __future__ import annotations

from forms.cases.orders.actions.accepting import accept_on_screen, accept_signed, record_call
from forms.cases.orders.actions.defects import report_defect
from forms.cases.orders.actions.drafting import NewOrder, assign_order, cancel_order, draft_order, price_order
from forms.cases.orders.actions.working import add_photos, finish_order, sign_step, start_order

__all__ = [
    "NewOrder",
    "accept_on_screen",
    "accept_signed",
    "add_photos",
    "assign_order",
    "cancel_order",
    "draft_order",
    "finish_order",
    "price_order",
    "record_call",
    "report_defect",
    "sign_step",
    "start_order",
]
