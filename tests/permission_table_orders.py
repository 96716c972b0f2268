"""Work orders, revisits, draws, defects under watch: the office keeps its own, the quality department reads them and
does the company's part, the customer holds a code."""

from __future__ import annotations

from typing import Any

from forms.cases.orders.actions.drafting import customer_code
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
    nothing,
)
from tests.permission_world import World
from tests.permission_world_orders import orders_of

OFFICES = OFFICE + OTHER_OFFICE
READERS = OFFICES + "quality_officer "
OWN = OFFICE + "quality_officer "


def order(name: str) -> Any:
    return lambda world: {"number": getattr(orders_of(world), name).number}


def code(name: str) -> Any:
    return lambda world: {"code": customer_code(getattr(orders_of(world), name))}


def act(name: str, of: str) -> Any:
    return lambda world: order(of)(world) | {"act": name}


def photos(world: World) -> dict[str, Any]:
    return order("working")(world) | {"purpose": "before"}


def end(verb: str) -> Any:
    return lambda world: order("revisit")(world) | {"verb": verb}


def visit(world: World) -> dict[str, Any]:
    return order("watched")(world) | {"visit_pk": orders_of(world).visit.pk}


LINES = [
    Line("order_list", {LOGIN: VISITOR, 200: READERS}),
    Line("order_new", {LOGIN: VISITOR, 200: OFFICES}),
    Line("order_new", {LOGIN: VISITOR, 400: OFFICES}, send=nothing),
    Line("order_detail", {LOGIN: VISITOR, 200: OWN}, at=order("waiting")),
    Line("order_act", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=act("price", "waiting")),
    *(
        Line("order_act", {LOGIN: VISITOR, 400: OFFICE}, at=act(name, "waiting"), send=nothing, what=name)
        for name in ("price", "sign", "call", "assign", "cancel")
    ),
    *(
        Line("order_act", {LOGIN: VISITOR, 400: OFFICE}, at=act(name, "working"), send=nothing, what=name)
        for name in ("start", "finish", "defect")
    ),
    Line("order_step", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=order("working")),
    Line("order_step", {LOGIN: VISITOR, 400: OFFICE}, at=order("working"), send=nothing),
    Line("order_photos", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=photos),
    Line("order_photos", {LOGIN: VISITOR, 400: OFFICE}, at=photos, send=nothing),
    Line("order_watch", {LOGIN: VISITOR, 200: OFFICE}, at=order("major")),
    Line("order_watch", {LOGIN: VISITOR, 400: OFFICE}, at=order("major"), send=nothing),
    Line("order_watch", {LOGIN: VISITOR}, at=order("working"), what="not finished"),
    # ---- the customer, by the code
    Line("order_page", {200: EVERYBODY}, at=code("waiting")),
    Line("order_page", {}, at=lambda w: {"code": "00000-00000-00000-00000"}, what="a code of nobody"),
    Line("order_page_accept", {400: EVERYBODY}, at=code("waiting"), send=nothing),
    Line("order_page_accept", {405: EVERYBODY}, at=code("waiting")),
    Line("order_page_defect", {400: EVERYBODY}, at=code("major"), send=nothing),
    Line("order_page_defect", {405: EVERYBODY}, at=code("major")),
    Line("my_orders", {LOGIN: VISITOR, 200: CUSTOMERS + STAFF}),
    # ---- revisits
    Line("revisit_list", {LOGIN: VISITOR, 200: READERS}),
    Line("revisit_detail", {LOGIN: VISITOR, 200: OWN}, at=order("revisit")),
    Line("revisit_detail", {LOGIN: VISITOR, 200: "quality_officer"}, at=order("company_revisit"), what="the company's"),
    Line("revisit_call", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=order("revisit")),
    Line("revisit_call", {LOGIN: VISITOR, 400: OFFICE}, at=order("revisit"), send=nothing),
    Line(
        "revisit_call",
        {LOGIN: VISITOR, 400: "quality_officer"},
        at=order("company_revisit"),
        send=nothing,
        what="the company's",
    ),
    *(
        Line("revisit_end", {LOGIN: VISITOR, 400: OFFICE}, at=end(verb), send=nothing, what=verb)
        for verb in ("give_up", "cancel")
    ),
    Line("revisit_end", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=end("cancel")),
    Line("case_revisit", {LOGIN: VISITOR}, at=case, what="before the customer has an answer"),
    Line("case_revisit", {LOGIN: VISITOR}, at=case, send=nothing, what="before the customer has an answer"),
    Line("draw_list", {LOGIN: VISITOR, 200: "quality_officer"}),
    Line("draw_week", {LOGIN: VISITOR, 200: "quality_officer"}, at=lambda w: {"week": orders_of(w).draw.week}),
    # ---- defects under watch
    Line("defect_list", {LOGIN: VISITOR, 200: READERS}),
    Line("defect_rain", {LOGIN: VISITOR, 400: OFFICES}, send=nothing),
    Line("defect_rain", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}),
    Line("defect_file", {LOGIN: VISITOR, 200: OWN}, at=order("watched")),
    Line("defect_visit", {LOGIN: VISITOR, 400: OFFICE}, at=visit, send=nothing),
    Line("defect_visit", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=visit),
    Line("defect_plan", {LOGIN: VISITOR, 400: OFFICE}, at=order("watched"), send=nothing),
    Line("defect_plan", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=order("watched")),
    Line("defect_release", {LOGIN: VISITOR, 400: OWN}, at=order("watched"), send=nothing),
    Line("defect_release", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=order("watched")),
]
