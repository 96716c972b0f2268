"""The verbs of policies: the only code that writes regulations, editions, receipts and obligations."""

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
from policies.actions.issuing import AudienceLine, issue_edition, supersede_due, withdraw_edition
from policies.actions.obligations import load_obligations
from policies.actions.receipts import give_receipt
from policies.actions.review import approve_edition, return_edition, submit_edition

__all__ = [
    "AudienceLine",
    "add_clause",
    "approve_edition",
    "edit_clause",
    "edit_details",
    "give_receipt",
    "guide_takes_effect",
    "issue_edition",
    "issue_guide_edition",
    "load_obligations",
    "make_booklet",
    "move_clause",
    "record_service",
    "remove_clause",
    "return_edition",
    "save_service",
    "start_draft",
    "submit_edition",
    "supersede_due",
    "withdraw_edition",
]
