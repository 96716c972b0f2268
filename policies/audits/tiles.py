"""What the home page and the list of regulations know of audits."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from policies.audits import coverage, permissions
from policies.audits.enums import LATE_IN_THE_YEAR, View
from portal.lib.registries import Tile

ROWS = 4


def audit_tiles(reader: Any) -> list[Tile]:
    """For auditors what they do this month, for units what they must mend, for the owner who has no audit."""
    if not reader.is_staff_member:
        return []
    return [*_to_do(reader), *_to_mend(reader), *_to_verify(reader), *_without(reader)]


def _to_do(reader: Any) -> list[Tile]:
    if not permissions.reader_sees_audits(reader):
        return []
    due = permissions.visible_audits(reader).under_way().due_by(reader.day).filter(permissions.done_by(reader))
    audits = list(due.for_screens().order_by("year", "month"))
    if not audits:
        return []
    return [
        Tile(
            title=_("Audits to do this month"),
            url=reverse("audit_list"),
            text=_("The checklist is filled in on a phone, line by line."),
            count=len(audits),
            urgent=any(audit.is_late(reader.day) for audit in audits),
            icon="clipboard-check",
            rows=tuple((f"{one.unit.name} · {one.month_word}", one.get_absolute_url()) for one in audits[:ROWS]),
        )
    ]


def _to_mend(reader: Any) -> list[Tile]:
    findings = list(permissions.own_findings(reader).open().for_screens().order_by("due_on", "pk"))
    if not findings:
        return []
    overdue = sum(finding.is_overdue(reader.day) for finding in findings)
    return [
        Tile(
            title=_("Audit findings to mend"),
            url=f"{reverse('audit_findings')}?view={View.OVERDUE if overdue else View.OPEN}",
            text=_("%(count)s are overdue.") % {"count": overdue} if overdue else "",
            count=len(findings),
            urgent=overdue > 0,
            icon="exclamation-triangle",
            rows=tuple((f"{one.number} · {one.due_on:%Y-%m-%d}", one.get_absolute_url()) for one in findings[:ROWS]),
        )
    ]


def _to_verify(reader: Any) -> list[Tile]:
    if not permissions.reader_sees_audits(reader):
        return []
    done = permissions.visible_findings(reader).done().for_screens().order_by("done_at")
    waiting = [finding for finding in done if permissions.reader_can_verify(reader, finding)]
    if not waiting:
        return []
    return [
        Tile(
            title=_("Corrective actions to verify"),
            url=f"{reverse('audit_findings')}?view={View.DONE}",
            count=len(waiting),
            icon="check-circle",
            rows=tuple((f"{one.number} {one.audit.unit.name}", one.get_absolute_url()) for one in waiting[:ROWS]),
        )
    ]


def _without(reader: Any) -> list[Tile]:
    """Only for the regulation that asks for yearly audits."""
    if not permissions.reader_may_plan_something(reader):
        return []
    edition = coverage.edition_of(coverage.regulation_to_audit(), reader.day.year)
    if edition is None or not permissions.reader_can_plan(reader, edition):
        return []
    rows = coverage.coverage(edition, reader.day.year, coverage.units_named(edition, reader.day.year))
    without = [row.unit for row in rows if row.is_without]
    if not without:
        return []
    return [
        Tile(
            title=_("Units without an audit this year"),
            url=reverse("audit_list"),
            text=_("Each unit is audited at least once a year."),
            count=len(without),
            urgent=reader.day.month >= LATE_IN_THE_YEAR,
            icon="diagram-3",
            rows=tuple((unit.name, f"{reverse('audit_new')}?unit={unit.code}") for unit in without[:ROWS]),
        )
    ]


def audit_door(reader: Any) -> list[Tile]:
    """The way to the plan for who plans, does or undergoes audits."""
    if not permissions.reader_sees_audits(reader):
        return []
    return [Tile(title=_("Audits"), url=reverse("audit_list"), icon="clipboard-check")]
