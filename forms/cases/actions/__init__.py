"""The verbs of cases: the only code that writes one. Each is journalled in its own transaction."""

from forms.cases.actions.changing import compute_clocks, pending_promises
from forms.cases.actions.customers import add_to_case, rate_case, say_still_broken
from forms.cases.actions.desk import assign_cases, drop_answer, drop_filter, keep_answer, save_filter, set_limits
from forms.cases.actions.endings import decline_case, merge_case, withdraw_case
from forms.cases.actions.filing import Filing, company, file_complaint
from forms.cases.actions.incidents import answer_incident, close_incident, gather_case, open_incident, say_of_incident
from forms.cases.actions.steps import (
    acknowledge_case,
    add_note,
    answer_case,
    assign_case,
    close_case,
    execute_plan,
    expect_revisit,
    issue_plan,
    keep_route,
    reopen_case,
    resolve_case,
    start_case,
    transfer_case,
)
from forms.cases.actions.waiting import extend_case, resume_case, resume_due_cases, wait_case
from forms.cases.actions.watching import compute_all_clocks, escalate_cases, notice_breaches

__all__ = [
    "Filing",
    "acknowledge_case",
    "add_note",
    "add_to_case",
    "answer_case",
    "answer_incident",
    "assign_case",
    "assign_cases",
    "close_case",
    "close_incident",
    "company",
    "compute_all_clocks",
    "compute_clocks",
    "decline_case",
    "drop_answer",
    "drop_filter",
    "escalate_cases",
    "execute_plan",
    "expect_revisit",
    "extend_case",
    "file_complaint",
    "gather_case",
    "issue_plan",
    "keep_answer",
    "keep_route",
    "merge_case",
    "notice_breaches",
    "open_incident",
    "pending_promises",
    "rate_case",
    "reopen_case",
    "resolve_case",
    "resume_case",
    "resume_due_cases",
    "save_filter",
    "say_of_incident",
    "say_still_broken",
    "set_limits",
    "start_case",
    "transfer_case",
    "wait_case",
    "withdraw_case",
]
