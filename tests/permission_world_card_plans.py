"""Plans of 鑽井一隊 for the permission matrix, made by the verbs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from django_scopes import scopes_disabled

from forms.cards.plans.actions import draft_plan, submit_plan
from forms.cards.plans.actions.incidents import IncidentDraft, enter_incident
from forms.cards.plans.actions.writing import SlotDraft, TeamDraft, add_slot, add_team, fill_with_suggestions
from forms.cards.plans.models import Incident, Plan, PlanSlot, Team
from portal.lib import clock


@dataclass
class PlansWorld:
    draft: Plan  # the crew leader's, of this year
    team: Team
    slot: PlanSlot
    submitted: Plan  # of next year, waiting for the manager
    incident: Incident  # the employee's entry


def build_plans(world: Any) -> PlansWorld:
    year = clock.today().year
    with scopes_disabled():
        draft, team = _plan(world, year, 12)
        day = date(year, 12, 31)
        slot = add_slot(
            by=world.company.users["crew_leader"],
            plan=draft,
            draft=SlotDraft(team, world.area, None, "morning", day, day),
        )
        submitted, _team = _plan(world, year + 1, 12)
        fill_with_suggestions(by=world.company.users["crew_leader"], plan=submitted)
        submitted = submit_plan(by=world.company.users["crew_leader"], plan=submitted)
        incident = enter_incident(
            by=world.company.users["employee"],
            submission_id=uuid4(),
            draft=IncidentDraft(
                unit=world.company.units["CREW1"],
                happened_on=clock.today(),
                area=world.area,
                source="near_miss",
                category="positions",
                severity="light",
                what="蓋板移位，一人踩空",
            ),
        )
    return PlansWorld(draft, team, slot, submitted, incident)


def _plan(world: Any, year: int, first_month: int) -> tuple[Plan, Team]:
    by = world.company.users["crew_leader"]
    people = [world.company.people[name] for name in ("crew_leader", "unit_manager")]
    plan = draft_plan(
        by=by, unit=world.company.units["CREW1"], year=year, first_month=first_month, report_needs="完成情況"
    )
    return plan, add_team(by=by, plan=plan, draft=TeamDraft("第一小組", people[0], people, 2))


def plans_of(world: Any) -> PlansWorld:
    return world.plans
