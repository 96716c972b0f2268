"""Periods: how they are written, where they begin and end, what comes before and after."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portal.lib.periods import Period, PeriodKind

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "kind", "start", "end", "code"),
    [
        ("2026", "year", date(2026, 1, 1), date(2026, 12, 31), "2026"),
        ("2026H1", "half", date(2026, 1, 1), date(2026, 6, 30), "2026H1"),
        ("2026-h2", "half", date(2026, 7, 1), date(2026, 12, 31), "2026H2"),
        ("2026Q3", "quarter", date(2026, 7, 1), date(2026, 9, 30), "2026Q3"),
        ("２０２６ｑ４", "quarter", date(2026, 10, 1), date(2026, 12, 31), "2026Q4"),
        ("2026-10", "month", date(2026, 10, 1), date(2026, 10, 31), "2026-10"),
        ("2028-2", "month", date(2028, 2, 1), date(2028, 2, 29), "2028-02"),
        ("2026-W40", "week", date(2026, 9, 28), date(2026, 10, 4), "2026-W40"),
        ("2020-W53", "week", date(2020, 12, 28), date(2021, 1, 3), "2020-W53"),
        ("2026W01", "week", date(2025, 12, 29), date(2026, 1, 4), "2026-W01"),
        (" 2026-10-05 ", "day", date(2026, 10, 5), date(2026, 10, 5), "2026-10-05"),
    ],
)
def test_reading(text: str, kind: str, start: date, end: date, code: str) -> None:
    period = Period.parse(text)
    assert (period.kind, period.start, period.end, period.code) == (kind, start, end, code)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "2026-13",
        "2026Q5",
        "2026H3",
        "2026-W54",
        "2021-W53",
        "2026-02-30",
        "26-10",
        "0001",
        "9999-12",
        "2026-1-",
    ],
)
def test_bad_text_is_refused_with_what_is_understood(text: str) -> None:
    with pytest.raises(ValueError, match="2026Q3"):
        Period.parse(text)


@pytest.mark.parametrize(("text", "code"), [("2026-w48", "2026-W48"), ("", None), ("2026-W99", None), ("\x00", None)])
def test_an_address_may_ask_for_nothing(text: str, code: str | None) -> None:
    found = Period.asked_for(text)
    assert (found.code if found else None) == code


@given(st.sampled_from(list(PeriodKind)), st.dates(date(1901, 1, 1), date(2199, 12, 31)))
def test_periods_follow_one_another_without_gap(kind: PeriodKind, day: date) -> None:
    period = Period.of(kind, day)
    assert period.contains(day)
    assert Period.parse(period.code) == period
    assert period.next().start == period.end + timedelta(days=1)
    assert period.previous().end == period.start - timedelta(days=1)
    assert period.next().previous() == period
    assert period.days()[0] == period.start
    assert period.days()[-1] == period.end


def test_a_period_is_always_whole() -> None:
    with pytest.raises(ValueError, match="whole"):
        Period(PeriodKind.MONTH, date(2026, 10, 2), date(2026, 10, 31))


def test_moments_of_a_period_are_local_and_end_before_the_next() -> None:
    start, end = Period.parse("2026-10").bounds(SHANGHAI)
    assert start.astimezone(UTC) == datetime(2026, 9, 30, 16, tzinfo=UTC)
    assert end.astimezone(UTC) == datetime(2026, 10, 31, 16, tzinfo=UTC)
    assert end == Period.parse("2026-11").bounds(SHANGHAI)[0]


@pytest.mark.parametrize("language", ["en", "zh-hant", "zh-hans"])
@pytest.mark.parametrize("code", ["2026", "2026H1", "2026Q3", "2026-10", "2026-W40", "2026-10-05"])
def test_labels_name_the_year_in_every_language(language: str, code: str) -> None:
    with translation.override(language):
        assert "2026" in Period.parse(code).label
