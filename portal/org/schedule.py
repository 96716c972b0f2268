"""Daily: accounts follow appointments that began or ended."""

from __future__ import annotations

from portal.lib.registries import Scheduled, every_day_at, scheduled
from portal.org.actions import bring_all_accounts_in_step


def register() -> None:
    from portal.lib import clock

    scheduled.register(
        "org.accounts_in_step",
        Scheduled(
            "org.accounts_in_step",
            every_day_at(0, 5),
            lambda moment: bring_all_accounts_in_step(clock.today(moment)),
        ),
    )
