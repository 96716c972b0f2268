"""SRV-02: every estate has a valid entry of each kind. SAL-04: confidential entries were read by those named alone."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from home.enums import AudienceGroup
from home.library.actions import READ
from home.library.enums import FOR_CUSTOMERS, REQUIRED_KINDS, EntryKind
from home.library.models import LibraryEntry
from home.models import NoticePage
from portal.journal.models import Entry
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.registries import Measured
from portal.org.models import Estate, Unit, User
from portal.org.readers import reader_for


def missing_kinds(estates: list[Estate], day: date) -> list[tuple[Estate, EntryKind]]:
    """What an estate's customers cannot read on this day, of the kinds that must be published. Two queries."""
    valid = LibraryEntry.objects.valid_on(day).filter(audience__in=FOR_CUSTOMERS)
    there = set(valid.values_list("kind", "estate_id"))
    noticed = _units_with_notices(day)
    missing = []
    for estate in estates:
        for kind in REQUIRED_KINDS:
            published = (kind, None) in there or (kind, estate.pk) in there
            if kind == EntryKind.NOTICE and not published:
                published = any(path is None or estate.office.path.startswith(path) for path in noticed)
            if not published:
                missing.append((estate, kind))
    return missing


def _units_with_notices(day: date) -> set[str | None]:
    """Paths of the units whose notices customers can read; None where a notice is in nobody's name."""
    groups = [AudienceGroup.PUBLIC, AudienceGroup.CUSTOMER]
    pages = NoticePage.objects.live().filter(audience_rules__group__in=groups, first_published_at__date__lte=day)
    return set(pages.values_list("unit__path", flat=True))


def library_kept(unit: Unit | None, period: Period) -> Measured:
    """Due: kinds x estates of the offices at or below the unit, on the period's last day or today; done: at least one
    valid entry (of the estate, or for all); missed: none."""
    estates = Estate.objects.select_related("office").filter(office__closed_on=None)
    if unit is not None:
        estates = estates.filter(office__path__startswith=unit.path)
    found = list(estates)
    due = len(found) * len(REQUIRED_KINDS)
    missing = missing_kinds(found, min(period.end, clock.today()))
    names = "、".join(f"{estate}：{kind.label}" for estate, kind in missing[:3])
    note = _("Missing: %(names)s") % {"names": names} if names else ""
    return Measured(due, due - len(missing), len(missing), reverse("library_index"), note)


def confidential_kept(unit: Unit | None, period: Period) -> Measured:
    """Due: confidential entries that existed in the period; done: readers are named and every reading was by one of
    them, proved anew from the appointments of that day; missed: the others."""
    until = period.bounds(timezone.get_default_timezone())[1]
    entries = LibraryEntry.objects.filter(confidential=True, created_at__lt=until).filter(
        Q(withdrawn_on=None) | Q(withdrawn_on__gte=period.start)
    )
    if unit is not None:
        entries = entries.filter(unit__path__startswith=unit.path)
    due = done = 0
    tokens: dict[tuple[Any, date], frozenset[str]] = {}
    for entry in entries.prefetch_related("readers"):
        due += 1
        readings = Entry.objects.filter(
            record_type=LibraryEntry._meta.label_lower, record_id=str(entry.pk), action=READ, at__lt=until
        ).select_related("user")
        named = bool(entry.readers.all())
        done += named and all(_was_named(reading, tokens) for reading in readings)
    return Measured(due, done, due - done, reverse("library_desk"))


def _was_named(reading: Entry, tokens: dict[tuple[Any, date], frozenset[str]]) -> bool:
    """Whether the reader was, on that day, among those whom the entry named at that moment."""
    key = (reading.user_id, clock.today(reading.at))
    if key not in tokens:
        tokens[key] = _tokens_then(reading.user, key[1])
    return bool(tokens[key] & set(reading.data.get("audience", [])))


def _tokens_then(user: User | None, day: date) -> frozenset[str]:
    """An account locked since then was not locked when it read."""
    if user is None:
        return frozenset()
    user.is_active = True
    return reader_for(user, day).tokens


MEASURES = {"SRV-02": library_kept, "SAL-04": confidential_kept}
