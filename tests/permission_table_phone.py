"""The card on the phone and the actions that cards left to do, in the permission matrix."""

from __future__ import annotations

from typing import Any

from tests.permission_table import EVERYBODY, LOGIN, STAFF, VISITOR, Line, nothing
from tests.permission_world import World
from tests.permission_world_phone import phone_of


def action(world: World) -> dict[str, Any]:
    return {"pk": phone_of(world).action.pk}


LINES = [
    # Tells a visitor that nobody is signed in: the queue must hear that instead of a page.
    Line("card_queue", {200: EVERYBODY}),
    Line("card_worker", {200: EVERYBODY}),
    Line("card_manifest", {200: EVERYBODY}),
    Line("card_actions", {LOGIN: VISITOR, 200: STAFF}),
    Line("card_action_done", {LOGIN: VISITOR, 200: "crew_leader"}, at=action),
    Line("card_action_done", {LOGIN: VISITOR, 400: "crew_leader"}, at=action, send=nothing),
]
