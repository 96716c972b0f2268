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
from forms.cases.enums import CaseState, NoteKind
from forms.cases.models import Case, CaseNote
from forms.cases.permissions import reader_can_see_case
from forms.intake.kinds import Kind, Mail, Progress, Step
from forms.intake.models import Submission
from portal.journal.actions import entries_of
from portal.lib import clock
from portal.org.readers import Reader

# How the desk and the customer read the journal. What has no word for the customer is not the customer's.
DESK_WORDS = {
    "cases.file": gettext_lazy("Received"),
    "cases.acknowledge": gettext_lazy("Acknowledged"),
    "cases.assign": gettext_lazy("Assigned"),
    "cases.start": gettext_lazy("Work begun"),
    "cases.transfer": gettext_lazy("Transferred to the company"),
    "cases.note": gettext_lazy("Internal note"),
    "cases.answer": gettext_lazy("Answered"),
    "cases.close": gettext_lazy("Closed"),
    "cases.reopen": gettext_lazy("Taken up again"),
    "cases.withdraw": gettext_lazy("Withdrawn"),
}
CUSTOMER_WORDS = {
    "cases.file": gettext_lazy("We received it"),
    "cases.acknowledge": gettext_lazy("Somebody has read it"),
    "cases.start": gettext_lazy("We are working on it"),
    "cases.transfer": gettext_lazy("Handed to the company"),
    "cases.answer": gettext_lazy("Answered"),
    "cases.reopen": gettext_lazy("Taken up again"),
    "cases.close": gettext_lazy("Closed"),
    "cases.withdraw": gettext_lazy("Withdrawn"),
}
TONES = {
    CaseState.RECEIVED: "accent",
    CaseState.REOPENED: "warning",
    CaseState.TRANSFERRED: "warning",
    CaseState.ANSWERED: "success",
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
    def is_answer(self) -> bool:
        return self.note is not None and self.note.kind == NoteKind.ANSWER


def tone_of(case: Case) -> str:
    return TONES.get(CaseState(case.state), "info")


def timeline(case: Case) -> list[Happening]:
    """Everything that happened, newest first, from the journal and the notes it names: two queries."""
    notes = {note.pk: note for note in case.notes.all()}
    happened = []
    for entry in entries_of(case):
        who = str(entry.user) if entry.user_id else _("Customer")
        title = DESK_WORDS.get(entry.action, entry.action)
        happened.append(Happening(entry.action, title, entry.at, who, notes.get(entry.data.get("note"))))
    return happened[::-1]


def customer_progress(case: Case, *, now: datetime | None = None) -> Progress:
    """What the holder of the tracking code may know: steps and answers, nothing the customer wrote, nobody's name."""
    now = now or clock.now()
    with scopes_disabled():
        answers = {note.pk: note.text for note in case.notes.filter(kind=NoteKind.ANSWER)}
        promised = pending_promises(case).order_by("due_at").first() if case.is_open else None
    steps = tuple(
        Step(CUSTOMER_WORDS[entry.action], entry.at, answers.get(entry.data.get("note"), ""))
        for entry in entries_of(case)
        if entry.action in CUSTOMER_WORDS
    )
    return Progress(
        title=case.get_kind_display(),
        state=case.get_state_display(),
        tone=tone_of(case),
        steps=steps,
        next_step=_promise_in_words(case, promised.due_at if promised else None, now),
        closed_at=case.ended_at,
    )


def _promise_in_words(case: Case, due: datetime | None, now: datetime) -> str:
    if due is None:
        return ""
    moment = formats.date_format(timezone.localtime(due), "Y-m-d H:i")
    if due < now:
        return _("We promised to be back by %(moment)s and are late. We are sorry; it has not been forgotten.") % {
            "moment": moment
        }
    if case.waits_for_acknowledgement:
        return _("We confirm by %(moment)s that somebody has read it.") % {"moment": moment}
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
        with scopes_disabled():
            note = case.notes.filter(kind=NoteKind.ANSWER, pk=int(note_id)).first()
        if note is not None:
            return Mail(case.contact_email, _("Our answer to %(number)s") % number, note.text)
    return None


def case_kind(serve: Any) -> Kind:
    """What intake needs to know of cases; `serve` answers the entrance page."""
    return Kind(
        name="case",
        label=gettext_lazy("Complaint or request"),
        record_of=case_of,
        serve=serve,
        may_see_files=reader_may_see_files,
        progress=customer_progress,
        mail=mail,
    )
