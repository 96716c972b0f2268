"""The defect is still there after the repair: rework at once, a special revisit within 24 hours (SRV-11)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_scopes import scopes_disabled

from forms.cases.orders.actions.changing import changing
from forms.cases.orders.actions.drafting import insert_order
from forms.cases.orders.enums import DefectSource, OrderState
from forms.cases.orders.models import WorkOrder
from forms.cases.orders.permissions import handlers_of
from forms.revisits.actions import NewRevisit, make_revisit
from forms.revisits.enums import SPECIAL_HOURS, RevisitKind
from forms.revisits.models import Revisit
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.calendars import AROUND_THE_CLOCK
from portal.lib.refusals import Conflict, Refused

SUBJECT = "case_orders.workorder"


@transaction.atomic
def report_defect(
    *, by: Any, order: WorkOrder, words: str, source: str, version: int | None = None, now: datetime | None = None
) -> WorkOrder:
    """The customer says that the defect persists: a rework order that may begin at once, free of charge, and a special
    revisit due in 24 clock hours, both linked to the first order. Returns the rework.

    A second report while the rework is under way makes no second one: it is told so by Conflict.
    """
    now = now or clock.now()
    if not words.strip():
        raise Refused(_("Say what is still wrong."), field="words")
    latest = latest_of(order)
    version = version if latest.pk == order.pk else None
    proved = source != DefectSource.HOTLINE
    with changing(order=latest, verb="report_defect", by=by, now=now, version=version, proved=proved) as change:
        found = change.order
        first = found.first or found
        rework = _rework(by, found, first, words, source, now)
        change.data.update(source=source, rework=rework.number, count=first.reworks.count())
    with scopes_disabled():
        _special_revisit(by, first, rework, now)
    return rework


def latest_of(order: WorkOrder) -> WorkOrder:
    """The newest order of the chain that `order` belongs to."""
    with scopes_disabled():
        first = order.first or order
        return first.reworks.order_by("-pk").first() or first


def report_defect_at_revisit(*, by: Any, order: WorkOrder, words: str, now: datetime) -> WorkOrder:
    """An unsatisfied revisit makes a rework by itself. Where one is under way already, it goes on, and the customer is
    gone back to once more within 24 hours."""
    with transaction.atomic(), scopes_disabled():
        latest = latest_of(order)
        try:
            return report_defect(by=by, order=latest, words=words, source=DefectSource.REVISIT, now=now)
        except Conflict:
            first = latest.first or latest
            latest.what = f"{latest.what}\n{words.strip()}"
            latest.version += 1
            latest.save(update_fields=["what", "version"])
            data = {"source": DefectSource.REVISIT.value}
            journal.record(by=by, action="orders.defect_again", thing=latest, unit=latest.office_id, data=data, now=now)
            _special_revisit(by, first, latest, now)
            return latest


def settle_first(*, by: Any, order: WorkOrder, now: datetime) -> None:
    """The rework is finished: what it redid is finished again."""
    if order.rework_of_id is None:
        return
    with scopes_disabled():
        redone = WorkOrder.objects.get(pk=order.rework_of_id)
        if redone.state == OrderState.REWORK:
            with changing(order=redone, verb="settle", by=by, now=now, proved=True) as change:
                change.data["rework"] = order.number
            if redone.is_rework:
                settle_first(by=by, order=redone, now=now)


def _rework(by: Any, order: WorkOrder, first: WorkOrder, words: str, source: str, now: datetime) -> WorkOrder:
    rework = insert_order(
        by=by,
        key=uuid4(),
        now=now,
        office=order.office,
        estate=order.estate,
        house=order.house,
        case=order.case if order.case is not None and order.case.is_open else None,
        contact_name=order.contact_name,
        contact_phone=order.contact_phone,
        what=words.strip(),
        item=order.item,
        service=order.service,
        guide_edition=order.guide_edition,
        state=OrderState.ACCEPTED,
        worker=order.worker,
        wanted_by=AROUND_THE_CLOCK.add_working_time(now, SPECIAL_HOURS),
        quantity=order.quantity,
        first=first,
        rework_of=order,
        defect_source=source,
        major=order.major,
        steps=list(order.steps.order_by("position").values_list("text", flat=True)),
    )
    data = {"first": first.number, "source": source}
    journal.record(by=by, action="orders.rework", thing=rework, unit=rework.office_id, data=data, now=now)
    return rework


def _special_revisit(by: Any, first: WorkOrder, rework: WorkOrder, now: datetime) -> Revisit:
    new = NewRevisit(
        office=first.office,
        subject_type=SUBJECT,
        subject_id=str(first.pk),
        title=f"{first.number} {first.service}"[:160],
        reason=gettext_lazy("The defect was still there after the repair."),
        due_at=AROUND_THE_CLOCK.add_working_time(now, SPECIAL_HOURS),
        kind=RevisitKind.SPECIAL,
        place=first.place,
        contact_name=first.contact_name,
        contact_phone=first.contact_phone,
        handlers=handlers_of(first),
    )
    return make_revisit(by=by, new=new, now=now)
