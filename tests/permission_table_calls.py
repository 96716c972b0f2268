"""Hotlines for everybody; calls, roster and figures for the service centres; numbers for the administrator and the
quality department; mails that were set aside for the company."""

from __future__ import annotations

from typing import Any

from tests.permission_table import CUSTOMERS, EVERYBODY, LOGIN, OFFICE, OTHER_OFFICE, STAFF, VISITOR, Line, nothing
from tests.permission_world import World
from tests.permission_world_calls import calls_of

CENTRES = OFFICE + OTHER_OFFICE + "quality_officer "
OWN = OFFICE + "quality_officer "
SETTERS = "administrator quality_officer "


def call(name: str) -> Any:
    return lambda world: {"number": getattr(calls_of(world), name).number}


def turn(world: World) -> dict[str, Any]:
    return {"pk": calls_of(world).turn.pk}


def mail(world: World) -> dict[str, Any]:
    return {"pk": calls_of(world).mail.pk}


LINES = [
    Line("hotlines", {200: EVERYBODY}),
    Line("hotlines", {405: EVERYBODY}, send=nothing),
    Line("call_list", {LOGIN: VISITOR, 200: CENTRES}),
    Line("call_new", {LOGIN: VISITOR, 200: CENTRES}),
    Line("call_new", {LOGIN: VISITOR, 200: CENTRES}, send=nothing, what="looking up"),
    Line("call_new", {LOGIN: VISITOR, 400: CENTRES}, send=lambda w: {"record": "yes"}, what="writing down"),
    Line(
        "call_new",
        {LOGIN: VISITOR, 400: OWN},
        send=lambda w: {"record": "yes", "returns": calls_of(w).call.number},
        what="calling back",
    ),
    Line("case_enter", {LOGIN: VISITOR, 200: CENTRES}),
    Line("case_enter", {LOGIN: VISITOR, 400: CENTRES}, send=lambda w: {"record": "yes"}),
    Line("call_export", {LOGIN: VISITOR, 400: CENTRES}, send=nothing),
    Line("call_export", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}),
    Line("call_figures", {LOGIN: VISITOR, 200: CENTRES}),
    Line("call_detail", {LOGIN: VISITOR, 200: OWN}, at=call("call")),
    Line("call_detail", {LOGIN: VISITOR, 200: "quality_officer"}, at=call("hidden"), what="about the director"),
    Line("call_roster", {LOGIN: VISITOR, 200: CENTRES}),
    Line("call_roster", {LOGIN: VISITOR, 400: CENTRES}, send=nothing),
    Line("call_roster_copy", {LOGIN: VISITOR, 302: CENTRES}, send=nothing),
    Line("call_roster_copy", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}),
    Line("call_turn_drop", {LOGIN: VISITOR, 302: CENTRES}, at=turn, send=nothing),
    Line("call_turn_drop", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=turn),
    Line("call_hotlines", {LOGIN: VISITOR, 200: SETTERS}),
    Line("call_hotlines", {LOGIN: VISITOR, 400: SETTERS}, send=nothing),
    Line("call_mail", {LOGIN: VISITOR, 200: CENTRES}),
    Line("call_mail_settle", {LOGIN: VISITOR, 400: "quality_officer"}, at=mail, send=nothing),
    Line("call_mail_settle", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=mail),
]
