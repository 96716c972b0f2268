"""SAF-04: a plan is drafted, complete before it is submitted, approved by another, and changes with a trace."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django_scopes import scopes_disabled

from forms.cards.plans.actions import approve_plan, draft_plan, problems_of, return_plan, submit_plan
from forms.cards.plans.actions.writing import (
    add_slot,
    add_team,
    change_slot,
    change_team,
    drop_slots,
    drop_team,
    fill_with_suggestions,
)
from forms.cards.plans.enums import PlanState
from forms.cards.plans.models import Plan, PlanChange, PlanSlot, Team
from portal.journal.actions import entries_of
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Shift
from tests.forms.card_plans.conftest import NOW, TODAY, slot_draft, team_draft
from tests.people import Company


def test_one_plan_a_unit_and_year(crew: Company, begun: Plan) -> None:
    with pytest.raises(Conflict):
        draft_plan(by=crew.users["unit_manager"], unit=crew.units["CREW1"], year=2026, now=NOW)


@pytest.mark.parametrize("username", ["employee", "other_crew_leader", "quality_officer", "administrator"])
def test_only_who_leads_the_unit_plans(crew: Company, username: str) -> None:
    with pytest.raises(NotYours):
        draft_plan(by=crew.users[username], unit=crew.units["CREW1"], year=2026, now=NOW)


def test_the_names_of_leaders_without_a_team_are_said(crew: Company, begun: Plan) -> None:
    with scopes_disabled():
        team = Team.objects.get(plan=begun)
    without = team_draft(crew, members=[crew.people["crew_leader"], crew.people["employee"]])
    change_team(by=crew.users["crew_leader"], team=team, draft=without, now=NOW)
    fill_with_suggestions(by=crew.users["crew_leader"], plan=begun, now=NOW)
    with pytest.raises(Refused) as refused:
        submit_plan(by=crew.users["crew_leader"], plan=begun, now=NOW)
    assert "尹志遠" in str(refused.value)


def test_what_is_missing_is_said_before_it_is_submitted(crew: Company, begun: Plan) -> None:
    assert len(problems_of(begun, day=TODAY)) == 1  # the months hold fewer observations than agreed
    fill_with_suggestions(by=crew.users["crew_leader"], plan=begun, now=NOW)
    assert problems_of(begun, day=TODAY) == []
    submit_plan(by=crew.users["crew_leader"], plan=begun, now=NOW)
    with pytest.raises(Conflict):
        submit_plan(by=crew.users["crew_leader"], plan=begun, now=NOW)


def test_nobody_who_wrote_in_a_plan_approves_it(crew: Company, begun: Plan) -> None:
    """The manager changed a team: then only one above the unit may approve."""
    with scopes_disabled():
        team = Team.objects.get(plan=begun)
    change_team(by=crew.users["unit_manager"], team=team, draft=team_draft(crew), now=NOW)
    fill_with_suggestions(by=crew.users["crew_leader"], plan=begun, now=NOW)
    submit_plan(by=crew.users["crew_leader"], plan=begun, now=NOW)
    for username in ("unit_manager", "crew_leader", "other_unit_manager", "quality_officer"):
        with pytest.raises(NotYours):
            approve_plan(by=crew.users[username], plan=begun, now=NOW)


def test_the_database_refuses_the_drafter_too(crew: Company, begun: Plan) -> None:
    with scopes_disabled(), pytest.raises(IntegrityError), transaction.atomic():
        Plan.objects.filter(pk=begun.pk).update(state="approved", approved_by=begun.drafted_by)


def test_a_returned_plan_says_why_and_is_written_again(crew: Company, begun: Plan) -> None:
    fill_with_suggestions(by=crew.users["crew_leader"], plan=begun, now=NOW)
    submit_plan(by=crew.users["crew_leader"], plan=begun, now=NOW)
    with pytest.raises(Conflict):  # nobody writes in it meanwhile
        add_team(by=crew.users["crew_leader"], plan=begun, draft=team_draft(crew, "第二小組"), now=NOW)
    with pytest.raises(Refused):
        return_plan(by=crew.users["unit_manager"], plan=begun, note=" ", now=NOW)
    plan = return_plan(by=crew.users["unit_manager"], plan=begun, note="夜班太少", now=NOW)
    assert plan.state == PlanState.DRAFT
    submit_plan(by=crew.users["crew_leader"], plan=begun, now=NOW)
    approve_plan(by=crew.users["unit_manager"], plan=begun, now=NOW)
    with pytest.raises(Conflict):  # the second of two people is told
        approve_plan(by=crew.users["unit_manager"], plan=begun, now=NOW)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"members": ["crew_leader"]}, "members"),
        ({"members": ["crew_leader", "unit_manager", "employee", "other_crew_leader"]}, "members"),
        ({"members": ["unit_manager", "employee"]}, "members"),  # the leader is not among them
        ({"members": ["crew_leader", "other_crew_leader"]}, "members"),  # of another crew
        ({"per_month": 0}, "per_month"),
        ({"per_month": 32}, "per_month"),
        ({"name": " "}, "name"),
    ],
)
def test_a_team_is_two_or_three_of_the_unit(crew: Company, begun: Plan, changes: dict[str, Any], field: str) -> None:
    if "members" in changes:
        changes = {"members": [crew.people[name] for name in changes["members"]]}
    with pytest.raises(Refused) as refused:
        add_team(
            by=crew.users["crew_leader"], plan=begun, draft=team_draft(crew, **{"name": "第二小組", **changes}), now=NOW
        )
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"band": "night"}, "band"),  # the morning shift does not run then
        ({"shift": None}, "shift"),
        ({"last_day": date(2026, 11, 20)}, "last_day"),
        ({"last_day": date(2026, 12, 2)}, "first_day"),
        ({"first_day": date(2026, 10, 1), "last_day": date(2026, 10, 2)}, "first_day"),
    ],
)
def test_a_planned_observation_makes_sense(crew: Company, begun: Plan, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        add_slot(by=crew.users["crew_leader"], plan=begun, draft=slot_draft(begun, **changes), now=NOW)
    assert refused.value.field == field


def test_the_same_observation_sent_twice_is_one(crew: Company, begun: Plan) -> None:
    add_slot(by=crew.users["crew_leader"], plan=begun, draft=slot_draft(begun), now=NOW)
    with pytest.raises(Conflict):
        add_slot(by=crew.users["crew_leader"], plan=begun, draft=slot_draft(begun), now=NOW)


def test_an_approved_plan_changes_with_a_reason_by_its_manager(crew: Company, approved: Plan, slot: PlanSlot) -> None:
    with scopes_disabled():
        evening = Shift.objects.get(unit=approved.unit, name="中班")
    moved = slot_draft(approved, shift=evening, band="evening")
    with pytest.raises(NotYours):
        change_slot(by=crew.users["crew_leader"], slot=slot, draft=moved, why="設備檢修", now=NOW)
    with pytest.raises(Refused) as refused:
        change_slot(by=crew.users["unit_manager"], slot=slot, draft=moved, now=NOW)
    assert refused.value.field == "why"
    with pytest.raises(Refused):  # a reason names nobody
        change_slot(by=crew.users["unit_manager"], slot=slot, draft=moved, why="龐建國請假", now=NOW)
    change_slot(by=crew.users["unit_manager"], slot=slot, draft=moved, why="設備檢修", now=NOW)
    with scopes_disabled():
        change = PlanChange.objects.filter(plan=approved).last()
    assert change is not None
    assert (change.by.username, change.why, change.after_approval) == ("unit_manager", "設備檢修", True)
    assert "早班" in change.about
    assert "中班" in change.about
    assert [entry.action for entry in entries_of(approved)][-1] == "plans.change_slot"


def test_a_missed_observation_stays_missed(crew: Company, approved: Plan, slot: PlanSlot) -> None:
    with scopes_disabled():
        PlanSlot.objects.filter(pk=slot.pk).update(first_day=date(2026, 11, 16), last_day=date(2026, 11, 20))
    manager = crew.users["unit_manager"]
    with pytest.raises(Refused):
        drop_slots(by=manager, plan=approved, slots=[slot], why="太忙", now=NOW)
    with pytest.raises(Refused):
        change_slot(by=manager, slot=slot, draft=slot_draft(approved), why="太忙", now=NOW)


def test_what_is_taken_out_of_an_approved_plan_stays_as_a_row(crew: Company, approved: Plan, slot: PlanSlot) -> None:
    drop_slots(by=crew.users["unit_manager"], plan=approved, slots=[slot], why="停工", now=NOW)
    with scopes_disabled():
        slot.refresh_from_db()
        assert slot.dropped_at is not None
        assert not PlanSlot.objects.standing().filter(pk=slot.pk).exists()
    with pytest.raises(Conflict):
        drop_slots(by=crew.users["unit_manager"], plan=approved, slots=[slot], why="停工", now=NOW)


def test_a_team_leaves_a_draft_with_its_observations(crew: Company, begun: Plan, approved: Plan) -> None:
    with scopes_disabled():
        team = Team.objects.get(plan=approved)
    with pytest.raises(Refused):
        drop_team(by=crew.users["unit_manager"], team=team, why="重組", now=NOW)
    with scopes_disabled():
        Plan.objects.filter(pk=begun.pk).update(state="draft", approved_by=None)
        team = Team.objects.select_related("plan__unit").get(plan=begun)
    drop_team(by=crew.users["crew_leader"], team=team, now=NOW)
    with scopes_disabled():
        assert not PlanSlot.objects.filter(team__plan=begun).exists()
