"""Corrective plans, causes, preventive measures: the office carries out, the company judges. Reports of major
complaints: written by the company, read by all the staff."""

from __future__ import annotations

from typing import Any

from tests.permission_table import CUSTOMERS, LOGIN, OFFICE, STAFF, VISITOR, Line, case, nothing
from tests.permission_world_corrections import corrections_of

OWN = OFFICE + "quality_officer "
COMPANY = "quality_officer "
MANAGERS = "unit_manager other_unit_manager director other_director administrator quality_officer "
REASON = {"version": "1", "reason": "理由"}


def complaint(world: Any) -> dict[str, Any]:
    return {"number": corrections_of(world).case.number}


def thing(name: str, **more: Any) -> Any:
    return lambda world: {"pk": getattr(corrections_of(world), name).pk} | more


def report(name: str, **more: Any) -> Any:
    return lambda world: {"number": getattr(corrections_of(world), name).number} | more


LINES = [
    # ---- of a case
    Line("case_plan", {LOGIN: VISITOR, 200: OWN}, at=complaint),
    Line("case_plan", {LOGIN: VISITOR, 400: COMPANY}, at=complaint, send=nothing),
    Line("case_plan", {LOGIN: VISITOR}, at=case, what="that the office answers for"),
    Line("case_cause", {LOGIN: VISITOR, 200: OWN}, at=complaint),
    Line("case_cause", {LOGIN: VISITOR, 400: OWN}, at=complaint, send=nothing),
    Line("case_prevention", {LOGIN: VISITOR, 400: OWN}, at=complaint, send=nothing),
    Line("case_prevention", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=complaint),
    Line("case_major", {LOGIN: VISITOR, 200: COMPANY}, at=complaint),
    Line("case_major", {LOGIN: VISITOR, 400: COMPANY}, at=complaint, send=nothing),
    Line("case_major", {LOGIN: VISITOR}, at=case, what="that the office answers for"),
    Line("case_report", {LOGIN: VISITOR, 200: COMPANY}, at=complaint),
    Line("case_report", {LOGIN: VISITOR, 302: COMPANY}, at=complaint, send=nothing),
    # ---- items of plans: every member of the staff may be the owner of one
    Line("correction_list", {LOGIN: VISITOR, 200: STAFF}),
    Line("correction_item", {LOGIN: VISITOR, 200: OWN}, at=thing("item")),
    Line("correction_item", {LOGIN: VISITOR, 200: COMPANY + "finance_clerk"}, at=thing("hidden_item"), what="hidden"),
    Line("correction_item_step", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=thing("item", step="report")),
    Line("correction_item_step", {LOGIN: VISITOR, 400: OFFICE}, at=thing("item", step="report"), send=nothing),
    *(
        Line(
            "correction_item_step",
            {LOGIN: VISITOR, 400: COMPANY},
            at=thing("reported", step=step),
            send=nothing,
            what=step,
        )
        for step in ("accept", "return")
    ),
    # ---- preventive measures
    Line("prevention_list", {LOGIN: VISITOR, 200: STAFF}),
    Line("prevention_detail", {LOGIN: VISITOR, 200: OWN}, at=thing("measure")),
    Line("prevention_step", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=thing("measure", step="done")),
    Line("prevention_step", {LOGIN: VISITOR, 400: OWN}, at=thing("measure", step="done"), send=nothing),
    Line(
        "prevention_step", {LOGIN: VISITOR, 400: COMPANY}, at=thing("done", step="verify"), send=nothing, what="verify"
    ),
    # ---- reports on their way
    Line("corrective_drafts", {LOGIN: VISITOR, 200: COMPANY}),
    Line("corrective_draft", {LOGIN: VISITOR, 200: COMPANY}, at=report("draft")),
    Line("corrective_draft", {LOGIN: VISITOR, 400: COMPANY}, at=report("draft"), send=nothing),
    Line("corrective_draft_step", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=report("draft", step="submit")),
    *(
        Line(
            "corrective_draft_step", {LOGIN: VISITOR, 400: COMPANY}, at=report(name, step=step), send=nothing, what=step
        )
        for name, step in (
            ("draft", "submit"),
            ("approved", "return"),
            ("approved", "approve"),
            ("approved", "publish"),
            ("published", "withdraw"),
        )
    ),
    Line("corrective_confirm", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=report("draft")),
    Line("corrective_confirm", {LOGIN: VISITOR, 400: COMPANY}, at=report("draft"), send=nothing),
    # ---- published ones
    Line("corrective_reports", {LOGIN: VISITOR, 200: STAFF}),
    Line("corrective_report", {LOGIN: VISITOR, 200: STAFF}, at=report("published")),
    Line("corrective_report", {LOGIN: VISITOR}, at=report("approved"), what="not published"),
    Line("corrective_receipt", {LOGIN: VISITOR, 302: STAFF}, at=report("published"), send=nothing),
    Line("corrective_receipt", {LOGIN: VISITOR, 405: CUSTOMERS + STAFF}, at=report("published")),
    Line("corrective_readers", {LOGIN: VISITOR, 200: MANAGERS}, at=report("published")),
    Line("corrective_pdf", {LOGIN: VISITOR, 200: STAFF}, at=report("published")),
]
