"""Notifications: everybody on the staff has their own, nobody another's; gateways are the administrator's alone."""

from __future__ import annotations

from typing import Any

from tests.permission_table import CUSTOMERS, LOGIN, STAFF, VISITOR, Line, nothing
from tests.permission_world import World
from tests.permission_world_notifications import notifications_of

KEEPER = "administrator "


def own(world: World) -> dict[str, Any]:
    return {"pk": notifications_of(world).clerks.pk}


def taken_away(world: World) -> dict[str, Any]:
    return {"pk": notifications_of(world).taken_away.pk}


def gateway(world: World) -> dict[str, Any]:
    return {"pk": notifications_of(world).gateway.pk}


def failed(world: World) -> dict[str, Any]:
    return {"pk": notifications_of(world).failed.pk}


ANY = {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}

LINES = [
    Line("notification_list", {LOGIN: VISITOR, 200: STAFF}),
    Line("notification_read_all", ANY),
    Line("notification_read_all", {LOGIN: VISITOR, 302: STAFF}, send=nothing),
    Line("notification_settings", {LOGIN: VISITOR, 200: STAFF}),
    Line("notification_settings", {LOGIN: VISITOR, 400: STAFF}, send=nothing),
    Line("notification_open", {LOGIN: VISITOR, 302: "clerk"}, at=own),
    Line("notification_open", {LOGIN: VISITOR}, at=taken_away, what="about what its person may not see"),
    Line("notification_read", ANY, at=own),
    Line("notification_read", {LOGIN: VISITOR, 302: "clerk"}, at=own, send=nothing),
    Line("notification_read", {LOGIN: VISITOR}, at=taken_away, send=nothing, what="about what its person may not see"),
    Line("notification_gateways", {LOGIN: VISITOR, 200: KEEPER}),
    Line("notification_gateway_new", {LOGIN: VISITOR, 200: KEEPER}),
    Line("notification_gateway_new", {LOGIN: VISITOR, 400: KEEPER}, send=nothing),
    Line("notification_gateway", {LOGIN: VISITOR, 200: KEEPER}, at=gateway),
    Line("notification_gateway", {LOGIN: VISITOR, 400: KEEPER}, at=gateway, send=nothing),
    Line("notification_gateway_test", ANY, at=gateway),
    Line("notification_gateway_test", {LOGIN: VISITOR, 302: KEEPER}, at=gateway, send=nothing),
    Line("notification_delivery_again", ANY, at=failed),
    Line("notification_delivery_again", {LOGIN: VISITOR, 302: KEEPER}, at=failed, send=nothing),
]
