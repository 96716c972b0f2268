"""The daily duty in the permission matrix: everything belongs to 鑽井一隊, whose people and card stand already."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from portal.lib import clock
from tests.permission_table import CUSTOMERS, LOGIN, STAFF, VISITOR, Line, nothing
from tests.permission_world import World

LEADS = "crew_leader unit_manager other_crew_leader other_unit_manager quality_officer "
SEES = "crew_leader unit_manager quality_officer "
KEEPERS = "unit_manager other_unit_manager "
KEEPS = "unit_manager "


def unit(world: World) -> dict[str, Any]:
    return {"code": "CREW1"}


def day(world: World) -> dict[str, Any]:
    return {"code": "CREW1", "day": clock.today().isoformat()}


def person(world: World) -> dict[str, Any]:
    return {"code": "CREW1", "person_pk": world.company.people["employee"].pk}


def nobodys_file(world: World) -> dict[str, Any]:
    return {"token": UUID(int=1)}


LINES = [
    Line("duty_overview", {LOGIN: VISITOR, 200: LEADS}),
    Line("duty_rule", {LOGIN: VISITOR, 200: LEADS}),
    Line("duty_rule", {LOGIN: VISITOR, 400: "quality_officer"}, send=nothing),
    Line("duty_import", {LOGIN: VISITOR, 200: KEEPERS}),
    Line("duty_import", {LOGIN: VISITOR, 400: KEEPERS}, send=nothing),
    Line("duty_import_template", {LOGIN: VISITOR, 200: KEEPERS}),
    Line("duty_import_preview", {LOGIN: VISITOR}, at=nobodys_file, what="of nobody"),
    Line("duty_matrix", {LOGIN: VISITOR, 200: SEES}, at=unit),
    Line("duty_excuse", {LOGIN: VISITOR}, at=unit, what="of no day"),
    Line("duty_roster", {LOGIN: VISITOR, 200: SEES}, at=unit),
    Line("duty_roster_person", {LOGIN: VISITOR, 200: KEEPS}, at=person),
    Line("duty_roster_person", {LOGIN: VISITOR, 400: KEEPS}, at=person, send=nothing),
    Line("duty_days", {LOGIN: VISITOR, 200: SEES}, at=unit),
    Line("duty_day", {LOGIN: VISITOR, 200: SEES}, at=day),
    Line("duty_collect", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=day),
    Line("duty_collect", {LOGIN: VISITOR, 302: "unit_manager"}, at=day, send=nothing),
]
