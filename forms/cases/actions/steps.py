"""The verbs of a case on its way through the house: each is journalled in its own transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from forms.cases.actions.changing import Change, changing
from forms.cases.actions.filing import company
from forms.cases.clocks import CasePolicy, due_times
from forms.cases.enums import ON_PLAN, CaseKind, CaseLevel, CaseState, ClockName, NoteKind, Outcome
from forms.cases.models import Case, CaseNote
from forms.cases.permissions import assignable_people
from forms.cases.registries import reasons_not_to_close
from portal.lib import clock
from portal.lib.refusals import Refused
from portal.org.models import Person

ASKED = frozenset({CaseKind.ENQUIRY, CaseKind.REQUEST})


def acknowledge_case(*, case: Case, by: Any, version: int | None = None, now: datetime | None = None) -> Case:
    """The customer is told that somebody has read it: the first promise (SRV-17)."""
    now = now or clock.now()
    with changing(case=case, verb="acknowledge", by=by, version=version, now=now) as change:
        change.case.acknowledged_at = now
        change.keep(ClockName.ACKNOWLEDGE)
        change.tell("acknowledged")
    return change.case


def assign_case(
    *, case: Case, by: Any, person: Person, version: int | None = None, now: datetime | None = None
) -> Case:
    """Gives a case to somebody of the unit that answers for it."""
    now = now or clock.now()
    with changing(case=case, verb="assign", by=by, version=version, now=now) as change:
        if not assignable_people(change.case).filter(pk=person.pk).exists():
            raise Refused(_("This person cannot be given the case: choose somebody from the list."), field="person")
        _stay_on_plan(change)
        change.case.assigned_to = person
        change.data["person"] = person.staff_number
    return change.case


def _stay_on_plan(change: Change) -> None:
    """Giving the case to somebody, or telling the customer how far it is, does not end the corrective plan."""
    if change.case.state in ON_PLAN:
        change.target = CaseState(change.case.state)


def issue_plan(
    *, case: Case, by: Any, begun: bool = False, version: int | None = None, now: datetime | None = None
) -> Case:
    """The company has issued a corrective plan, or a new edition of one that has `begun` (SRV-19); the plan itself
    is kept by the room of corrections, whose verb calls this one."""
    now = now or clock.now()
    with changing(case=case, verb="issue_plan", by=by, version=version, now=now) as change:
        if begun:
            change.target = CaseState.EXECUTING
    return change.case


def execute_plan(*, case: Case, by: Any, version: int | None = None, now: datetime | None = None) -> Case:
    """The first item of the plan is carried out: the portal takes this step by itself."""
    now = now or clock.now()
    with changing(case=case, verb="execute_plan", by=by, version=version, now=now) as change:
        pass
    return change.case


def start_case(*, case: Case, by: Any, version: int | None = None, now: datetime | None = None) -> Case:
    """Work on it has begun."""
    now = now or clock.now()
    with changing(case=case, verb="start", by=by, version=version, now=now) as change:
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
    (SRV-18), and with it of any incident it was gathered under.
    """
    now = now or clock.now()
    if not reason.strip():
        raise Refused(_("Say why the office cannot handle it."), field="reason")
    with changing(case=case, verb="transfer", by=by, version=version, now=now) as change:
        level = CaseLevel.LEADERS if about_director or compensation else CaseLevel.COMPANY
        if change.case.level == level or change.case.level == CaseLevel.LEADERS:
            raise Refused(_("The case is already there."))
        change.case.level, change.case.assigned_to, change.case.route_checked = level, None, True
        if level == CaseLevel.LEADERS:
            change.case.unit, change.case.incident = company(), None
            change.case.about_director, change.case.compensation = about_director, compensation
        change.note(NoteKind.INTERNAL, reason)
        change.data["level"] = level.value
    return change.case


def keep_route(*, case: Case, by: Any, version: int | None = None, now: datetime | None = None) -> Case:
    """Somebody read what the words suggest, and leaves the case where it is (SRV-18)."""
    now = now or clock.now()
    with changing(case=case, verb="route", by=by, version=version, now=now) as change:
        change.case.route_checked = True
    return change.case


def add_note(*, case: Case, by: Any, text: str, version: int | None = None, now: datetime | None = None) -> CaseNote:
    """Writes a note that stays inside the house."""
    now = now or clock.now()
    if not text.strip():
        raise Refused(_("The note is empty."), field="text")
    with changing(case=case, verb="note", by=by, version=version, now=now) as change:
        return change.note(NoteKind.INTERNAL, text)


def answer_case(*, case: Case, by: Any, text: str, version: int | None = None, now: datetime | None = None) -> CaseNote:
    """Answers the customer: the text appears behind the tracking code and goes by mail where an address was given.

    Whoever asked something has it confirmed with the answer (SRV-05).
    """
    now = now or clock.now()
    if not text.strip():
        raise Refused(_("The answer is empty: write what the customer should know."), field="text")
    with changing(case=case, verb="answer", by=by, version=version, now=now) as change:
        _stay_on_plan(change)
        change.case.answered_at = now
        if change.case.kind in ASKED:
            change.case.outcome = Outcome.CONFIRMED
        change.keep(ClockName.ANSWER)
        note = change.note(NoteKind.ANSWER, text)
        change.tell(f"answered:{note.pk}")
        return note


def resolve_case(
    *, case: Case, by: Any, text: str, version: int | None = None, now: datetime | None = None
) -> CaseNote:
    """What was asked is done, and the customer is told so (SRV-17): keeps every promise that is still open."""
    now = now or clock.now()
    if not text.strip():
        raise Refused(_("Tell the customer what was done."), field="text")
    with changing(case=case, verb="resolve", by=by, version=version, now=now) as change:
        change.case.answered_at = change.case.answered_at or now
        if change.case.kind in ASKED:
            change.case.outcome = Outcome.CONFIRMED
        change.keep(ClockName.ANSWER, ClockName.SOLUTION, ClockName.WANTED)
        note = change.note(NoteKind.ANSWER, text)
        change.tell(f"answered:{note.pk}")
        return note


def expect_revisit(*, case: Case, by: Any, version: int | None = None, now: datetime | None = None) -> Case:
    """Somebody goes back to the customer before the case is closed; the room of revisits guards the closing."""
    now = now or clock.now()
    with changing(case=case, verb="expect_revisit", by=by, version=version, now=now) as change:
        pass
    return change.case


def close_case(*, case: Case, by: Any, version: int | None = None, now: datetime | None = None) -> Case:
    """Ends a case, once no room has a reason against it."""
    now = now or clock.now()
    with changing(case=case, verb="close", by=by, version=version, now=now) as change:
        if reasons := reasons_not_to_close(change.case):
            raise Refused(" ".join(str(reason) for reason in reasons[:3]))
        change.keep(ClockName.ANSWER, ClockName.SOLUTION, ClockName.WANTED)
        change.case.ended_at = now
    return change.case


def reopen_case(*, case: Case, by: Any, reason: str, version: int | None = None, now: datetime | None = None) -> Case:
    """Takes a case up again: new clocks begin, the old ones stay as they were kept or broken."""
    now = now or clock.now()
    if not reason.strip():
        raise Refused(_("Say why the case is taken up again."), field="reason")
    with changing(case=case, verb="reopen", by=by, version=version, now=now) as change:
        begin_anew(change)
        change.note(NoteKind.INTERNAL, reason)
    return change.case


def begin_anew(change: Any) -> None:
    """New clocks for answer and solution, by the policy the case came with."""
    case = change.case
    due = due_times(CasePolicy.from_json(case.policy), change.now)
    change.promise(ClockName.ANSWER, due.answer)
    if due.solution:
        change.promise(ClockName.SOLUTION, due.solution)
    case.ended_at, case.outcome = None, Outcome.OPEN
    case.reworks += 1
