"""The card that fills a planned observation, and the cards that do not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django_scopes import scopes_disabled

from forms.cards.actions import withdraw_card
from forms.cards.models import Card
from forms.cards.plans.figures import figures_of
from forms.cards.plans.keeping import CARD_PLAN
from forms.cards.plans.measures import plan_kept
from forms.cards.plans.models import Plan, PlanSlot, SlotCard
from forms.cards.registries import card_plan
from portal.journal.actions import entries_of
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.readers import reader_for
from tests.forms.card_plans.conftest import NOW, TODAY
from tests.people import Company

Cards = Callable[..., Card]


def take(company: Company, card: Card, slot: PlanSlot, by: str = "crew_leader") -> None:
    CARD_PLAN.take(card=card, slot_pk=slot.pk, by=company.users[by], now=NOW)


def test_a_card_takes_the_slot_and_the_slot_is_gone(crew: Company, slot: PlanSlot, card: Cards) -> None:
    assert card_plan.get("plan") is CARD_PLAN
    reader = reader_for(crew.users["crew_leader"], TODAY)
    assert [one.pk for one in CARD_PLAN.open_slots(reader, TODAY)][:1] == [slot.pk]
    made = card()
    take(crew, made, slot)
    take(crew, made, slot)  # sent again: the same
    assert slot.pk not in [one.pk for one in CARD_PLAN.open_slots(reader, TODAY)]
    found = CARD_PLAN.slot_of(made)
    assert found is not None
    assert (found.pk, found.unit_id, found.area_id) == (slot.pk, made.unit_id, made.area_id)
    assert found.team[0] == crew.people["crew_leader"].pk
    (entry,) = entries_of(slot)
    assert (entry.action, entry.data) == ("plans.take_slot", {"card": made.pk})


@pytest.mark.parametrize("username", ["other_crew_leader", "quality_officer", "clerk"])
def test_slots_are_offered_to_the_team_alone(crew: Company, slot: PlanSlot, username: str) -> None:
    assert CARD_PLAN.open_slots(reader_for(crew.users[username], TODAY), TODAY) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"planned": False}, "slot"),
        ({"area": "泥漿罐區"}, "area"),
        ({"observed_on": date(2026, 11, 22)}, "slot"),
        ({"team": ["crew_leader", "other_crew_leader"]}, "observers"),  # one of the team alone
    ],
)
def test_a_card_that_does_not_fit_is_refused(
    crew: Company, slot: PlanSlot, card: Cards, changes: dict[str, Any], field: str
) -> None:
    made = card(**changes)
    with pytest.raises(Refused) as refused:
        take(crew, made, slot)
    assert refused.value.field == field
    with scopes_disabled():
        assert not SlotCard.objects.exists()


def test_a_guest_may_come_along(crew: Company, slot: PlanSlot, card: Cards) -> None:
    take(crew, card(team=["crew_leader", "employee", "other_crew_leader"]), slot)


def test_the_slot_of_another_unit_is_refused(crew: Company, slot: PlanSlot, card: Cards) -> None:
    made = card(at="CREW2", team=["other_crew_leader", "crew_leader"])
    with pytest.raises(NotYours):
        take(crew, made, slot, by="other_crew_leader")


def test_the_second_card_is_told(crew: Company, slot: PlanSlot, card: Cards) -> None:
    take(crew, card(), slot)
    with pytest.raises(Conflict):
        take(crew, card(seconds=60), slot)


def test_a_card_fills_one_slot(crew: Company, approved: Plan, slot: PlanSlot, card: Cards) -> None:
    made = card()
    take(crew, made, slot)
    with scopes_disabled():
        other = PlanSlot.objects.filter(team__plan=approved).exclude(pk=slot.pk).first()
        assert other is not None
        PlanSlot.objects.filter(pk=other.pk).update(area=slot.area, first_day=TODAY, last_day=TODAY)
    with pytest.raises(Conflict):
        take(crew, made, other)


def test_a_withdrawn_card_gives_the_slot_back(crew: Company, slot: PlanSlot, card: Cards) -> None:
    made = card()
    take(crew, made, slot)
    withdraw_card(by=crew.users["crew_leader"], card=made, now=NOW)
    reader = reader_for(crew.users["employee"], TODAY)
    assert slot.pk in [one.pk for one in CARD_PLAN.open_slots(reader, TODAY)]
    take(crew, card(seconds=60), slot)


def test_nothing_is_owed_before_the_approval(crew: Company, begun: Plan) -> None:
    reader = reader_for(crew.users["crew_leader"], TODAY)
    assert CARD_PLAN.open_slots(reader, TODAY) == []


def test_plan_against_done(crew: Company, approved: Plan, slot: PlanSlot, card: Cards) -> None:
    take(crew, card(), slot)
    with scopes_disabled():
        missed = PlanSlot.objects.filter(team__plan=approved, last_day__month=11).exclude(pk=slot.pk).get()
        PlanSlot.objects.filter(pk=missed.pk).update(first_day=date(2026, 11, 2), last_day=date(2026, 11, 6))
    found = figures_of(approved, TODAY)
    assert (found.total.planned, found.total.done, found.total.missed, found.total.open) == (4, 1, 1, 2)
    assert found.total.share == 0.5
    by_name = {line.person.name: line for line in found.leaders}
    assert (by_name["龐建國"].tally.due, by_name["龐建國"].took_part, by_name["龐建國"].share) == (2, 1, 0.5)
    assert (by_name["尹志遠"].tally.due, by_name["尹志遠"].took_part) == (2, 0)
    december = figures_of(approved, TODAY, Period.parse("2026-12"))
    assert (december.total.planned, december.total.share) == (2, None)


def test_saf_04_counts_plans_and_observations(
    crew: Company, approved: Plan, slot: PlanSlot, card: Cards, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    year, top = Period.parse("2026"), crew.units["PROJECT1"]
    before = plan_kept(top, year)  # two crews owe a plan, one has it
    assert (before.due, before.done, before.missed) == (2, 1, 1)
    take(crew, card(), slot)
    after = plan_kept(crew.units["CREW1"], year)
    assert (after.due, after.done, after.missed) == (2, 2, 0)
    assert "unit=CREW1" in after.rows_url
