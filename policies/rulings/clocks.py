"""When an answer is due: working days of the organisation's calendar after the moment of asking."""

from __future__ import annotations

from datetime import datetime

from portal.org.actions import working_calendar


def due_after(days: int, start: datetime) -> datetime:
    """Closing time of the `days`-th working day after `start`. Handing over does not move it."""
    return working_calendar().add_working_days(start, days)
