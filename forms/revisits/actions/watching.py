"""Defects under watch after their repair: visits by date or after rain, their records, two signatures (SRV-10)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.intake.actions import next_serial
from forms.revisits.enums import DAYS_AFTER_RAIN, RELEASING_SIGNATURES, Condition, VisitCause
from forms.revisits.models import DefectFile, DefectVisit, RainDay, ReleaseSignature
from forms.revisits.permissions import user_can_keep_file, user_can_release, user_can_visit
from forms.revisits.registries import returned_defects
from portal.files.actions import keep_files
from portal.files.storage import Upload
from portal.journal import actions as journal
from portal.lib import clock, codes
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Estate, Unit

EARLIEST_RAIN: Final = timedelta(days=7)
EARLIEST_VISIT: Final = timedelta(days=3)  # before the day it is planned for


@dataclass(frozen=True)
class NewFile:
    """Which defect comes under watch, and when somebody goes there: the first day, then every so many days."""

    office: Unit
    estate: Estate
    subject_type: str
    subject_id: str
    title: str
    place: str
    first_on: date
    every_days: int = 30
    visits: int = 3
    after_rain: bool = True

    def days(self) -> list[date]:
        return [self.first_on + timedelta(days=self.every_days * number) for number in range(self.visits)]


@transaction.atomic
def open_file(*, by: Any, new: NewFile, now: datetime | None = None) -> DefectFile:
    """Opens the file of a repaired major defect with its schedule. One file a defect: the second is told."""
    now = now or clock.now()
    if not user_can_keep_file(by, new.office.pk):
        raise NotYours(_("Defect files are kept by the service centre of the office."))
    if not new.title.strip():
        raise Refused(_("Say which defect it is."), field="title")
    if new.first_on < clock.today(now):
        raise Refused(_("Name a day that is still to come."), field="first_on")
    if new.every_days < 1 or new.visits < 1:
        raise Refused(_("Plan at least one visit."), field="visits")
    with scopes_disabled():
        Unit.objects.select_for_update().get(pk=new.office.pk)  # two at once: one after the other
        if DefectFile.objects.filter(subject_type=new.subject_type, subject_id=new.subject_id).exists():
            raise Conflict(_("This defect is under watch already."))
        day = clock.today(now)
        file = DefectFile.objects.create(
            number=codes.receipt_number("F", day, next_serial("F", day)),
            office=new.office,
            estate=new.estate,
            subject_type=new.subject_type,
            subject_id=new.subject_id,
            title=new.title.strip()[:160],
            place=new.place[:120],
            after_rain=new.after_rain,
            opened_at=now,
            opened_by=by,
        )
        DefectVisit.objects.bulk_create(DefectVisit(file=file, opens_on=due, due_on=due) for due in new.days())
    data = {"about": f"{new.subject_type}:{new.subject_id}", "visits": new.visits, "after_rain": new.after_rain}
    journal.record(by=by, action="revisits.open_file", thing=file, unit=file.office_id, data=data, now=now)
    return file


def plan_visit(*, by: Any, file: DefectFile, due_on: date, now: datetime | None = None) -> DefectVisit:
    """One more visit."""
    now = now or clock.now()
    if due_on < clock.today(now):
        raise Refused(_("Name a day that is still to come."), field="due_on")
    with _changing(file, by, "plan_visit", user_can_keep_file(by, file.office_id), now) as change:
        visit, created = DefectVisit.objects.get_or_create(
            file=change.file, cause=VisitCause.BY_DATE, opens_on=due_on, defaults={"due_on": due_on}
        )
        if not created:
            raise Conflict(_("A visit on this day is planned already."), field="due_on")
        change.data["due"] = due_on
    return visit


def record_visit(
    *,
    by: Any,
    visit: DefectVisit,
    condition: str,
    words: str = "",
    uploads: Sequence[Upload] = (),
    now: datetime | None = None,
) -> DefectVisit:
    """The special record of a visit, with photos. Where the defect is back, the rework begins by itself; whatever is
    not sound takes back the signatures given so far."""
    now = now or clock.now()
    if condition not in Condition.values:
        raise Refused(_("Say what was found."), field="condition")
    if condition != Condition.SOUND and not words.strip():
        raise Refused(_("Describe what was found."), field="words")
    with _changing(visit.file, by, "visit", user_can_visit(by, visit.file), now) as change:
        found = DefectVisit.objects.select_for_update().get(pk=visit.pk)
        if found.done_at is not None or found.dropped:
            raise Conflict(_("This visit was recorded already."))
        if found.opens_on > clock.today(now) + EARLIEST_VISIT:
            raise Refused(_("This visit is planned for a later day: plan one more for today."))
        found.done_at, found.done_by, found.condition, found.words = now, by, condition, words.strip()
        found.save(update_fields=["done_at", "done_by", "condition", "words"])
        keep_files(by=by, owner=found, uploads=uploads, now=now)
        change.data.update(visit=found.pk, due=found.due_on, condition=condition, files=len(uploads))
        if condition != Condition.SOUND:
            ReleaseSignature.objects.filter(file=change.file).delete()
        come_back = returned_defects.get(change.file.subject_type)
        if condition == Condition.BROKEN and come_back is not None:
            come_back(change.file.subject_id, by, words.strip(), now)
    return found


def sign_release(*, by: Any, file: DefectFile, words: str, now: datetime | None = None) -> DefectFile:
    """One of the two signatures. With the second, of another person, the watch ends and visits to come fall away."""
    now = now or clock.now()
    if not words.strip():
        raise Refused(_("Say why the defect is gone."), field="words")
    with _changing(file, by, "sign_release", user_can_release(by, file), now) as change:
        last = DefectVisit.objects.filter(file=file, done_at__isnull=False).order_by("-done_at", "-pk").first()
        if last is None or last.condition != Condition.SOUND:
            raise Refused(_("It is released after a visit that found it sound."))
        if ReleaseSignature.objects.filter(file=file, by=by).exists():
            raise Conflict(_("You signed already: the second signature is another person's."))
        ReleaseSignature.objects.create(file=change.file, by=by, at=now, words=words.strip())
        if ReleaseSignature.objects.filter(file=file).count() >= RELEASING_SIGNATURES:
            change.file.released_at = now
            waiting = DefectVisit.objects.filter(file=file, done_at=None, due_on__gte=clock.today(now))
            change.data["dropped"] = waiting.update(dropped=True)
        change.data["released"] = change.file.released_at is not None
    return change.file


@transaction.atomic
def record_rain(*, by: Any, estate: Estate, day: date, now: datetime | None = None) -> list[DefectVisit]:
    """It rained: at each open file of the estate that asks for it a visit is due. Returns the visits."""
    now = now or clock.now()
    if not user_can_keep_file(by, estate.office_id):
        raise NotYours(_("Rain is entered by the service centre of the office."))
    today = clock.today(now)
    if day > today or day < today - EARLIEST_RAIN:
        raise Refused(_("Enter a day of the last week."), field="day")
    with scopes_disabled():
        rain, created = RainDay.objects.get_or_create(estate=estate, day=day, defaults={"by": by, "at": now})
        if not created:
            raise Conflict(_("The rain of this day was entered already."), field="day")
        due = today + timedelta(days=DAYS_AFTER_RAIN)
        visits = [
            DefectVisit.objects.create(file=file, cause=VisitCause.AFTER_RAIN, opens_on=day, due_on=due)
            for file in DefectFile.objects.filter(estate=estate, released_at=None, after_rain=True)
        ]
    data = {"estate": estate.code, "day": day, "visits": len(visits)}
    journal.record(by=by, action="revisits.rain", thing=rain, unit=estate.office_id, data=data, now=now)
    return visits


@dataclass
class _Change:
    file: DefectFile
    data: dict[str, Any] = field(default_factory=dict)


@contextmanager
def _changing(file: DefectFile, by: Any, verb: str, allowed: bool, now: datetime) -> Iterator[_Change]:
    """One change of an open file: locked, looked at, journalled."""
    with transaction.atomic(), scopes_disabled():
        locked = DefectFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
        if not allowed:
            raise NotYours(_("This defect file is not yours to change."))
        if not locked.is_open:
            raise Conflict(_("This defect was released: nothing was changed."))
        change = _Change(locked)
        yield change
        locked.version += 1
        locked.save()
        journal.record(
            by=by, action=f"revisits.{verb}", thing=locked, unit=locked.office_id, data=change.data or None, now=now
        )
