"""A crew with shifts, areas and a team; a plan in each of its states."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django_scopes import scopes_disabled
from wagtail.models import Locale, Page

from forms.cards.actions import hand_in_card
from forms.cards.models import Area, Card, ObservationPage
from forms.cards.plans.actions import approve_plan, draft_plan, submit_plan
from forms.cards.plans.actions.writing import SlotDraft, TeamDraft, add_slot, add_team, fill_with_suggestions
from forms.cards.plans.models import Plan, PlanSlot, Team
from forms.cards.rules import CardDraft, ItemDraft
from portal.org.models import Person, Shift
from tests.people import Company

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # 14:00 in Shanghai
TODAY = date(2026, 11, 23)
SHIFTS = [("早班", time(8), time(16)), ("中班", time(16), time(0)), ("夜班", time(0), time(8))]


@pytest.fixture
def crew(company: Company) -> Company:
    """Two crews that owe a plan: areas, shifts, the entrance for cards."""
    Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    root = Page.objects.filter(depth=1).first() or Page.add_root(title="Root", slug="root")
    root.add_child(instance=ObservationPage(title="安全觀察卡", slug="observe-card", audience="staff"))
    with scopes_disabled():
        for code in ("CREW1", "CREW2"):
            for name in ("鑽台", "泥漿罐區"):
                Area.objects.create(unit=company.units[code], name=name)
            for name, starts, ends in SHIFTS:
                Shift.objects.create(unit=company.units[code], name=name, starts_at=starts, ends_at=ends)
    return company


@pytest.fixture
def begun(crew: Company) -> Plan:
    """The crew leader's draft: one team of the crew leader, the manager and a man; nothing planned yet."""
    plan = draft_plan(
        by=crew.users["crew_leader"],
        unit=crew.units["CREW1"],
        year=2026,
        first_month=11,
        report_needs="每月完成情況",
        now=NOW,
    )
    add_team(by=crew.users["crew_leader"], plan=plan, draft=team_draft(crew), now=NOW)
    return plan


def team_draft(company: Company, name: str = "第一小組", **changes: Any) -> TeamDraft:
    people: list[Person] = [company.people[one] for one in ("crew_leader", "unit_manager", "employee")]
    fields = {"name": name, "leader": people[0], "members": people, "per_month": 2}
    return TeamDraft(**{**fields, **changes})


def slot_draft(plan: Plan, **changes: Any) -> SlotDraft:
    with scopes_disabled():
        fields = {
            "team": Team.objects.get(plan=plan),
            "area": Area.objects.get(unit=plan.unit, name="鑽台"),
            "shift": Shift.objects.get(unit=plan.unit, name="早班"),
            "band": "morning",
            "first_day": date(2026, 11, 23),
            "last_day": date(2026, 11, 27),
        }
    return SlotDraft(**{**fields, **changes})


@pytest.fixture
def approved(crew: Company, begun: Plan) -> Plan:
    add_slot(by=crew.users["crew_leader"], plan=begun, draft=slot_draft(begun), now=NOW)
    fill_with_suggestions(by=crew.users["crew_leader"], plan=begun, now=NOW)
    submit_plan(by=crew.users["crew_leader"], plan=begun, now=NOW)
    return approve_plan(by=crew.users["unit_manager"], plan=begun, now=NOW)


@pytest.fixture
def slot(approved: Plan) -> PlanSlot:
    """Planned for this week, 鑽台, 早班 in the morning."""
    with scopes_disabled():
        return PlanSlot.objects.get(team__plan=approved, first_day=date(2026, 11, 23), why="")


@pytest.fixture
def card(crew: Company) -> Callable[..., Card]:
    """card(team=[…]) is a planned card of today, 鑽台, handed in by the first of the team."""

    def make(**changes: Any) -> Card:
        unit = crew.units[changes.pop("at", "CREW1")]
        team = [crew.people[name] for name in changes.pop("team", ["crew_leader", "employee"])]
        with scopes_disabled():
            area = Area.objects.get(unit=unit, name=changes.pop("area", "鑽台"))
        fields = {
            "unit": unit,
            "planned": True,
            "observers": team,
            "area": area,
            "observed_on": TODAY,
            "observed_at": time(9, 30),
            "seconds": 120,
            "items": [ItemDraft("protection", safe=3)],
            "steps": frozenset({"discuss", "thank"}),
            "came_close": True,
            "out_of_sight": True,
            "said": "談了站位的風險",
            "agreed": "起吊前清空下方",
        }
        draft = CardDraft(**{**fields, **changes})
        page = ObservationPage.objects.get()
        return hand_in_card(by=team[0].user, page=page, submission_id=uuid4(), draft=draft, now=NOW).record

    return make
