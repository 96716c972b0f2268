"""How a case ends without its answer being the end: out of scope, joined to another, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cases.actions.changing import Change, changing
from forms.cases.enums import UNANSWERED, CaseLevel, ClockName, NoteKind, Outcome
from forms.cases.models import Case, CaseNote
from forms.cases.permissions import actor_can
from portal.lib import clock
from portal.lib.refusals import NotYours, Refused


def decline_case(
    *, case: Case, by: Any, text: str, version: int | None = None, now: datetime | None = None
) -> CaseNote:
    """Says at once that something is out of scope, with the answer sent (SRV-05)."""
    now = now or clock.now()
    if not text.strip():
        raise Refused(_("Tell the customer why it is out of scope, and who can help."), field="text")
    with changing(case=case, verb="decline", by=by, version=version, now=now) as change:
        change.case.acknowledged_at = change.case.acknowledged_at or now
        change.case.answered_at = change.case.ended_at = now
        change.case.outcome = Outcome.OUT_OF_SCOPE
        change.keep(ClockName.ACKNOWLEDGE, ClockName.ANSWER)
        change.drop_promises()
        note = change.note(NoteKind.ANSWER, text)
        change.tell(f"answered:{note.pk}")
        return note


def merge_case(*, case: Case, by: Any, into: Case, version: int | None = None, now: datetime | None = None) -> Case:
    """Joins a case to another that says the same: its customer follows the other's progress and gets its answers.

    What lies with the leaders is joined to nothing: whoever reads the other case would know of it (SRV-18).
    """
    now = now or clock.now()
    with transaction.atomic(), scopes_disabled(), changing_both(case, into, by, version, now) as (change, target):
        if not actor_can(by, "note", target):
            raise NotYours(_("This case is not yours to change."))
        if target.pk == change.case.pk or target.state not in UNANSWERED:
            raise Refused(_("Choose another case that is still open and not answered."), field="into")
        levels = {target.level, change.case.level}
        if CaseLevel.LEADERS in levels or len(levels) > 1 or target.office_id != change.case.office_id:
            raise Refused(_("Only cases of the same office, at the same level, are joined."), field="into")
        if target.kind != change.case.kind:
            raise Refused(_("Only cases of the same kind are joined."), field="into")
        # Whatever was joined to this one goes along, so that nobody hangs on a case that hangs on another.
        Case.objects.filter(merged_into=change.case).update(merged_into=target)
        change.case.merged_into, change.case.ended_at = target, now
        change.keep(ClockName.ACKNOWLEDGE)
        change.drop_promises()
        change.data["into"] = target.number
        change.tell("joined")
    return change.case


@contextmanager
def changing_both(case: Case, into: Case, by: Any, version: int | None, now: datetime) -> Iterator[tuple[Change, Case]]:
    """Locks two cases in the order of their keys, so that two people who join them both ways do not lock."""
    both = Case.objects.select_for_update(of=("self",)).filter(pk__in=[case.pk, into.pk]).order_by("pk")
    found = {row.pk: row for row in both}
    with changing(case=case, verb="merge", by=by, version=version, now=now) as change:
        yield change, found[into.pk]


def withdraw_case(*, case: Case, by: Any, reason: str, version: int | None = None, now: datetime | None = None) -> Case:
    """The customer took it back. Promises not yet due fall away; broken ones stay broken."""
    now = now or clock.now()
    if not reason.strip():
        raise Refused(_("Say how the customer took it back."), field="reason")
    with changing(case=case, verb="withdraw", by=by, version=version, now=now) as change:
        if change.case.joined.exists():
            raise Refused(_("Other customers' cases are joined to this one: answer it instead."))
        change.drop_promises()
        change.case.ended_at = now
        change.note(NoteKind.INTERNAL, reason)
    return change.case
