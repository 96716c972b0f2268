"""Every hour: revisits that ran out. Monday at six: the week before is frozen and drawn, once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from forms.revisits.actions import notice_late_revisits
from forms.revisits.actions.drawing import draw_week
from portal.journal.actions import SYSTEM
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.registries import Scheduled, every_day_at, last_of_every, scheduled

MONDAY = 0


def every_monday(since: datetime, until: datetime) -> Iterator[datetime]:
    """Each Monday at six, those that were slept through included: every week has its own draw."""
    yield from (at for at in every_day_at(6)(since, until) if clock.today(at).weekday() == MONDAY)


def draw_last_week(moment: datetime) -> int:
    week = Period.of("week", clock.today(moment) - timedelta(days=1))
    return len(draw_week(by=SYSTEM, week=week, now=moment))


def register() -> None:
    for entry in (
        Scheduled("revisits.late", last_of_every(60), notice_late_revisits),
        Scheduled("revisits.draw", every_monday, draw_last_week),
    ):
        scheduled.register(entry.name, entry)
