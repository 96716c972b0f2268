"""What a work order is to revisits: how it is shown, what follows from what the customer says, what the draw takes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_scopes import scopes_disabled

from forms.cases.orders.actions.defects import SUBJECT, report_defect_at_revisit
from forms.cases.orders.enums import DONE
from forms.cases.orders.models import WorkOrder
from forms.cases.orders.permissions import handlers_of, visible_orders
from forms.revisits.models import Revisit
from forms.revisits.registries import Candidate, Population, ShownSubject


class OrderSubject:
    """A revisit about a work order."""

    def show(self, subject_id: str, reader: Any) -> ShownSubject | None:
        with scopes_disabled():
            order = WorkOrder.objects.select_related("estate", "worker").filter(pk=subject_id).first()
            if order is None:
                return None
            seen = visible_orders(reader).filter(pk=order.pk).exists()
            count = order.reworks.count()
        facts = [
            (_("Service"), order.service),
            (_("Where"), order.place),
            (_("Worker"), order.worker.name if order.worker else ""),
            (_("Finished"), f"{order.finished_at:%Y-%m-%d}" if order.finished_at else ""),
            (_("Redone"), _("%(count)s times") % {"count": count} if count else ""),
        ]
        return ShownSubject(order.number, order.get_absolute_url() if seen else "", facts, order.what)

    def satisfied(self, revisit: Revisit, *, by: Any, now: datetime) -> None:
        """Nothing follows: the order is finished."""

    def unsatisfied(self, revisit: Revisit, *, by: Any, now: datetime) -> WorkOrder | None:
        """The rework begins by itself (SRV-11)."""
        with scopes_disabled():
            order = WorkOrder.objects.filter(pk=revisit.subject_id).first()
        return report_defect_at_revisit(by=by, order=order, words=revisit.words, now=now) if order else None


def defect_is_back(subject_id: str, by: Any, words: str, now: datetime) -> WorkOrder | None:
    """A visit to a defect under watch found it back."""
    with scopes_disabled():
        order = WorkOrder.objects.filter(pk=subject_id).first()
    return report_defect_at_revisit(by=by, order=order, words=words, now=now) if order else None


def _finished_before(moment: datetime) -> Iterator[Candidate]:
    """Every order whose work was done before the moment, whatever became of it since; rework orders, too."""
    with scopes_disabled():
        found = WorkOrder.objects.filter(state__in=DONE, finished_at__lt=moment, recorded_at__isnull=False)
        rows = list(
            found.select_related("office", "estate")
            .defer("contact_name", "contact_phone", "accepted_name")
            .order_by("number")
        )
    for order in rows:
        yield _candidate(order)


def _candidate(order: WorkOrder, **more: Any) -> Candidate:
    if order.finished_at is None:
        raise ValueError(f"{order.number} is not finished")
    return Candidate(
        subject_type=SUBJECT,
        subject_id=str(order.pk),
        key=order.number,
        office=order.office,
        finished_at=order.finished_at,
        title=f"{order.number} {order.service}",
        place=order.place,
        **more,
    )


def _details(subject_id: str) -> Candidate:
    with scopes_disabled():
        order = WorkOrder.objects.select_related("office", "estate").get(pk=subject_id)
        return _candidate(
            order,
            contact_name=order.contact_name,
            contact_phone=order.contact_phone,
            handlers=handlers_of(order),
        )


ORDERS = Population(
    label=gettext_lazy("Work orders"),
    reason=gettext_lazy("Drawn from the week's finished work orders"),
    finished_before=_finished_before,
    details=_details,
)
