"""Who is given a work order hears of it, by its number alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from forms.cases.orders.models import WorkOrder
from forms.cases.orders.permissions import orders_given_to, reader_can_list_orders
from portal.notifications.actions import notify
from portal.notifications.enums import MailChoice
from portal.notifications.kinds import Kind

GIVEN = "case_orders.given"
KINDS = {
    GIVEN: Kind(
        _("A work order is given to me"),
        _("Work order %(subject)s was given to you"),
        concerns=reader_can_list_orders,
        records=orders_given_to,
        mail=MailChoice.AT_ONCE,
        icon="wrench",
    )
}


def notify_given(order: WorkOrder, by: Any, now: datetime) -> None:
    """In the transaction that gives it; nobody hears of the own hand."""
    if order.worker is not None and order.worker.user_id is not None and order.worker.user_id != by.pk:
        notify(
            people=[order.worker],
            kind=GIVEN,
            about=order.pk,
            subject=order.number,
            until=order.wanted_by,
            url=order.get_absolute_url(),
            key=f"order:{order.pk}:{order.worker_id}:{order.version}",
            now=now,
        )
