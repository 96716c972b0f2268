"""Planning an audit: when, by whom, with which questions. Until it starts, everything may be changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from policies.audits import coverage, permissions
from policies.audits.actions.transitions import locked_audit, require_version, state_after
from policies.audits.checklist import proposed_lines
from policies.audits.enums import AuditState, LineKind
from policies.audits.models import Audit, AuditLine
from policies.enums import EditionState
from policies.models import Edition
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Person, Unit

LONGEST_QUESTION = 1000


@dataclass(frozen=True)
class Plan:
    """When a unit is audited, and by whom."""

    year: int
    month: int
    lead: Person
    auditors: Sequence[Person] = field(default_factory=tuple)

    def others(self) -> list[Person]:
        """Everybody but the lead auditor, each once."""
        return list({person.pk: person for person in self.auditors if person.pk != self.lead.pk}.values())


@transaction.atomic
def plan_audit(
    *, by: Any, submission_id: UUID, unit: Unit, edition: Edition, plan: Plan, now: datetime | None = None
) -> Audit:
    """Puts an audit into the yearly plan, with its proposed checklist. The same id again is the same audit."""
    now = now or clock.now()
    if not permissions.user_can_plan_audit(by, edition):
        raise NotYours(_("Audits are planned by the quality officer and the owner department."))
    with scopes_disabled():
        Unit.objects.select_for_update().get(pk=unit.pk)  # two at once: one after the other
        known = Audit.objects.filter(submission_id=submission_id).first()
        if known is not None:
            if (known.unit_id, known.edition_id, known.planned_by_id) != (unit.pk, edition.pk, by.pk):
                raise Conflict(_("This plan was sent before with other content. Open the form anew."))
            return known
        if edition.state != EditionState.ISSUED:
            raise Refused(_("Only an edition in force is audited: choose it anew."), field="edition")
        if unit.pk not in {one.pk for one in coverage.units_named(edition, plan.year)}:
            raise Refused(_("This regulation is not meant for that unit."))
        _require_sound(plan, unit, now)
        _require_free_month(unit, edition, plan)
        audit = Audit.objects.create(
            submission_id=submission_id,
            unit=unit,
            edition=edition,
            year=plan.year,
            month=plan.month,
            lead=plan.lead,
            planned_by=by,
            planned_at=now,
        )
        audit.auditors.set(plan.others())
        lines = proposed_lines(edition)
        for line in lines:
            line.audit = audit
        AuditLine.objects.bulk_create(lines)
    data = {"month": audit.month_word, "edition": edition.pk, "lines": len(lines)}
    journal.record(by=by, action="audits.plan", thing=audit, unit=unit, data=data, now=now)
    return audit


@transaction.atomic
def change_plan(*, by: Any, audit: Audit, version: int, plan: Plan, now: datetime | None = None) -> Audit:
    """Another month, other auditors; before the audit starts."""
    now = now or clock.now()
    audit = locked_audit(audit)
    if not permissions.user_can_plan_audit(by, audit.edition):
        raise NotYours(_("Audits are planned by the quality officer and the owner department."))
    _require_planned(audit)
    require_version(version, audit.version)
    with scopes_disabled():
        _require_sound(plan, audit.unit, now)
        _require_free_month(audit.unit, audit.edition, plan, but=audit)
        audit.year, audit.month, audit.lead = plan.year, plan.month, plan.lead
        audit.version += 1
        audit.save(update_fields=["year", "month", "lead", "version"])
        audit.auditors.set(plan.others())
    data = {"month": audit.month_word}
    journal.record(by=by, action="audits.change_plan", thing=audit, unit=audit.unit_id, data=data, now=now)
    return audit


@transaction.atomic
def cancel_audit(*, by: Any, audit: Audit, note: str, now: datetime | None = None) -> Audit:
    """Takes a planned audit out of the plan, with the reason; the unit is again without one."""
    audit = locked_audit(audit)
    if not permissions.user_can_plan_audit(by, audit.edition):
        raise NotYours(_("Audits are planned by the quality officer and the owner department."))
    audit.state = state_after("cancel", audit)
    if not note.strip():
        raise Refused(_("Say in a few words why it is cancelled."), field="note")
    audit.cancel_note = note.strip()
    audit.save(update_fields=["state", "cancel_note"])
    journal.record(by=by, action="audits.cancel", thing=audit, unit=audit.unit_id, now=now)
    return audit


@transaction.atomic
def save_questions(
    *,
    by: Any,
    audit: Audit,
    version: int,
    questions: Mapping[int, str],
    left_out: Sequence[int] = (),
    added: Sequence[tuple[str, str]] = (),
    now: datetime | None = None,
) -> Audit:
    """Rewords lines (by key), leaves some out, adds own ones (number, question) at the end; before the audit starts."""
    audit = locked_audit(audit)
    if not permissions.user_can_write_questions(by, audit):
        raise NotYours(_("The questions are written by the auditors and by who planned the audit."))
    _require_planned(audit)
    require_version(version, audit.version)
    if any(not text.strip() for key, text in questions.items() if key not in left_out):
        raise Refused(_("A question is empty: write it, or leave the line out."))
    with scopes_disabled():
        lines = {line.pk: line for line in AuditLine.objects.filter(audit=audit)}
        out = [key for key in left_out if key in lines]
        reworded = [key for key, text in questions.items() if key in lines and lines[key].question != text.strip()]
        for key in reworded:
            lines[key].question = questions[key].strip()[:LONGEST_QUESTION]
        AuditLine.objects.bulk_update([lines[key] for key in reworded], ["question"])
        AuditLine.objects.filter(pk__in=out).delete()
        after = max((line.order for line in lines.values()), default=0)
        own = [
            AuditLine(audit=audit, order=after + place, kind=LineKind.OWN, number=number.strip(), question=text.strip())
            for place, (number, text) in enumerate(((n, t) for n, t in added if t.strip()), start=1)
        ]
        AuditLine.objects.bulk_create(own)
        audit.version += 1
        audit.save(update_fields=["version"])
    data = {"reworded": len(reworded), "left_out": len(out), "added": len(own)}
    journal.record(by=by, action="audits.save_questions", thing=audit, unit=audit.unit_id, data=data, now=now)
    return audit


def _require_planned(audit: Audit) -> None:
    if audit.state != AuditState.PLANNED:
        raise Conflict(_("The audit has begun: plan and questions stay as they are."))


def _require_sound(plan: Plan, unit: Unit, now: datetime) -> None:
    today = clock.today(now)
    if not 1 <= plan.month <= 12:
        raise Refused(_("Choose a month."), field="month")
    if (plan.year, plan.month) < (today.year, today.month):
        raise Refused(_("This month is over: choose a later one."), field="month")
    if plan.year > today.year + 1:
        raise Refused(_("Plan this year or the next."), field="year")
    require_independence([("lead", plan.lead), *(("auditor_1", person) for person in plan.others())], unit, now)


def require_independence(people: Sequence[tuple[str, Person]], unit: Unit, now: datetime) -> None:
    """Nobody audits the unit that one belongs to. Raises Refused on the field of the first who does."""
    for name, person in people:
        if permissions.belongs_to(person, unit, clock.today(now)):
            message = _("%(name)s belongs to %(unit)s: choose an auditor from another unit.")
            raise Refused(message % {"name": person.name, "unit": unit.name}, field=name)


def _require_free_month(unit: Unit, edition: Edition, plan: Plan, but: Audit | None = None) -> None:
    same = Audit.objects.standing().filter(unit=unit, edition=edition, year=plan.year, month=plan.month)  # type: ignore[attr-defined]
    if same.exclude(pk=but.pk if but else None).exists():
        raise Conflict(_("This unit is already audited in that month: choose another one."), field="month")
