"""A deviation and audits of 鑽井一隊 for the permission matrix, made by the verbs."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django_scopes import scopes_disabled

from policies.audits import actions as audits
from policies.audits.actions import FindingDraft, Plan
from policies.audits.models import Audit, AuditLine, Finding
from policies.deviations.actions import FACTS, Application, apply_for_deviation
from policies.deviations.models import Deviation
from portal.files.actions import files_of
from portal.files.storage import examine_files
from portal.lib import clock
from tests.forms.complaints import picture


@dataclass
class AuditsWorld:
    deviation: Deviation  # the crew leader's, waiting
    deviation_file: Any
    planned: Audit
    started: Audit
    line: AuditLine
    finished: Audit
    finding: Finding  # the crew leader mends it
    evidence_file: Any


def build_audits(world: Any) -> AuditsWorld:
    with scopes_disabled():
        deviation = _deviation(world)
        months = _months()
        planned, started, finished = (_audit(world, *month) for month in months)
        lead = world.company.users["other_unit_manager"]
        audits.start_audit(by=lead, audit=started)
        audits.start_audit(by=lead, audit=finished)
        mend = FindingDraft("缺卡", "補", world.company.people["crew_leader"], clock.today() + timedelta(days=9))
        for line in AuditLine.objects.filter(audit=finished).select_related("audit"):
            files = examine_files([picture()]) if line.order == 1 else ()
            result = "minor" if line.order == 1 else "conforms"
            audits.answer_line(by=lead, line=line, version=1, result=result, finding=mend, files=files)
        audits.finish_audit(by=lead, audit=finished, conclusion="總體符合。")
        finding = Finding.objects.select_related("line").get(audit=finished)
        return AuditsWorld(
            deviation=deviation,
            deviation_file=files_of(deviation, FACTS).get(),
            planned=planned,
            started=started,
            line=AuditLine.objects.filter(audit=started).first(),
            finished=finished,
            finding=finding,
            evidence_file=files_of(finding.line).get(),
        )


def _deviation(world: Any) -> Deviation:
    today = clock.today()
    application = Application(
        unit=world.company.units["CREW1"],
        wording=world.edition.clauses.get(number="2.1"),
        starts_on=today,
        ends_on=today + timedelta(days=30),
        reasons="打印機損壞",
        facts="維修單",
        measures="當面簽發",
    )
    return apply_for_deviation(
        by=world.company.users["crew_leader"],
        submission_id=uuid.uuid4(),
        application=application,
        files=examine_files([picture()]),
    )


def _months() -> list[tuple[int, int]]:
    """This month and the two after it: one audit a unit and month."""
    today = clock.today()
    return [((today.year * 12 + today.month - 1 + n) // 12, (today.month - 1 + n) % 12 + 1) for n in range(3)]


def _audit(world: Any, year: int, month: int) -> Audit:
    return audits.plan_audit(
        by=world.company.users["quality_officer"],
        submission_id=uuid.uuid4(),
        unit=world.company.units["CREW1"],
        edition=world.edition,
        plan=Plan(year, month, world.company.people["other_unit_manager"]),
    )


def audits_of(world: Any) -> AuditsWorld:
    return world.audits
