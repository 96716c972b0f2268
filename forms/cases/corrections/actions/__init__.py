"""The verbs of corrections: the only code that writes here. Each is journalled in its own transaction."""

from forms.cases.corrections.actions.causes import (
    NewPrevention,
    add_prevention,
    do_prevention,
    record_cause,
    verify_effect,
)
from forms.cases.corrections.actions.plans import Line, accept_item, issue_plan, report_item, return_item
from forms.cases.corrections.actions.reports import (
    approve_report,
    compose_report,
    confirm_trace,
    give_receipt,
    mark_major,
    publish_report,
    return_report,
    submit_report,
    unmark_major,
    withdraw_report,
    write_report,
)

__all__ = [
    "Line",
    "NewPrevention",
    "accept_item",
    "add_prevention",
    "approve_report",
    "compose_report",
    "confirm_trace",
    "do_prevention",
    "give_receipt",
    "issue_plan",
    "mark_major",
    "publish_report",
    "record_cause",
    "report_item",
    "return_item",
    "return_report",
    "submit_report",
    "unmark_major",
    "verify_effect",
    "withdraw_report",
    "write_report",
]
