"""Document control in the matrix: paper, comparison, periodic review, and the desk's screens for them."""

from __future__ import annotations

from typing import Any

from tests.permission_table import CREW, DESK, DOOR, LOGIN, NOT_AT_THE_DESK, STAFF, VISITOR, Line, in_review, rule
from tests.permission_world import World


def crew(world: World) -> dict[str, Any]:
    return {"slug": world.compared.regulation.slug}


def appendix(world: World) -> dict[str, Any]:
    return {"pk": world.draft.pk, "clause_pk": world.appendix_file.row_id}


def appendix_file(world: World) -> dict[str, Any]:
    return appendix(world) | {"file_pk": world.appendix_file.pk}


LINES = [
    Line("regulation_pdf", {LOGIN: VISITOR, 200: STAFF}, at=lambda w: rule(w) | {"number": 1}),
    Line("regulation_pdf", {LOGIN: VISITOR, 200: CREW}, at=lambda w: crew(w) | {"number": 1}, what="of a crew"),
    Line("regulation_compare", {LOGIN: VISITOR, 200: STAFF}, at=rule),
    Line("regulation_compare", {LOGIN: VISITOR, 200: CREW}, at=crew, what="of a crew"),
    Line("regulation_comparison", {LOGIN: VISITOR, 200: CREW}, at=lambda w: crew(w) | {"old": 1, "new": 2}),
    Line("regulation_comparison", {LOGIN: VISITOR}, at=lambda w: rule(w) | {"old": 1, "new": 2}, what="not there"),
    Line("regulation_review", {LOGIN: VISITOR, 200: "approver"}, at=rule),
    Line("regulation_review", {LOGIN: VISITOR, 400: "approver"}, at=rule, send=lambda w: {}),
    Line("private_file", {200: DESK}, at=lambda w: {"file_id": w.appendix_file.file_id}, what="of a draft's appendix"),
    Line("policies_clause_files", {DOOR: NOT_AT_THE_DESK, 200: "editor"}, at=appendix),
    Line("policies_clause_files", {DOOR: NOT_AT_THE_DESK, 400: "editor"}, at=appendix, send=lambda w: {}),
    Line("policies_clause_file_remove", {DOOR: NOT_AT_THE_DESK, 302: "editor"}, at=appendix_file, send=lambda w: {}),
    Line("policies_trial", {DOOR: NOT_AT_THE_DESK}, at=in_review, what="before it is approved"),
]
