"""The lines of the permission matrix for receipts; the reading on paper was held at the first office."""

from __future__ import annotations

from typing import Any

from tests.permission_table import CREW, DESK, LOGIN, STAFF, VISITOR, Line, crew_rule, nothing, rule
from tests.permission_world import World

MANAGERS = "unit_manager other_unit_manager director other_director "
# The regulations of the matrix are owned by the department of the editor and the approver.
LOOKING = MANAGERS + DESK + "quality_officer "
OF_THE_FIRST_OFFICE = "director quality_officer " + DESK


def batch(world: World) -> dict[str, Any]:
    return {"pk": world.batch.pk}


LINES = [
    Line("receipt_overview", {LOGIN: VISITOR, 200: LOOKING}),
    Line("receipt_export", {LOGIN: VISITOR, 200: LOOKING}),
    Line("receipt_batches", {LOGIN: VISITOR, 200: LOOKING}),
    Line("receipt_batch", {LOGIN: VISITOR, 200: OF_THE_FIRST_OFFICE}, at=batch),
    Line("private_file", {200: OF_THE_FIRST_OFFICE}, at=lambda w: {"file_id": w.batch_sheet.pk}, what="signed sheet"),
    Line("receipt_batch_new", {LOGIN: VISITOR, 200: MANAGERS}),
    Line("receipt_batch_new", {LOGIN: VISITOR, 400: MANAGERS}, send=nothing),
    Line("receipt_sheet", {LOGIN: VISITOR, 302: MANAGERS}, what="before a unit is chosen"),
    Line("regulation_changes", {LOGIN: VISITOR, 302: STAFF}, at=rule, what="without an earlier receipt"),
    Line("regulation_changes", {LOGIN: VISITOR, 302: CREW}, at=crew_rule, what="of a crew"),
]
