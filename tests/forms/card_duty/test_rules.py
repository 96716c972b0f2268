"""Whether daily cards count as planned: decided when a card is taken, said where figures stand, never backwards."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from forms.cards import tallies
from forms.cards.duty import actions
from forms.cards.duty.rules import DAILY_RULE
from forms.cards.importing import import_cards
from forms.cards.measures import in_a_team
from forms.cards.models import Card
from forms.cards.statistics import quarter_counts
from portal.journal.actions import SYSTEM
from portal.lib.periods import Period
from tests.forms.card_duty.conftest import NOW, TODAY
from tests.forms.cards.test_importing import csv_of, row

pytestmark = pytest.mark.usefixtures("no_scope")


def decide(company, counts, now=NOW):
    actions.decide_planned_rule(
        by=company.users["quality_officer"],
        company=company.units["HQ"],
        daily_cards_count=counts,
        reason="年度計劃按日編排",
        now=now,
    )


def planned_of(company):
    return quarter_counts(company.units["CREW1"], Period.of("month", TODAY)).cards


def test_the_rule_holds_for_cards_handed_in_after_it_and_changes_nothing_backwards(company, crew, hand_in):
    """SAF-03, SAF-14: end to end, from the decision to appendix B; the broken twin is a rule nobody asks."""
    first = hand_in("crew_leader")
    assert (first.planned, first.kind_by_rule, planned_of(company)) == (False, False, 0)
    decide(company, True, NOW - timedelta(minutes=5))
    second = hand_in("crew_leader", seconds=61)
    assert (second.planned, second.kind_by_rule, planned_of(company)) == (True, True, 1)
    assert not hand_in("other_crew_leader", at="CREW2").planned  # nobody of that crew is on a roster
    marked = hand_in("crew_leader", planned=True, team=["crew_leader", "employee"])
    assert (marked.planned, marked.kind_by_rule) == (True, False)
    decide(company, False, NOW - timedelta(minutes=3))
    assert not hand_in("crew_leader", seconds=62).planned
    assert planned_of(company) == 2
    first.refresh_from_db()
    assert not first.planned
    assert tallies.differences() == []
    # A daily card was no observation of a team: SAF-05 is not about it.
    assert in_a_team(company.units["CREW1"], Period.of("month", TODAY)).due == 1


ON_WORK = [  # (day of the roster, shift, state, time of the card of today) -> whether it is a daily card
    (0, "早班", "working", (9, 0), True),
    (0, "早班", "leave", (9, 0), False),
    (-1, "夜班", "working", (3, 0), True),
    (-1, "夜班", "working", (9, 0), False),
    (-1, "早班", "working", (3, 0), False),
]


@pytest.mark.parametrize(("back", "shift", "state", "at", "expected"), ON_WORK)
def test_what_is_a_daily_card(company, roster, draft, back, shift, state, at, expected):
    decide(company, True)
    roster("crew_leader", TODAY + timedelta(days=back), shift, state)
    assert DAILY_RULE.count_as_planned([draft(observed_at=time(*at)), draft(at="CREW2")], NOW) == [expected, False]


def test_an_import_asks_the_rule_too(company, crew, no_scope):
    lines = [row(company, kind="random"), row(company, kind="planned", seconds="61")]
    decide(company, True)
    assert import_cards(csv_of(lines), by=SYSTEM, now=NOW).imported == 2
    assert sorted(Card.objects.values_list("seconds", "planned", "kind_by_rule")) == [
        (60, True, True),
        (61, True, False),
    ]


SAID = [(None, "only where they fill"), (True, "count as planned."), (False, "count only where")]


@pytest.mark.parametrize(("counts", "words"), SAID)
def test_the_statistics_say_which_rule_is_in_force(company, crew, hand_in, signed_in, counts, words):
    if counts is not None:
        decide(company, True, NOW - timedelta(days=1))
    if counts is False:
        decide(company, False)
    rule = signed_in("crew_leader").get("/desk/cards/analysis/").context["rule"]
    assert words in rule.text
    assert rule.url == "/desk/cards/duty/planned/"
    assert signed_in("employee").get("/desk/cards/analysis/").context["rule"].url == ""
    card = hand_in("crew_leader")
    page = signed_in("crew_leader").get(card.get_absolute_url()).content.decode()
    assert ("Marked as random" in page) is bool(counts)
