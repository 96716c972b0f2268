"""Daily at 07:40: who is reminded of plan items, preventive measures and effects to verify."""

from __future__ import annotations

from forms.cases.corrections.actions.reminding import remind_due
from portal.journal.actions import SYSTEM
from portal.lib.registries import Scheduled, every_day_at, scheduled


def register() -> None:
    scheduled.register(
        "case_corrections.remind",
        Scheduled("case_corrections.remind", every_day_at(7, 40), lambda moment: remind_due(by=SYSTEM, now=moment)),
    )
