"""Which route answers whom with what; an unlisted route fails the tests (tests/test_permissions.py).

The things in the addresses belong to the first office and the first crew (tests/permission_world.py); people whose
names begin with `other_` are of the second ones. `answers` maps a status to the people who get it; everybody who is not
named gets `others`. LOGIN is a redirect to the sign-in page, DOOR one to the admin's door, which lets in whoever works
there and is 404 for others. A 400 is a form shown again: the person may, but sent nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any
from urllib.parse import quote

from policies.models import Edition
from tests.permission_world import World

LOGIN = "login"
DOOR = "door"
Status = int | str

VISITOR = "anonymous "
CUSTOMERS = "customer other_customer "
DEPARTMENT = "editor approver administrator quality_officer sales_person finance_clerk "
CREW = "employee crew_leader unit_manager "
OTHER_CREW = "other_crew_leader other_unit_manager "
OFFICE = "clerk director "
OTHER_OFFICE = "other_clerk other_director "
STAFF = DEPARTMENT + CREW + OTHER_CREW + OFFICE + OTHER_OFFICE
EVERYBODY = VISITOR + CUSTOMERS + STAFF
LEADERS = "crew_leader unit_manager other_crew_leader other_unit_manager director other_director quality_officer "
DESK = "editor approver administrator "
NOT_AT_THE_DESK = " ".join(name for name in EVERYBODY.split() if name not in DESK.split())
DESK_OF_SURVEYS = OFFICE + OTHER_OFFICE + "quality_officer "


@dataclass(frozen=True)
class Line:
    """One route, method and kind of thing. `at` gives the route's arguments, `send` what is posted."""

    name: str
    answers: dict[Status, str] = field(default_factory=dict)
    others: Status = 404
    at: Callable[[World], dict[str, Any]] = lambda world: {}
    send: Callable[[World], dict[str, Any]] | None = None
    what: str = ""
    path: Callable[[World], str] | None = None  # for pages of Wagtail, which have addresses but no names

    @property
    def method(self) -> str:
        return "get" if self.send is None else "post"

    def __str__(self) -> str:
        return " ".join(part for part in (self.method, self.name, self.what) if part)

    def expected(self, actor: str) -> Status:
        return next((status for status, people in self.answers.items() if actor in people.split()), self.others)


def nothing(world: World) -> dict[str, Any]:
    return {}


def rule(world: World) -> dict[str, Any]:
    return {"slug": world.edition.regulation.slug}


def seen(edition: Edition) -> dict[str, Any]:
    """What the receipt's form says: which edition, which text."""
    return {"edition": str(edition.number), "text": edition.tree_hash}


def crew_rule(world: World) -> dict[str, Any]:
    return {"slug": world.crew_edition.regulation.slug}


def case(world: World) -> dict[str, Any]:
    return {"number": world.case.number}


def hidden_case(world: World) -> dict[str, Any]:
    return {"number": world.hidden_case.number}


def card(world: World) -> dict[str, Any]:
    return {"pk": world.card.pk}


def area(world: World) -> dict[str, Any]:
    return {"pk": world.area.pk}


def campaign(world: World) -> dict[str, Any]:
    return {"pk": world.campaign.pk}


def office(world: World) -> dict[str, Any]:
    return {"pk": world.campaign.pk, "code": "OFFICE1"}


def draft(world: World) -> dict[str, Any]:
    return {"pk": world.draft.pk}


def clause(world: World) -> dict[str, Any]:
    return {"pk": world.draft.pk, "clause_pk": world.draft.clauses.first().pk}


def in_review(world: World) -> dict[str, Any]:
    return {"pk": world.in_review.pk}


STEPS = (
    "acknowledge",
    "assign",
    "start",
    "resume",
    "answer",
    "resolve",
    "note",
    "wait",
    "extend",
    "gather",
    "merge",
    "route",
    "transfer",
    "close",
    "reopen",
    "decline",
    "withdraw",
)

LINES = [
    # ---- for everybody -----------------------------------------------------------------------------------------------
    Line("health", {200: EVERYBODY}),
    Line("choose_language", {405: EVERYBODY}),
    Line("choose_language", {302: EVERYBODY}, send=lambda w: {"language": "en"}),
    Line("search", {200: EVERYBODY}),
    Line("home", {200: EVERYBODY}, path=lambda w: "/"),
    # ---- regulations: by audience ------------------------------------------------------------------------------------
    Line("regulation_list", {200: EVERYBODY}),
    Line("regulation_detail", {LOGIN: VISITOR, 200: STAFF}, at=rule),
    Line("regulation_detail", {LOGIN: VISITOR, 200: CREW}, at=crew_rule, what="of a crew"),
    Line("regulation_editions", {LOGIN: VISITOR, 200: STAFF}, at=rule),
    Line("regulation_editions", {LOGIN: VISITOR, 200: CREW}, at=crew_rule, what="of a crew"),
    Line("regulation_edition", {LOGIN: VISITOR, 200: STAFF}, at=lambda w: rule(w) | {"number": 1}),
    Line(
        "regulation_edition", {LOGIN: VISITOR, 200: CREW}, at=lambda w: crew_rule(w) | {"number": 1}, what="of a crew"
    ),
    Line("regulation_receipt", {405: EVERYBODY}, at=rule),
    Line("regulation_receipt", {LOGIN: VISITOR, 302: STAFF}, at=rule, send=lambda w: seen(w.edition)),
    Line(
        "regulation_receipt",
        {LOGIN: VISITOR, 302: CREW},
        at=crew_rule,
        send=lambda w: seen(w.crew_edition),
        what="of a crew",
    ),
    Line("service_guide", {404: EVERYBODY}, what="before there is one"),
    # ---- entrances, receipts, files ----------------------------------------------------------------------------------
    Line("complaint", {200: EVERYBODY}),
    Line("complaint", {400: EVERYBODY}, send=nothing),
    Line("complaint page", {200: EVERYBODY}, path=lambda w: "/complaint-page/"),
    Line("track", {200: EVERYBODY}),
    Line("track", {400: EVERYBODY}, send=nothing),
    Line("track_progress", {302: EVERYBODY}, what="without a code"),
    Line("receipt", {200: "customer"}, at=lambda w: {"submission_id": w.case.submission_id}),
    Line("attachment", {200: OFFICE + "quality_officer"}, at=lambda w: {"attachment_id": w.attachment.pk}),
    Line(
        "attachment",
        {200: "quality_officer"},
        at=lambda w: {"attachment_id": w.hidden_attachment.pk},
        what="of a complaint about the director",
    ),
    # Files of other records: each app lists its own; a name that belongs to nothing is 404 for everybody.
    Line("private_file", at=lambda w: {"file_id": w.case.submission_id}),
    # ---- cases: a customer's own, the desk of the office -------------------------------------------------------------
    Line("my_cases", {LOGIN: VISITOR, 200: CUSTOMERS + STAFF}),
    Line("my_case", {LOGIN: VISITOR, 200: "customer"}, at=case),
    Line("case_list", {LOGIN: VISITOR, 200: OFFICE + OTHER_OFFICE + "quality_officer"}),
    Line("case_detail", {LOGIN: VISITOR, 200: OFFICE + "quality_officer"}, at=case),
    Line("case_detail", {LOGIN: VISITOR, 200: "quality_officer"}, at=hidden_case, what="about the director"),
    Line("case_close", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=case),
    *(Line(f"case_{step}", {LOGIN: VISITOR, 400: OFFICE + "quality_officer"}, at=case, send=nothing) for step in STEPS),
    *(
        Line(
            f"case_{step}",
            {LOGIN: VISITOR, 400: "quality_officer"},
            at=hidden_case,
            send=nothing,
            what="about the director",
        )
        for step in STEPS
    ),
    # ---- observation cards -------------------------------------------------------------------------------------------
    Line("card_observe", {LOGIN: VISITOR, 200: STAFF}),
    Line(
        "card_observe",
        {LOGIN: VISITOR, 400: CREW + OTHER_CREW + "administrator quality_officer", 200: STAFF},
        send=nothing,
    ),
    Line("observe page", {LOGIN: VISITOR, 200: STAFF}, path=lambda w: "/observe-page/"),
    Line("card_list", {LOGIN: VISITOR, 200: STAFF}),
    Line("card_detail", {LOGIN: VISITOR, 200: CREW + "quality_officer"}, at=card),
    Line("card_withdraw", {LOGIN: VISITOR, 200: "crew_leader"}, at=card),
    Line("card_withdraw", {LOGIN: VISITOR, 302: "crew_leader"}, at=card, send=nothing),
    Line("card_areas", {LOGIN: VISITOR, 200: LEADERS}),
    Line("card_areas", {LOGIN: VISITOR, 400: LEADERS}, send=nothing),
    Line("card_area_close", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=area),
    Line("card_area_close", {LOGIN: VISITOR, 302: "crew_leader unit_manager quality_officer"}, at=area, send=nothing),
    # ---- surveys -----------------------------------------------------------------------------------------------------
    Line("survey_answer", {200: EVERYBODY}, what="without a token"),
    Line("survey_answer", {200: EVERYBODY}, send=nothing, what="without a token"),
    Line("survey page", {302: EVERYBODY}, path=lambda w: "/survey-page/"),
    Line("survey_code", {405: EVERYBODY}),
    Line("survey_code", {400: EVERYBODY}, send=nothing),
    Line("survey_token", {302: EVERYBODY}, at=lambda w: {"token": w.token}),
    Line("survey_list", {LOGIN: VISITOR, 200: DESK_OF_SURVEYS}),
    Line("survey_campaign", {LOGIN: VISITOR, 200: DESK_OF_SURVEYS}, at=campaign),
    Line(
        "survey_campaign",
        {LOGIN: VISITOR, 200: "quality_officer"},
        at=lambda w: {"pk": w.draft_campaign.pk},
        what="not yet open",
    ),
    Line("survey_new", {LOGIN: VISITOR, 200: "quality_officer"}),
    Line("survey_new", {LOGIN: VISITOR, 400: "quality_officer"}, send=nothing),
    Line(
        "survey_state",
        {LOGIN: VISITOR, 200: "quality_officer"},
        at=lambda w: campaign(w) | {"step": "close"},
        what="closing",
    ),
    Line(
        "survey_state",
        {LOGIN: VISITOR, 302: "quality_officer"},
        at=lambda w: campaign(w) | {"step": "close"},
        send=nothing,
        what="closing",
    ),
    Line(
        "survey_state",
        {LOGIN: VISITOR, 302: "quality_officer"},
        at=lambda w: {"pk": w.draft_campaign.pk, "step": "open"},
        send=nothing,
        what="opening",
    ),
    Line("survey_office", {LOGIN: VISITOR, 200: OFFICE + "quality_officer"}, at=office),
    Line("survey_letters", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=office),
    Line("survey_letters", {LOGIN: VISITOR, 200: OFFICE + "quality_officer"}, at=office, send=nothing),
    Line("survey_reissue", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=lambda w: {"pk": w.invitation.pk}),
    Line(
        "survey_reissue",
        {LOGIN: VISITOR, 302: OFFICE + "quality_officer"},
        at=lambda w: {"pk": w.invitation.pk},
        send=nothing,
    ),
    # ---- bulletins: by audience, drafts for those who make them ------------------------------------------------------
    Line("bulletin_list", {302: EVERYBODY}),
    Line("bulletin page", {200: CREW}, path=lambda w: w.bulletin.url),
    Line("bulletin page", {404: EVERYBODY}, path=lambda w: w.bulletin_draft.url, what="not published"),
    Line("bulletin_pdf", {302: CREW + DESK}, at=lambda w: {"slug": w.bulletin.slug}, what="still being printed"),
    Line("bulletin_pdf", {302: DESK}, at=lambda w: {"slug": w.bulletin_draft.slug}, what="not published"),
    Line("bulletin_compose", {DOOR: NOT_AT_THE_DESK, 200: "editor administrator"}),
    Line("bulletin_compose", {DOOR: NOT_AT_THE_DESK, 200: "editor administrator"}, send=nothing),
    Line(
        "bulletin_refresh",
        {DOOR: NOT_AT_THE_DESK, 200: "editor administrator"},
        at=lambda w: {"pk": w.bulletin_draft.pk},
    ),
    # ---- the regulation desk -----------------------------------------------------------------------------------------
    Line("admin_door", {LOGIN: VISITOR, 302: DESK}),
    Line("policies_index", {DOOR: NOT_AT_THE_DESK, 200: DESK}),
    Line("policies_regulation", {DOOR: NOT_AT_THE_DESK, 200: DESK}, at=lambda w: {"pk": w.edition.regulation.pk}),
    Line("policies_edition", {DOOR: NOT_AT_THE_DESK, 200: DESK}, at=draft),
    Line("policies_import", {DOOR: NOT_AT_THE_DESK, 200: "editor"}),
    Line("policies_import", {DOOR: NOT_AT_THE_DESK, 200: "editor"}, send=nothing),
    Line(
        "policies_import_preview",
        {DOOR: NOT_AT_THE_DESK},
        at=lambda w: {"token": "00000000-0000-0000-0000-000000000000"},
        what="of nobody",
    ),
    Line(
        "policies_start_draft",
        {DOOR: NOT_AT_THE_DESK, 302: DESK},
        at=lambda w: {"pk": w.edition.regulation.pk},
        send=nothing,
        what="made by an editor, refused in words to the others",
    ),
    Line("policies_details", {DOOR: NOT_AT_THE_DESK, 200: "editor"}, at=draft),
    Line("policies_clause_add", {DOOR: NOT_AT_THE_DESK, 200: "editor"}, at=draft),
    Line("policies_clause_edit", {DOOR: NOT_AT_THE_DESK, 200: "editor"}, at=clause),
    Line(
        "policies_clause_move", {DOOR: NOT_AT_THE_DESK, 302: "editor"}, at=clause, send=lambda w: {"direction": "down"}
    ),
    Line("policies_clause_remove", {DOOR: NOT_AT_THE_DESK, 200: "editor"}, at=clause),
    Line("policies_submit", {DOOR: NOT_AT_THE_DESK, 200: "editor"}, at=draft),
    Line("policies_review", {DOOR: NOT_AT_THE_DESK, 200: DESK}, at=in_review),
    Line("policies_issue", {DOOR: NOT_AT_THE_DESK}, at=in_review, what="before it is approved"),
    Line("policies_withdraw", {DOOR: NOT_AT_THE_DESK, 200: "editor"}, at=draft),
    Line(
        "policies_withdraw",
        {DOOR: NOT_AT_THE_DESK, 200: "approver"},
        at=lambda w: {"pk": w.edition.pk},
        what="in force",
    ),
]

# Rooms with tables of their own; these are made of the words above, so they come last.
ROOMS = (
    "audits",
    "calls",
    "card_analysis",
    "card_duty",
    "card_plans",
    "cases",
    "compliance",
    "corrections",
    "documents",
    "guide",
    "notifications",
    "orders",
    "phone",
    "receipts",
    "rulings",
    "sheets",
    "training",
    "weeks",
)
for _room in ROOMS:
    LINES += import_module(f"tests.permission_table_{_room}").LINES


def address_of(line: Line, world: World, reverse: Callable[..., str]) -> str:
    return quote(line.path(world), safe="/?=") if line.path else reverse(line.name, kwargs=line.at(world))
