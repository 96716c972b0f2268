"""Statistics of cards in the permission matrix. Proposal and phase belong to 鑽井一隊."""

from __future__ import annotations

from typing import Any

from tests.permission_table import CREW, CUSTOMERS, LOGIN, STAFF, VISITOR, Line, card, nothing
from tests.permission_world import World
from tests.permission_world_card_analysis import card_analysis_of

FIELD = "employee crew_leader unit_manager other_crew_leader other_unit_manager quality_officer "
LEADS = "crew_leader unit_manager "
LEADING_ANYWHERE = LEADS + "other_crew_leader other_unit_manager quality_officer "
INSIDE = CREW + "quality_officer "


def month(world: World) -> dict[str, Any]:
    return {"code": "CREW1", "period_code": "2026-01"}


def proposal(world: World) -> dict[str, Any]:
    return {"pk": card_analysis_of(world).proposal.pk}


def step(name: str) -> Any:
    return lambda world: proposal(world) | {"step": name}


def talk(world: World) -> dict[str, Any]:
    return {"pk": card_analysis_of(world).talk.pk}


def begin(world: World) -> dict[str, Any]:
    return {"code": "CREW1", "grain": "week"}


def phase(world: World) -> dict[str, Any]:
    return {"pk": card_analysis_of(world).phase.pk}


LINES = [
    Line("card_statistics", {LOGIN: VISITOR, 200: FIELD}),
    Line("card_statistics_xlsx", {LOGIN: VISITOR, 200: FIELD}),
    Line("card_statistics_pdf", {LOGIN: VISITOR, 200: FIELD}),
    Line("card_analysis_sign", {LOGIN: VISITOR, 200: LEADS}, at=month),
    Line("card_analysis_sign", {LOGIN: VISITOR, 400: LEADS}, at=month, send=nothing),
    Line("card_trends", {LOGIN: VISITOR, 200: FIELD}),
    Line("card_phase_begin", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=begin),
    Line("card_phase_begin", {LOGIN: VISITOR, 400: LEADS}, at=begin, send=nothing),
    Line("card_phase_end", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=phase),
    Line("card_phase_end", {LOGIN: VISITOR, 302: LEADS}, at=phase, send=nothing),
    Line("card_closing", {LOGIN: VISITOR, 200: FIELD}),
    Line("card_quality", {LOGIN: VISITOR, 200: FIELD}),
    Line("card_own_writing", {LOGIN: VISITOR, 200: FIELD}),
    Line("card_review", {LOGIN: VISITOR, 200: "unit_manager quality_officer"}, at=card),
    Line("card_review", {LOGIN: VISITOR, 400: "unit_manager quality_officer"}, at=card, send=nothing),
    Line("card_coach", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}),
    Line("card_coach", {LOGIN: VISITOR, 302: "unit_manager other_unit_manager"}, send=nothing),
    Line("card_coaching_done", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=talk),
    Line("card_coaching_done", {LOGIN: VISITOR, 302: "unit_manager"}, at=talk, send=nothing),
    Line("card_proposals", {LOGIN: VISITOR, 200: FIELD}),
    Line("card_proposal_new", {LOGIN: VISITOR, 200: LEADING_ANYWHERE}),
    Line("card_proposal_new", {LOGIN: VISITOR, 400: LEADING_ANYWHERE}, send=nothing),
    Line("card_proposal", {LOGIN: VISITOR, 200: INSIDE}, at=proposal),
    Line("card_proposal_step", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=step("accept")),
    Line("card_proposal_step", {LOGIN: VISITOR, 302: "unit_manager"}, at=step("accept"), send=nothing, what="accept"),
    Line("card_proposal_step", {LOGIN: VISITOR, 400: "unit_manager"}, at=step("decline"), send=nothing, what="decline"),
    Line(
        "card_proposal_step",
        {LOGIN: VISITOR, 409: LEADS},
        at=step("finish"),
        send=nothing,
        what="done before it is accepted",
    ),
]
