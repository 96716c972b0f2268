"""Writing the Service Guide from code; editors use Wagtail's forms, which end in the same tables."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from policies.models import ServiceItem, ServiceSection
from policies.permissions import user_can_edit_guide
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.refusals import NotYours, Refused
from portal.org.models import Estate, User


@transaction.atomic
def save_service(
    *,
    by: User,
    section: str,
    name: str,
    what: str = "",
    who_may_ask: str = "",
    hours: str = "",
    phone: str = "",
    price: str = "",
    amount: Decimal | None = None,
    unit: str = "",
    estate: Estate | None = None,
    valid_from: date | None = None,
    order: int = 10,
    section_order: int = 10,
    now: datetime | None = None,
) -> ServiceItem:
    """Writes a service of the guide (SRV-03); the same name in the same section and estate is the same service.

    A service with an amount is chargeable and is refused without the price that the customer reads (SRV-07).
    """
    if not user_can_edit_guide(by):
        raise NotYours(_("Only an editor may change the Service Guide."))
    home = ServiceSection.objects.get_or_create(name=section, defaults={"order": section_order})[0]
    item = ServiceItem.objects.filter(section=home, name=name, estate=estate).first()
    item = item or ServiceItem(section=home, name=name, estate=estate)
    item.what, item.who_may_ask, item.hours, item.phone = what, who_may_ask, hours, phone
    item.price, item.amount, item.unit, item.order = price, amount, unit, order
    item.chargeable = amount is not None
    item.valid_from = valid_from or clock.today(now)
    try:
        item.full_clean()
    except ValidationError as problem:
        field, messages = next(iter(problem.message_dict.items()))
        raise Refused(messages[0], field=field) from None
    item.save()
    record_service(by=by, item=item, verb="save", now=now)
    return item


def record_service(*, by: Any, item: ServiceItem, verb: str, now: datetime | None = None) -> None:
    """Journals a change of a service; Wagtail's forms call it, too. Part of the caller's transaction."""
    journal.record(
        by=by,
        action=f"policies.{verb}_service",
        thing=item,
        data={"name": item.name, "price": item.price, "valid_from": item.valid_from, "withdrawn": item.withdrawn},
        now=now,
    )
