"""Daily at 07:30, before the shift changes: who is reminded of what waits."""

from __future__ import annotations

from forms.cards.weeks.actions.reminding import remind_due
from portal.journal.actions import SYSTEM
from portal.lib.registries import Scheduled, every_day_at, scheduled


def register() -> None:
    scheduled.register(
        "card_weeks.remind",
        Scheduled("card_weeks.remind", every_day_at(7, 30), lambda moment: remind_due(by=SYSTEM, now=moment)),
    )
