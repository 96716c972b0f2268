"""What a card must say before it is taken. Each row is a card that is in order but for one thing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from forms.cards import actions
from forms.cards.enums import Category, SubItem
from forms.cards.rules import CardDraft, FollowUp, ItemDraft
from portal.org.models import Person
from tests.forms.cards.conftest import NOW, TODAY
from tests.people import Company

LATER = FollowUp("更換吊帶", Person(name="霍甲"), TODAY + timedelta(days=3))
TAKEN = [
    ("random, alone", {}),
    ("random, two", {"team": ["crew_leader", "employee"]}),
    ("planned, two", {"planned": True, "team": ["crew_leader", "employee"]}),
    ("thirty seconds", {"seconds": 30}),
    ("a whole shift", {"seconds": 8 * 3600}),
    ("a month ago", {"observed_on": TODAY - timedelta(days=31)}),
    ("this minute", {"observed_at": time(14, 0)}),
    ("only safe things", {"items": [ItemDraft("tools", safe=1)]}),
    (
        "one unsafe item, with the card's immediate action",
        {"items": [ItemDraft("tools", unsafe_conditions=2)], "immediate_action": "更換吊帶"},
    ),
    ("unsafe, with an action for later", {"items": [ItemDraft("tools", unsafe_conditions=2, follow_up=LATER)]}),
    ("what exactly", {"items": [ItemDraft("tools", safe=2, sub_items=("tools.used", "tools.condition"))]}),
    ("words like names", {"said": "安全帶高掛低用,方向正確,高度合適"}),
]
REFUSED = [  # (what, changes, rule, field)
    ("planned, alone", {"planned": True}, "SAF-05", "observers"),
    ("planned, one twice", {"planned": True, "team": ["crew_leader", "crew_leader"]}, "SAF-05", "observers"),
    (
        "planned, four",
        {"planned": True, "team": ["crew_leader", "employee", "other_crew_leader", "approver"]},
        "SAF-05",
        "observers",
    ),
    ("nobody observed", {"team": []}, "SAF-08", "observers"),
    ("for a manager", {"team": ["unit_manager"]}, "SAF-12", "observers"),
    ("29 seconds", {"seconds": 29}, "SAF-02", "seconds"),
    ("no time at all", {"seconds": 0}, "SAF-02", "seconds"),
    ("longer than a shift", {"seconds": 8 * 3600 + 1}, "", "seconds"),
    ("tomorrow", {"observed_on": TODAY + timedelta(days=1)}, "", "observed_on"),
    ("too long ago", {"observed_on": TODAY - timedelta(days=32)}, "SAF-08", "observed_on"),
    ("later today", {"observed_at": time(14, 1)}, "", "observed_at"),
    ("before anybody came", {"observed_on": TODAY.replace(year=2019)}, "SAF-08", "observed_on"),
    ("nothing counted", {"items": []}, "SAF-07", None),
    ("only a note", {"items": [ItemDraft("tools", note="整潔")]}, "SAF-07", None),
    ("a count below nothing", {"items": [ItemDraft("tools", safe=-1, unsafe_acts=1)]}, "SAF-07", "tools_safe"),
    ("a count out of bounds", {"items": [ItemDraft("tools", safe=100)]}, "SAF-07", "tools_safe"),
    ("a category twice", {"items": [ItemDraft("tools", safe=1), ItemDraft("tools", safe=1)]}, "SAF-07", None),
    ("a category of one's own", {"items": [ItemDraft("mood", safe=1)]}, "SAF-07", None),
    ("unsafe, agreed only", {"items": [ItemDraft("tools", unsafe_acts=1)], "agreed": "換"}, "SAF-10", "tools_action"),
    (
        "two unsafe items, one immediate action",
        {
            "items": [ItemDraft("tools", unsafe_acts=1, action="換"), ItemDraft("positions", unsafe_acts=1)],
            "immediate_action": "請人離開",
        },
        "SAF-10",
        "positions_action",
    ),
    (
        "an action without a day",
        {"items": [ItemDraft("tools", unsafe_acts=1, follow_up=replace(LATER, due_on=None))]},
        "SAF-10",
        "tools_due",
    ),
    (
        "an action without an owner",
        {"items": [ItemDraft("tools", unsafe_acts=1, follow_up=replace(LATER, owner=None))]},
        "SAF-10",
        "tools_owner",
    ),
    (
        "an action without words",
        {"items": [ItemDraft("tools", unsafe_acts=1, follow_up=replace(LATER, what=" "))]},
        "SAF-10",
        "tools_later",
    ),
    (
        "an action due before the observation",
        {"items": [ItemDraft("tools", unsafe_acts=1, follow_up=replace(LATER, due_on=TODAY - timedelta(days=1)))]},
        "SAF-10",
        "tools_due",
    ),
    (
        "a name in an action",
        {"items": [ItemDraft("tools", unsafe_acts=1, follow_up=replace(LATER, what="請葉子安換"))]},
        "SAF-08",
        "tools_later",
    ),
    (
        "a sub-item of another category",
        {"items": [ItemDraft("tools", safe=1, sub_items=("positions.fall",))]},
        "SAF-07",
        "tools_sub_items",
    ),
    (
        "an unknown sub-item",
        {"items": [ItemDraft("tools", safe=1, sub_items=("tools.x",))]},
        "SAF-07",
        "tools_sub_items",
    ),
    ("unsafe, nothing done", {"items": [ItemDraft("tools", unsafe_acts=1)], "agreed": ""}, "SAF-10", "tools_action"),
    (
        "unsafe condition, only spaces",
        {"items": [ItemDraft("tools", unsafe_conditions=1, action="  ")], "agreed": " "},
        "SAF-10",
        "tools_action",
    ),
    ("no step taken", {"steps": frozenset()}, "SAF-06", "steps"),
    ("a step of one's own", {"steps": frozenset({"punish"})}, "SAF-06", "steps"),
    ("in sight of the observed", {"out_of_sight": False}, "SAF-08", "out_of_sight"),
    ("a book", {"said": "長" * 1001}, "", "said"),
    ("a long note", {"items": [ItemDraft("tools", safe=1, note="長" * 301)]}, "", "tools_note"),
]


def problems(company: Company, draft: CardDraft, by: str = "crew_leader") -> list[Any]:
    return actions.problems_of(draft, by=company.users[by], now=NOW)


@pytest.mark.parametrize("changes", [row[1] for row in TAKEN], ids=[row[0] for row in TAKEN])
def test_a_card_in_order_is_taken(company: Company, draft: Callable[..., CardDraft], changes: dict[str, Any]) -> None:
    assert problems(company, draft(**changes)) == []


@pytest.mark.parametrize(("changes", "rule", "field"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_card_out_of_order_is_refused_with_the_reason(
    company: Company, draft: Callable[..., CardDraft], changes: dict[str, Any], rule: str, field: str | None
) -> None:
    found = problems(company, draft(**changes))
    assert (rule, field) in [(problem.rule, problem.field) for problem in found]
    assert all(problem.message for problem in found)


def test_an_area_of_another_unit_is_refused(company: Company, draft: Callable[..., CardDraft]) -> None:
    card, foreign = draft(), draft(at="CREW2")
    card.area = foreign.area
    assert [problem.field for problem in problems(company, card)] == ["area"]


def test_somebody_who_had_left_did_not_observe(company: Company, draft: Callable[..., CardDraft]) -> None:
    company.people["employee"].appointments.update(ends_on=TODAY - timedelta(days=1))
    found = problems(company, draft(team=["crew_leader", "employee"]))
    assert [problem.field for problem in found] == ["observers"]


def test_a_manager_hands_in_the_own_card(company: Company, draft: Callable[..., CardDraft]) -> None:
    """SAF-12: in person; and in a team of which the manager is a member."""
    team = ["unit_manager", "crew_leader"]
    assert problems(company, draft(planned=True, team=team), by="unit_manager") == []
    assert problems(company, draft(team=["unit_manager"]), by="unit_manager") == []
    assert [p.rule for p in problems(company, draft(team=["unit_manager"]), by="employee")] == ["SAF-12"]


def test_the_six_categories_are_those_of_the_regulation() -> None:
    assert Category.values == ["reactions", "positions", "protection", "tools", "procedures", "ergonomics"]
    assert all(category.hint for category in Category)


def test_each_category_has_its_sub_items() -> None:
    assert all(len(SubItem.of(category)) >= 3 for category in Category)
    assert {item.category for item in SubItem} == set(Category.values)
