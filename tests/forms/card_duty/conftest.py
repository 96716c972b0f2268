"""A crew with a roster of one day: a manager, a leader and the others on the early shift; clock and cards beside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from django_scopes import scopes_disabled

from portal.org.enums import RosterState
from portal.org.models import RosterEntry, Shift
from tests.forms.cards.conftest import NOW, TODAY, draft, entrance, hand_in
from tests.people import Company

__all__ = ["NOW", "TODAY", "draft", "entrance", "hand_in"]


@pytest.fixture(autouse=True)
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """14:00 of a Monday, as the cards of tests.forms.cards say."""
    monkeypatch.setattr("portal.lib.clock.now", lambda: NOW)


@pytest.fixture
def shifts(entrance: Any) -> dict[str, Shift]:
    """早班 8-16 stands with the entrance; 夜班 runs over midnight."""
    unit = Shift.objects.get(name="早班").unit
    night = Shift.objects.create(unit=unit, name="夜班", starts_at=time(20), ends_at=time(8))
    return {"早班": Shift.objects.get(name="早班"), "夜班": night}


@pytest.fixture
def roster(company: Company, shifts: dict[str, Shift]) -> Callable[..., RosterEntry]:
    """roster("employee", day, "早班") or roster("employee", day, state="leave"), in the first crew."""

    def enter(username: str, day: date = TODAY, shift: str = "", state: str = RosterState.WORKING) -> RosterEntry:
        with scopes_disabled():
            return RosterEntry.objects.create(
                unit=company.units["CREW1"],
                person=company.people[username],
                day=day,
                shift=shifts.get(shift),
                state=state,
            )

    return enter


@pytest.fixture
def crew(roster: Callable[..., RosterEntry]) -> None:
    """Today everybody works the early shift."""
    for username in ("unit_manager", "crew_leader", "employee"):
        roster(username, TODAY, "早班")
