"""When a case must be acknowledged, answered and solved: one function of policy snapshot, calendar and history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from typing import Any

from django.utils import timezone

from forms.cases.enums import PAUSED, PAUSING, CaseState, ClockName
from portal.lib.calendars import AROUND_THE_CLOCK, Calendar, DuePolicy, WorkingCalendar, due_time
from portal.lib.clock import end_of
from portal.lib.kept import KeptAWhile
from portal.org.actions import working_calendar

# Holidays are edited a few times a year; every submission needs the calendar.
kept_calendar = KeptAWhile(working_calendar, seconds=30)
forget_calendar = kept_calendar.forget


@dataclass(frozen=True)
class CasePolicy:
    """Hours until the acknowledgement, days until answer and solution (SRV-17); a case keeps its own copy.

    In working time, or `around_the_clock`. `solution_days` 0 promises no time for the solution.
    """

    acknowledge_hours: int = 4
    answer_days: int = 5
    solution_days: int = 0
    around_the_clock: bool = False

    def as_json(self) -> dict[str, int]:
        """What is said; what is not said is not in it."""
        always = ("acknowledge_hours", "answer_days")
        return {name: value for name, value in vars(self).items() if value or name in always}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> CasePolicy:
        return cls(**{name: type(default)(kept.get(name, default)) for name, default in vars(cls()).items()})

    def limit(self, clock: str) -> DuePolicy | None:
        """How long this clock may run; None for a clock that the policy does not know."""
        if clock == ClockName.ACKNOWLEDGE:
            return DuePolicy(working_time=timedelta(hours=self.acknowledge_hours))
        if clock == ClockName.ANSWER:
            return DuePolicy(working_days=self.answer_days)
        if clock == ClockName.SOLUTION and self.solution_days:
            return DuePolicy(working_days=self.solution_days)
        return None


@dataclass(frozen=True)
class Due:
    acknowledge: datetime
    answer: datetime
    solution: datetime | None = None


@dataclass(frozen=True)
class History:
    """What moves a due time: pauses (from, to), and what the customer agreed to: (agreed at, due then)."""

    pauses: tuple[tuple[datetime, datetime], ...] = ()
    extensions: tuple[tuple[datetime, datetime], ...] = ()


NO_HISTORY = History()


def due_times(policy: CasePolicy, start: datetime, calendar: WorkingCalendar | None = None) -> Due:
    """The due times of a case that begins at `start`, in UTC."""
    answer = due_of(ClockName.ANSWER, policy, start, calendar=calendar)
    acknowledge = due_of(ClockName.ACKNOWLEDGE, policy, start, calendar=calendar)
    solution = due_of(ClockName.SOLUTION, policy, start, calendar=calendar) if policy.solution_days else None
    return Due(acknowledge, answer, solution)


def due_of(
    clock: str,
    policy: CasePolicy,
    start: datetime,
    history: History = NO_HISTORY,
    *,
    wanted_on: date | None = None,
    calendar: WorkingCalendar | None = None,
) -> datetime:
    """The moment (UTC) when what this clock promises is due.

    An agreed extension replaces what was due; pauses move it by the time they took. The day a customer asked for ends
    with its last minute and is moved by nothing but the customer's own consent.
    """
    chosen: Calendar = AROUND_THE_CLOCK if policy.around_the_clock else calendar or kept_calendar()
    pauses = history.pauses if clock in PAUSED else ()
    if history.extensions:
        agreed_at, due = history.extensions[-1]
        return _moved(due, [pause for pause in pauses if pause[1] > agreed_at], agreed_at, chosen)
    if clock == ClockName.WANTED:
        if wanted_on is None:
            raise ValueError("the customer asked for no day")
        return end_of(wanted_on)
    limit = policy.limit(clock)
    due_then = due_time(limit, chosen, start, pauses) if limit else None
    if due_then is None:
        raise ValueError(f"the policy knows no clock {clock!r}")
    return due_then


def start_of(day: date) -> datetime:
    """Midnight at the beginning of a day here, in UTC."""
    return timezone.make_aware(datetime.combine(day, time_of_day())).astimezone(UTC)


def _moved(due: datetime, pauses: Sequence[tuple[datetime, datetime]], since: datetime, calendar: Calendar) -> datetime:
    for begin, end in pauses:
        if begin < due:
            due = calendar.add_working_time(due, calendar.working_time_between(max(begin, since), end))
    return due


def pauses_of(steps: Iterable[Any]) -> tuple[tuple[datetime, datetime], ...]:
    """The pauses within a history of states (rows with after, at, reason, until, oldest first).

    A pause ends with the next step, and at the latest at the moment that was named for it: nobody can stop a clock for
    ever, and what the case waits for is on record. Waiting for our own parts or people stops nothing.
    """
    found, begun = [], None
    for step in steps:
        if begun is not None:
            found.append((begun.at, min(step.at, begun.until)))
        begun = step if step.after == CaseState.WAITING and step.reason in PAUSING and step.until else None
    if begun is not None:
        found.append((begun.at, begun.until))
    return tuple(found)
