"""Daily at 08:30: who is reminded."""

from __future__ import annotations

from policies.receipts.actions import remind_due
from portal.journal.actions import SYSTEM
from portal.lib.registries import Scheduled, every_day_at, scheduled


def register() -> None:
    scheduled.register(
        "receipts.remind_due",
        Scheduled("receipts.remind_due", every_day_at(8, 30), lambda moment: remind_due(by=SYSTEM, now=moment)),
    )
