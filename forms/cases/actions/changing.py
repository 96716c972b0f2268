"""One change of a case: the one writer, through which every verb goes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cases.clocks import CasePolicy, History, due_of, pauses_of
from forms.cases.enums import ON_PLAN, TRANSITIONS, CaseState, ClockName, ExtensionAnswer, NoteKind
from forms.cases.models import Case, CaseExtension, CaseNote, CasePromise, CaseStep, PromiseQuerySet
from forms.cases.permissions import actor_can
from forms.cases.registries import after_case_step
from forms.intake.actions import tell
from portal.journal import actions as journal
from portal.lib.calendars import WorkingCalendar
from portal.lib.refusals import Conflict, NotYours

WRITTEN_BY_CUSTOMER = frozenset({"add", "still_broken"})


@dataclass
class Change:
    """A locked case and what a verb may do with it besides setting its fields."""

    case: Case
    by: Any
    now: datetime
    data: dict[str, Any] = field(default_factory=dict)
    target: CaseState | None = None  # where it leads, when that is not what the table of transitions says
    reason: str = ""
    until: datetime | None = None

    def keep(self, *names: ClockName) -> None:
        """The pending promises of these clocks are kept, late or not; the lateness stays."""
        for promise in pending_promises(self.case).filter(clock__in=names):
            promise.kept_at, promise.broken = self.now, promise.broken or promise.due_at < self.now
            promise.save(update_fields=["kept_at", "broken"])

    def drop_promises(self) -> None:
        """What was promised falls away, except what is broken already."""
        pending = pending_promises(self.case)
        pending.filter(due_at__lt=self.now).update(broken=True)
        pending.update(dropped=True)

    def promise(self, name: ClockName, due: datetime) -> None:
        """A new clock; one of the same name that still runs goes on instead."""
        if not pending_promises(self.case).filter(clock=name).exists():
            CasePromise.objects.create(case=self.case, clock=name, starts_at=self.now, due_at=due)

    def note(self, kind: NoteKind, text: str) -> CaseNote:
        by = self.by if self.by.pk else None
        note = CaseNote.objects.create(case=self.case, kind=kind, text=text.strip(), by=by, at=self.now)
        self.data["note"] = note.pk
        return note

    def tell(self, event: str) -> None:
        """Mails the customer, and those whose cases were joined to this one."""
        joined = Case.objects.filter(merged_into=self.case.pk).select_related("submission")
        for case in [self.case, *joined]:
            if case.contact_email:
                tell(case.submission, event)


@contextmanager
def changing(*, case: Case, verb: str, by: Any, version: int | None, now: datetime) -> Iterator[Change]:
    """One verb on one case: locks the row, checks right, version and state; afterwards moves the state and journals.

    Two people at once: the first wins, the second is told by Conflict.
    """
    with transaction.atomic(), scopes_disabled():
        locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        if not actor_can(by, verb, locked):
            raise NotYours(_("This case is not yours to change."))
        if version is not None and version != locked.version:
            raise Conflict(_("Somebody changed this case while you were reading. Look at what is new and try again."))
        if locked.erased_at is not None:
            raise Conflict(_("The personal data of this case is erased: it is only counted now. File a new one."))
        allowed, target = TRANSITIONS[verb]
        before = CaseState(locked.state)
        if before not in allowed:
            message = _("A case that is “%(state)s” cannot take this step.")
            raise Conflict(message % {"state": locked.get_state_display()})
        change = Change(locked, by, now, target=target)
        yield change
        _finish(change, verb, before)
        for follow in after_case_step:
            follow(locked, verb, by, now)


def _finish(change: Change, verb: str, before: CaseState) -> None:
    case, now = change.case, change.now
    case.state = after = change.target or before
    if after != before:
        _write_step(change, verb, before, after)
    case.version += 1
    case.customer_wrote = verb in WRITTEN_BY_CUSTOMER or (case.customer_wrote and change.by.pk is None)
    case.next_due = next_due(case)
    if case.next_due is None or case.next_due >= now:
        case.escalation = 0  # nothing broken waits; who was called stands in the rows of escalations
    case.save()
    data = {"from": before, "to": case.state, **change.data}
    journal.record(by=change.by, action=f"cases.{verb}", thing=case, unit=case.unit_id, data=data, now=now)


def _write_step(change: Change, verb: str, before: CaseState, after: CaseState) -> None:
    case = change.case
    if after != CaseState.WAITING:
        case.waiting_for, case.waiting_until = "", None
    CaseStep.objects.create(
        case=case,
        verb=verb,
        before=before,
        after=after,
        at=change.now,
        by=change.by if change.by.pk else None,
        reason=change.reason,
        until=change.until,
    )
    if CaseState.WAITING in (before, after):
        compute_clocks(case, change.now)


def state_after_waiting(case: Case) -> CaseState:
    """A case whose waiting is over is in progress; one that waited while its corrective plan ran goes on with the
    plan."""
    waited = CaseStep.objects.filter(case=case, after=CaseState.WAITING).order_by("pk").last()
    return CaseState(waited.before) if waited is not None and waited.before in ON_PLAN else CaseState.IN_PROGRESS


def compute_clocks(case: Case, now: datetime, calendar: WorkingCalendar | None = None) -> list[CasePromise]:
    """Computes the running clocks of a case anew from policy, calendar and history; returns those that moved.

    What has run out is broken and is not touched: no later act, and no holiday, makes it good.
    """
    running = list(pending_promises(case).filter(broken=False, due_at__gte=now))
    if not running:
        return []
    pauses = pauses_of(CaseStep.objects.filter(case=case))
    agreed: dict[int, list[tuple[datetime, datetime]]] = {}
    rows = CaseExtension.objects.filter(case=case, in_time=True, answer=ExtensionAnswer.AGREED)
    for row in rows:
        agreed.setdefault(row.promise_id, []).append((row.asked_at, row.new_due))
    policy, moved = CasePolicy.from_json(case.policy), []
    for promise in running:
        history = History(pauses, tuple(agreed.get(promise.pk, ())))
        due = due_of(promise.clock, policy, promise.starts_at, history, wanted_on=case.wanted_on, calendar=calendar)
        if due != promise.due_at:
            promise.due_at = due
            promise.save(update_fields=["due_at"])
            moved.append(promise)
    return moved


def next_due(case: Case) -> datetime | None:
    """The next promise that is still to be kept: the acknowledgement, then the answer, then nothing."""
    if not case.is_open:
        return None
    return pending_promises(case).order_by("due_at").values_list("due_at", flat=True).first()


def pending_promises(case: Case) -> PromiseQuerySet:
    """What was promised on a case and is neither kept nor dropped."""
    return CasePromise.objects.pending().filter(case=case)
