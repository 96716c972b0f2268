"""Cards of the first crew, and a week of it that is over; the clock stands on Monday 2026-11-23."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import pytest
from django.utils import timezone
from django_scopes import scopes_disabled

from forms.cards.models import Area
from forms.cards.rules import ItemDraft
from forms.cards.weeks.actions.weeks import MeasureDraft, Minutes, close_week, set_measure, write_week
from forms.cards.weeks.models import Week, WeekMeasure
from portal.lib.periods import Period
from tests.forms.cards.conftest import draft, entrance, hand_in  # noqa: F401 - fixtures
from tests.people import Company

NOW = timezone.make_aware(datetime(2026, 11, 23, 14, 0))
WEEK = Period.parse("2026-W47")  # 16 to 22 November: over, its term is 29 November
MONTH = Period.parse("2026-10")
WORDS = "談了上卸扣時的站位。"


def at(day: str, hour: int = 14) -> datetime:
    return timezone.make_aware(datetime.combine(date.fromisoformat(day), time(hour)))


@pytest.fixture(autouse=True)
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.lib.clock.now", lambda: NOW)


@pytest.fixture
def unsafe(hand_in: Callable[..., Any]) -> Callable[..., Any]:  # noqa: F811
    """unsafe(days_ago, acts) is a planned card with so many unsafe acts of position."""

    def make(days_ago: int = 3, acts: int = 1, **changes: Any) -> Any:
        items = (
            [ItemDraft("positions", unsafe_acts=acts, action="請人離開")] if acts else [ItemDraft("positions", safe=2)]
        )
        changes.setdefault("planned", True)
        changes.setdefault("team", ["crew_leader", "employee"])
        return hand_in("crew_leader", days_ago=days_ago, items=items, **changes)

    return make


@pytest.fixture
def write(company: Company, no_scope: None) -> Callable[..., Week]:
    """write(by, met_on=..., ...) keeps the record of the week."""

    def do(by: str = "crew_leader", *, version: int | None = None, now: datetime = NOW, **given: Any) -> Week:
        people = [company.people[name] for name in given.pop("present", ["crew_leader", "employee"])]
        minutes = Minutes(**{"met_on": date(2026, 11, 23), "discussion": WORDS, "present": people, **given})
        return write_week(
            by=company.users[by], unit=company.units["CREW1"], week=WEEK, minutes=minutes, version=version, now=now
        )

    return do


@pytest.fixture
def close(company: Company, no_scope: None) -> Callable[..., Week]:
    def do(record: Week, by: str = "crew_leader", now: datetime = NOW) -> Week:
        return close_week(by=company.users[by], record=record, now=now)

    return do


@pytest.fixture
def measure(company: Company, entrance: Any, no_scope: None) -> Callable[..., WeekMeasure]:  # noqa: F811
    """measure(owner="employee", ...) is set in the week by the crew leader."""

    def do(owner: str = "employee", by: str = "crew_leader", **given: Any) -> WeekMeasure:
        with scopes_disabled():
            area = Area.objects.get(unit=company.units["CREW1"])
        fields = {
            "text": "鑽台黃線重新刷漆",
            "due_on": date(2026, 11, 30),
            "area": area,
            "category": "positions",
            **given,
        }
        return set_measure(
            by=company.users[by],
            unit=company.units["CREW1"],
            week=WEEK,
            draft=MeasureDraft(owner=company.people[owner], **fields),
            now=NOW,
        )

    return do
