"""What cards left to do: closed on time or not, by the rows; what came back after closing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forms.cards.actions import finish_action, withdraw_card
from forms.cards.analysis.closing import after_closing, closing
from forms.cards.models import Card, CardAction
from forms.cards.rules import FollowUp, ItemDraft
from portal.lib.periods import Period
from tests.forms.cards.conftest import NOW, TODAY
from tests.people import Company

NOVEMBER = Period.parse("2026-11")
Left = Callable[..., Card]
pytestmark = pytest.mark.usefixtures("no_scope")


@pytest.fixture
def left(company: Company, hand_in: Callable[..., Card]) -> Left:
    """left(due=-2, done=-3) is a card whose action was due two days ago and closed three days ago."""

    def make(due: int, done: int | None = None, days_ago: int = 10, planned: bool = True, **more: Any) -> Card:
        other = more.pop("other", False)
        team = ["other_crew_leader", "other_unit_manager"] if other else ["crew_leader", "employee"]
        by = "other_unit_manager" if other else "crew_leader"
        owner = company.people[by]
        later = FollowUp("換護欄", owner, TODAY + timedelta(days=due))
        items = [ItemDraft("tools", unsafe_acts=1, follow_up=later)]
        at = "CREW2" if other else "CREW1"
        card = hand_in(by, at=at, team=team, planned=planned, items=items, days_ago=days_ago, **more)
        if done is not None:
            action = CardAction.objects.get(item__card=card)
            finish_action(by=owner.user, action=action, note="已換", now=NOW + timedelta(days=done))
        return card

    return make


@pytest.fixture
def actions(company: Company, left: Left) -> None:
    """First crew: two on time, one late, one overdue, one open. Second: one on time. One random, one withdrawn, one of
    December."""
    left(-2, -3)
    left(-2, -2, seconds=61)
    left(-3, -1, seconds=62)
    left(-1, seconds=63)
    left(0, days_ago=5)
    left(-2, -5, other=True)
    left(-2, planned=False)
    left(9, days_ago=3)
    card = left(1, days_ago=0)
    withdraw_card(by=company.users["crew_leader"], card=card, now=NOW)


def test_the_share_counts_what_had_to_be_closed_by_now(company: Company, actions: None) -> None:
    found = closing(company.units["PROJECT1"], NOVEMBER, TODAY)
    assert [(row.unit.code, row.due, row.on_time, row.late, row.overdue, row.open) for row in found.rows] == [
        ("CREW1", 5, 2, 1, 1, 1),
        ("CREW2", 1, 1, 0, 0, 0),
    ]
    assert (found.rows[0].share, found.total.share) == (0.5, 0.6)
    assert (found.random.due, found.random.overdue, found.random.share) == (1, 1, 0.0)
    assert closing(company.units["OFFICE1"], NOVEMBER, TODAY).total.share is None
    assert closing(company.units["CREW1"], Period.parse("2026-12"), TODAY).total.open == 1
    with CaptureQueriesContext(connection) as queries:
        closing(company.units["HQ"], NOVEMBER, TODAY)
    assert len(queries) == 3


def test_each_number_leads_to_as_many_rows(
    company: Company, actions: None, signed_in: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.lib.clock.now", lambda: NOW)
    client = signed_in("quality_officer")
    page = client.get("/desk/cards/analysis/trends/?unit=PROJECT1&period=2026-11")
    lines = [*page.context["closing"], page.context["closing_random"]]
    seen = 0
    for line in lines:
        for _label, number, url in line["numbers"]:
            assert client.get(url).context["page_obj"].paginator.count == number
            seen += number
    assert (len(lines), seen) == (4, 9 + 2 + 11 + 2)
    assert signed_in("employee").get("/desk/cards/analysis/closing/?unit=CREW2").status_code == 404
    assert signed_in("crew_leader").get("/desk/cards/analysis/closing/?show=nonsense").status_code == 200


CAME_BACK = [  # (days after closing, what else) -> whether it came back
    (1, {}, True),
    (30, {}, True),
    (31, {}, False),
    (0, {}, False),
    (3, {"planned": False, "team": ["crew_leader"]}, False),
    (3, {"category": "positions"}, False),
    (3, {"safe": True}, False),
]


@pytest.mark.parametrize(("after", "more", "expected"), CAME_BACK)
def test_unsafe_again_after_closing(
    company: Company, left: Left, hand_in: Callable[..., Card], after: int, more: dict[str, Any], expected: bool
) -> None:
    """Closed 31 days ago, on 23 October."""
    left(-31, -31, days_ago=40)
    more = {"planned": True, "team": ["crew_leader", "employee"]} | more
    category, safe = more.pop("category", "tools"), more.pop("safe", False)
    item = ItemDraft(category, safe=1) if safe else ItemDraft(category, unsafe_conditions=1, action="停用")
    hand_in("crew_leader", items=[item], days_ago=31 - after, **more)
    found = after_closing(company.units["PROJECT1"], Period.parse("2026-10"), TODAY)
    assert (found.closed, found.waiting, len(found.back)) == (1, 0, int(expected))
    if expected:
        assert (found.back[0].seen_on - found.back[0].closed_on).days == after


def test_what_closed_lately_is_still_waited_for(company: Company, left: Left) -> None:
    left(-2, -3)
    found = after_closing(company.units["CREW1"], NOVEMBER, TODAY)
    assert (found.closed, found.waiting, found.back) == (1, 1, ())
