"""Statistics of 鑽井一隊 for the permission matrix: a proposal and a phase, made by the verbs."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django_scopes import scopes_disabled

from forms.cards.analysis.actions import assign_coaching, begin_phase, propose
from forms.cards.analysis.models import ChartPhase, CoachingTask, Proposal
from portal.lib import clock
from portal.lib.periods import Period


@dataclass
class CardAnalysisWorld:
    proposal: Proposal  # the crew leader carries it out
    phase: ChartPhase
    talk: CoachingTask  # with the crew leader


def build_card_analysis(world: Any) -> CardAnalysisWorld:
    manager, unit, today = world.company.users["unit_manager"], world.company.units["CREW1"], clock.today()
    with scopes_disabled():
        proposal = propose(
            by=manager,
            submission_id=uuid.uuid4(),
            unit=unit,
            period=Period.of("month", today),
            finding="工具類上升",
            proposal="每週檢查",
            owner=world.company.people["crew_leader"],
            due=today + timedelta(days=9),
        )
        week = Period.of("week", today)
        phase = begin_phase(by=manager, unit=unit, grain="week", begins_on=week.start, reason="換了新設備")
        talk = assign_coaching(
            by=manager,
            unit=unit,
            person=world.company.people["crew_leader"],
            period=Period.of("month", today),
            habits=["thin"],
            due=today + timedelta(days=9),
        )
    return CardAnalysisWorld(proposal, phase, talk)


def card_analysis_of(world: Any) -> CardAnalysisWorld:
    return world.card_analysis
