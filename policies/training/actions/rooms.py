"""Sessions in a room: planned, signed up for, signed in by QR code or ticked by who leads them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from policies.actions import AudienceLine
from policies.training import permissions
from policies.training import sign_in as codes_of
from policies.training.actions.certificates import give_certificate, take_back
from policies.training.actions.courses import require_version
from policies.training.enums import How, Presence, SessionKind, SessionState, SignedBy
from policies.training.models import Attendance, Certificate, Course, RoomSession, SessionRequirement
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Person, Unit
from portal.org.readers import reader_for

COUNTED = (Presence.ENROLLED, Presence.PRESENT)  # who takes a place


@dataclass(frozen=True)
class SessionDetails:
    """What the form of a session says; a course makes it a training, without one it is a group activity."""

    title: str
    unit: Unit
    starts_at: datetime
    ends_at: datetime
    place: str
    course: Course | None = None
    trainer: Person | None = None
    capacity: int = 0
    required_of: Sequence[AudienceLine] = field(default_factory=tuple)

    def checked(self) -> dict[str, Any]:
        title = self.title.strip() or (self.course.title if self.course else "")
        if not title or len(title) > 120:
            raise Refused(_("Write a title of at most 120 characters."), field="title")
        if not self.place.strip():
            raise Refused(_("Write where it takes place."), field="place")
        if self.ends_at <= self.starts_at:
            raise Refused(_("It ends before it starts: correct one of the times."), field="ends_at")
        if (self.ends_at - self.starts_at).total_seconds() > 24 * 3600:
            raise Refused(_("A session lasts at most a day: plan one for each day."), field="ends_at")
        return {
            "kind": SessionKind.TRAINING if self.course else SessionKind.ACTIVITY,
            "course": self.course,
            "title": title,
            "unit": self.unit,
            "starts_at": self.starts_at,
            "ends_at": self.ends_at,
            "place": self.place.strip()[:120],
            "trainer": self.trainer,
            "capacity": self.capacity,
        }


@transaction.atomic
def plan_session(
    *,
    by: Any,
    details: SessionDetails,
    session: RoomSession | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> RoomSession:
    """Plans a session, or changes one that has not ended."""
    now = now or clock.now()
    if not permissions.user_can_plan_session_in(by, details.unit):
        raise NotYours(_("Sessions are planned by who keeps courses, and by managers for their units."))
    columns = details.checked()
    lines = {line.token: line for line in details.required_of}
    if session is None:
        seed = uuid.uuid4()
        digest = codes_of.digest_of(codes_of.token_of(seed))
        kept = RoomSession.objects.create(**columns, seed=seed, token_digest=digest, created_by=by)
    else:
        kept = _locked(session)
        if not permissions.user_can_lead_session(by, kept):
            raise NotYours(_("This session is another unit's."))
        require_version(version, kept.version)
        if kept.state != SessionState.PLANNED or kept.ends_at < now:
            raise Conflict(_("This session is over or cancelled: it is not changed any more."))
        for name, value in columns.items():
            setattr(kept, name, value)
        kept.version += 1
        kept.save()
        kept.requirements.all().delete()
    SessionRequirement.objects.bulk_create(
        SessionRequirement(session=kept, scope=line.scope, unit=line.unit, post=line.post, token=token)
        for token, line in lines.items()
    )
    data = {"kind": kept.kind, "starts_at": kept.starts_at, "course": kept.course_id, "required_of": sorted(lines)}
    journal.record(by=by, action="training.plan_session", thing=kept, unit=kept.unit, data=data, now=now)
    return kept


@transaction.atomic
def cancel_session(*, by: Any, session: RoomSession, now: datetime | None = None) -> RoomSession:
    """Nobody is required to come any more. Refused once somebody was there."""
    now = now or clock.now()
    kept = _locked(session)
    if not permissions.user_can_lead_session(by, kept):
        raise NotYours(_("This session is another unit's."))
    if kept.state != SessionState.PLANNED:
        raise Conflict(_("This session was cancelled already."))
    if kept.attendances.filter(presence=Presence.PRESENT).exists():
        raise Conflict(_("People have signed in: a session that was held cannot be cancelled."))
    kept.state = SessionState.CANCELLED
    kept.version += 1
    kept.save(update_fields=["state", "version"])
    journal.record(by=by, action="training.cancel_session", thing=kept, unit=kept.unit, now=now)
    return kept


def _locked(session: RoomSession) -> RoomSession:
    found = RoomSession.objects.select_for_update(of=("self",)).select_related("course", "unit")
    return found.get(pk=session.pk)


def _attendee(by: Any, now: datetime) -> Person:
    reader = reader_for(by, clock.today(now))
    if not permissions.reader_can_take_courses(reader) or reader.person is None:
        raise NotYours(_("Sessions are for the staff."))
    return reader.person


def _require_place(session: RoomSession) -> None:
    taken = session.attendances.filter(presence__in=COUNTED).count()
    if session.capacity and taken >= session.capacity:
        raise Conflict(_("All %(places)s places are taken: choose another session.") % {"places": session.capacity})


@transaction.atomic
def enrol(*, by: Any, session: RoomSession, now: datetime | None = None) -> Attendance:
    """Takes a place in a session that has not begun; twice is one place. Raises Conflict when it is full."""
    now = now or clock.now()
    person = _attendee(by, now)
    kept = _locked(session)
    if kept.state != SessionState.PLANNED or kept.starts_at <= now:
        raise Conflict(_("This session has begun or was cancelled: choose another one."))
    held = kept.attendances.filter(person=person).first()
    if held is not None and held.presence in COUNTED:
        return held
    _require_place(kept)
    attendance, _new = Attendance.objects.update_or_create(
        session=kept, person=person, defaults={"presence": Presence.ENROLLED, "at": now, "signed_by": ""}
    )
    journal.record(by=by, action="training.enrol", thing=attendance, unit=kept.unit, data={"session": kept.pk}, now=now)
    return attendance


@transaction.atomic
def leave(*, by: Any, session: RoomSession, now: datetime | None = None) -> None:
    """Gives a place back before the session begins."""
    now = now or clock.now()
    person = _attendee(by, now)
    kept = _locked(session)
    if kept.starts_at <= now:
        raise Conflict(_("The session has begun: tell who leads it."))
    if kept.attendances.filter(person=person, presence=Presence.ENROLLED).delete()[0]:
        data = {"person": person.staff_number}
        journal.record(by=by, action="training.leave", thing=kept, unit=kept.unit, data=data, now=now)


@transaction.atomic
def sign_in(*, by: Any, session: RoomSession, now: datetime | None = None) -> Attendance:
    """Signs the person in by the code of the room, from half an hour before the session until its end; twice is
    once."""
    now = now or clock.now()
    person = _attendee(by, now)
    kept = _locked(session)
    held = kept.attendances.filter(person=person).first()
    if held is not None and held.presence == Presence.PRESENT:
        return held
    if not kept.takes_signatures(now):
        raise Conflict(_("The code works only while the session lasts: who leads it can tick you."))
    if held is None or held.presence != Presence.ENROLLED:
        _require_place(kept)
    return _present(by, kept, person, SignedBy.QR, now)


@transaction.atomic
def mark_attendance(
    *,
    by: Any,
    session: RoomSession,
    present: Collection[int],
    excused: Collection[int] = (),
    asked: Collection[int] | None = None,
    now: datetime | None = None,
) -> RoomSession:
    """Ticks who was there (keys of people) and who is excused; of `asked` (default: everybody on the list) the others
    were not. Taking a tick away takes the certificate back that rested on it."""
    now = now or clock.now()
    kept = _locked(session)
    if not permissions.user_can_lead_session(by, kept):
        raise NotYours(_("Attendance is ticked by who leads the session."))
    if kept.state != SessionState.PLANNED:
        raise Conflict(_("This session was cancelled."))
    if kept.starts_at > now:
        raise Conflict(_("The session has not begun: tick who is there when it has."))
    held = {row.person_id: row for row in kept.attendances.select_related("person")}
    people = Person.objects.in_bulk([*present, *excused])
    for key, person in people.items():
        if key in present:
            if key not in held or held[key].presence != Presence.PRESENT:
                _present(by, kept, person, SignedBy.TRAINER, now)
        elif key not in held or held[key].presence != Presence.EXCUSED:
            _not_present(by, kept, person, Presence.EXCUSED, now)
    for key, row in held.items():
        if (asked is None or key in asked) and key not in people and row.presence != Presence.ENROLLED:
            _not_present(by, kept, row.person, Presence.ENROLLED, now)
    return kept


def _present(by: Any, session: RoomSession, person: Person, signed: SignedBy, now: datetime) -> Attendance:
    attendance, _new = Attendance.objects.update_or_create(
        session=session, person=person, defaults={"presence": Presence.PRESENT, "signed_by": signed, "at": now}
    )
    data = {"session": session.pk, "person": person.staff_number, "signed": str(signed)}
    journal.record(by=by, action="training.attend", thing=attendance, unit=session.unit, data=data, now=now)
    course = session.course
    if course is None or not course.by_attendance:
        return attendance
    if not Certificate.objects.filter(attendance=attendance, withdrawn_on=None).exists():
        give_certificate(
            by=by,
            person=person,
            course=course,
            how=How.ATTENDANCE,
            attendance=attendance,
            done_on=clock.today(session.starts_at),
            now=now,
        )
    return attendance


def _not_present(by: Any, session: RoomSession, person: Person, presence: Presence, now: datetime) -> None:
    attendance, _new = Attendance.objects.update_or_create(
        session=session, person=person, defaults={"presence": presence, "signed_by": "", "at": now}
    )
    data = {"session": session.pk, "person": person.staff_number, "presence": str(presence)}
    journal.record(by=by, action="training.correct_attendance", thing=attendance, unit=session.unit, data=data, now=now)
    for certificate in Certificate.objects.filter(attendance=attendance, withdrawn_on=None).select_related("course"):
        take_back(by=by, certificate=certificate, why=_("The attendance was corrected."), now=now)
