"""Doing an audit: start, answer line by line, finish. What is finished is frozen; its hash stands in the journal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from policies.audits import permissions
from policies.audits.actions.planning import require_independence
from policies.audits.actions.transitions import finding_state_after, locked_audit, require_version, state_after
from policies.audits.enums import NONCONFORMING, AuditState, FindingState, LineResult
from policies.audits.models import Audit, AuditLine, Finding
from policies.enums import EditionState
from portal.files.actions import files_of, keep_files
from portal.files.storage import Upload
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Person

EVIDENCE = "evidence"


@dataclass(frozen=True)
class FindingDraft:
    """What is written about a nonconforming line; it may be completed until the audit is finished."""

    description: str = ""
    action: str = ""
    owner: Person | None = None
    due_on: date | None = None


@transaction.atomic
def start_audit(*, by: Any, audit: Audit, now: datetime | None = None) -> Audit:
    """The audit begins: from now on the questions stay, and lines are answered."""
    now = now or clock.now()
    audit = locked_audit(audit)
    if not permissions.user_can_do_audit(by, audit):
        raise NotYours(_("An audit is begun by its auditors."))
    state = state_after("start", audit)
    if audit.edition.state != EditionState.ISSUED:
        raise Refused(_("This edition is not in force any more: have the audit cancelled and planned anew."))
    require_independence([("lead", person) for person in [audit.lead, *audit.auditors.all()]], audit.unit, now)
    with scopes_disabled():
        if not AuditLine.objects.filter(audit=audit).exists():
            raise Refused(_("The checklist is empty: add a question first."))
    audit.state, audit.started_at = state, now
    audit.save(update_fields=["state", "started_at"])
    journal.record(by=by, action="audits.start", thing=audit, unit=audit.unit_id, now=now)
    return audit


@transaction.atomic
def answer_line(
    *,
    by: Any,
    line: AuditLine,
    version: int,
    result: str,
    evidence: str = "",
    finding: FindingDraft | None = None,
    files: Sequence[Upload] = (),
    now: datetime | None = None,
) -> AuditLine:
    """Saves one line of an audit in progress; may be saved again until the audit is finished.

    `version` is the one the auditor saw; the very same answer sent twice is one. A line that does not conform keeps the
    draft of a finding; one that conforms after all loses it.
    """
    now = now or clock.now()
    audit = locked_audit(line.audit)
    if not permissions.user_can_do_audit(by, audit):
        raise NotYours(_("A checklist is filled in by the auditors."))
    if audit.state != AuditState.STARTED:
        raise Conflict(_("This audit is not in progress: its checklist stays as it is."))
    if result not in LineResult.values:
        raise Refused(_("Choose a result."), field="result")
    with scopes_disabled():
        line = AuditLine.objects.select_for_update(of=("self",)).get(pk=line.pk)
        if line.version == version + 1 and line.answered_by_id == by.pk and _is_same(line, result, evidence, files):
            return line
        require_version(version, line.version)
        line.result, line.evidence = result, evidence.strip()
        line.answered_by, line.answered_at = by, now
        line.version += 1
        line.save(update_fields=["result", "evidence", "answered_by", "answered_at", "version"])
        _keep_draft(audit, line, finding or FindingDraft())
    keep_files(by=by, owner=line, uploads=files, purpose=EVIDENCE, now=now)
    data = {"line": line.order, "result": result, "files": len(files)}
    journal.record(by=by, action="audits.answer_line", thing=audit, unit=audit.unit_id, data=data, now=now)
    return line


def _is_same(line: AuditLine, result: str, evidence: str, files: Sequence[Upload]) -> bool:
    if (line.result, line.evidence) != (result, evidence.strip()):
        return False
    sent = {hashlib.sha256(upload.examined.clean_bytes).hexdigest() for upload in files}
    return sent <= set(files_of(line, EVIDENCE).values_list("sha256", flat=True))


def _keep_draft(audit: Audit, line: AuditLine, draft: FindingDraft) -> None:
    if line.result not in NONCONFORMING:
        Finding.objects.filter(line=line, state=FindingState.DRAFT).delete()
        return
    if draft.owner is not None and draft.owner not in permissions.possible_owners(audit.unit):
        raise Refused(_("Choose somebody of the audited unit, or a manager above it."), field="owner")
    Finding.objects.update_or_create(
        line=line,
        defaults={
            "audit": audit,
            "severity": line.result,
            "description": draft.description.strip(),
            "action": draft.action.strip(),
            "owner": draft.owner,
            "due_on": draft.due_on,
        },
    )


@transaction.atomic
def finish_audit(*, by: Any, audit: Audit, conclusion: str, now: datetime | None = None) -> Audit:
    """The lead auditor ends the audit: it is frozen, and its findings are issued with their numbers."""
    now = now or clock.now()
    audit = locked_audit(audit)
    if not permissions.user_can_lead_audit(by, audit):
        raise NotYours(_("An audit is finished by its lead auditor."))
    state = state_after("finish", audit)
    with scopes_disabled():
        lines = list(AuditLine.objects.filter(audit=audit).select_related("finding").order_by("order", "pk"))
        _require_complete(lines, clock.today(now))
        if not conclusion.strip():
            raise Refused(_("Write the conclusion: what the unit does well, what it must mend."), field="conclusion")
        findings = [line.finding for line in lines if line.result in NONCONFORMING]
        for position, finding in enumerate(findings, start=1):
            finding.position, finding.state = position, finding_state_after("issue", finding)
            finding.save(update_fields=["position", "state"])
        audit.state, audit.finished_by, audit.finished_at = state, by, now
        audit.conclusion = conclusion.strip()
        audit.save(update_fields=["state", "finished_by", "finished_at", "conclusion"])
    data = {"lines": len(lines), "findings": len(findings), "hash": content_hash(audit)}
    journal.record(by=by, action="audits.finish", thing=audit, unit=audit.unit_id, data=data, now=now)
    return audit


def missing_in(lines: Sequence[AuditLine]) -> tuple[list[AuditLine], list[AuditLine]]:
    """(lines without a result, nonconforming lines whose finding is not complete)."""
    unanswered = [line for line in lines if not line.result]
    incomplete = [
        line
        for line in lines
        if line.result in NONCONFORMING and not (hasattr(line, "finding") and line.finding.is_complete)
    ]
    return unanswered, incomplete


def _require_complete(lines: Sequence[AuditLine], today: date) -> None:
    unanswered, incomplete = missing_in(lines)
    if unanswered:
        message = _("%(count)s lines have no result yet: answer them, or mark them as not applicable.")
        raise Refused(message % {"count": len(unanswered)})
    if incomplete:
        shown = ", ".join(str(line.order) for line in incomplete)
        message = _("These lines need what was found, the corrective action, who does it and until when: %(lines)s")
        raise Refused(message % {"lines": shown})
    if any(line.result in NONCONFORMING and line.finding.due_on < today for line in lines):  # type: ignore[operator]
        raise Refused(_("The day of a corrective action is over already: choose a later one."))


def content_hash(audit: Audit) -> str:
    """SHA-256 over what an audit found; the entry of its finishing holds it, so that any later change shows."""
    with scopes_disabled():
        lines = AuditLine.objects.filter(audit=audit).order_by("order", "pk")
        rows = list(lines.values_list("order", "number", "question", "result", "evidence"))
        findings = Finding.objects.filter(audit=audit).order_by("position")
        found = list(findings.values_list("position", "severity", "description", "action", "owner_id", "due_on"))
    text = json.dumps([audit.conclusion, rows, found], ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
