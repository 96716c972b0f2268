"""Working time: holidays, make-up workdays, office hours, and when something is due.

Clocks of promises run either in working time (`WorkingCalendar`) or around the clock (`AROUND_THE_CLOCK`); both answer
the same questions. All moments are aware; naive ones are refused, because an hour off is a promise broken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple, Protocol

import chinese_calendar.constants as chinese

_WEEKEND = frozenset({5, 6})
_HORIZON = 3660  # Days we look ahead before we say that a calendar has no working time.

Pause = tuple[datetime, "datetime | None"]


class Calendar(Protocol):
    """What a clock asks of a calendar."""

    def is_working_day(self, day: date) -> bool: ...
    def add_working_time(self, start: datetime, amount: timedelta) -> datetime: ...
    def add_working_days(self, start: datetime, n: int) -> datetime: ...
    def working_time_between(self, a: datetime, b: datetime) -> timedelta: ...


@dataclass(frozen=True)
class WorkingCalendar:
    """Working days and office hours of one place.

    `holidays` and `workdays` (make-up days worked on a weekend; they win over holidays) are dates; `hours` are the
    spans of a working day such as `[(time(9), time(12)), (time(13), time(18))]`, where an end of `time(0)` is midnight.
    """

    holidays: frozenset[date]
    workdays: frozenset[date]
    hours: tuple[tuple[time, time], ...]
    tz: tzinfo
    rest_days: frozenset[int] = field(default=_WEEKEND)
    _closings: dict[tuple[date, int], datetime] = field(default_factory=dict, compare=False, repr=False)

    def __init__(
        self,
        holidays: Iterable[date],
        workdays: Iterable[date],
        hours: Iterable[tuple[time, time]],
        tz: tzinfo,
        rest_days: Iterable[int] = _WEEKEND,
    ) -> None:
        object.__setattr__(self, "holidays", frozenset(holidays))
        object.__setattr__(self, "workdays", frozenset(workdays))
        object.__setattr__(self, "hours", tuple(sorted(hours)))
        object.__setattr__(self, "tz", tz)
        object.__setattr__(self, "rest_days", frozenset(rest_days))
        object.__setattr__(self, "_closings", {})
        before = time.min
        for opening, closing in self.hours:
            if opening < before or (closing != time.min and closing <= opening):
                raise ValueError("Office hours must follow one another within one day.")
            before = closing if closing != time.min else time.max
        if not self.hours:
            raise ValueError("A working calendar needs office hours.")

    def is_working_day(self, day: date) -> bool:
        """Whether people work on `day`: a make-up day always, otherwise neither a holiday nor a weekly rest day."""
        if day in self.workdays:
            return True
        return day not in self.holidays and day.weekday() not in self.rest_days

    def add_working_time(self, start: datetime, amount: timedelta) -> datetime:
        """The moment when `amount` of working time has passed since `start`.

        Outside office hours the clock starts at the next opening. An amount that is used up at closing time is due
        at closing time, not at the next opening. ValueError for a negative amount or a naive moment.
        """
        _require_aware(start)
        if amount < timedelta(0):
            raise ValueError("Working time is never negative.")
        left = amount
        for opening, closing in self._windows(start):
            begin = max(opening, start)
            if begin + left <= closing:
                return begin + left
            left -= closing - begin
        raise ValueError("The calendar has too little working time.")

    def add_working_days(self, start: datetime, n: int) -> datetime:
        """Closing time of the `n`-th working day after the day of `start`; with 0, of that day or the next one worked.

        So "within three working days" leaves three whole days, however late on the first day it began.
        """
        _require_aware(start)
        if n < 0:
            raise ValueError("Working days are never negative.")
        first = start.astimezone(self.tz).date()
        if found := self._closings.get((first, n)):
            return found
        left = n
        for distance in range(0 if n == 0 else 1, _HORIZON + 2 * n):
            day = first + timedelta(days=distance)
            if self.is_working_day(day):
                left -= 1
                if left <= 0:
                    closing = self._day_windows(day)[-1][1]
                    if n:  # the same for every moment of the first day
                        self._closings[first, n] = closing
                    if closing >= start:
                        return closing
        raise ValueError("The calendar has too few working days.")

    def working_time_between(self, a: datetime, b: datetime) -> timedelta:
        """Working time from `a` to `b`; nothing when `b` is not after `a`."""
        _require_aware(a)
        _require_aware(b)
        total = timedelta(0)
        day, last = a.astimezone(self.tz).date(), b.astimezone(self.tz).date()
        while day <= last:
            if self.is_working_day(day):
                for opening, closing in self._day_windows(day):
                    total += max(min(closing, b) - max(opening, a), timedelta(0))
            day += timedelta(days=1)
        return total

    def _day_windows(self, day: date) -> list[tuple[datetime, datetime]]:
        """Office hours of `day` as moments in UTC, where subtraction knows about changes of summer time."""
        windows = []
        for opening, closing in self.hours:
            closing_day = day if closing != time.min else day + timedelta(days=1)
            windows.append(
                (
                    datetime.combine(day, opening, tzinfo=self.tz).astimezone(UTC),
                    datetime.combine(closing_day, closing, tzinfo=self.tz).astimezone(UTC),
                )
            )
        return windows

    def _windows(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Office hours that are not over before `start`, in order, as far as we look ahead."""
        first = start.astimezone(self.tz).date()
        idle = 0
        day = first
        while idle < _HORIZON:
            idle += 1
            if self.is_working_day(day):
                idle = 0
                for window in self._day_windows(day):
                    if window[1] >= start:
                        yield window
            day += timedelta(days=1)


class AroundTheClock:
    """Every moment is working time: for emergencies, hotlines and drilling shifts."""

    def is_working_day(self, day: date) -> bool:
        return True

    def add_working_time(self, start: datetime, amount: timedelta) -> datetime:
        _require_aware(start)
        if amount < timedelta(0):
            raise ValueError("Working time is never negative.")
        return start.astimezone(UTC) + amount

    def add_working_days(self, start: datetime, n: int) -> datetime:
        if n < 0:
            raise ValueError("Working days are never negative.")
        return self.add_working_time(start, timedelta(days=n))

    def working_time_between(self, a: datetime, b: datetime) -> timedelta:
        _require_aware(a)
        _require_aware(b)
        return max(b - a, timedelta(0))


AROUND_THE_CLOCK = AroundTheClock()


@dataclass(frozen=True, slots=True)
class DuePolicy:
    """How long something may take: an amount of working time, or a number of working days. Exactly one of them."""

    working_time: timedelta | None = None
    working_days: int | None = None

    def __post_init__(self) -> None:
        if (self.working_time is None) == (self.working_days is None):
            raise ValueError("A policy names either working time or working days.")


def due_time(policy: DuePolicy, calendar: Calendar, start: datetime, pauses: Sequence[Pause] = ()) -> datetime | None:
    """The moment (UTC) when what began at `start` is due, or None while the clock stands still.

    `pauses` are (from, to) moments taken from the history of states, `to` None for one that lasts; they may overlap
    and come in any order. A pause moves the due moment by the working time it took; one after it moves nothing.
    """
    if policy.working_days is not None:
        due = calendar.add_working_days(start, policy.working_days)
    else:
        due = calendar.add_working_time(start, policy.working_time or timedelta(0))
    for begin, end in _merged(pauses, start):
        if begin >= due:
            break
        if end is None:
            return None
        due = calendar.add_working_time(due, calendar.working_time_between(begin, end))
    return due


def _merged(pauses: Iterable[Pause], start: datetime) -> list[Pause]:
    """Pauses in order, joined where they touch or overlap, cut at `start`; empty and past ones left out."""
    kept = sorted(
        ((max(begin, start), end) for begin, end in pauses if end is None or (end > start and end > begin)),
        key=lambda pause: pause[0],
    )
    merged: list[Pause] = []
    for begin, end in kept:
        if merged:
            last_begin, last_end = merged[-1]
            if last_end is None:
                break
            if begin <= last_end:
                merged[-1] = (last_begin, None if end is None else max(end, last_end))
                continue
        merged.append((begin, end))
    return merged


class KnownDay(NamedTuple):
    """A day that differs from the week's rule. `kind` is "holiday" or "workday"; `name` is the festival's."""

    date: date
    kind: str
    name: str


def known_years() -> range:
    """The years whose holidays and make-up workdays have been announced, as far as the installed package knows."""
    years = {day.year for day in chinese.holidays}
    return range(min(years), max(years) + 1)


def known_days(year: int) -> list[KnownDay]:
    """Announced holidays and make-up workdays of `year`, in order, to seed the editable table.

    Empty for a year outside `known_years()`: the State Council announces each year late in the one before, and
    nothing may be guessed. Whoever shows the table must say so when this comes back empty.
    """
    if year not in known_years():
        return []
    names = {holiday.value: str(holiday.chinese) for holiday in chinese.Holiday}
    found = [
        KnownDay(day, kind, names.get(value, str(value)))
        for kind, table in (("holiday", chinese.holidays), ("workday", chinese.workdays))
        for day, value in table.items()
        if day.year == year
    ]
    return sorted(found)


def _require_aware(moment: datetime) -> None:
    if moment.utcoffset() is None:
        raise ValueError("A moment without a time zone cannot be placed in a calendar.")
