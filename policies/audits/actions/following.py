"""Following findings up: reported done with proof, verified by an auditor, or returned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from policies.audits import permissions
from policies.audits.actions.transitions import finding_state_after, locked_finding
from policies.audits.models import Finding
from portal.files.actions import keep_files
from portal.files.storage import Upload
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.refusals import NotYours, Refused

PROOF = "proof"


@transaction.atomic
def report_done(
    *, by: Any, finding: Finding, proof: str, files: Sequence[Upload] = (), now: datetime | None = None
) -> Finding:
    """The corrective action is done: what, and what shows it. An auditor looks at it next."""
    now = now or clock.now()
    finding = locked_finding(finding)
    if not permissions.user_can_report_done(by, finding):
        raise NotYours(_("This is reported by who does it, or by the unit's manager."))
    state = finding_state_after("report_done", finding)
    if not proof.strip():
        raise Refused(_("Write what was done and what shows it."), field="proof")
    finding.state, finding.proof = state, proof.strip()
    finding.done_by, finding.done_at = by, now
    finding.save(update_fields=["state", "proof", "done_by", "done_at"])
    keep_files(by=by, owner=finding, uploads=files, purpose=PROOF, now=now)
    _record(by, "report_done", finding, now, late=finding.due_on is not None and finding.due_on < clock.today(now))
    return finding


@transaction.atomic
def verify_finding(*, by: Any, finding: Finding, verdict: str = "", now: datetime | None = None) -> Finding:
    """An auditor saw that it is mended; never who did it or reported it."""
    now = now or clock.now()
    finding = locked_finding(finding)
    if not permissions.user_can_verify(by, finding):
        raise NotYours(_("This is verified by an auditor who did not do it."))
    finding.state = finding_state_after("verify", finding)
    finding.verified_by, finding.verified_at, finding.verdict = by, now, verdict.strip()
    finding.save(update_fields=["state", "verified_by", "verified_at", "verdict"])
    _record(by, "verify", finding, now)
    return finding


@transaction.atomic
def return_finding(*, by: Any, finding: Finding, verdict: str, now: datetime | None = None) -> Finding:
    """An auditor is not convinced: the action is open again, its day stays."""
    finding = locked_finding(finding)
    if not permissions.user_can_verify(by, finding):
        raise NotYours(_("This is verified by an auditor who did not do it."))
    state = finding_state_after("return", finding)
    if not verdict.strip():
        raise Refused(_("Say what is missing."), field="verdict")
    finding.state, finding.verdict = state, verdict.strip()
    finding.save(update_fields=["state", "verdict"])
    _record(by, "return", finding, now)
    return finding


def _record(by: Any, verb: str, finding: Finding, now: datetime | None, **data: Any) -> None:
    journal.record(
        by=by, action=f"audits.{verb}", thing=finding, unit=finding.audit.unit_id, data=data or None, now=now
    )
