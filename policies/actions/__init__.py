"""The verbs of policies: the only code that writes regulations, editions, receipts and obligations."""

from policies.actions.appendices import attach_appendix_files, remove_appendix_file
from policies.actions.bundles import IssueNotice
from policies.actions.drafting import (
    add_clause,
    edit_clause,
    edit_details,
    move_clause,
    remove_clause,
    start_draft,
)
from policies.actions.guide import (
    guide_takes_effect,
    issue_guide_edition,
    make_booklet,
    record_service,
    save_service,
)
from policies.actions.issuing import AudienceLine, issue_edition, supersede_due, try_edition, withdraw_edition
from policies.actions.obligations import load_obligations
from policies.actions.periodic_review import confirm_review
from policies.actions.receipts import give_receipt, note_passed
from policies.actions.results import count_anew, count_late, count_running, freeze_ended, freeze_period
from policies.actions.review import approve_edition, return_edition, review_edition, submit_edition

__all__ = [
    "AudienceLine",
    "IssueNotice",
    "add_clause",
    "approve_edition",
    "attach_appendix_files",
    "confirm_review",
    "count_anew",
    "count_late",
    "count_running",
    "edit_clause",
    "edit_details",
    "freeze_ended",
    "freeze_period",
    "give_receipt",
    "guide_takes_effect",
    "issue_edition",
    "issue_guide_edition",
    "load_obligations",
    "make_booklet",
    "move_clause",
    "note_passed",
    "record_service",
    "remove_appendix_file",
    "remove_clause",
    "return_edition",
    "review_edition",
    "save_service",
    "start_draft",
    "submit_edition",
    "supersede_due",
    "try_edition",
    "withdraw_edition",
]
