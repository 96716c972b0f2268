"""Taking what is personal out of work orders: with their cases, and by night where there is no case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django_scopes import scopes_disabled

from forms.cases.enums import CaseKind
from forms.cases.orders.coming_back import SUBJECT
from forms.cases.orders.models import OrderQuerySet, WorkOrder
from forms.cases.retention.actions import begin_of_term
from forms.revisits.actions.erasing import erase_revisits, under_work
from portal.files.actions import forget_files
from portal.files.storage import remove_files
from portal.journal import actions as journal
from portal.lib.erased import ERASED

PART = 200  # orders in one transaction


def cases_with_open_orders(keys: Sequence[int]) -> set[int]:
    """Cases with an order that is not done, or whose order is still to be visited or watched."""
    with scopes_disabled():
        orders = dict(WorkOrder.objects.filter(case__in=keys).values_list("pk", "case_id"))
        held = set(WorkOrder.objects.open().filter(case__in=keys).values_list("case_id", flat=True))
    return held | {orders[int(key)] for key in under_work(SUBJECT, list(orders))}


def erase_orders(keys: Sequence[int], now: datetime) -> list[str]:
    """Contact, acceptance, words, house, photos and signature of these cases' orders go."""
    with scopes_disabled():
        return _erase(WorkOrder.objects.filter(case__in=keys))


def erase_without_case(*, by: Any, now: datetime) -> int:
    """The same for orders that belong to no case, after the term of a request (scheduled nightly): counted from the end
    of the last order for the same defect, and not while one of them is to be visited or watched.

    Goes part by part, each whole. Returns how many orders were erased.
    """
    before = begin_of_term(CaseKind.REQUEST, now)
    with scopes_disabled():
        alone = WorkOrder.objects.filter(case=None).annotate(origin=Coalesce("first_id", F("pk")))
        going_on = alone.filter(Q(ended_at=None) | Q(ended_at__gte=before)).values("origin")
        old = alone.exclude(what=ERASED).exclude(origin__in=going_on)
        origins = dict(old.order_by("pk").values_list("pk", "origin"))
        held = {origins[int(key)] for key in under_work(SUBJECT, list(origins))}
        keys = [key for key, origin in origins.items() if origin not in held]
        for first in range(0, len(keys), PART):
            _erase_part(keys[first : first + PART], by, now)
    return len(keys)


def _erase_part(keys: Sequence[int], by: Any, now: datetime) -> None:
    with transaction.atomic():
        chosen = WorkOrder.objects.filter(pk__in=keys)
        files = _erase(chosen)
        for order in chosen.only("pk", "office"):
            journal.record(by=by, action="orders.erase", thing=order, unit=order.office_id, now=now)
        transaction.on_commit(lambda: remove_files(files))


def _erase(chosen: OrderQuerySet) -> list[str]:
    """Returns the paths of files to remove after the commit."""
    orders = list(chosen.values_list("pk", flat=True))
    for field in ("finish_words", "accepted_words", "cancel_reason"):
        chosen.exclude(**{field: ""}).update(**{field: ERASED})
    chosen.update(house="", contact_name="", contact_phone="", what=ERASED, accepted_name="")
    for key in orders:
        WorkOrder.objects.filter(pk=key).update(customer_digest=f"erased:{key}")
    erase_revisits(SUBJECT, orders)
    return forget_files(SUBJECT, orders)
