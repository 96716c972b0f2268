"""Figures of cards, equal to a recount by hand; planned and random never together; what the obligations measure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django_scopes import scope

from forms.cards import actions, measures, statistics
from forms.cards.enums import Category
from forms.cards.models import Card
from forms.cards.rules import ItemDraft
from forms.cards.statistics import Totals, quarter_counts
from forms.cards.tiles import card_tiles
from portal.lib.periods import Period
from portal.org.readers import reader_for
from tests.forms.cards.conftest import NOW, TODAY
from tests.people import Company

Q4 = Period.parse("2026Q4")
TEAM = {"planned": True, "team": ["crew_leader", "employee"]}


@pytest.fixture
def cards(company: Company, hand_in: Callable[..., Card]) -> list[Card]:
    """Of the first crew three planned and one random; one of the second; one withdrawn, one of last quarter."""
    items = [
        ItemDraft("tools", safe=2, unsafe_acts=1, unsafe_conditions=3, action="停用"),
        ItemDraft("positions", safe=5),
    ]
    made = [
        hand_in("crew_leader", items=items, seconds=60, **TEAM),
        hand_in("crew_leader", items=items, seconds=90, days_ago=1, **TEAM),
        hand_in("crew_leader", items=[ItemDraft("tools", safe=1)], seconds=30, days_ago=40, **TEAM),
        hand_in("employee", items=[ItemDraft("tools", safe=50)], seconds=3000),
        hand_in(
            "other_crew_leader",
            at="CREW2",
            planned=True,
            team=["other_crew_leader", "other_unit_manager"],
            by="other_unit_manager",
            items=[ItemDraft("ergonomics", safe=1)],
            seconds=45,
        ),
        hand_in("crew_leader", items=[ItemDraft("tools", safe=70)], **TEAM),
        hand_in("crew_leader", items=[ItemDraft("tools", safe=80)], days_ago=70, **TEAM),
    ]
    actions.withdraw_card(by=company.users["crew_leader"], card=made[5], now=NOW)
    return made


def test_planned_cards_are_added_up_by_category_and_month(company: Company, cards: list[Card]) -> None:
    found = quarter_counts(company.units["CREW1"], Q4)
    assert (found.cards, found.seconds, found.planned) == (3, 180, True)
    assert found.categories[Category.TOOLS] == Totals(5, 2, 6)
    assert found.categories[Category.POSITIONS] == Totals(10, 0, 0)
    assert found.categories[Category.REACTIONS] == Totals()
    assert list(found.categories) == list(Category)
    assert found.totals == Totals(15, 2, 6)
    assert found.totals.safe_share == 15 / 23
    months = [(month.month, month.cards, month.seconds, month.totals.safe) for month in found.months]
    assert months == [(date(2026, 10, 1), 1, 30, 1), (date(2026, 11, 1), 2, 150, 14), (date(2026, 12, 1), 0, 0, 0)]
    assert found.mean_seconds == 60


def test_random_cards_are_counted_apart(company: Company, cards: list[Card]) -> None:
    """SAF-03: fifty safe things on a random card change no statistic."""
    random = quarter_counts(company.units["CREW1"], Q4, planned=False)
    assert (random.cards, random.seconds, random.totals.safe) == (1, 3000, 50)
    assert quarter_counts(company.units["CREW1"], Q4).totals.safe == 15


def test_units_below_count_and_units_beside_do_not(company: Company, cards: list[Card]) -> None:
    assert quarter_counts(company.units["PROJECT1"], Q4).cards == 4
    assert quarter_counts(company.units["CREW2"], Q4).seconds == 45
    assert quarter_counts(company.units["OFFICE1"], Q4).cards == 0


def test_an_empty_period_has_no_share(company: Company, cards: list[Card]) -> None:
    empty = quarter_counts(company.units["CREW1"], Period.parse("2025Q1"))
    assert (empty.cards, empty.totals.safe_share, empty.mean_seconds) == (0, None, None)
    assert len(empty.months) == 3


def test_figures_are_the_same_in_every_scope_and_cost_one_query(
    company: Company, cards: list[Card], django_assert_num_queries: Any
) -> None:
    """Who composes a bulletin sees no row of the crew; its figures must not become smaller for that."""
    with scope(unit=[company.units["SALES1"].pk]), django_assert_num_queries(1):
        assert quarter_counts(company.units["CREW1"], Q4).cards == 3


def test_a_number_leads_to_its_rows(company: Company, cards: list[Card], signed_in: Callable[[str], Any]) -> None:
    found = quarter_counts(company.units["CREW1"], Q4)
    listed = signed_in("unit_manager").get(found.rows_url)
    assert listed.context["totals"]["cards"] == found.cards
    assert listed.context["totals"]["safe"] == found.totals.safe


def test_months_of_a_week_across_two_months() -> None:
    assert statistics.months_of(Period.parse("2026-W40")) == [date(2026, 9, 1), date(2026, 10, 1)]


# ---- obligations ----------------------------------------------------------------------------------------------------
MEASURED = [  # (duty, due, done, missed) of the first crew in the quarter
    ("SAF-02", 4, 4, 0),
    ("SAF-03", 3, 3, 0),
    ("SAF-05", 3, 3, 0),
    ("SAF-07", 4, 4, 0),
    ("SAF-08", 4, 4, 0),
]


@pytest.mark.parametrize(("duty", "due", "done", "missed"), MEASURED)
def test_what_cards_prove(company: Company, cards: list[Card], duty: str, due: int, done: int, missed: int) -> None:
    found = measures.MEASURES[duty](company.units["CREW1"], Q4)
    assert (found.due, found.done, found.missed) == (due, done, missed)
    assert measures.MEASURES[duty](None, Q4).due > due - 1
    assert found.rows_url


def test_a_planned_card_that_lost_its_team_is_seen(company: Company, cards: list[Card], no_scope: None) -> None:
    """The broken twin: the measure counts the rows, not what the entrance promised."""
    cards[0].observers.remove(company.people["employee"])
    found = measures.in_a_team(company.units["CREW1"], Q4)
    assert (found.due, found.done, found.missed) == (3, 2, 1)


# ---- the home page --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "waits"),
    [
        ("crew_leader", 1),
        ("unit_manager", 1),
        ("employee", None),
        ("clerk", "no tile"),
        ("administrator", "no tile"),
    ],
)
def test_a_card_a_day_waits_for_who_owes_one(
    company: Company, entrance: Any, no_scope: None, who: str, waits: Any
) -> None:
    tiles = card_tiles(reader_for(company.users[who], TODAY))
    assert (tiles[0].count if tiles else "no tile") == waits


def test_todays_card_is_acknowledged(company: Company, hand_in: Callable[..., Card], no_scope: None) -> None:
    hand_in("crew_leader")
    tiles = card_tiles(reader_for(company.users["crew_leader"], TODAY))
    assert tiles[0].count is None
    assert len(tiles[0].rows) == 1
