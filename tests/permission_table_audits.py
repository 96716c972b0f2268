"""Deviations and audits in the permission matrix. Both belong to 鑽井一隊 and rest on the edition for all staff, whose
owner is QHSE; the audit's lead is the second crew's manager."""

from __future__ import annotations

from typing import Any

from tests.permission_table import (
    CREW,
    CUSTOMERS,
    LOGIN,
    STAFF,
    VISITOR,
    Line,
    nothing,
)
from tests.permission_world import World
from tests.permission_world_audits import audits_of

# Who holds a post that applies, plans or audits.
APPLICANTS = "crew_leader unit_manager other_crew_leader other_unit_manager director other_director quality_officer "
AUDITORS = APPLICANTS + "administrator "
PLANNERS = "quality_officer "
TEAM = "other_unit_manager "
SEES_DEVIATION = CREW + "editor approver quality_officer administrator "
SEES_AUDIT = "unit_manager quality_officer administrator " + TEAM


def deviation(world: World) -> dict[str, Any]:
    return {"pk": audits_of(world).deviation.pk}


def step(name: str) -> Any:
    return lambda world: deviation(world) | {"step": name}


def planned(world: World) -> dict[str, Any]:
    return {"pk": audits_of(world).planned.pk}


def started(world: World) -> dict[str, Any]:
    return {"pk": audits_of(world).started.pk}


def line(world: World) -> dict[str, Any]:
    return started(world) | {"line_pk": audits_of(world).line.pk}


def finished(world: World) -> dict[str, Any]:
    return {"pk": audits_of(world).finished.pk}


def finding(world: World) -> dict[str, Any]:
    return {"pk": audits_of(world).finding.pk}


def finding_step(name: str) -> Any:
    return lambda world: finding(world) | {"step": name}


LINES = [
    # ---- deviations --------------------------------------------------------------------------------------------------
    Line("deviation_list", {LOGIN: VISITOR, 200: STAFF}),
    Line("deviation_new", {LOGIN: VISITOR, 200: APPLICANTS}),
    Line("deviation_new", {LOGIN: VISITOR, 400: APPLICANTS}, send=nothing),
    Line("deviation_detail", {LOGIN: VISITOR, 200: SEES_DEVIATION}, at=deviation),
    Line("deviation_record", {LOGIN: VISITOR, 200: SEES_DEVIATION}, at=deviation),
    Line("deviation_step", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=step("approve")),
    Line("deviation_step", {LOGIN: VISITOR, 302: "unit_manager"}, at=step("approve"), send=nothing, what="approve"),
    Line("deviation_step", {LOGIN: VISITOR, 400: "unit_manager"}, at=step("decline"), send=nothing, what="decline"),
    Line("deviation_step", {LOGIN: VISITOR, 302: "crew_leader"}, at=step("withdraw"), send=nothing, what="withdraw"),
    Line("deviation_step", {LOGIN: VISITOR, 400: "unit_manager"}, at=step("end"), send=nothing, what="end"),
    Line(
        "deviation_step",
        {LOGIN: VISITOR, 400: "unit_manager quality_officer editor approver"},
        at=step("overrun"),
        send=nothing,
        what="work after expiry",
    ),
    Line(
        "private_file",
        {200: SEES_DEVIATION},
        at=lambda w: {"file_id": audits_of(w).deviation_file.pk},
        what="of a deviation",
    ),
    # ---- audits ------------------------------------------------------------------------------------------------------
    Line("audit_list", {LOGIN: VISITOR, 200: AUDITORS}),
    Line("audit_new", {LOGIN: VISITOR, 302: PLANNERS}),
    Line("audit_new", {LOGIN: VISITOR, 302: PLANNERS}, send=nothing),
    Line("audit_detail", {LOGIN: VISITOR, 200: SEES_AUDIT}, at=planned),
    Line("audit_detail", {LOGIN: VISITOR, 200: SEES_AUDIT}, at=finished, what="finished"),
    Line("audit_change", {LOGIN: VISITOR, 200: PLANNERS}, at=planned),
    Line("audit_change", {LOGIN: VISITOR, 400: PLANNERS}, at=planned, send=nothing),
    Line("audit_cancel", {LOGIN: VISITOR, 200: PLANNERS}, at=planned),
    Line("audit_cancel", {LOGIN: VISITOR, 400: PLANNERS}, at=planned, send=nothing),
    Line("audit_questions", {LOGIN: VISITOR, 200: PLANNERS + TEAM}, at=planned),
    Line("audit_questions", {LOGIN: VISITOR, 409: PLANNERS + TEAM}, at=planned, send=nothing, what="of no version"),
    Line("audit_start", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=planned),
    Line("audit_start", {LOGIN: VISITOR, 302: TEAM}, at=planned, send=nothing),
    Line("audit_line", {LOGIN: VISITOR, 200: TEAM}, at=line),
    Line("audit_line", {LOGIN: VISITOR, 400: TEAM}, at=line, send=nothing),
    Line("audit_finish", {LOGIN: VISITOR, 200: TEAM}, at=started),
    Line("audit_finish", {LOGIN: VISITOR, 400: TEAM}, at=started, send=nothing),
    Line("audit_report", {LOGIN: VISITOR, 200: SEES_AUDIT}, at=finished),
    Line("audit_report", {LOGIN: VISITOR}, at=started, what="before the end"),
    Line("audit_findings", {LOGIN: VISITOR, 200: STAFF}),
    Line("audit_finding", {LOGIN: VISITOR, 200: SEES_AUDIT + "crew_leader"}, at=finding),
    Line("audit_finding_step", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=finding_step("done")),
    Line(
        "audit_finding_step",
        {LOGIN: VISITOR, 400: "crew_leader unit_manager"},
        at=finding_step("done"),
        send=nothing,
        what="done",
    ),
    Line(
        "audit_finding_step",
        {LOGIN: VISITOR, 409: "quality_officer other_unit_manager"},
        at=finding_step("verify"),
        send=nothing,
        what="verified before it is done",
    ),
    Line(
        "audit_finding_step",
        {LOGIN: VISITOR, 409: "quality_officer other_unit_manager"},
        at=finding_step("return"),
        send=nothing,
        what="returned before it is done",
    ),
    Line(
        "private_file",
        {200: SEES_AUDIT + "crew_leader"},
        at=lambda w: {"file_id": audits_of(w).evidence_file.pk},
        what="evidence of an audit",
    ),
]
