"""Weekly analysis, monthly summary, awards, lessons: which route answers whom with what. All is of the first crew."""

from __future__ import annotations

from typing import Any

from tests.permission_table import CREW, CUSTOMERS, LOGIN, OTHER_CREW, STAFF, VISITOR, Line, nothing
from tests.permission_world import World

OFFICER = "quality_officer "
READERS = CREW + OFFICER
LEADERS_OF_IT = "crew_leader unit_manager "
BOTH_CREWS = CREW + OTHER_CREW + OFFICER
ALL_LEADERS = LEADERS_OF_IT + "other_crew_leader other_unit_manager "


def closed(world: World) -> dict[str, Any]:
    return {"unit": "CREW1", "week": world.weeks.closed.period.code}


def open_week(world: World) -> dict[str, Any]:
    return {"unit": "CREW1", "week": world.weeks.open_week.code}


def month(world: World) -> dict[str, Any]:
    return {"unit": "CREW1", "month": world.weeks.month.period.code}


def draft_month(world: World) -> dict[str, Any]:
    return {"unit": "CREW1", "month": world.weeks.month.period.previous().code}


def measure(world: World) -> dict[str, Any]:
    return {"pk": world.weeks.measure.pk}


def retraining(world: World) -> dict[str, Any]:
    return {"pk": world.weeks.retraining.pk}


def step(name: str) -> Any:
    return lambda world: measure(world) | {"step": name}


def nomination(world: World) -> dict[str, Any]:
    return {"pk": world.weeks.nomination.pk}


def award_week(world: World) -> dict[str, Any]:
    return {"unit": "CREW1", "period": world.weeks.open_week.code}


def month_nomination(world: World) -> dict[str, Any]:
    return {"pk": world.weeks.month_nomination.pk}


def award_month(world: World) -> dict[str, Any]:
    return {"unit": "PROJECT1", "period": world.weeks.month.period.code}


def proposed(world: World) -> dict[str, Any]:
    return {"pk": world.weeks.proposed.pk}


def published(world: World) -> dict[str, Any]:
    return {"pk": world.weeks.published.pk}


def new_lesson(world: World) -> dict[str, Any]:
    return {"kind": "week", "pk": world.weeks.closed.pk}


LINES = [
    # ---- weeks -------------------------------------------------------------------------------------------------------
    Line("card_weeks", {LOGIN: VISITOR, 200: BOTH_CREWS}),
    Line("card_week", {LOGIN: VISITOR, 200: READERS}, at=closed),
    Line("card_week", {LOGIN: VISITOR, 400: LEADERS_OF_IT}, at=open_week, send=nothing),
    Line("card_week_set_measure", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=open_week),
    Line("card_week_set_measure", {LOGIN: VISITOR, 400: LEADERS_OF_IT}, at=open_week, send=nothing),
    Line("card_week_record", {LOGIN: VISITOR, 200: READERS}, at=closed),
    Line("card_week_record", {LOGIN: VISITOR}, at=open_week, what="before it is closed"),
    Line("card_week_measures", {LOGIN: VISITOR, 200: BOTH_CREWS}),
    Line("card_week_measure", {LOGIN: VISITOR, 200: READERS}, at=measure),
    Line("card_week_measure", {LOGIN: VISITOR, 200: CREW}, at=retraining, what="retraining"),
    Line("card_week_measure_step", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=step("done")),
    Line("card_week_measure_step", {LOGIN: VISITOR, 400: "employee"}, at=step("done"), send=nothing, what="done"),
    Line(
        "card_week_measure_step",
        {LOGIN: VISITOR, 409: LEADERS_OF_IT + OFFICER},
        at=step("verify"),
        send=nothing,
        what="verified before it is done",
    ),
    # ---- months ------------------------------------------------------------------------------------------------------
    Line("card_months", {LOGIN: VISITOR, 200: BOTH_CREWS}),
    Line("card_month", {LOGIN: VISITOR, 200: READERS}, at=month),
    Line("card_month", {LOGIN: VISITOR, 200: CREW}, at=draft_month, what="draft"),
    Line("card_month", {LOGIN: VISITOR, 400: LEADERS_OF_IT}, at=draft_month, send=nothing, what="draft"),
    Line("card_month_receive", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=month),
    Line("card_month_receive", {LOGIN: VISITOR, 302: OFFICER}, at=month, send=nothing),
    Line("card_month_return", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=month),
    Line("card_month_return", {LOGIN: VISITOR, 400: OFFICER}, at=month, send=nothing),
    Line("card_month_record", {LOGIN: VISITOR, 200: READERS}, at=month),
    # ---- awards ------------------------------------------------------------------------------------------------------
    Line("card_awards", {LOGIN: VISITOR, 200: BOTH_CREWS}),
    Line("card_merits", {LOGIN: VISITOR, 200: "unit_manager other_unit_manager " + OFFICER}),
    Line("card_award_round", {LOGIN: VISITOR, 200: READERS}, at=award_week),
    Line("card_award_round", {LOGIN: VISITOR, 400: CREW}, at=award_week, send=nothing),
    Line("card_award_round", {LOGIN: VISITOR, 200: BOTH_CREWS}, at=award_month, what="of a project"),
    Line(
        "card_award_round", {LOGIN: VISITOR, 400: ALL_LEADERS + OFFICER}, at=award_month, send=nothing, what="project"
    ),
    Line("card_award_vote", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=nomination),
    Line("card_award_vote", {LOGIN: VISITOR, 302: CREW}, at=nomination, send=nothing),
    Line("card_award_decide", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=nomination),
    Line("card_award_decide", {LOGIN: VISITOR, 400: LEADERS_OF_IT}, at=nomination, send=nothing),
    Line("card_award_decide", {LOGIN: VISITOR, 400: OFFICER}, at=month_nomination, send=nothing, what="of a project"),
    # ---- lessons -----------------------------------------------------------------------------------------------------
    Line("safety_lessons", {LOGIN: VISITOR, 200: STAFF}),
    Line("safety_lesson_new", {LOGIN: VISITOR, 200: LEADERS_OF_IT + OFFICER}, at=new_lesson),
    Line("safety_lesson", {LOGIN: VISITOR, 200: STAFF}, at=published),
    Line("safety_lesson", {LOGIN: VISITOR, 200: LEADERS_OF_IT + OFFICER}, at=proposed, what="proposed"),
    Line("safety_lesson_judge", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=proposed),
    Line("safety_lesson_judge", {LOGIN: VISITOR, 400: OFFICER}, at=proposed, send=nothing),
    Line("safety_lesson_talk", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=published),
    Line(
        "safety_lesson_talk",
        {LOGIN: VISITOR, 400: ALL_LEADERS + "director other_director "},
        at=published,
        send=nothing,
    ),
]
