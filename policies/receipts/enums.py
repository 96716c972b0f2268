"""Where a person stands with an edition, and when reminders are due."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils.translation import pgettext_lazy


class ReceiptState(models.TextChoices):
    """Everybody asked is in exactly one of them."""

    OVERDUE = "overdue", pgettext_lazy("receipt", "Overdue")
    OPEN = "open", pgettext_lazy("receipt", "Open, in time")
    CONFIRMED = "confirmed", pgettext_lazy("receipt", "Confirmed")


# Of the states above: who still has to read.
WAITING = frozenset({ReceiptState.OVERDUE, ReceiptState.OPEN})

WARNED_BEFORE = timedelta(days=3)  # the first reminder: so long before the deadline
REPEATED_EVERY = timedelta(days=7)  # after the one on the day after it
QUIET = timedelta(hours=24)  # nobody is reminded twice within it, whatever the schedule does
EXPORT_LIMIT = 20_000  # rows of a spreadsheet
