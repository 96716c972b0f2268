"""Calendar periods that figures, obligations and bulletins are about: day, week, month, quarter, half-year, year."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext


class PeriodKind(StrEnum):
    """How long a period is. Compares equal to its word: `PeriodKind.MONTH == "month"`."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


_UNDERSTOOD = "2026, 2026H1, 2026Q3, 2026-10, 2026-W40, 2026-10-05"
_SHAPES = {
    PeriodKind.YEAR: re.compile(r"([0-9]{4})"),
    PeriodKind.HALF: re.compile(r"([0-9]{4})-?H([12])"),
    PeriodKind.QUARTER: re.compile(r"([0-9]{4})-?Q([1-4])"),
    PeriodKind.MONTH: re.compile(r"([0-9]{4})-([0-9]{1,2})"),
    PeriodKind.WEEK: re.compile(r"([0-9]{4})-?W([0-9]{1,2})"),
    PeriodKind.DAY: re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"),
}
_MONTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.HALF: 6, PeriodKind.YEAR: 12}


@dataclass(frozen=True, slots=True)
class Period:
    """A period with its first and last day, both belonging to it. Weeks are ISO weeks, Monday to Sunday."""

    kind: PeriodKind
    start: date
    end: date

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", PeriodKind(self.kind))
        if _span(self.kind, self.start) != (self.start, self.end):
            raise ValueError(f"{self.start} to {self.end} is not a whole {self.kind}.")

    @classmethod
    def of(cls, kind: str, day: date) -> Period:
        """The period of this kind that `day` lies in."""
        if isinstance(day, datetime):
            day = day.date()
        kind = PeriodKind(kind)
        return cls(kind, *_span(kind, day))

    @classmethod
    def parse(cls, text: str) -> Period:
        """The period named by `text`; see `code` for the shapes. ValueError says what is understood."""
        cleaned = unicodedata.normalize("NFKC", str(text)).strip().upper()
        for kind, shape in _SHAPES.items():
            if found := shape.fullmatch(cleaned):
                numbers = [int(group) for group in found.groups()]
                try:
                    return cls.of(kind, _first_day(kind, numbers))
                except ValueError:
                    break
        message = gettext("“%(text)s” is not a period. Write %(examples)s.")
        raise ValueError(message % {"text": str(text)[:40], "examples": _UNDERSTOOD})

    @classmethod
    def asked_for(cls, text: str) -> Period | None:
        """The period an address asks for; None where it names none, or none that is understood."""
        try:
            return cls.parse(text) if text else None
        except ValueError:
            return None

    @property
    def code(self) -> str:
        """The short name that `parse` reads: 2026, 2026H1, 2026Q3, 2026-10, 2026-W40, 2026-10-05."""
        year, month = self.start.year, self.start.month
        if self.kind == PeriodKind.WEEK:
            iso = self.start.isocalendar()
            return f"{iso.year:04d}-W{iso.week:02d}"
        return {
            PeriodKind.YEAR: f"{year:04d}",
            PeriodKind.HALF: f"{year:04d}H{(month + 5) // 6}",
            PeriodKind.QUARTER: f"{year:04d}Q{(month + 2) // 3}",
            PeriodKind.MONTH: f"{year:04d}-{month:02d}",
            PeriodKind.DAY: self.start.isoformat(),
        }[self.kind]

    @property
    def label(self) -> str:
        """The name for readers, in the language that is active now."""
        if self.kind == PeriodKind.DAY:
            return date_format(self.start, "DATE_FORMAT")
        if self.kind == PeriodKind.MONTH:
            return date_format(self.start, "YEAR_MONTH_FORMAT")
        if self.kind == PeriodKind.YEAR:
            return pgettext("calendar year", "%(year)s") % {"year": self.start.year}
        if self.kind == PeriodKind.WEEK:
            iso = self.start.isocalendar()
            return gettext("Week %(number)s of %(year)s") % {"number": iso.week, "year": iso.year}
        if self.kind == PeriodKind.QUARTER:
            return gettext("Quarter %(number)s of %(year)s") % {"number": self.code[-1], "year": self.start.year}
        return gettext("Half-year %(number)s of %(year)s") % {"number": self.code[-1], "year": self.start.year}

    def __str__(self) -> str:
        return self.code

    def previous(self) -> Period:
        """The period of the same kind just before."""
        return Period.of(self.kind, self.start - timedelta(days=1))

    def next(self) -> Period:
        """The period of the same kind just after."""
        return Period.of(self.kind, self.end + timedelta(days=1))

    def contains(self, day: date) -> bool:
        """Whether `day` lies in the period (a moment counts by its own date: convert it to local time first)."""
        if isinstance(day, datetime):
            day = day.date()
        return self.start <= day <= self.end

    def days(self) -> list[date]:
        """Every day of the period, in order."""
        return [self.start + timedelta(days=n) for n in range((self.end - self.start).days + 1)]

    def bounds(self, tz: tzinfo) -> tuple[datetime, datetime]:
        """The aware moments `(start, end)`; the start belongs to the period, the end no longer."""
        return (
            datetime.combine(self.start, time.min, tzinfo=tz),
            datetime.combine(self.end + timedelta(days=1), time.min, tzinfo=tz),
        )


def _first_day(kind: PeriodKind, numbers: list[int]) -> date:
    year = numbers[0]
    if not 1900 <= year <= 2200:
        raise ValueError(year)
    if kind == PeriodKind.WEEK:
        return date.fromisocalendar(year, numbers[1], 1)
    if kind == PeriodKind.DAY:
        return date(*numbers)
    step = _MONTHS[kind]
    number = numbers[1] if len(numbers) > 1 else 1
    return date(year, (number - 1) * step + 1, 1)


def _span(kind: PeriodKind, day: date) -> tuple[date, date]:
    if kind == PeriodKind.DAY:
        return day, day
    if kind == PeriodKind.WEEK:
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    step = _MONTHS[kind]
    month = (day.month - 1) // step * step + 1
    start = date(day.year, month, 1)
    following = date(day.year + (month + step > 12), (month + step - 1) % 12 + 1, 1)
    return start, following - timedelta(days=1)
