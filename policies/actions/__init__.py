"""The verbs of policies: the only code that writes regulations, editions, receipts and obligations."""

from policies.actions.drafting import (
    add_clause,
    edit_clause,
    edit_details,
    move_clause,
    remove_clause,
    start_draft,
)
from policies.actions.guide import record_service, save_service
from policies.actions.issuing import AudienceLine, issue_edition, supersede_due, withdraw_edition
from policies.actions.obligations import load_obligations
from policies.actions.receipts import give_receipt
from policies.actions.results import count_anew, count_late, count_running, freeze_ended, freeze_period
from policies.actions.review import approve_edition, return_edition, submit_edition

__all__ = [
    "AudienceLine",
    "add_clause",
    "approve_edition",
    "count_anew",
    "count_late",
    "count_running",
    "edit_clause",
    "edit_details",
    "freeze_ended",
    "freeze_period",
    "give_receipt",
    "issue_edition",
    "load_obligations",
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
