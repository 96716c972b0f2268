"""The price a customer was told: that of the edition in force on the day of the order (SRV-07).

A running order keeps what it accepted: it asks here with the day on which the customer said yes, whatever editors and
later editions say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from policies.models import EditionService, GuideEdition, ServiceItem


@dataclass(frozen=True)
class AcceptedPrice:
    """`amount` None: free, or a price in words alone; `chargeable` says which. `expired`: the price had ended."""

    edition: int
    item_id: int
    name: str
    chargeable: bool
    price: str
    amount: Decimal | None
    unit: str
    valid_from: date
    valid_until: date | None
    expired: bool


def accepted_price(item: ServiceItem, on_day: date) -> AcceptedPrice | None:
    """What the edition in force on that day says the service costs; None where it does not offer it. Two queries."""
    edition = GuideEdition.objects.in_force(on_day)
    row = EditionService.objects.filter(edition=edition, item=item).first() if edition else None
    if edition is None or row is None:
        return None
    return AcceptedPrice(
        edition=edition.number,
        item_id=row.item_id,
        name=row.name,
        chargeable=row.chargeable,
        price=row.price,
        amount=row.amount,
        unit=row.unit,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        expired=row.price_expired(on_day),
    )
