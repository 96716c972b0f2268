"""Plans of observations in the permission matrix: read by the crew and the safety department, drafted by its leaders,
approved by its manager. The draft and the plan that waits belong to 鑽井一隊."""

from __future__ import annotations

from typing import Any

from tests.permission_table import CREW, CUSTOMERS, LOGIN, OTHER_CREW, STAFF, VISITOR, Line, nothing
from tests.permission_world import World
from tests.permission_world_card_plans import plans_of

READERS = CREW + OTHER_CREW + "quality_officer "
OWN = CREW + "quality_officer "
PLANNERS = "crew_leader unit_manager other_crew_leader other_unit_manager "
WRITERS = "crew_leader unit_manager "
CORRECTORS = WRITERS + "employee quality_officer "  # the employee entered it
IMPORTERS = "unit_manager other_unit_manager quality_officer "


def draft(world: World) -> dict[str, Any]:
    return {"pk": plans_of(world).draft.pk}


def submitted(world: World) -> dict[str, Any]:
    return {"pk": plans_of(world).submitted.pk}


def team(world: World) -> dict[str, Any]:
    return draft(world) | {"team_pk": plans_of(world).team.pk}


def slot(world: World) -> dict[str, Any]:
    return draft(world) | {"slot_pk": plans_of(world).slot.pk}


def incident(world: World) -> dict[str, Any]:
    return {"pk": plans_of(world).incident.pk}


def step(name: str, at: Any) -> Any:
    return lambda world: at(world) | {"step": name}


LINES = [
    Line("plan_list", {LOGIN: VISITOR, 200: READERS}),
    Line("plan_new", {LOGIN: VISITOR, 200: PLANNERS}),
    Line("plan_new", {LOGIN: VISITOR, 400: PLANNERS}, send=nothing),
    Line("plan_slots", {LOGIN: VISITOR, 200: READERS}),
    Line("plan_coverage", {LOGIN: VISITOR, 200: READERS}),
    Line("plan_detail", {LOGIN: VISITOR, 200: OWN}, at=draft),
    Line("plan_detail", {LOGIN: VISITOR, 200: OWN}, at=submitted, what="waiting"),
    Line("plan_done", {LOGIN: VISITOR, 200: OWN}, at=draft),
    Line("plan_done_sheet", {LOGIN: VISITOR, 200: OWN}, at=draft),
    Line("plan_reports", {LOGIN: VISITOR, 200: WRITERS}, at=draft),
    Line("plan_reports", {LOGIN: VISITOR, 400: WRITERS}, at=draft, send=nothing),
    Line("plan_reports", {LOGIN: VISITOR}, at=submitted, what="waiting"),
    Line("plan_team_new", {LOGIN: VISITOR, 200: WRITERS}, at=draft),
    Line("plan_team_new", {LOGIN: VISITOR, 400: WRITERS}, at=draft, send=nothing),
    Line("plan_team", {LOGIN: VISITOR, 200: WRITERS}, at=team),
    Line("plan_team", {LOGIN: VISITOR, 400: WRITERS}, at=team, send=nothing),
    Line("plan_team_remove", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=team),
    Line("plan_team_remove", {LOGIN: VISITOR, 302: WRITERS}, at=team, send=nothing),
    Line("plan_slot_new", {LOGIN: VISITOR, 200: WRITERS}, at=draft),
    Line("plan_slot_new", {LOGIN: VISITOR, 400: WRITERS}, at=draft, send=nothing),
    Line("plan_slot", {LOGIN: VISITOR, 200: WRITERS}, at=slot),
    Line("plan_slot", {LOGIN: VISITOR, 400: WRITERS}, at=slot, send=nothing),
    Line("plan_slots_drop", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=draft),
    Line("plan_slots_drop", {LOGIN: VISITOR, 400: WRITERS}, at=draft, send=nothing),
    Line("plan_suggest", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=draft),
    Line("plan_suggest", {LOGIN: VISITOR, 302: WRITERS}, at=draft, send=nothing),
    Line("plan_step", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=step("submit", draft)),
    Line("plan_step", {LOGIN: VISITOR, 400: WRITERS}, at=step("submit", draft), send=nothing, what="not complete"),
    Line("plan_step", {LOGIN: VISITOR, 302: "unit_manager"}, at=step("approve", submitted), send=nothing),
    Line("plan_step", {LOGIN: VISITOR, 400: "unit_manager"}, at=step("return", submitted), send=nothing, what="return"),
    Line("incident_list", {LOGIN: VISITOR, 200: READERS}),
    Line("incident_new", {LOGIN: VISITOR, 200: READERS}),
    Line("incident_new", {LOGIN: VISITOR, 400: READERS}, send=nothing),
    Line("incident_detail", {LOGIN: VISITOR, 200: OWN}, at=incident),
    Line("incident_correct", {LOGIN: VISITOR, 200: CORRECTORS}, at=incident),
    Line("incident_correct", {LOGIN: VISITOR, 400: CORRECTORS}, at=incident, send=nothing),
    Line("incident_withdraw", {LOGIN: VISITOR, 200: CORRECTORS}, at=incident),
    Line("incident_withdraw", {LOGIN: VISITOR, 400: CORRECTORS}, at=incident, send=nothing),
    Line("incident_import", {LOGIN: VISITOR, 200: IMPORTERS}),
    Line("incident_import", {LOGIN: VISITOR, 400: IMPORTERS}, send=nothing),
]
