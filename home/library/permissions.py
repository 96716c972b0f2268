"""Who may publish in the library, for which unit and estate, and who may read and manage an entry."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from home.library.enums import EntryAudience
from home.library.models import EntryQuerySet, LibraryEntry
from portal.org.enums import MANAGING, Role
from portal.org.models import Estate, Unit
from portal.org.readers import Reader, reader_for

# Editors publish for everybody; managers for their own units and the estates these look after.
PUBLISHERS = MANAGING | {Role.EDITOR}


def reader_can_publish(reader: Reader) -> bool:
    return reader.has_role(*PUBLISHERS)


def units_of(reader: Reader) -> QuerySet[Unit]:
    """Units in whose name the reader may publish."""
    if reader.has_role(Role.EDITOR):
        return Unit.objects.filter(closed_on=None)
    return Unit.objects.filter(pk__in=reader.unit_ids_as(*MANAGING), closed_on=None)


def estates_of(reader: Reader) -> QuerySet[Estate]:
    """Estates for which the reader may publish."""
    if reader.has_role(Role.EDITOR):
        return Estate.objects.all()
    return Estate.objects.filter(office__in=reader.unit_ids_as(*MANAGING))


def user_can_publish_for(user: Any, unit: Unit, estate: Estate | None) -> bool:
    """In the name of the unit, and for the estate; a manager publishes for the public only about an own estate."""
    reader = reader_for(user)
    if not reader_can_publish(reader) or not units_of(reader).filter(pk=unit.pk).exists():
        return False
    return estate is None or estates_of(reader).filter(pk=estate.pk).exists()


def managed_by(reader: Reader) -> EntryQuerySet:
    """Entries the reader may change: those of the own units; a confidential or named one only its owner."""
    if not reader_can_publish(reader):
        return LibraryEntry.objects.none()
    mine = Q(owner_id=reader.user.pk)
    if reader.has_role(Role.EDITOR):
        return LibraryEntry.objects.filter(mine | ~Q(audience=EntryAudience.NAMED))
    ours = Q(unit__in=reader.unit_ids_as(*MANAGING)) & ~Q(audience=EntryAudience.NAMED)
    return LibraryEntry.objects.filter(mine | ours)


def user_can_manage_entry(user: Any, entry: LibraryEntry) -> bool:
    return managed_by(reader_for(user)).filter(pk=entry.pk).exists()


def reader_can_read_entry(reader: Reader, entry: LibraryEntry, day: date) -> bool:
    """In the audience while the entry is valid; whoever manages it before and after as well."""
    if entry.is_valid_on(day) and reader.may_read(entry.audience_tokens()):
        return True
    return reader_can_publish(reader) and managed_by(reader).filter(pk=entry.pk).exists()


def reader_can_see_read_log(reader: Reader, entry: LibraryEntry) -> bool:
    """Who read a confidential entry is told to its owner alone."""
    return entry.confidential and reader.is_signed_in and reader.user.pk == entry.owner_id
