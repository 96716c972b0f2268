"""The customer's yes to the price: on the own screen, signed on the worker's phone, or by a call (SRV-07)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from forms.cases.orders.actions.changing import changing
from forms.cases.orders.enums import SIGNATURE, AcceptedHow
from forms.cases.orders.models import WorkOrder
from portal.files.actions import keep_files
from portal.files.storage import Upload
from portal.lib import clock
from portal.lib.refusals import Refused


def accept_on_screen(
    *, by: Any, order: WorkOrder, version: int | None = None, now: datetime | None = None
) -> WorkOrder:
    """The holder of the order's code accepts the price that was shown; another price shown meanwhile is a Conflict."""
    now = now or clock.now()
    with changing(order=order, verb="accept", by=by, now=now, version=version, proved=True) as change:
        _accepted(change.order, AcceptedHow.SCREEN, now)
        change.data["how"] = AcceptedHow.SCREEN.value
    return change.order


def accept_signed(
    *,
    by: Any,
    order: WorkOrder,
    name: str,
    signature: Sequence[Upload] = (),
    version: int | None = None,
    now: datetime | None = None,
) -> WorkOrder:
    """The customer signs on the worker's phone; without a script, the name typed by the customer stands for it."""
    now = now or clock.now()
    if not name.strip():
        raise Refused(_("Write the name of who accepts the price."), field="name")
    with changing(order=order, verb="accept", by=by, now=now, version=version, right="accept_signed") as change:
        how = AcceptedHow.SIGNATURE if signature else AcceptedHow.TYPED
        _accepted(change.order, how, now, name=name, by=by)
        keep_files(by=by, owner=change.order, uploads=signature, purpose=SIGNATURE, now=now)
        change.data["how"] = how.value
    return change.order


def record_call(
    *,
    by: Any,
    order: WorkOrder,
    name: str,
    words: str,
    called_at: datetime,
    version: int | None = None,
    now: datetime | None = None,
) -> WorkOrder:
    """The customer said yes on the phone: who, when, in which words."""
    now = now or clock.now()
    if not name.strip():
        raise Refused(_("Write the name of who accepts the price."), field="name")
    if not words.strip():
        raise Refused(_("Write down what the customer said."), field="words")
    with changing(order=order, verb="accept", by=by, now=now, version=version) as change:
        if called_at > now:
            raise Refused(_("The call is in the future: correct the moment."), field="called_at")
        if change.order.priced_at is not None and called_at < change.order.priced_at.replace(second=0, microsecond=0):
            raise Refused(
                _("The price was put on the order after this call: call again and name it."), field="called_at"
            )
        _accepted(change.order, AcceptedHow.CALL, called_at, name=name, words=words, by=by)
        change.data["how"] = AcceptedHow.CALL.value
    return change.order


def _accepted(
    order: WorkOrder, how: AcceptedHow, at: datetime, *, name: str = "", words: str = "", by: Any = None
) -> None:
    if not order.chargeable:
        raise Refused(_("This service is free of charge: nothing needs to be accepted."))
    order.accepted_how, order.accepted_name, order.accepted_words = how, name.strip(), words.strip()
    order.accepted_at, order.accepted_by = at, by
