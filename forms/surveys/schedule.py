"""Daily: a campaign whose last day is over ends."""

from __future__ import annotations

from forms.surveys.actions import close_ended_campaigns
from portal.journal.actions import SYSTEM
from portal.lib.registries import Scheduled, every_day_at, scheduled


def register() -> None:
    scheduled.register(
        "surveys.close_ended",
        Scheduled(
            "surveys.close_ended", every_day_at(0, 10), lambda moment: close_ended_campaigns(by=SYSTEM, now=moment)
        ),
    )
