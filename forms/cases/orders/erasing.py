"""Taking what is personal out of the work orders of cases whose data is erased."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django_scopes import scopes_disabled

from forms.cases.orders.coming_back import SUBJECT
from forms.cases.orders.models import WorkOrder
from forms.revisits.actions.erasing import erase_revisits, under_work
from portal.files.actions import forget_files
from portal.lib.erased import ERASED


def cases_with_open_orders(keys: Sequence[int]) -> set[int]:
    """Cases with an order that is not done, or whose order is still to be visited or watched."""
    with scopes_disabled():
        orders = dict(WorkOrder.objects.filter(case__in=keys).values_list("pk", "case_id"))
        held = set(WorkOrder.objects.open().filter(case__in=keys).values_list("case_id", flat=True))
    return held | {orders[int(key)] for key in under_work(SUBJECT, list(orders))}


def erase_orders(keys: Sequence[int], now: datetime) -> list[str]:
    """Contact, acceptance, words, house, photos and signature of these cases' orders go."""
    with scopes_disabled():
        chosen = WorkOrder.objects.filter(case__in=keys)
        orders = list(chosen.values_list("pk", flat=True))
        for field in ("finish_words", "accepted_words", "cancel_reason"):
            chosen.exclude(**{field: ""}).update(**{field: ERASED})
        chosen.update(house="", contact_name="", contact_phone="", what=ERASED, accepted_name="")
        for key in orders:
            WorkOrder.objects.filter(pk=key).update(customer_digest=f"erased:{key}")
    erase_revisits(SUBJECT, orders)
    return forget_files(SUBJECT, orders)
