"""Daily, after closing time: what was due today and has no answer is late."""

from __future__ import annotations

from policies.rulings.actions import mark_late
from portal.journal.actions import SYSTEM
from portal.lib.registries import Scheduled, every_day_at, scheduled


def register() -> None:
    scheduled.register(
        "rulings.mark_late",
        Scheduled("rulings.mark_late", every_day_at(17, 35), lambda moment: mark_late(by=SYSTEM, now=moment)),
    )
