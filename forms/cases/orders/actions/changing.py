"""One change of one work order: row locked, right, version and state looked at, state moved, the act journalled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cases.orders.enums import TRANSITIONS, OrderState
from forms.cases.orders.models import WorkOrder
from forms.cases.orders.permissions import user_can_act_on_order
from portal.journal import actions as journal
from portal.lib.refusals import Conflict, NotYours


@dataclass
class Change:
    """A locked order, and what goes to the journal with its change."""

    order: WorkOrder
    data: dict[str, Any] = field(default_factory=dict)
    target: OrderState | None = None  # where it leads, when that is not what the table of transitions says


@contextmanager
def changing(
    *,
    order: WorkOrder,
    verb: str,
    by: Any,
    now: datetime,
    version: int | None = None,
    right: str | None = None,
    proved: bool = False,
) -> Iterator[Change]:
    """`right` names the permission where it differs from the verb; `proved` is for who holds the code of the order's
    page, and for the portal's own acts. Two people at once: the second is told by Conflict."""
    with transaction.atomic(), scopes_disabled():
        found = WorkOrder.objects.select_for_update(of=("self",)).select_related("office", "estate")
        locked = found.get(pk=order.pk)
        if not proved and not user_can_act_on_order(by, right or verb, locked):
            raise NotYours(_("This work order is not yours to change."))
        if version is not None and version != locked.version:
            raise Conflict(_("Somebody changed this order while you were reading. Look at what is new and try again."))
        allowed, target = TRANSITIONS[verb]
        before = locked.state
        if before not in allowed:
            message = _("A work order that is “%(state)s” cannot take this step.")
            raise Conflict(message % {"state": locked.get_state_display()})
        change = Change(locked, target=target)
        yield change
        locked.state = change.target or before
        locked.version += 1
        locked.save()
        data = {"from": before, "to": locked.state, **change.data}
        journal.record(by=by, action=f"orders.{verb}", thing=locked, unit=locked.office_id, data=data, now=now)
