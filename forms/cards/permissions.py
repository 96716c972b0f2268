"""Who may hand in, read and withdraw cards, see to their actions, keep the areas. Only here does this app name roles.

Cards are read within their unit, by the managers above it, by the safety department and by whoever observed. An
administrator keeps the portal running and reads no cards.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from forms.cards.enums import CardState
from forms.cards.models import Card, CardAction
from portal.lib import clock
from portal.org.enums import MANAGING, Role, UnitKind
from portal.org.models import Appointment, Person, Unit
from portal.org.readers import Reader, reader_for

SAFETY_DEPARTMENT = frozenset({Role.QUALITY_OFFICER})
FIELD_UNITS = frozenset({UnitKind.CREW, UnitKind.PROJECT})
# Those who plan the observations of a unit and collect its cards (clause 5.4.2).
LEADING = frozenset({Role.UNIT_MANAGER, Role.CREW_LEADER, Role.DIRECTOR})

# Those who owe a card of their own each day or shift (clause 5.4.1).
DAILY_OBSERVERS = frozenset({Role.UNIT_MANAGER, Role.CREW_LEADER})


def user_can_hand_in_card(user: Any) -> bool:
    """Everybody on the staff takes part (clause 3.5)."""
    return reader_for(user).is_staff_member


def user_can_hand_in_card_at(user: Any, unit: Unit) -> bool:
    """Observing is done in the units of one's appointments and below them."""
    reader = reader_for(user)
    return reader.is_staff_member and unit.pk in reader.unit_ids


def user_can_collect_cards(user: Any, unit: Unit) -> bool:
    """Who leads a unit may hand in the paper cards of others; rules.problems refuses that for the cards of managers."""
    return unit.pk in reader_for(user).unit_ids_as(*LEADING)


def reader_can_list_cards(reader: Reader) -> bool:
    return bool(readable_unit_ids(reader))


def reader_meets_cards(reader: Reader) -> bool:
    """Whether cards belong to the reader's work: the safety department, and units that work in the field."""
    return reader.has_role(*SAFETY_DEPARTMENT) or any(unit.kind in FIELD_UNITS for unit in reader.units)


def readable_unit_ids(reader: Reader) -> tuple[int, ...]:
    """Units whose cards this reader may read."""
    if reader.has_role(*SAFETY_DEPARTMENT):
        return reader.unit_ids
    return tuple({*(unit.pk for unit in reader.units), *reader.unit_ids_as(*MANAGING)})


def readable_cards(reader: Reader) -> QuerySet[Card]:
    """The cards this reader may read, within the scope that is active."""
    may_read = Q(unit__in=readable_unit_ids(reader))
    if reader.person is not None:
        own = Card.observers.through.objects.filter(person_id=reader.person.pk).values("card_id")
        may_read |= Q(pk__in=own)
    return Card.objects.filter(may_read)


def user_can_see_card(user: Any, card: Card) -> bool:
    reader = reader_for(user)
    return card.unit_id in readable_unit_ids(reader) or _observed(reader, card)


def user_can_withdraw_card(user: Any, card: Card, *, now: datetime | None = None) -> bool:
    """Its own observers, on the day it was handed in."""
    now = now or clock.now()
    same_day = clock.today(card.handed_in_at) == clock.today(now)
    return same_day and card.state == CardState.HANDED_IN and _observed(reader_for(user), card)


def user_can_keep_areas(user: Any, unit: Unit) -> bool:
    """Who leads a unit, and the safety department, keep the list of its areas."""
    reader = reader_for(user)
    if reader.has_role(*SAFETY_DEPARTMENT):
        return True
    return unit.pk in reader.unit_ids_as(*LEADING)


def area_unit_ids(reader: Reader) -> tuple[int, ...]:
    """Units whose areas this reader may keep."""
    return reader.unit_ids if reader.has_role(*SAFETY_DEPARTMENT) else reader.unit_ids_as(*LEADING)


def possible_owners(unit: Unit) -> QuerySet[Person]:
    """Who may be asked to see to an action: those who lead the unit or a unit above it. The observers may as well."""
    step = Unit.steplen
    paths = [unit.path[:end] for end in range(step, len(unit.path) + 1, step)]
    held = Appointment.objects.on(clock.today()).filter(unit__path__in=paths, post__role__in=LEADING)
    return Person.objects.filter(pk__in=held.values("person_id")).order_by("name")


def reader_can_list_actions(reader: Reader) -> bool:
    return reader.is_staff_member


def visible_actions(reader: Reader) -> QuerySet[CardAction]:
    """The own actions, and for who leads a unit or belongs to the safety department those of its cards."""
    if reader.has_role(*SAFETY_DEPARTMENT):
        return CardAction.objects.all()
    may_see = Q(item__card__unit__in=reader.unit_ids_as(*LEADING))
    if reader.person is not None:
        may_see |= Q(owner=reader.person.pk)
    return CardAction.objects.filter(may_see)


def user_can_finish_action(user: Any, action: CardAction) -> bool:
    reader = reader_for(user)
    return reader.is_staff_member and reader.person is not None and action.owner_id == reader.person.pk


def user_can_import_cards(user: Any) -> bool:
    return reader_for(user).has_role(*SAFETY_DEPARTMENT, Role.UNIT_MANAGER)


def _observed(reader: Reader, card: Card) -> bool:
    return reader.person is not None and card.observers.filter(pk=reader.person.pk).exists()
