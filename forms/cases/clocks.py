"""When a case must be acknowledged and answered: one function of policy snapshot, calendar and moment."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from portal.lib.calendars import DuePolicy, WorkingCalendar, due_time
from portal.org.actions import working_calendar

# Holidays are edited a few times a year; every submission needs the calendar.
_CALENDAR_KEPT_SECONDS = 30.0
_calendar: tuple[float, WorkingCalendar] | None = None


@dataclass(frozen=True)
class CasePolicy:
    """Working hours until the acknowledgement, working days until the answer (SRV-17); a case keeps its own copy."""

    acknowledge_hours: int = 4
    answer_days: int = 5

    def as_json(self) -> dict[str, int]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> CasePolicy:
        return cls(**{name: int(kept[name]) for name in ("acknowledge_hours", "answer_days") if name in kept})


@dataclass(frozen=True)
class Due:
    acknowledge: datetime
    answer: datetime


def due_times(policy: CasePolicy, start: datetime, calendar: WorkingCalendar | None = None) -> Due:
    """Both due times of a case that begins at `start`, in UTC."""
    calendar = calendar or _kept_calendar()
    hours, days = timedelta(hours=policy.acknowledge_hours), policy.answer_days
    acknowledge = due_time(DuePolicy(working_time=hours), calendar, start)
    answer = due_time(DuePolicy(working_days=days), calendar, start)
    if acknowledge is None or answer is None:
        raise ValueError("without pauses a due time always exists")
    return Due(acknowledge, answer)


def _kept_calendar() -> WorkingCalendar:
    global _calendar
    if _calendar is None or _calendar[0] < time.monotonic():
        _calendar = (time.monotonic() + _CALENDAR_KEPT_SECONDS, working_calendar())
    return _calendar[1]


def forget_calendar() -> None:
    """After somebody edited the calendar in this process, and between tests."""
    global _calendar
    _calendar = None
