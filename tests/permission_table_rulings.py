"""Lines of the permission table for questions, rulings and proposals (see tests/permission_table.py)."""

from __future__ import annotations

from tests.permission_table import (
    CUSTOMERS,
    DESK,
    DOOR,
    EVERYBODY,
    LOGIN,
    NOT_AT_THE_DESK,
    STAFF,
    VISITOR,
    Line,
    nothing,
)
from tests.permission_world_rulings import proposal, ruling, waiting_question

DEPARTMENT = "editor approver quality_officer "  # of the regulation
LOOKING_ON = "administrator "
MANAGERS = "unit_manager other_unit_manager director other_director "
SIGNED_IN = CUSTOMERS + STAFF
STEPS = ("publish", "answer", "assign", "hand_over", "decline")

LINES = [
    Line("ruling_list", {200: EVERYBODY}),
    Line("ruling_detail", {LOGIN: VISITOR, 200: STAFF}, at=ruling),
    Line("ruling_step", {LOGIN: VISITOR, 405: SIGNED_IN}, at=lambda w: ruling(w) | {"step": "withdraw"}),
    Line("ruling_step", {LOGIN: VISITOR, 400: DEPARTMENT}, at=lambda w: ruling(w) | {"step": "withdraw"}, send=nothing),
    Line("ruling_step", {LOGIN: VISITOR, 400: DEPARTMENT}, at=lambda w: ruling(w) | {"step": "reaffirm"}, send=nothing),
    Line("ruling_ask", {LOGIN: VISITOR, 200: SIGNED_IN}, what="before a clause is named"),
    Line("ruling_ask", {LOGIN: VISITOR, 200: SIGNED_IN}, send=nothing, what="before a clause is named"),
    Line("ruling_mine", {LOGIN: VISITOR, 200: SIGNED_IN}),
    Line("ruling_mine_detail", {LOGIN: VISITOR, 200: "employee"}, at=waiting_question),
    Line("ruling_desk", {LOGIN: VISITOR, 200: DEPARTMENT + LOOKING_ON + MANAGERS}),
    Line("ruling_question", {LOGIN: VISITOR, 200: DEPARTMENT + LOOKING_ON}, at=waiting_question),
    Line(
        "ruling_question_step",
        {LOGIN: VISITOR, 405: SIGNED_IN},
        at=lambda w: waiting_question(w) | {"step": "answer"},
    ),
    Line(
        "ruling_question_step",
        {LOGIN: VISITOR, 302: DEPARTMENT, 403: LOOKING_ON},
        at=lambda w: waiting_question(w) | {"step": "acknowledge"},
        send=nothing,
        what="acknowledging",
    ),
    *(
        Line(
            "ruling_question_step",
            {LOGIN: VISITOR, 400: DEPARTMENT + LOOKING_ON},
            at=lambda w, step=step: waiting_question(w) | {"step": step},
            send=nothing,
            what=step,
        )
        for step in STEPS
    ),
    Line("proposal_list", {LOGIN: VISITOR, 200: STAFF}),
    Line("proposal_new", {LOGIN: VISITOR, 200: STAFF}, what="before a clause is named"),
    Line("proposal_mine", {LOGIN: VISITOR, 200: STAFF}),
    Line("proposal_desk", {LOGIN: VISITOR, 200: DEPARTMENT + LOOKING_ON + MANAGERS}),
    Line("proposal_detail", {LOGIN: VISITOR, 200: DEPARTMENT + LOOKING_ON + "employee"}, at=proposal("waiting")),
    Line("proposal_detail", {LOGIN: VISITOR, 200: STAFF}, at=proposal("accepted"), what="accepted"),
    Line("proposal_answer", {LOGIN: VISITOR, 405: SIGNED_IN}, at=proposal("waiting")),
    Line("proposal_answer", {LOGIN: VISITOR, 400: DEPARTMENT + LOOKING_ON}, at=proposal("waiting"), send=nothing),
    Line("rulings_accepted", {DOOR: NOT_AT_THE_DESK, 200: DESK}),
    Line("rulings_include", {DOOR: NOT_AT_THE_DESK, 405: DESK}, at=proposal("accepted")),
    Line(
        "rulings_include",
        {DOOR: NOT_AT_THE_DESK, 302: "editor"},
        at=proposal("accepted"),
        send=lambda w: {"edition": str(w.edition.pk)},
        what="of an editor, refused in words",
    ),
]
