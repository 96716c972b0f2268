"""Writing an order, showing its price, giving it to somebody, taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cases.models import Case
from forms.cases.orders.actions.changing import changing
from forms.cases.orders.enums import OrderState
from forms.cases.orders.models import OrderStep, WorkOrder
from forms.cases.orders.notifying import notify_given
from forms.cases.orders.permissions import user_can_draft_for, workers_of
from forms.intake.actions import next_serial
from policies.guide.prices import accepted_price
from policies.models import EditionService, GuideEdition, ServiceItem
from portal.journal import actions as journal
from portal.lib import clock, codes
from portal.lib.encryption import index_key
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Estate, Person


@dataclass(frozen=True)
class NewOrder:
    """What is to be done, where, by when. The service stands in the guide; its procedure comes along."""

    estate: Estate
    house: str
    what: str
    item: ServiceItem
    wanted_by: datetime
    case: Case | None = None
    worker: Person | None = None
    contact_name: str = ""
    contact_phone: str = ""
    quantity: Decimal = Decimal(1)


@transaction.atomic
def draft_order(*, by: Any, key: UUID, new: NewOrder, now: datetime | None = None) -> WorkOrder:
    """Writes an order with the steps of its service (SRV-08). The same key again is the same order."""
    now = now or clock.now()
    office = new.estate.office
    if not user_can_draft_for(by, office.pk, new.case):
        raise NotYours(_("Work orders are written by the service centre of the office."))
    with scopes_disabled():
        known = WorkOrder.objects.filter(key=key).first()
        if known is not None:
            if (known.drafted_by_id, known.what, known.item_id) != (by.pk, new.what.strip(), new.item.pk):
                raise Conflict(_("Another order was sent with this form before. Open the form anew."))
            return known
    _require_sound(new, now)
    order = insert_order(
        by=by,
        key=key,
        now=now,
        office=office,
        estate=new.estate,
        house=new.house.strip(),
        case=new.case,
        contact_name=new.contact_name.strip(),
        contact_phone=new.contact_phone.strip(),
        what=new.what.strip(),
        item=new.item,
        service=new.item.name,
        wanted_by=new.wanted_by,
        worker=new.worker,
        quantity=new.quantity,
        steps=_procedure(new.item, now),
    )
    data = {"service": new.item.pk, "case": new.case.number if new.case else "", "steps": order.steps.count()}
    journal.record(by=by, action="orders.draft", thing=order, unit=office.pk, data=data, now=now)
    return order


def insert_order(*, by: Any, key: UUID, now: datetime, steps: list[str], **values: Any) -> WorkOrder:
    """The row with its number, the digest of the customer's code, and its steps. Who calls it journals."""
    day, customer_key = clock.today(now), uuid4()
    code = codes.tracking_code(index_key(), customer_key)
    order = WorkOrder.objects.create(
        number=codes.receipt_number("W", day, next_serial("W", day)),
        key=key,
        customer_key=customer_key,
        customer_digest=codes.digest(index_key(), code),
        drafted_at=now,
        drafted_by_id=by.pk,
        **values,
    )
    OrderStep.objects.bulk_create(
        OrderStep(order=order, position=position, text=text[:200]) for position, text in enumerate(steps, start=1)
    )
    notify_given(order, by, now)
    return order


def customer_code(order: WorkOrder) -> str:
    """The code that opens the customer's page: derived, so that the row holds only its digest."""
    return codes.tracking_code(index_key(), order.customer_key)


def _require_sound(new: NewOrder, now: datetime) -> None:
    if not new.what.strip():
        raise Refused(_("Say what is to be done."), field="what")
    if not new.house.strip():
        raise Refused(_("Say at which house."), field="house")
    if new.wanted_by <= now:
        raise Refused(_("This moment is over: choose a later one."), field="wanted_by")
    if new.quantity <= 0:
        raise Refused(_("The quantity is above zero."), field="quantity")
    if new.item.estate_id is not None and new.item.estate_id != new.estate.pk:
        raise Refused(_("This service is offered in another estate only."), field="item")
    if new.case is not None and not new.case.is_open:
        raise Refused(_("The case is closed: take it up again, or write the order by itself."))
    if new.worker is not None and not workers_of(new.estate.office_id).filter(pk=new.worker.pk).exists():
        raise Refused(_("Choose somebody of the office."), field="worker")


def _procedure(item: ServiceItem, now: datetime) -> list[str]:
    """The steps as customers read them in the edition in force; the draft of the guide binds nobody."""
    edition = GuideEdition.objects.in_force(clock.today(now))
    row = EditionService.objects.filter(edition=edition, item=item).first() if edition else None
    return row.step_list if row is not None else []


def price_order(
    *,
    by: Any,
    order: WorkOrder,
    quantity: Decimal | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> WorkOrder:
    """Puts the price of the guide in force today on the order, as a copy: what the customer is shown (SRV-07)."""
    now = now or clock.now()
    with changing(order=order, verb="price", by=by, now=now, version=version) as change:
        found = change.order
        told = accepted_price(found.item, clock.today(now))
        if told is None:
            raise Refused(_("The Service Guide in force does not offer this service: choose another."), field="item")
        if told.expired:
            raise Refused(_("The price in the Service Guide has ended: have the guide issued anew, then show it."))
        if quantity is not None:
            if quantity <= 0:
                raise Refused(_("The quantity is above zero."), field="quantity")
            found.quantity = quantity
        found.service, found.guide_edition = told.name, told.edition
        found.chargeable, found.price = told.chargeable, told.price
        found.amount, found.amount_unit = (told.amount, told.unit) if told.chargeable else (None, "")
        found.priced_at = now
        if not told.chargeable:  # nothing needs the customer's yes
            change.target = OrderState.ACCEPTED
        change.data.update(edition=told.edition, amount=told.amount, quantity=found.quantity)
    return change.order


def assign_order(
    *, by: Any, order: WorkOrder, worker: Person, version: int | None = None, now: datetime | None = None
) -> WorkOrder:
    """Gives the order to somebody of the office."""
    now = now or clock.now()
    with changing(order=order, verb="assign", by=by, now=now, version=version) as change:
        if not workers_of(change.order.office_id).filter(pk=worker.pk).exists():
            raise Refused(_("Choose somebody of the office."), field="worker")
        change.order.worker = worker
        change.data["worker"] = worker.staff_number
        change.order.save(update_fields=["worker"])  # who is told sees it from here on
        notify_given(change.order, by, now)
    return change.order


def cancel_order(
    *, by: Any, order: WorkOrder, reason: str, version: int | None = None, now: datetime | None = None
) -> WorkOrder:
    """The work is not done. A rework is never cancelled: the defect is there."""
    now = now or clock.now()
    if not reason.strip():
        raise Refused(_("Say why the work is not done."), field="reason")
    with changing(order=order, verb="cancel", by=by, now=now, version=version) as change:
        if change.order.is_rework:
            raise Refused(_("A rework is a duty: it ends when the defect is gone."))
        change.order.cancel_reason, change.order.ended_at = reason.strip(), now
    return change.order
