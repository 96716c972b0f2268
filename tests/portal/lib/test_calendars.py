"""Working time, working days, due times with pauses, and the announced days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.lib.calendars import (
    AROUND_THE_CLOCK,
    Calendar,
    DuePolicy,
    WorkingCalendar,
    due_time,
    known_days,
    known_years,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOURS = [(time(9), time(12)), (time(13), time(18))]
OCTOBER = known_days(2026)
OFFICE = WorkingCalendar(
    holidays={day.date for day in OCTOBER if day.kind == "holiday"},
    workdays={day.date for day in OCTOBER if day.kind == "workday"},
    hours=HOURS,
    tz=SHANGHAI,
)


def at(text: str) -> datetime:
    """A moment in Shanghai: "10-05 08:30" of 2026."""
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


MOMENTS = st.datetimes(datetime(2026, 9, 1), datetime(2026, 10, 31)).map(lambda m: m.replace(tzinfo=SHANGHAI))
AMOUNTS = st.timedeltas(timedelta(0), timedelta(hours=60))
CALENDARS = st.sampled_from([OFFICE, AROUND_THE_CLOCK])


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 9, 30), True),  # Wednesday
        (date(2026, 10, 1), False),  # National Day
        (date(2026, 10, 10), True),  # A Saturday, worked for the holiday
        (date(2026, 10, 11), False),  # Sunday
        (date(2026, 9, 20), True),  # A Sunday, worked for the holiday
    ],
)
def test_working_days(day: date, works: bool) -> None:
    assert OFFICE.is_working_day(day) is works


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("11-20 09:00", 2, "11-20 11:00"),
        ("11-20 11:00", 2, "11-20 14:00"),  # over lunch
        ("11-20 09:00", 8, "11-20 18:00"),  # used up at closing: due at closing
        ("11-20 17:00", 2, "11-23 10:00"),  # over a weekend
        ("11-21 15:00", 1, "11-23 10:00"),  # begins on a Saturday
        ("09-30 17:00", 2, "10-08 10:00"),  # over National Day
        ("10-09 17:00", 2, "10-10 10:00"),  # into a make-up Saturday
        ("11-20 07:00", 0, "11-20 09:00"),
        ("11-20 18:00", 0, "11-20 18:00"),
    ],
)
def test_working_time_is_added(start: str, hours: int, due: str) -> None:
    assert OFFICE.add_working_time(at(start), timedelta(hours=hours)) == at(due)


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("11-18 09:00", 1, "11-19 18:00"),
        ("11-18 23:00", 1, "11-19 18:00"),
        ("11-20 10:00", 3, "11-25 18:00"),
        ("11-21 10:00", 1, "11-23 18:00"),
        ("09-30 10:00", 3, "10-10 18:00"),
        ("11-18 10:00", 0, "11-18 18:00"),
        ("11-18 19:00", 0, "11-19 18:00"),
    ],
)
def test_working_days_end_at_closing_time(start: str, days: int, due: str) -> None:
    assert OFFICE.add_working_days(at(start), days) == at(due)


@given(CALENDARS, MOMENTS, AMOUNTS, AMOUNTS)
def test_adding_in_two_steps_is_adding_at_once(
    calendar: Calendar, start: datetime, first: timedelta, second: timedelta
) -> None:
    in_steps = calendar.add_working_time(calendar.add_working_time(start, first), second)
    assert in_steps == calendar.add_working_time(start, first + second)


@given(CALENDARS, MOMENTS, AMOUNTS)
def test_the_time_between_is_the_time_added(calendar: Calendar, start: datetime, amount: timedelta) -> None:
    assert calendar.working_time_between(start, calendar.add_working_time(start, amount)) == amount


@given(CALENDARS, MOMENTS, MOMENTS, MOMENTS)
def test_time_between_adds_up(calendar: Calendar, a: datetime, b: datetime, c: datetime) -> None:
    a, b, c = sorted([a, b, c])
    between = calendar.working_time_between
    assert between(a, b) + between(b, c) == between(a, c)
    assert between(c, a) == timedelta(0) or a == c


HOURS_2 = DuePolicy(working_time=timedelta(hours=2))


@pytest.mark.parametrize(
    ("pauses", "due"),
    [
        ([], "11-20 11:00"),
        ([("11-20 10:00", "11-20 10:30")], "11-20 11:30"),
        ([("11-20 10:00", "11-23 10:00")], "11-23 11:00"),
        ([("11-20 11:00", "11-20 12:00")], "11-20 11:00"),  # begins when it was already due
        ([("11-19 10:00", "11-20 09:30")], "11-20 11:30"),  # began before the clock did
        ([("11-18 10:00", "11-19 10:00")], "11-20 11:00"),  # over before the clock began
        ([("11-20 10:00", "11-20 10:30"), ("11-20 10:15", "11-20 10:45")], "11-20 11:45"),  # overlap counts once
        ([("11-20 10:40", "11-20 10:50"), ("11-20 10:00", "11-20 10:10")], "11-20 11:20"),  # any order
        ([("11-20 10:00", "11-20 10:00")], "11-20 11:00"),
        ([("11-20 10:00", None)], None),
        ([("11-20 10:00", "11-20 10:10"), ("11-20 10:05", None)], None),
        ([("11-20 11:30", None)], "11-20 11:00"),  # a breach is no longer stopped
    ],
)
def test_pauses_move_the_due_time_by_the_working_time_they_took(pauses, due: str | None) -> None:
    moments = [(at(begin), at(end) if end else None) for begin, end in pauses]
    assert due_time(HOURS_2, OFFICE, at("11-20 09:00"), moments) == (at(due) if due else None)


def test_a_policy_of_days_is_paused_too() -> None:
    policy = DuePolicy(working_days=1)
    pause = (at("11-20 17:00"), at("11-23 10:00"))
    assert due_time(policy, OFFICE, at("11-19 09:00"), [pause]) == at("11-23 11:00")


def test_around_the_clock_counts_every_hour() -> None:
    assert AROUND_THE_CLOCK.is_working_day(date(2026, 10, 1))
    assert due_time(HOURS_2, AROUND_THE_CLOCK, at("10-01 23:00")) == at("10-02 01:00")
    assert AROUND_THE_CLOCK.add_working_days(at("10-01 23:00"), 2) == at("10-03 23:00")


def test_summer_time_does_not_make_a_working_day_longer() -> None:
    london = WorkingCalendar([], [], [(time(0), time(0))], ZoneInfo("Europe/London"), rest_days=())
    before = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    assert london.add_working_time(before, timedelta(hours=2)) == before + timedelta(hours=2)
    sunday = datetime(2026, 3, 29, tzinfo=ZoneInfo("Europe/London"))
    monday = datetime(2026, 3, 30, tzinfo=ZoneInfo("Europe/London"))
    assert london.working_time_between(sunday, monday) == timedelta(hours=23)


@pytest.mark.parametrize(
    "hours",
    [
        [],
        [(time(12), time(9))],
        [(time(9), time(12)), (time(11), time(18))],
        [(time(9), time(0)), (time(20), time(21))],
    ],
)
def test_senseless_office_hours_are_refused(hours: list[tuple[time, time]]) -> None:
    with pytest.raises(ValueError, match="hours"):
        WorkingCalendar([], [], hours, SHANGHAI)


def test_what_has_no_answer_is_refused() -> None:
    never = WorkingCalendar([], [], HOURS, SHANGHAI, rest_days=range(7))
    for calendar in (OFFICE, AROUND_THE_CLOCK):
        with pytest.raises(ValueError, match="time zone"):
            calendar.add_working_time(datetime(2026, 1, 1), timedelta(0))
        with pytest.raises(ValueError, match="negative"):
            calendar.add_working_time(at("01-05 10:00"), timedelta(hours=-1))
    with pytest.raises(ValueError, match="too little"):
        never.add_working_time(at("01-05 10:00"), timedelta(hours=1))
    with pytest.raises(ValueError, match="too few"):
        never.add_working_days(at("01-05 10:00"), 1)
    with pytest.raises(ValueError, match="either"):
        DuePolicy()


def test_announced_days_hold_holidays_and_make_up_days() -> None:
    kinds = {day.date: day.kind for day in OCTOBER}
    assert kinds[date(2026, 10, 1)] == "holiday"
    assert kinds[date(2026, 10, 10)] == "workday"
    assert [day.date for day in OCTOBER] == sorted(kinds)
    assert all(day.name for day in OCTOBER)


def test_nothing_is_guessed_for_a_year_not_announced() -> None:
    assert known_days(known_years()[-1] + 1) == []
    assert known_days(1999) == []
