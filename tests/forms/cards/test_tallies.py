"""The kept sums of cards are what a plain scan adds up to, whatever happened; where they are not, somebody is told."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from forms.cards import actions, importing, tallies
from forms.cards.actions import withdraw_card
from forms.cards.analysis.statistics import unit_table
from forms.cards.analysis.trends import counts_over_time
from forms.cards.enums import Category
from forms.cards.importing import import_cards
from forms.cards.models import Card, CardDay, CardItem, ObserverMonth
from forms.cards.rules import ItemDraft
from forms.cards.statistics import Totals, card_tally, observers_by_unit, quarter_counts
from forms.cards.tasks import compare_figures
from portal.journal.actions import SYSTEM, entries_of
from portal.lib.periods import Period
from tests.forms.cards.conftest import NOW, TODAY
from tests.forms.cards.test_importing import csv_of, row
from tests.people import Company

pytestmark = pytest.mark.usefixtures("no_scope", "entrance")

PERIODS = [Period.parse(code) for code in ("2026-11-23", "2026-W47", "2026-11", "2026-10", "2026Q4", "2026H2", "2026")]
UNITS = ("HQ", "PROJECT1", "CREW1", "CREW2", "OFFICE1")


def something_happens(draw: random.Random, company: Company, hand_in: Callable[..., Card]) -> None:
    """One card of either crew, one withdrawn, or a file of some, with some lines twice."""
    planned = draw.random() < 0.6
    if draw.random() < 0.25:
        lines = []
        for _n in range(draw.randrange(1, 5)):
            day = (TODAY - timedelta(days=draw.randrange(30))).isoformat()
            counts = {f"{draw.choice(Category.values)}_safe": str(draw.randrange(1, 9))}
            kind = "planned" if planned else "random"
            lines.append(row(company, kind=kind, observed_on=day, seconds=str(draw.randrange(30, 900)), **counts))
        import_cards(csv_of(lines + lines[:1]), by=SYSTEM, now=NOW)
        return
    crew = draw.choice(["CREW1", "CREW2"])
    team = ["crew_leader", "employee"] if crew == "CREW1" else ["other_crew_leader"]
    if crew == "CREW2" and planned:
        team = ["other_unit_manager", "other_crew_leader"]
    team = team if planned else team[:1]
    items = [
        ItemDraft(category, draw.randrange(5), draw.randrange(3), draw.randrange(2), note="看見的", action="停用")
        for category in draw.sample(Category.values, draw.randrange(1, 4))
    ]
    items[0].safe += 1
    days_ago = draw.randrange(60)
    seconds = draw.randrange(30, 900)
    card = hand_in(
        team[0], at=crew, team=team, by=team[0], planned=planned, items=items, seconds=seconds, days_ago=days_ago
    )
    if draw.random() < 0.3:
        withdraw_card(by=company.users[team[0]], card=card, now=NOW - timedelta(days=days_ago))


def scan(unit: Any, period: Period, planned: bool) -> tuple[int, int, dict[str, Totals], set[tuple[int, int]]]:
    """What one writes first: every card looked at."""
    cards, seconds, seats = 0, 0, set()
    categories = dict.fromkeys(Category.values, Totals())
    for card in Card.objects.filter(unit__path__startswith=unit.path, planned=planned, state="handed_in"):
        if not period.contains(card.observed_on):
            continue
        cards, seconds = cards + 1, seconds + card.seconds
        seats |= {(card.unit_id, person.pk) for person in card.observers.all()}
        for item in card.items.all():
            categories[item.category] += Totals(item.safe, item.unsafe_acts, item.unsafe_conditions)
    return cards, seconds, categories, seats


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_happens_the_sums_are_those_of_a_scan(
    company: Company, hand_in: Callable[..., Card], seed: int
) -> None:
    draw = random.Random(seed)
    for _n in range(14):
        something_happens(draw, company, hand_in)
    assert tallies.differences() == []
    for unit in [company.units[code] for code in UNITS]:
        for period in PERIODS:
            planned, apart = scan(unit, period, True), scan(unit, period, False)
            for expected, kind in ((planned, True), (apart, False)):
                found = quarter_counts(unit, period, planned=kind)
                assert (found.cards, found.seconds, dict(found.categories)) == expected[:3]
                assert sum(month.cards for month in found.months) == expected[0]
            assert card_tally(unit, period) == (planned[0], apart[0])
            assert observers_by_unit(unit, period) == planned[3]
            table = unit_table(unit, period)
            assert (table.total.cards, dict(table.total.categories)) == (planned[0], planned[2])
            assert (table.random.cards, table.random.seconds) == apart[:2]
        for point in counts_over_time(unit, "week", TODAY):
            cards, seconds, categories, _seats = scan(unit, point.period, True)
            unsafe = sum(totals.unsafe for totals in categories.values())
            assert (point.cards, point.seconds, point.unsafe) == (cards, seconds, unsafe)
    kept = set(CardDay.objects.filter(cards__gt=0).values_list("unit", "day", "planned", "cards", "card_keys"))
    assert tallies.rebuild()
    assert set(CardDay.objects.values_list("unit", "day", "planned", "cards", "card_keys")) == kept
    assert tallies.differences() == []


def test_a_withdrawn_card_takes_its_observers_along(company: Company, hand_in: Callable[..., Card]) -> None:
    month = Period.of("month", TODAY)
    cards = [hand_in("crew_leader", planned=True, team=["crew_leader", "employee"], seconds=n) for n in (60, 70)]
    assert Counter(ObserverMonth.objects.values_list("cards", flat=True)) == {2: 2}
    for card in cards:
        assert len(observers_by_unit(company.units["CREW1"], month)) == 2
        withdraw_card(by=company.users["crew_leader"], card=card, now=NOW)
    assert observers_by_unit(company.units["CREW1"], month) == set()


def test_no_row_leads_to_a_card() -> None:
    """Beside `Card.observers` nothing joins a card to a person: an observer's month knows unit, month and number."""
    assert {field.name for field in ObserverMonth._meta.get_fields()} == {
        "id",
        "unit",
        "month",
        "planned",
        "person",
        "cards",
    }


# ---- the broken twins: who forgets the sums is found -----------------------------------------------------------------
TWINS = [(actions, "add_cards", 1), (actions, "take_away", -1), (importing, "add_cards", 2)]


@pytest.mark.parametrize(("module", "step", "missing"), TWINS)
def test_a_forgotten_step_is_found_told_and_mended(
    company: Company,
    hand_in: Callable[..., Card],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    module: Any,
    step: str,
    missing: int,
) -> None:
    monkeypatch.setattr(module, step, lambda *taken, **more: None)
    if module is importing:
        import_cards(csv_of([row(company), row(company, seconds="61")]), by=SYSTEM, now=NOW)
    else:
        card = hand_in("crew_leader")
        if step == "take_away":
            withdraw_card(by=company.users["crew_leader"], card=card, now=NOW)
    found = tallies.differences()
    assert [one.too_many["cards"] for one in found if one.table == "CardDay"] == [-missing]
    with pytest.raises(CommandError, match="sums differ"):
        call_command("rebuild_figures", "--check", stdout=StringIO())
    assert compare_figures.func() == len(found)
    assert "rebuild_figures" in caplog.text
    assert [entry.action for entry in entries_of(company.units["CREW1"])][-1] == "cards.figures_differ"
    call_command("rebuild_figures", stdout=StringIO())
    said = StringIO()
    call_command("rebuild_figures", "--check", "--format", "json", stdout=said)
    assert json.loads(said.getvalue()) == {"differences": []}


def test_an_item_changed_behind_the_verbs_is_named(company: Company, hand_in: Callable[..., Card]) -> None:
    card = hand_in("crew_leader")
    CardItem.objects.filter(card=card, category="protection").update(safe=9)
    said = StringIO()
    with pytest.raises(CommandError):
        call_command("rebuild_figures", "--check", "--format", "json", stdout=said)
    (line,) = json.loads(said.getvalue())["differences"]
    assert (line["unit"], line["day"], line["planned"]) == ("CREW1", TODAY.isoformat(), False)
    assert line["too_many"] == {"protection_safe": -6}


def test_a_night_without_a_difference_says_nothing(hand_in: Callable[..., Card]) -> None:
    card = hand_in("crew_leader")
    assert compare_figures.func() == 0
    assert not entries_of(card.unit).filter(action="cards.figures_differ").exists()
