"""The verbs of the plan: begin, describe, submit, return, approve; each leaves its trace in the plan's history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cards import rules
from forms.cards.directory import staff_name_guard
from forms.cards.plans import permissions
from forms.cards.plans.enums import (
    LATEST_REPORT_DAY,
    LONGEST_TEXT,
    TEAM_SIZE,
    TRANSITIONS,
    PlanState,
    Verb,
)
from forms.cards.plans.models import Plan, PlanChange, PlanSlot
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.chinese import strip_invisible
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Unit


@transaction.atomic
def draft_plan(
    *,
    by: Any,
    unit: Unit,
    year: int,
    first_month: int = 1,
    report_day: int = 5,
    report_needs: str = "",
    now: datetime | None = None,
) -> Plan:
    """Begins the plan of a unit for a year; one a unit and year."""
    now = now or clock.now()
    if not permissions.user_can_plan(by, unit):
        raise NotYours(_("The plan is made by the managers and crew leaders of the unit."))
    today = clock.today(now)
    if not today.year <= year <= today.year + 1:
        raise Refused(_("Plan this year or the next."), field="year")
    if not 1 <= first_month <= 12:
        raise Refused(_("Choose a month."), field="first_month")
    _require_report(report_day, report_needs)
    with scopes_disabled():
        try:
            with transaction.atomic():
                plan = Plan.objects.create(
                    unit=unit,
                    year=year,
                    first_month=first_month,
                    report_day=report_day,
                    report_needs=clean(report_needs),
                    drafted_by=by,
                    drafted_at=now,
                )
        except IntegrityError:
            raise Conflict(_("The unit has a plan for this year already: open it in the list."), field="year") from None
    trace(by=by, plan=plan, verb=Verb.DRAFT, now=now)
    return plan


@transaction.atomic
def describe_reports(
    *, by: Any, plan: Plan, report_day: int, report_needs: str, why: str = "", now: datetime | None = None
) -> Plan:
    """What is reported and on which day of the month (clause 4.1.3)."""
    plan = locked(plan, by, why)
    _require_report(report_day, report_needs)
    plan.report_day, plan.report_needs = report_day, clean(report_needs)
    plan.save(update_fields=["report_day", "report_needs"])
    trace(by=by, plan=plan, verb=Verb.DETAILS, about=f"{report_day}", why=why, now=now)
    return plan


@transaction.atomic
def submit_plan(*, by: Any, plan: Plan, note: str = "", now: datetime | None = None) -> Plan:
    """Hands the draft to the unit's manager. Refused while something that clause 4 asks for is missing."""
    now = now or clock.now()
    plan = _taken(plan, "submit", lambda found: permissions.user_can_plan(by, found.unit))
    missing = problems_of(plan, day=clock.today(now))
    if missing:
        raise Refused(" ".join(missing))
    plan.state, plan.submitted_by, plan.submitted_at = PlanState.SUBMITTED, by, now
    plan.save(update_fields=["state", "submitted_by", "submitted_at"])
    trace(by=by, plan=plan, verb=Verb.SUBMIT, why=note, now=now)
    return plan


@transaction.atomic
def return_plan(*, by: Any, plan: Plan, note: str, now: datetime | None = None) -> Plan:
    """The manager wants it otherwise, and says what."""
    plan = _taken(plan, "return", lambda found: permissions.user_can_approve(by, found))
    if not note.strip():
        raise Refused(_("Say what is to be changed."), field="note")
    plan.state, plan.submitted_by, plan.submitted_at = PlanState.DRAFT, None, None
    plan.save(update_fields=["state", "submitted_by", "submitted_at"])
    trace(by=by, plan=plan, verb=Verb.RETURN, why=note, now=now)
    return plan


@transaction.atomic
def approve_plan(*, by: Any, plan: Plan, note: str = "", now: datetime | None = None) -> Plan:
    """The unit's manager, or one above, who wrote nothing in it: from now on its observations are owed."""
    now = now or clock.now()
    plan = _taken(plan, "approve", lambda found: permissions.user_can_approve(by, found))
    plan.state, plan.approved_by, plan.approved_at = PlanState.APPROVED, by, now
    plan.save(update_fields=["state", "approved_by", "approved_at"])
    trace(by=by, plan=plan, verb=Verb.APPROVE, why=note, now=now)
    return plan


def problems_of(plan: Plan, *, day: date) -> list[str]:
    """What is still missing before the plan can be submitted, a sentence each."""
    found: list[str] = []
    with scopes_disabled():
        teams = list(plan.teams.prefetch_related("members").select_related("leader"))
        if not teams:
            return [_("Add the observation teams.")]
        for team in teams:
            found += team_problems(team.name, [person.pk for person in team.members.all()], team.leader_id)
        together = {person.pk for team in teams for person in team.members.all()}
        absent = [person.name for person in permissions.leaders_of(plan.unit, day) if person.pk not in together]
        if absent:
            message = _("All managers and crew leaders take part. In no team yet: %(names)s.")
            found.append(message % {"names": "、".join(absent)})
        found += _short_months(plan, teams, day)
    if not plan.report_needs:
        found.append(_("Write what is reported each month."))
    return found


def team_problems(name: str, members: Sequence[int], leader: int | None) -> list[str]:
    """SAF-05, clause 4.2.3."""
    fewest, most = TEAM_SIZE
    if not fewest <= len(set(members)) <= most:
        message = _("%(team)s: a team has two or three people; it has %(count)s.")
        return [message % {"team": name, "count": len(set(members))}]
    if leader not in members:
        return [_("%(team)s: the leader is one of the team.") % {"team": name}]
    return []


def _short_months(plan: Plan, teams: Sequence[Any], day: date) -> list[str]:
    short = shortage_of(plan, teams, day)
    missing: dict[str, list[str]] = {}
    for (team, month), count in short.items():
        if count:
            missing.setdefault(team.name, []).append(f"{month.start:%m} (−{count})")
    message = _("%(team)s has fewer observations than agreed in month %(months)s: add them or fill with suggestions.")
    return [message % {"team": name, "months": "、".join(months)} for name, months in missing.items()]


def shortage_of(plan: Plan, teams: Sequence[Any], day: date) -> dict[tuple[Any, Any], int]:
    """(team, month) -> how many observations are still to be planned; a month that is over asks for none. One query."""
    there: dict[tuple[int, int], int] = {}
    with scopes_disabled():
        rows = PlanSlot.objects.standing().filter(team__plan=plan).values_list("team_id", "first_day")
        for team_id, first_day in rows:
            there[team_id, first_day.month] = there.get((team_id, first_day.month), 0) + 1
    return {
        (team, month): max(0, team.per_month - there.get((team.pk, month.start.month), 0)) if month.end >= day else 0
        for team in teams
        for month in plan.months
    }


def locked(plan: Plan, by: Any, why: str) -> Plan:
    """The plan, locked, if this person may write in it now; an approved one asks for the reason."""
    with scopes_disabled():
        plan = Plan.objects.select_for_update().select_related("unit").get(pk=plan.pk)
    if not permissions.user_can_write(by, plan):
        if plan.state == PlanState.SUBMITTED:
            raise Conflict(_("The plan waits for approval: nobody changes it until it is approved or returned."))
        if plan.state == PlanState.APPROVED:
            raise NotYours(_("An approved plan is changed by the manager of the unit."))
        raise NotYours(_("The plan is made by the managers and crew leaders of the unit."))
    if plan.state == PlanState.APPROVED and not why.strip():
        raise Refused(_("Say why: the plan is approved, and every change keeps its reason."), field="why")
    require_no_names(why, _("why"), "why")
    return plan


def trace(
    *, by: Any, plan: Plan, verb: Verb, about: str = "", why: str = "", now: datetime | None = None, **data: Any
) -> None:
    """One line in the plan's history and one in the journal, which holds no words about people."""
    now = now or clock.now()
    approved = plan.state == PlanState.APPROVED and verb != Verb.APPROVE
    with scopes_disabled():
        PlanChange.objects.create(
            plan=plan, by=by, at=now, verb=verb, about=about[:300], why=clean(why), after_approval=approved
        )
    journal.record(by=by, action=f"plans.{verb}", thing=plan, unit=plan.unit_id, data=data, now=now)


def clean(text: str) -> str:
    return strip_invisible(text).strip()


def require_no_names(text: str, label: Any, field: str) -> None:
    for found in staff_name_guard().find(text):
        raise Refused(rules.name_message(label, found), field=field)


def _require_report(report_day: int, report_needs: str) -> None:
    if not 1 <= report_day <= LATEST_REPORT_DAY:
        raise Refused(_("Choose a day from 1 to 28, which every month has."), field="report_day")
    if len(report_needs) > LONGEST_TEXT:
        raise Refused(_("Shorten this to %(most)s characters.") % {"most": LONGEST_TEXT}, field="report_needs")


def _taken(plan: Plan, verb: str, allowed: Callable[[Plan], bool]) -> Plan:
    """The plan, locked, where the table lets this verb; the second of two people is told."""
    with scopes_disabled():
        plan = Plan.objects.select_for_update().select_related("unit").get(pk=plan.pk)
    if (verb, plan.state) not in TRANSITIONS:
        raise Conflict(
            _("Somebody was first: the plan is in the state “%(state)s” now.") % {"state": plan.get_state_display()}
        )
    if not allowed(plan):
        raise NotYours(
            _("The plan is made by the managers and crew leaders of the unit.")
            if verb == "submit"
            else _("A plan is approved by the unit's manager or one above, never by who wrote in it.")
        )
    return plan
