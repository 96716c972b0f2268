"""Who prints sheets, types in the cards of others, exports cards, and who counts as a reader from outside."""

from __future__ import annotations

from typing import Any

from forms.cards.models import Card
from forms.cards.permissions import LEADING, SAFETY_DEPARTMENT, user_can_collect_cards
from portal.org.enums import MANAGING
from portal.org.models import Unit
from portal.org.readers import Reader, reader_for

__all__ = ["user_can_collect_cards"]


def sheet_unit_ids(reader: Reader) -> tuple[int, ...]:
    """Units for which this reader may print blank cards: one's own and those below."""
    return reader.unit_ids if reader.is_staff_member else ()


def collecting_unit_ids(reader: Reader) -> tuple[int, ...]:
    """Units whose paper cards this reader may type in."""
    return reader.unit_ids_as(*LEADING)


def exporting_unit_ids(reader: Reader) -> tuple[int, ...]:
    """Units whose cards this reader may export: their managers, and the safety department."""
    if reader.has_role(*SAFETY_DEPARTMENT):
        return reader.unit_ids
    return reader.unit_ids_as(*MANAGING)


def reader_collects(reader: Reader) -> bool:
    return reader.has_role(*LEADING)


def reader_exports(reader: Reader) -> bool:
    return reader.has_role(*SAFETY_DEPARTMENT, *MANAGING)


def user_can_export_cards(user: Any, unit: Unit) -> bool:
    return unit.pk in exporting_unit_ids(reader_for(user))


def reader_is_outside(reader: Reader, card: Card) -> bool:
    """Whether the reader holds no post in the card's own unit and did not observe: then the reading is logged."""
    if any(unit.pk == card.unit_id for unit in reader.units):
        return False
    return not reader_observed(reader, card)


def reader_observed(reader: Reader, card: Card) -> bool:
    return reader.person is not None and any(person.pk == reader.person.pk for person in card.observers.all())
