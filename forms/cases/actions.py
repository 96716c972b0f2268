"""The verbs of a case: the only code that writes one. Each is journalled in its own transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cases.clocks import CasePolicy, due_times
from forms.cases.enums import TRANSITIONS, CaseChannel, CaseKind, CaseLevel, ClockName, NoteKind
from forms.cases.models import Case, CaseNote, CasePromise, ComplaintPage, PromiseQuerySet
from forms.cases.permissions import assignable_people, user_can_act_on_case
from forms.intake.actions import Accepted, accept_submission, tell
from forms.intake.attachments import Upload
from forms.intake.models import Submission
from forms.intake.questions import AnswerGiven
from portal.journal import actions as journal
from portal.lib import clock, codes
from portal.lib.encryption import index_key
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.lib.rows import prepare, write
from portal.org.models import Estate, Person, Unit


@dataclass(frozen=True)
class Filing:
    """What a customer says; phone in any writing. `estate` None: it goes to the entrance's own routing unit."""

    subject: str
    text: str
    kind: str = CaseKind.COMPLAINT
    estate: Estate | None = None
    house: str = ""
    about_director: bool = False
    compensation: bool = False
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    channel: str = CaseChannel.WEB


def file_complaint(
    *,
    page: ComplaintPage,
    submission_id: UUID,
    by: Any,
    filing: Filing,
    files: Sequence[Upload] = (),
    answers: Sequence[AnswerGiven] = (),
    language: str = "zh-hant",
    address: str = "",
    suspected: bool = False,
    now: datetime | None = None,
) -> Accepted:
    """Takes a complaint, request, enquiry or praise once; the record of the answer is a Case.

    What is about the director of an office or asks for compensation goes past that office to the company's leaders
    (SRV-18). Raises what accept_submission raises.
    """
    now = now or clock.now()
    if not filing.subject.strip() or not filing.text.strip():
        raise Refused(_("Say in a few words what it is about, and what happened."), field="text")
    write_case = _new_case(page, filing, now)
    return accept_submission(
        entrance=page,
        submission_id=submission_id,
        by=by,
        cleaned={name: getattr(filing, name) for name in Filing.__dataclass_fields__},
        make_record=write_case,
        files=files,
        answers=answers,
        action="cases.file",
        language=language,
        address=address,
        suspected=suspected,
        now=now,
    )


def _new_case(page: ComplaintPage, filing: Filing, now: datetime) -> Callable[[Submission], Case]:
    """Prepares the rows of a case before the transaction; what it gives writes them once the number is known."""
    office = filing.estate.office if filing.estate else None
    confined = filing.about_director or filing.compensation
    unit = office or page.routing_unit or company()
    due = due_times(page.policy, now)
    case = Case(
        kind=filing.kind,
        channel=filing.channel,
        level=CaseLevel.LEADERS if confined else CaseLevel.OFFICE,
        unit=company() if confined else unit,
        office=office,
        estate=filing.estate,
        house=filing.house,
        subject=filing.subject,
        text=filing.text,
        about_director=filing.about_director,
        compensation=filing.compensation,
        contact_name=filing.contact_name,
        contact_phone=filing.contact_phone,
        contact_email=filing.contact_email,
        phone_digest=phone_digest(filing.contact_phone),
        received_at=now,
        policy=page.policy.as_json(),
        next_due=due.acknowledge,
    )
    times = ((ClockName.ACKNOWLEDGE, due.acknowledge), (ClockName.ANSWER, due.answer))
    promises = [prepare(CasePromise(clock=name, starts_at=now, due_at=due_at)) for name, due_at in times]
    prepared = prepare(case)

    def write_rows(submission: Submission) -> Case:
        write(prepared, submission_id=submission.pk, number=submission.receipt_number)
        for promise in promises:
            write(promise, case_id=case.pk)
        case.submission = submission
        return case

    return write_rows


def company() -> Unit:
    """The top of the organisation, whose leaders answer for what an office must not see."""
    return Unit.objects.get(path=Unit.objects.order_by("path").values_list("path", flat=True)[:1])


def phone_digest(phone: str) -> str:
    """By which a number is found again; '' for no number. Digits alone count, the country's code left out."""
    digits = "".join(str(int(character)) for character in phone if character.isdigit())
    digits = digits.removeprefix("0086").removeprefix("86") if len(digits) > 11 else digits
    return codes.digest(index_key(), f"phone:{digits}") if digits else ""


# ---- the life of a case ---------------------------------------------------------------------------------------------
def acknowledge_case(*, case: Case, by: Any, version: int | None = None, now: datetime | None = None) -> Case:
    """The customer is told that somebody has read it: the first promise (SRV-17)."""
    now = now or clock.now()
    with _changing(case, "acknowledge", by, version, now) as change:
        change.case.acknowledged_at = now
        change.keep(ClockName.ACKNOWLEDGE)
        change.tell("acknowledged")
    return change.case


def assign_case(
    *, case: Case, by: Any, person: Person, version: int | None = None, now: datetime | None = None
) -> Case:
    """Gives a case to somebody of the unit that answers for it."""
    now = now or clock.now()
    with _changing(case, "assign", by, version, now) as change:
        if not assignable_people(change.case).filter(pk=person.pk).exists():
            raise Refused(_("This person cannot be given the case: choose somebody from the list."), field="person")
        change.case.assigned_to = person
        change.data["person"] = person.staff_number
    return change.case


def start_case(*, case: Case, by: Any, version: int | None = None, now: datetime | None = None) -> Case:
    """Work on it has begun."""
    now = now or clock.now()
    with _changing(case, "start", by, version, now) as change:
        pass
    return change.case


def transfer_case(
    *,
    case: Case,
    by: Any,
    reason: str,
    about_director: bool = False,
    compensation: bool = False,
    version: int | None = None,
    now: datetime | None = None,
) -> Case:
    """Hands a case up: to the company, or to its leaders when it is about the director or asks for compensation.

    The quality department owns every case that reached the company; the office loses sight of what is with the leaders
    (SRV-18).
    """
    now = now or clock.now()
    if not reason.strip():
        raise Refused(_("Say why the office cannot handle it."), field="reason")
    with _changing(case, "transfer", by, version, now) as change:
        level = CaseLevel.LEADERS if about_director or compensation else CaseLevel.COMPANY
        if change.case.level == level or change.case.level == CaseLevel.LEADERS:
            raise Refused(_("The case is already there."))
        change.case.level, change.case.assigned_to = level, None
        if level == CaseLevel.LEADERS:
            change.case.unit = company()
            change.case.about_director, change.case.compensation = about_director, compensation
        change.note(NoteKind.INTERNAL, reason)
        change.data["level"] = level.value
    return change.case


def add_note(*, case: Case, by: Any, text: str, version: int | None = None, now: datetime | None = None) -> CaseNote:
    """Writes a note that stays inside the house."""
    now = now or clock.now()
    if not text.strip():
        raise Refused(_("The note is empty."), field="text")
    with _changing(case, "note", by, version, now) as change:
        return change.note(NoteKind.INTERNAL, text)


def answer_case(*, case: Case, by: Any, text: str, version: int | None = None, now: datetime | None = None) -> CaseNote:
    """Answers the customer: the text appears behind the tracking code and goes by mail where an address was given."""
    now = now or clock.now()
    if not text.strip():
        raise Refused(_("The answer is empty: write what the customer should know."), field="text")
    with _changing(case, "answer", by, version, now) as change:
        change.case.answered_at = now
        change.keep(ClockName.ANSWER)
        note = change.note(NoteKind.ANSWER, text)
        change.tell(f"answered:{note.pk}")
        return note


def close_case(*, case: Case, by: Any, version: int | None = None, now: datetime | None = None) -> Case:
    """Ends an answered case."""
    now = now or clock.now()
    with _changing(case, "close", by, version, now) as change:
        change.case.ended_at = now
    return change.case


def reopen_case(*, case: Case, by: Any, reason: str, version: int | None = None, now: datetime | None = None) -> Case:
    """Takes a case up again: a new promise to answer begins, the old one stays as it was kept or broken."""
    now = now or clock.now()
    if not reason.strip():
        raise Refused(_("Say why the case is taken up again."), field="reason")
    with _changing(case, "reopen", by, version, now) as change:
        due = due_times(CasePolicy.from_json(change.case.policy), now)
        CasePromise.objects.create(case=change.case, clock=ClockName.ANSWER, starts_at=now, due_at=due.answer)
        change.case.ended_at = None
        change.note(NoteKind.INTERNAL, reason)
    return change.case


def withdraw_case(*, case: Case, by: Any, reason: str, version: int | None = None, now: datetime | None = None) -> Case:
    """The customer took it back. Promises not yet due fall away; broken ones stay broken."""
    now = now or clock.now()
    if not reason.strip():
        raise Refused(_("Say how the customer took it back."), field="reason")
    with _changing(case, "withdraw", by, version, now) as change:
        change.drop_promises()
        change.case.ended_at = now
        change.note(NoteKind.INTERNAL, reason)
    return change.case


def notice_breaches(now: datetime) -> int:
    """Marks promises that ran out unkept (scheduled hourly). Returns how many are newly broken."""
    with scopes_disabled():
        return CasePromise.objects.pending().filter(broken=False, due_at__lt=now).update(broken=True)


# ---- one change -----------------------------------------------------------------------------------------------------
@dataclass
class _Change:
    """A locked case and what a verb may do with it besides setting its fields."""

    case: Case
    by: Any
    now: datetime
    data: dict[str, Any] = field(default_factory=dict)

    def keep(self, name: ClockName) -> None:
        """The pending promise of this clock is kept, late or not; the lateness stays."""
        for promise in pending_promises(self.case).filter(clock=name):
            promise.kept_at, promise.broken = self.now, promise.broken or promise.due_at < self.now
            promise.save(update_fields=["kept_at", "broken"])

    def drop_promises(self) -> None:
        """What was promised falls away, except what is broken already."""
        pending = pending_promises(self.case)
        pending.filter(due_at__lt=self.now).update(broken=True)
        pending.update(dropped=True)

    def note(self, kind: NoteKind, text: str) -> CaseNote:
        note = CaseNote.objects.create(case=self.case, kind=kind, text=text.strip(), by=self.by, at=self.now)
        self.data["note"] = note.pk
        return note

    def tell(self, event: str) -> None:
        if self.case.contact_email:
            tell(self.case.submission, event)


@contextmanager
def _changing(case: Case, verb: str, by: Any, version: int | None, now: datetime) -> Iterator[_Change]:
    """One verb on one case: locks the row, checks right, version and state; afterwards moves the state and journals.

    Two people at once: the first wins, the second is told by Conflict.
    """
    with transaction.atomic(), scopes_disabled():
        locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        if not user_can_act_on_case(by, verb, locked):
            raise NotYours(_("This case is not yours to change."))
        if version is not None and version != locked.version:
            raise Conflict(_("Somebody changed this case while you were reading. Look at what is new and try again."))
        allowed, target = TRANSITIONS[verb]
        before = locked.state
        if before not in allowed:
            message = _("A case that is “%(state)s” cannot take this step.")
            raise Conflict(message % {"state": locked.get_state_display()})
        change = _Change(locked, by, now)
        yield change
        locked.state = target or before
        locked.version += 1
        locked.next_due = _next_due(locked)
        locked.save()
        data = {"from": before, "to": locked.state, **change.data}
        journal.record(by=by, action=f"cases.{verb}", thing=locked, unit=locked.unit_id, data=data, now=now)


def _next_due(case: Case) -> datetime | None:
    """The next promise that is still to be kept: the acknowledgement, then the answer, then nothing."""
    if not case.is_open:
        return None
    return pending_promises(case).order_by("due_at").values_list("due_at", flat=True).first()


def pending_promises(case: Case) -> PromiseQuerySet:
    """What was promised on a case and is neither kept nor dropped."""
    return CasePromise.objects.pending().filter(case=case)
