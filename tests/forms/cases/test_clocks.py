"""Due times against a table of worked examples."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from forms.cases import clocks
from forms.cases.clocks import CasePolicy, due_times
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
