"""The verbs of audits: plan, ask, answer, finish; do something about what was found, and verify it."""

from policies.audits.actions.auditing import FindingDraft, answer_line, content_hash, finish_audit, start_audit
from policies.audits.actions.following import report_done, return_finding, verify_finding
from policies.audits.actions.planning import Plan, cancel_audit, change_plan, plan_audit, save_questions

__all__ = [
    "FindingDraft",
    "Plan",
    "answer_line",
    "cancel_audit",
    "change_plan",
    "content_hash",
    "finish_audit",
    "plan_audit",
    "report_done",
    "return_finding",
    "save_questions",
    "start_audit",
    "verify_finding",
]
