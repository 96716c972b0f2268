"""Nightly the accounts of what ended are closed; every half hour what still runs is counted anew."""

from __future__ import annotations

from datetime import datetime, timedelta

from policies.actions import freeze_ended
from policies.compliance.tasks import count_again
from portal.journal.actions import SYSTEM
from portal.lib.registries import Scheduled, every_day_at, last_of_every, scheduled

EVERY = timedelta(minutes=30)


def _close(moment: datetime) -> None:
    freeze_ended(by=SYSTEM, now=moment)
    count_again.enqueue(late=True)


def register() -> None:
    """00:40, after campaigns and editions have ended at 00:10."""
    scheduled.register("compliance.freeze", Scheduled("compliance.freeze", every_day_at(0, 40), _close))
    scheduled.register(
        "compliance.count",
        Scheduled("compliance.count", last_of_every(30), lambda moment: count_again.enqueue(late=False)),
    )
