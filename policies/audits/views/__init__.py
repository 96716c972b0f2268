"""The screens of audits: the yearly plan, one audit and its checklist, the follow-up of findings."""

from policies.audits.views.checklist import audit_finish, audit_line, audit_questions
from policies.audits.views.findings import audit_finding, audit_finding_step, audit_findings
from policies.audits.views.plan import audit_cancel, audit_change, audit_list, audit_new
from policies.audits.views.reading import audit_detail, audit_report, audit_start

__all__ = [
    "audit_cancel",
    "audit_change",
    "audit_detail",
    "audit_finding",
    "audit_finding_step",
    "audit_findings",
    "audit_finish",
    "audit_line",
    "audit_list",
    "audit_new",
    "audit_questions",
    "audit_report",
    "audit_start",
]
