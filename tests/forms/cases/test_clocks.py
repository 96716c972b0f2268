"""Due times against a table of worked examples."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from forms.cases import clocks
from forms.cases.clocks import CasePolicy, History, due_of, due_times
from forms.cases.enums import ClockName
from portal.org.actions import seed_calendar

HERE = ZoneInfo("Asia/Shanghai")
pytestmark = pytest.mark.django_db


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HERE)


@pytest.mark.parametrize(
    ("received", "acknowledge", "answer"),
    [
        ("2026-11-23 10:00", "2026-11-23 15:30", "2026-11-30 17:30"),  # a Monday; the noon break does not count
        ("2026-11-20 17:00", "2026-11-23 12:00", "2026-11-27 17:30"),  # Friday evening: the rest on Monday
        ("2026-11-21 23:00", "2026-11-23 14:00", "2026-11-27 17:30"),  # Saturday night
        ("2026-09-30 16:30", "2026-10-08 11:30", "2026-10-13 17:30"),  # National Day; Saturday the 10th is worked
        ("2026-02-13 10:00", "2026-02-13 15:30", "2026-02-27 17:30"),  # over the Spring Festival with make-up days
    ],
)
def test_worked_examples(received: str, acknowledge: str, answer: str) -> None:
    seed_calendar([2026])
    clocks.forget_calendar()
    due = due_times(CasePolicy(4, 5), at(received))
    assert (due.acknowledge, due.answer) == (at(acknowledge), at(answer))


# 國慶 2026: 1 to 7 October off, worked on Sunday 20 September and Saturday 10 October.
# 春節 2026: 15 to 23 February off, worked on Saturdays 14 and 28 February.
# Office hours 8:30-12:00 and 13:30-17:30: 7 1/2 hours a day.
@pytest.mark.parametrize(
    ("name", "start", "pauses", "extensions", "due"),
    [
        ("no pause", "2026-09-28 10:00", [], [], "2026-10-10 17:30"),  # 29, 30, 8, 9, 10 October
        # Wednesday 30 September 16:30 to Thursday 8 October 9:30: one hour before the feast, one after.
        ("over 國慶", "2026-09-28 10:00", [("2026-09-30 16:30", "2026-10-08 09:30")], [], "2026-10-12 10:30"),
        # Two whole days of work, Friday 9 and the make-up Saturday 10: so Monday and Tuesday.
        ("make-up day", "2026-09-28 10:00", [("2026-10-09 08:30", "2026-10-10 17:30")], [], "2026-10-13 17:30"),
        ("in the feast", "2026-09-28 10:00", [("2026-10-02 09:00", "2026-10-06 09:00")], [], "2026-10-10 17:30"),
        # Friday 13 February, 14 (worked), then 24, 25, 26.
        ("over 春節", "2026-02-12 10:00", [], [], "2026-02-26 17:30"),
        # Waiting from Saturday 14 (worked) 13:30 to Tuesday 24 at noon: 4 and 3 1/2 hours, one day.
        ("waiting in 春節", "2026-02-12 10:00", [("2026-02-14 13:30", "2026-02-24 12:00")], [], "2026-02-27 17:30"),
        # Two pauses of a day each; Saturday 28 is worked.
        (
            "twice",
            "2026-02-12 10:00",
            [("2026-02-13 08:30", "2026-02-13 17:30"), ("2026-02-25 08:30", "2026-02-25 17:30")],
            [],
            "2026-02-28 17:30",
        ),
        ("agreed", "2026-09-28 10:00", [], [("2026-09-29 10:00", "2026-10-20 23:59")], "2026-10-20 23:59"),
        # A pause before the agreement is in it; one of a day afterwards moves it by a day.
        (
            "agreed, then waiting",
            "2026-09-28 10:00",
            [("2026-09-28 11:00", "2026-09-29 09:00"), ("2026-10-12 08:30", "2026-10-12 17:30")],
            [("2026-09-29 10:00", "2026-10-20 17:30")],
            "2026-10-21 17:30",
        ),
    ],
)
def test_the_answer_over_feasts_pauses_and_extensions(
    name: str, start: str, pauses: list[tuple[str, str]], extensions: list[tuple[str, str]], due: str
) -> None:
    seed_calendar([2026])
    clocks.forget_calendar()
    history = History(
        tuple((at(begin), at(end)) for begin, end in pauses), tuple((at(when), at(then)) for when, then in extensions)
    )
    assert due_of(ClockName.ANSWER, CasePolicy(4, 5), at(start), history) == at(due), name


@pytest.mark.parametrize(
    ("clock", "policy", "due"),
    [
        (ClockName.ACKNOWLEDGE, CasePolicy(2, 1, 3, True), "2026-10-01 12:00"),  # day and night, in the feast
        (ClockName.ANSWER, CasePolicy(2, 1, 3, True), "2026-10-02 10:00"),
        (ClockName.SOLUTION, CasePolicy(2, 1, 3, True), "2026-10-04 10:00"),
        (ClockName.ACKNOWLEDGE, CasePolicy(2, 1, 3), "2026-10-08 10:30"),
        (ClockName.ANSWER, CasePolicy(2, 1, 3), "2026-10-08 17:30"),
        (ClockName.SOLUTION, CasePolicy(2, 1, 3), "2026-10-10 17:30"),  # the make-up Saturday
    ],
)
def test_day_and_night_or_working_time(clock: ClockName, policy: CasePolicy, due: str) -> None:
    seed_calendar([2026])
    clocks.forget_calendar()
    assert due_of(clock, policy, at("2026-10-01 10:00")) == at(due)


def test_a_pause_stops_neither_the_acknowledgement_nor_the_day_asked_for() -> None:
    history = History(((at("2026-11-23 10:00"), at("2026-11-24 10:00")),))
    start, wanted = at("2026-11-23 10:00"), at("2026-11-25 00:00").date()
    assert due_of(ClockName.ACKNOWLEDGE, CasePolicy(), start, history) == at("2026-11-23 15:30")
    assert due_of(ClockName.WANTED, CasePolicy(), start, history, wanted_on=wanted) == at("2026-11-25 23:59")
