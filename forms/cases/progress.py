"""What became of a case: all of it for the desk, and what is meant for the customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_scopes import scopes_disabled

from forms.cases.actions import pending_promises
from forms.cases.enums import CUSTOMER_VERBS, TRANSITIONS, CaseChannel, CaseState, ClockName, NoteKind, WaitReason
from forms.cases.models import Case, CaseExtension, CaseNote, CasePromise, CaseRating
from forms.cases.permissions import reader_can_see_case
from forms.cases.registries import customer_mails, customer_steps
from forms.intake.kinds import Kind, Mail, Progress, Step
from forms.intake.models import Submission
from portal.journal.actions import CUSTOMER, entries_of
from portal.lib import clock
from portal.org.readers import Reader

# How the desk and the customer read the journal. What has no word for the customer is not the customer's.
DESK_WORDS = {
    "cases.file": gettext_lazy("Received"),
    "cases.enter": gettext_lazy("Written down for the customer"),
    "cases.acknowledge": gettext_lazy("Acknowledged"),
    "cases.assign": gettext_lazy("Assigned"),
    "cases.start": gettext_lazy("Work begun"),
    "cases.transfer": gettext_lazy("Transferred to the company"),
    "cases.issue_plan": gettext_lazy("Corrective plan issued"),
    "cases.execute_plan": gettext_lazy("The plan is being carried out"),
    "cases.note": gettext_lazy("Internal note"),
    "cases.answer": gettext_lazy("Answered"),
    "cases.close": gettext_lazy("Closed"),
    "cases.reopen": gettext_lazy("Taken up again"),
    "cases.withdraw": gettext_lazy("Withdrawn"),
    "cases.wait": gettext_lazy("Waiting"),
    "cases.resume": gettext_lazy("Work goes on"),
    "cases.extend": gettext_lazy("More time asked for"),
    "cases.route": gettext_lazy("Looked at, and left here"),
    "cases.resolve": gettext_lazy("Done, and the customer told"),
    "cases.expect_revisit": gettext_lazy("Revisit due"),
    "cases.decline": gettext_lazy("Out of scope"),
    "cases.merge": gettext_lazy("Joined to another case"),
    "cases.gather": gettext_lazy("Gathered under an incident"),
    "cases.add": gettext_lazy("The customer added"),
    "cases.still_broken": gettext_lazy("The customer says it is still broken"),
    "cases.rate": gettext_lazy("The customer rated"),
}
CUSTOMER_WORDS = {
    "cases.file": gettext_lazy("We received it"),
    "cases.acknowledge": gettext_lazy("Somebody has read it"),
    "cases.start": gettext_lazy("We are working on it"),
    "cases.transfer": gettext_lazy("Handed to the company"),
    "cases.issue_plan": gettext_lazy("The company made a plan to put it right"),
    "cases.execute_plan": gettext_lazy("The plan is being carried out"),
    "cases.answer": gettext_lazy("Answered"),
    "cases.reopen": gettext_lazy("Taken up again"),
    "cases.close": gettext_lazy("Closed"),
    "cases.withdraw": gettext_lazy("Withdrawn"),
    "cases.wait": gettext_lazy("We are waiting"),
    "cases.resume": gettext_lazy("We go on with it"),
    "cases.resolve": gettext_lazy("It is done"),
    "cases.expect_revisit": gettext_lazy("We come back to you"),
    "cases.decline": gettext_lazy("Not ours to do"),
    "cases.merge": gettext_lazy("Handled together with the same matter"),
    "cases.add": gettext_lazy("You added something"),
    "cases.still_broken": gettext_lazy("You told us that it is still broken"),
    "cases.rate": gettext_lazy("You rated it. Thank you."),
}
# What the reason of waiting is called when the customer reads it.
WAITING_WORDS = {
    WaitReason.CUSTOMER: gettext_lazy("We are waiting for your reply."),
    WaitReason.APPOINTMENT: gettext_lazy("We are waiting for the day agreed with you."),
    WaitReason.AUTHORITY: gettext_lazy("We are waiting for the decision of an authority."),
    WaitReason.PARTS: gettext_lazy("We are waiting for parts."),
    WaitReason.CONTRACTOR: gettext_lazy("We are waiting for a contractor."),
}
TONES = {
    CaseState.RECEIVED: "accent",
    CaseState.REOPENED: "warning",
    CaseState.TRANSFERRED: "warning",
    CaseState.PLAN_ISSUED: "warning",
    CaseState.WAITING: "neutral",
    CaseState.ANSWERED: "success",
    CaseState.RESOLVED: "success",
    CaseState.REVISIT_DUE: "success",
    CaseState.MERGED: "neutral",
    CaseState.OUT_OF_SCOPE: "neutral",
    CaseState.CLOSED: "neutral",
    CaseState.WITHDRAWN: "neutral",
}


@dataclass(frozen=True)
class Happening:
    """One line of the desk's timeline; `note` is what was written with it, with its kind."""

    action: str
    title: Any
    at: datetime
    who: str
    note: CaseNote | None = None

    @property
    def is_from_customer(self) -> bool:
        return self.note is not None and self.note.kind == NoteKind.CUSTOMER

    @property
    def is_answer(self) -> bool:
        return self.note is not None and self.note.kind == NoteKind.ANSWER


def tone_of(case: Case) -> str:
    return TONES.get(CaseState(case.state), "info")


def timeline(case: Case) -> list[Happening]:
    """Everything that happened, newest first, from the journal and the notes it names: two queries."""
    notes = {note.pk: note for note in case.notes.all()}
    happened = []
    for entry in entries_of(case):
        who = str(entry.user) if entry.user_id else _("Customer") if entry.actor == CUSTOMER.label else _("The portal")
        title = DESK_WORDS.get(entry.action, entry.action)
        happened.append(Happening(entry.action, title, entry.at, who, notes.get(entry.data.get("note"))))
    return happened[::-1]


def customer_progress(case: Case, *, now: datetime | None = None) -> Progress:
    """What the holder of the tracking code may know: steps and answers, nothing the customer wrote, nobody's name.

    A case that was joined to another shows how that one goes on.
    """
    now = now or clock.now()
    with scopes_disabled():
        steps = _steps(case)
        told = case
        if case.merged_into_id:
            told = Case.objects.get(pk=case.merged_into_id)
            steps += [step for step in _steps(told) if step.at >= (case.ended_at or case.received_at)]
        promised = pending_promises(told).order_by("due_at").first() if told.is_open else None
        for room in customer_steps:
            steps += [Step(label, at) for label, at in room(told)]
    words = WAITING_WORDS.get(WaitReason(told.waiting_for), "") if told.waiting_for else ""
    promise = _promise_in_words(told, promised, now)
    return Progress(
        title=case.get_kind_display(),
        state=told.get_state_display(),
        tone=tone_of(told),
        steps=tuple(sorted(steps, key=lambda step: step.at)),
        next_step=" ".join(str(part) for part in (words, promise) if part),
        closed_at=told.ended_at,
    )


def _steps(case: Case) -> list[Step]:
    answers = {note.pk: note.text for note in case.notes.filter(kind=NoteKind.ANSWER)}
    return [
        Step(CUSTOMER_WORDS[entry.action], entry.at, answers.get(entry.data.get("note"), ""))
        for entry in entries_of(case)
        if entry.action in CUSTOMER_WORDS
    ]


def customer_verbs(case: Case) -> list[str]:
    """What the customer may do with the own case now. A rating is given once."""
    with scopes_disabled():
        rated = CaseRating.objects.filter(case=case).exists()
    return [
        verb
        for verb in ("still_broken", "add", "rate")
        if verb in CUSTOMER_VERBS and case.state in TRANSITIONS[verb][0] and not (verb == "rate" and rated)
    ]


def _promise_in_words(case: Case, promise: CasePromise | None, now: datetime) -> str:
    if promise is None:
        return ""
    due = promise.due_at
    moment = formats.date_format(timezone.localtime(due), "Y-m-d H:i")
    if due < now:
        return _("We promised to be back by %(moment)s and are late. We are sorry; it has not been forgotten.") % {
            "moment": moment
        }
    if case.waits_for_acknowledgement:
        return _("We confirm by %(moment)s that somebody has read it.") % {"moment": moment}
    if promise.clock in (ClockName.SOLUTION, ClockName.WANTED):
        return _("It is to be done by %(moment)s.") % {"moment": moment}
    return _("You get an answer by %(moment)s.") % {"moment": moment}


def case_of(submission: Submission) -> Case | None:
    with scopes_disabled():
        return Case.objects.select_related("office").filter(submission=submission).first()


def reader_may_see_files(reader: Reader, case: Case) -> bool:
    return reader_can_see_case(reader, case)


def mail(case: Case, event: str) -> Mail | None:
    """The mail about an event; None when the customer left no address."""
    if not case.contact_email:
        return None
    number = {"number": case.number}
    name, _colon, note_id = event.partition(":")
    if (room := customer_mails.get(name)) is not None:
        found: Mail | None = room(case, note_id)
        return found
    if name == "received" and case.channel == CaseChannel.MAIL:
        return None  # whoever wrote a mail gets the answer of the room that read it
    if name == "received":
        subject = _("We received it: %(number)s") % number
        text = _(
            "Thank you. Your receipt number is %(number)s. The tracking code of your receipt shows how far we are."
        )
        return Mail(case.contact_email, subject, text % number)
    if name == "acknowledged":
        subject = _("Somebody has read it: %(number)s") % number
        text = _("%(number)s has been read and will be answered. Your tracking code shows how far we are.")
        return Mail(case.contact_email, subject, text % number)
    if name == "answered":
        # Its own answer, or one to the case it was joined to.
        with scopes_disabled():
            note = CaseNote.objects.filter(
                kind=NoteKind.ANSWER, pk=int(note_id), case__in=[case.pk, case.merged_into_id or case.pk]
            ).first()
        if note is not None:
            return Mail(case.contact_email, _("Our answer to %(number)s") % number, note.text)
    if name in ("joined", "reopened", "extended"):
        return _mail_about(case, name, note_id, number)
    return None


def _mail_about(case: Case, name: str, key: str, number: dict[str, str]) -> Mail | None:
    if name == "joined":
        text = _("%(number)s is handled together with another report of the same matter. You get the same answers.")
        return Mail(case.contact_email, _("Handled together: %(number)s") % number, text % number)
    if name == "reopened":
        text = _("We are sorry that it is still not right. %(number)s is taken up again at once.")
        return Mail(case.contact_email, _("Taken up again: %(number)s") % number, text % number)
    with scopes_disabled():
        extension = CaseExtension.objects.filter(case=case, pk=int(key)).first()
    if extension is None:
        return None
    day = formats.date_format(timezone.localtime(extension.new_due), "Y-m-d")
    text = _("As agreed with you, %(number)s is now due by %(day)s. Thank you for your understanding.")
    return Mail(case.contact_email, _("New day: %(number)s") % number, text % {**number, "day": day})


def case_kind(serve: Any, track: Any) -> Kind:
    """What intake needs to know of cases; `serve` answers the entrance page, `track` that of a code."""
    return Kind(
        name="case",
        label=gettext_lazy("Complaint or request"),
        record_of=case_of,
        serve=serve,
        track=track,
        may_see_files=reader_may_see_files,
        progress=customer_progress,
        mail=mail,
    )
