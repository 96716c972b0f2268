"""Nightly the accounts of what ended are closed; every half hour what still runs is counted anew."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from policies.actions import freeze_ended
from policies.compliance.tasks import count_again
from portal.journal.actions import SYSTEM
from portal.lib.registries import Scheduled, every_day_at, scheduled

EVERY = timedelta(minutes=30)


def last_half_hour(since: datetime, until: datetime) -> Iterator[datetime]:
    """Only the last moment of those passed: counting twice what runs now tells nothing more."""
    moment = until.replace(minute=until.minute - until.minute % 30, second=0, microsecond=0)
    if since < moment <= until:
        yield moment


def _close(moment: datetime) -> None:
    freeze_ended(by=SYSTEM, now=moment)
    count_again.enqueue(late=True)


def register() -> None:
    """00:40, after campaigns and editions have ended at 00:10."""
    scheduled.register("compliance.freeze", Scheduled("compliance.freeze", every_day_at(0, 40), _close))
    scheduled.register(
        "compliance.count",
        Scheduled("compliance.count", last_half_hour, lambda moment: count_again.enqueue(late=False)),
    )
