"""The managers' page, readings on paper, and what changed since the reader's last receipt."""

from policies.receipts.views.batches import receipt_batch, receipt_batch_new, receipt_batches, receipt_sheet
from policies.receipts.views.changes import regulation_changes
from policies.receipts.views.overview import receipt_export, receipt_overview

__all__ = [
    "receipt_batch",
    "receipt_batch_new",
    "receipt_batches",
    "receipt_export",
    "receipt_overview",
    "receipt_sheet",
    "regulation_changes",
]
