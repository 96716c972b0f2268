"""Who owes which cards, who sees the duty matrix, keeps rosters, collects, decides. The only place naming roles here.

The matrix joins cards to rosters, so it is for those who lead the unit, the managers above and the safety department.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from forms.cards.duty.enums import Duty
from forms.cards.permissions import FIELD_UNITS, LEADING, SAFETY_DEPARTMENT, readable_unit_ids
from portal.org.enums import MANAGING, Role, UnitKind
from portal.org.models import Unit
from portal.org.readers import Reader, reader_for

OWED_BY_MANAGERS = MANAGING  # whose cards nobody else hands in (SAF-12)
DUTY_UNITS = FIELD_UNITS


def duty_of(role: str, post_code: str) -> Duty:
    """What the holder of a post owes (clause 5.4.1). `DAILY_CARD_POSTS` names the posts that owe as managers do."""
    if role in MANAGING or post_code in settings.DAILY_CARD_POSTS:
        return Duty.EACH_DAY
    return Duty.EACH_SHIFT if role == Role.CREW_LEADER else Duty.TOGETHER


def visible_units(reader: Reader) -> QuerySet[Unit]:
    """Units whose matrix this reader may see."""
    ids = reader.unit_ids if reader.has_role(*SAFETY_DEPARTMENT) else reader.unit_ids_as(*LEADING)
    return Unit.objects.filter(pk__in=ids, kind__in=DUTY_UNITS, closed_on=None).order_by("path")


def reader_can_see_duty(reader: Reader) -> bool:
    return reader.is_signed_in and (reader.has_role(*SAFETY_DEPARTMENT) or _leads_in_the_field(reader))


def _leads_in_the_field(reader: Reader) -> bool:
    return visible_units(reader).exists()


def reader_finds_duty(reader: Reader) -> bool:
    """Who is shown the way to the matrix. Asks the database nothing beyond the appointments."""
    leads = reader.units_as(*LEADING)
    return reader.has_role(*SAFETY_DEPARTMENT) or any(unit.kind in {*DUTY_UNITS, UnitKind.COMPANY} for unit in leads)


def reader_meets_duty(reader: Reader) -> bool:
    """Whether rosters with cards can name this reader. Asks the database nothing beyond the appointments."""
    return any(unit.kind in DUTY_UNITS for unit in reader.units)


def reader_can_read_cards_of(reader: Reader, unit: Unit) -> bool:
    return unit.pk in readable_unit_ids(reader)


def kept_unit_ids(reader: Reader) -> tuple[int, ...]:
    """Units whose roster this reader keeps."""
    return reader.unit_ids_as(*MANAGING)


def reader_keeps_rosters(reader: Reader) -> bool:
    """Whether this reader keeps the roster of any unit that owes cards."""
    return Unit.objects.filter(pk__in=kept_unit_ids(reader), kind__in=DUTY_UNITS, closed_on=None).exists()


def user_can_keep_roster(user: Any, unit: Unit) -> bool:
    """The managers of the unit and those above it."""
    return unit.kind in DUTY_UNITS and unit.pk in kept_unit_ids(reader_for(user))


def user_can_collect(user: Any, unit: Unit) -> bool:
    """The head of the unit and the deputies (clause 5.4.2)."""
    return unit.kind in DUTY_UNITS and unit.pk in {one.pk for one in reader_for(user).units_as(*MANAGING)}


def user_can_set_rule(user: Any) -> bool:
    """Whether daily cards count as planned is decided by the safety department, for the company."""
    return reader_for(user).has_role(*SAFETY_DEPARTMENT)
