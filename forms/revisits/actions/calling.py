"""Making a revisit, trying to reach the customer, ending it with what the customer said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_scopes import scopes_disabled

from forms.intake.actions import next_serial
from forms.revisits.enums import (
    ATTEMPTS_BEFORE_GIVING_UP,
    TRANSITIONS,
    UNREACHED,
    AttemptOutcome,
    Performer,
    RevisitKind,
)
from forms.revisits.models import Revisit, RevisitAttempt
from forms.revisits.permissions import user_can_act_on_revisit, user_handled
from forms.revisits.registries import revisit_subjects
from portal.journal import actions as journal
from portal.lib import clock, codes
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Person, Unit


@dataclass(frozen=True)
class NewRevisit:
    """What a revisit is to be. `handlers` are the people who handled the matter; with `independent` none of them may do
    it. `hidden_from` is the office that must not know of it."""

    office: Unit
    subject_type: str
    subject_id: str
    title: str
    reason: Any  # in words; a lazy one is kept in the organisation's own language
    due_at: datetime
    kind: str = RevisitKind.PHONE
    performer: str = Performer.OFFICE
    place: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    independent: bool = False
    handlers: Sequence[Person] = ()
    hidden_from: Unit | None = None


@transaction.atomic
def make_revisit(*, by: Any, new: NewRevisit, now: datetime | None = None) -> Revisit:
    """A promise to come back. The verb of the record it is about calls this in its transaction and has asked whether
    `by` may; `by` may be the portal itself."""
    now = now or clock.now()
    if revisit_subjects.get(new.subject_type) is None:
        raise ValueError(f"{new.subject_type} is registered as no subject of revisits")
    if new.due_at <= now:
        raise Refused(_("The revisit is due before now: choose a later moment."), field="due_at")
    day = clock.today(now)
    with override(settings.LANGUAGE_CODE):
        reason = str(new.reason)[:200]
    revisit = Revisit.objects.create(
        number=codes.receipt_number("R", day, next_serial("R", day)),
        office=new.office,
        hidden_from=new.hidden_from,
        performer=new.performer,
        kind=new.kind,
        subject_type=new.subject_type,
        subject_id=new.subject_id,
        title=new.title[:160],
        reason=reason,
        place=new.place[:120],
        contact_name=new.contact_name,
        contact_phone=new.contact_phone,
        independent=new.independent,
        due_at=new.due_at,
        made_at=now,
        made_by_id=by.pk,
    )
    revisit.handlers.set(new.handlers)
    data = {"kind": new.kind, "about": f"{new.subject_type}:{new.subject_id}", "due": new.due_at}
    journal.record(by=by, action="revisits.make", thing=revisit, unit=revisit.office_id, data=data, now=now)
    return revisit


def record_attempt(
    *,
    by: Any,
    revisit: Revisit,
    outcome: str,
    words: str = "",
    key: UUID | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> RevisitAttempt:
    """A try that did not reach the customer. The same key again is the same try."""
    now = now or clock.now()
    if outcome not in UNREACHED:
        raise Refused(_("Say what came of the try."), field="outcome")
    with scopes_disabled():
        if key is not None and (known := RevisitAttempt.objects.filter(key=key, revisit=revisit).first()):
            return known
    with _changing(revisit, "attempt", by, version, now) as change:
        return change.attempt(outcome, words, key)


def finish_revisit(
    *,
    by: Any,
    revisit: Revisit,
    satisfied: bool,
    words: str = "",
    key: UUID | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> Revisit:
    """The customer was reached. Who is not satisfied makes the rework by itself: the record's own app sees to it, in
    the same transaction."""
    now = now or clock.now()
    if not satisfied and not words.strip():
        raise Refused(
            _("Write down what the customer is not satisfied with: the rework begins with it."), field="words"
        )
    with _changing(revisit, "finish", by, version, now) as change:
        change.attempt(AttemptOutcome.REACHED, "", key)
        found = change.revisit
        found.satisfied, found.words = satisfied, words.strip()
        found.finished_at, found.finished_by = now, by
        change.data["satisfied"] = satisfied
    return change.revisit


def give_up_revisit(
    *, by: Any, revisit: Revisit, words: str = "", version: int | None = None, now: datetime | None = None
) -> Revisit:
    """“Not reached” is an outcome, after enough tries; for one that was drawn, a replacement is drawn from the same
    frozen population and marked as such (SRV-09)."""
    from forms.revisits.actions.drawing import draw_replacement  # it makes revisits itself

    now = now or clock.now()
    with _changing(revisit, "give_up", by, version, now) as change:
        tries = list(change.revisit.attempts.values_list("outcome", flat=True))
        if AttemptOutcome.DECLINED not in tries and len(tries) < ATTEMPTS_BEFORE_GIVING_UP:
            message = _("Try at least %(times)s times, at different hours, before you say “not reached”.")
            raise Refused(message % {"times": ATTEMPTS_BEFORE_GIVING_UP})
        change.revisit.words = words.strip()
        change.revisit.finished_at, change.revisit.finished_by = now, by
        change.data["tries"] = len(tries)
        change.after = lambda: draw_replacement(by=by, revisit=change.revisit, now=now)
    return change.revisit


def cancel_revisit(
    *, by: Any, revisit: Revisit, reason: str, version: int | None = None, now: datetime | None = None
) -> Revisit:
    """It is not needed any more. What was drawn is never cancelled: it is reached, or it is not."""
    now = now or clock.now()
    if not reason.strip():
        raise Refused(_("Say why nobody needs to come back."), field="words")
    with _changing(revisit, "cancel", by, version, now) as change:
        if hasattr(change.revisit, "drawn"):
            raise Refused(_("What was drawn is not swapped for another: reach the customer, or say “not reached”."))
        if change.revisit.kind == RevisitKind.SPECIAL:
            raise Refused(_("A special revisit is a duty after a defect came back: it cannot be cancelled."))
        change.revisit.words = reason.strip()
        change.revisit.finished_at, change.revisit.finished_by = now, by
    return change.revisit


def notice_late_revisits(now: datetime) -> int:
    """Marks what ran out unfinished (scheduled hourly). Returns how many are newly late."""
    with scopes_disabled():
        return Revisit.objects.overdue(now).filter(late=False).update(late=True)


# ---- one change -----------------------------------------------------------------------------------------------------
@dataclass
class _Change:
    """A locked revisit, what goes to the journal with it, and what is done after it was saved."""

    revisit: Revisit
    by: Any
    now: datetime
    data: dict[str, Any] = field(default_factory=dict)
    after: Any = None

    def attempt(self, outcome: str, words: str, key: UUID | None) -> RevisitAttempt:
        self.data["outcome"] = outcome
        return RevisitAttempt.objects.create(
            revisit=self.revisit, key=key or uuid4(), at=self.now, by=self.by, outcome=outcome, words=words.strip()
        )


@contextmanager
def _changing(revisit: Revisit, verb: str, by: Any, version: int | None, now: datetime) -> Iterator[_Change]:
    """One verb on one revisit: locks the row, checks right, independence, version and state; then moves the state,
    journals, and tells the app that owns the record. Two people at once: the second is told by Conflict."""
    with transaction.atomic(), scopes_disabled():
        locked = Revisit.objects.select_for_update(of=("self",)).get(pk=revisit.pk)
        if not user_can_act_on_revisit(by, locked):
            raise NotYours(_("This revisit is not yours to do."))
        if locked.independent and user_handled(by, locked):
            raise Refused(_("You handled this matter: somebody else must go back to the customer."))
        if version is not None and version != locked.version:
            raise Conflict(_("Somebody changed this revisit while you were reading. Look at what is new."))
        allowed, target = TRANSITIONS[verb]
        before = locked.state
        if before not in allowed:
            message = _("This revisit is “%(state)s” by now: nothing was changed.")
            raise Conflict(message % {"state": locked.get_state_display()})
        change = _Change(locked, by, now)
        yield change
        locked.state = target or before
        if target is not None:
            locked.late = locked.late or locked.due_at < now
        locked.version += 1
        locked.save()
        data = {"from": before, "to": locked.state, **change.data}
        journal.record(by=by, action=f"revisits.{verb}", thing=locked, unit=locked.office_id, data=data, now=now)
        if change.after is not None:
            change.after()
        if verb == "finish":
            _tell_subject(locked, by, now)


def _tell_subject(revisit: Revisit, by: Any, now: datetime) -> None:
    subject = revisit_subjects.get(revisit.subject_type)
    if subject is None:
        return
    if revisit.satisfied:
        subject.satisfied(revisit, by=by, now=now)
    else:
        subject.unsatisfied(revisit, by=by, now=now)
