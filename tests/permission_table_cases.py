"""Cases: incidents, the board, what the desk keeps, the customer's own steps."""

from __future__ import annotations

from typing import Any

from tests.permission_table import (
    CUSTOMERS,
    EVERYBODY,
    LOGIN,
    OFFICE,
    OTHER_OFFICE,
    STAFF,
    VISITOR,
    Line,
    case,
    hidden_case,
    nothing,
)
from tests.permission_world import World

DESK = OFFICE + OTHER_OFFICE + "quality_officer"
OWN = OFFICE + "quality_officer"


def incident(world: World) -> dict[str, Any]:
    assert world.cases is not None
    return {"pk": world.cases.incident.pk}


def answer(world: World) -> dict[str, Any]:
    assert world.cases is not None
    return {"pk": world.cases.answer.pk}


def erasure(world: World) -> dict[str, Any]:
    assert world.cases is not None
    return {"pk": world.cases.erasure.pk}


LINES = [
    Line("case_board", {LOGIN: VISITOR, 200: "director other_director quality_officer"}),
    Line("case_export", {LOGIN: VISITOR, 200: DESK}),
    Line("case_limits", {LOGIN: VISITOR, 200: "administrator quality_officer"}),
    Line("case_limits", {LOGIN: VISITOR, 400: "administrator quality_officer"}, send=nothing),
    Line("case_retention", {LOGIN: VISITOR, 200: "administrator quality_officer"}),
    Line("case_retention", {LOGIN: VISITOR, 400: "administrator quality_officer"}, send=nothing),
    Line("case_erasure", {LOGIN: VISITOR, 200: "administrator quality_officer"}, at=erasure),
    # An open case is erased by nobody; one that has ended by who answers for the company: tests of the room.
    Line("case_erase", {LOGIN: VISITOR}, at=case),
    Line("case_erase", {LOGIN: VISITOR}, at=case, send=nothing),
    Line("case_answers", {LOGIN: VISITOR, 200: DESK}),
    Line("case_answers", {LOGIN: VISITOR, 400: DESK}, send=nothing),
    Line("case_answer_kept", {LOGIN: VISITOR, 200: OWN}, at=answer),
    Line("case_answer_kept", {LOGIN: VISITOR, 400: OWN}, at=answer, send=nothing),
    Line("case_filters", {LOGIN: VISITOR, 302: DESK}, send=nothing),
    Line("case_filters", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}),
    Line("case_bulk_assign", {LOGIN: VISITOR, 302: DESK}, send=nothing),
    Line("case_bulk_assign", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}),
    Line("case_incident_list", {LOGIN: VISITOR, 200: DESK}),
    Line("case_incident_list", {LOGIN: VISITOR, 400: DESK}, send=nothing),
    Line("case_incident_detail", {LOGIN: VISITOR, 200: OWN}, at=incident),
    *(
        Line(f"case_incident_{verb}", {LOGIN: VISITOR, 400: OWN}, at=incident, send=nothing)
        for verb in ("say", "answer")
    ),
    Line("case_incident_close", {LOGIN: VISITOR, 400: OWN}, at=incident, send=nothing),
    # ---- the customer's own: the account that handed it in, or whoever gave the code in this browser
    *(
        Line(f"my_case_{verb}", {LOGIN: VISITOR, 400: "customer"}, at=case, send=nothing)
        for verb in ("add", "still_broken", "rate")
    ),
    Line("my_case_add", {LOGIN: VISITOR, 400: "customer"}, at=hidden_case, send=nothing, what="about the director"),
    *(Line(f"tracked_{verb}", {405: EVERYBODY}) for verb in ("add", "still_broken", "rate")),
    *(
        Line(f"tracked_{verb}", {302: EVERYBODY}, send=nothing, what="without a code")
        for verb in ("add", "still_broken", "rate")
    ),
]
