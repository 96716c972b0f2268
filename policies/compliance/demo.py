"""The demo company's accounts: the last months, weeks and days closed one after the other, what runs counted."""

from __future__ import annotations

from typing import Any

from policies.actions import count_late, count_running, freeze_period
from portal.journal.actions import SYSTEM
from portal.lib.periods import Period, PeriodKind

# How many ended periods of each kind are closed.
CLOSED = {
    PeriodKind.YEAR: 1,
    PeriodKind.HALF: 1,
    PeriodKind.QUARTER: 2,
    PeriodKind.MONTH: 5,
    PeriodKind.WEEK: 6,
    PeriodKind.DAY: 14,
}


def build(stage: Any) -> None:
    """Closes each period by the verb that does so at night, oldest first, a moment after its end."""
    for kind, number in CLOSED.items():
        periods = [Period.of(kind, stage.today).previous()]
        while len(periods) < number:
            periods.append(periods[-1].previous())
        for period in reversed(periods):
            after = (period.end - stage.today).days + 1
            freeze_period(by=SYSTEM, period=period, now=stage.moment(after, hour=0, minute=40))
    count_running(now=stage.now)
    count_late(now=stage.now)
