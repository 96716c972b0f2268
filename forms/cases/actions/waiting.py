"""Waiting, going on, and asking the customer for more time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cases.actions.changing import changing, compute_clocks, pending_promises, state_after_waiting
from forms.cases.enums import CaseState, ClockName, NoteKind, WaitReason
from forms.cases.models import Case, CaseExtension
from portal.journal.actions import SYSTEM
from portal.lib import clock
from portal.lib.refusals import Conflict, Refused


def wait_case(
    *,
    case: Case,
    by: Any,
    reason: str,
    until: datetime,
    text: str = "",
    version: int | None = None,
    now: datetime | None = None,
) -> Case:
    """Sets a case aside until a moment. What lies with the customer or an authority stops the clocks until then."""
    now = now or clock.now()
    if reason not in WaitReason.values:
        raise Refused(_("Say what the case waits for."), field="reason")
    if until <= now:
        raise Refused(_("Name a day that is still to come."), field="until")
    with changing(case=case, verb="wait", by=by, version=version, now=now) as change:
        change.reason, change.until = reason, until
        change.case.waiting_for, change.case.waiting_until = reason, until
        change.data.update(reason=reason, until=until.isoformat())
        if text.strip():
            change.note(NoteKind.INTERNAL, text)
    return change.case


def resume_case(*, case: Case, by: Any, version: int | None = None, now: datetime | None = None) -> Case:
    """What was waited for is here: work goes on, and so do the clocks."""
    now = now or clock.now()
    with changing(case=case, verb="resume", by=by, version=version, now=now) as change:
        change.target = state_after_waiting(change.case)
    return change.case


def resume_due_cases(now: datetime) -> int:
    """Cases whose waiting is over go on by themselves, so that nothing is forgotten. Returns how many."""
    with scopes_disabled():
        due = list(Case.objects.filter(state=CaseState.WAITING, waiting_until__lte=now))
    resumed = 0
    for case in due:
        try:
            resume_case(case=case, by=SYSTEM, version=case.version, now=now)
        except Conflict:
            continue  # somebody was faster
        resumed += 1
    return resumed


def extend_case(
    *,
    case: Case,
    by: Any,
    clock_name: str,
    new_due: datetime,
    reason: str,
    answer: str,
    way: str,
    version: int | None = None,
    now: datetime | None = None,
) -> CaseExtension:
    """Records that the customer was asked for more time, and what was answered (SRV-06).

    Asked before the due time and agreed, the clock moves. Asked afterwards it is recorded and counted apart, and the
    promise stays broken.
    """
    now = now or clock.now()
    if not reason.strip():
        raise Refused(_("Say why more time is needed."), field="reason")
    with changing(case=case, verb="extend", by=by, version=version, now=now) as change:
        promise = pending_promises(change.case).filter(clock=clock_name).first()
        if promise is None or clock_name == ClockName.ACKNOWLEDGE:
            raise Refused(_("This promise is not running: choose one that is."), field="clock_name")
        if new_due <= max(promise.due_at, now):
            raise Refused(_("Name a day later than the one promised."), field="new_due")
        in_time = promise.due_at >= now and not promise.broken
        extension = CaseExtension.objects.create(
            case=change.case,
            promise=promise,
            asked_at=now,
            by=by,
            reason=reason.strip(),
            answer=answer,
            way=way,
            old_due=promise.due_at,
            new_due=new_due,
            in_time=in_time,
        )
        if extension.moves_the_clock:
            compute_clocks(change.case, now)
            change.tell(f"extended:{extension.pk}")
        change.data.update(clock=clock_name, answer=answer, in_time=in_time, due=new_due.isoformat())
    return extension
