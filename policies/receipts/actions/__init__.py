"""The verbs of receipts: witness a reading on paper, remind whoever is due."""

from policies.receipts.actions.batches import Reading, witness_on_paper
from policies.receipts.actions.reminding import remind_due

__all__ = ["Reading", "remind_due", "witness_on_paper"]
