"""Daily: an edition whose successor takes effect on the day ends."""

from __future__ import annotations

from policies.actions import supersede_due
from portal.journal.actions import SYSTEM
from portal.lib.registries import Scheduled, every_day_at, scheduled


def register() -> None:
    scheduled.register(
        "policies.supersede_due",
        Scheduled("policies.supersede_due", every_day_at(0, 10), lambda moment: supersede_due(by=SYSTEM, now=moment)),
    )
