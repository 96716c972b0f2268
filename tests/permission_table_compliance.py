"""The lines of compliance and of the marks beside clauses; tests/permission_table.py adds them to its own."""

from __future__ import annotations

from typing import Any

from tests.permission_table import CREW, CUSTOMERS, LOGIN, STAFF, VISITOR, Line, crew_rule, rule
from tests.permission_world import World

COMPANY_WIDE = "administrator quality_officer "
# They work in the department that owns the regulations of the world: they see every unit, but its duties alone.
OWNERS = "editor approver "


def crew_duty(world: World) -> dict[str, Any]:
    """A duty of the first crew; in the world it is tied to no regulation, so owners of regulations do not see it."""
    return {"unit": "CREW1", "code": "SAF-14"}


LINES = [
    Line("regulation_marks", {LOGIN: VISITOR, 200: STAFF}, at=rule),
    Line("regulation_marks", {LOGIN: VISITOR, 200: CREW}, at=crew_rule, what="of a crew"),
    Line("regulation_edition_marks", {LOGIN: VISITOR, 200: STAFF}, at=lambda w: rule(w) | {"number": 1}),
    Line(
        "regulation_edition_marks",
        {LOGIN: VISITOR, 200: CREW},
        at=lambda w: crew_rule(w) | {"number": 1},
        what="of a crew",
    ),
    Line("compliance", {LOGIN: VISITOR, 200: STAFF}),
    Line("compliance_matrix", {LOGIN: VISITOR, 200: STAFF}),
    Line("compliance_soon", {LOGIN: VISITOR, 200: STAFF}),
    Line("compliance_export", {LOGIN: VISITOR, 200: STAFF}),
    Line("compliance_cell", {LOGIN: VISITOR, 200: CREW + COMPANY_WIDE}, at=crew_duty),
    Line("compliance_count", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}),
    Line(
        "compliance_count",
        {LOGIN: VISITOR, 302: CREW + COMPANY_WIDE + OWNERS},
        send=lambda w: {"unit": "CREW1", "period": "2026-03"},
    ),
]
