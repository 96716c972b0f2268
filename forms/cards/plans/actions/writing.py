"""What is written in a plan: teams and planned observations, one by one or as suggestions for all that is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cards.models import Area
from forms.cards.plans.actions import clean, locked, shortage_of, team_problems, trace
from forms.cards.plans.cells import bands_of
from forms.cards.plans.coverage import areas_and_shifts
from forms.cards.plans.enums import MOST_A_MONTH, Band, PlanState, Verb
from forms.cards.plans.evidence import evidence_for
from forms.cards.plans.models import Plan, PlanSlot, Team
from forms.cards.plans.suggesting import choose
from portal.lib import clock
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Appointment, Person, Shift


@dataclass(frozen=True)
class TeamDraft:
    name: str
    leader: Person
    members: Sequence[Person]
    per_month: int


@dataclass(frozen=True)
class SlotDraft:
    team: Team
    area: Area
    shift: Shift | None
    band: str
    first_day: date
    last_day: date


@transaction.atomic
def add_team(*, by: Any, plan: Plan, draft: TeamDraft, why: str = "", now: datetime | None = None) -> Team:
    plan = locked(plan, by, why)
    _require_team(plan, draft, None, now)
    with scopes_disabled():
        team = Team.objects.create(plan=plan, name=clean(draft.name), leader=draft.leader, per_month=draft.per_month)
        team.members.set(draft.members)
    trace(by=by, plan=plan, verb=Verb.ADD_TEAM, about=_team_line(draft), why=why, now=now, team=team.pk)
    return team


@transaction.atomic
def change_team(*, by: Any, team: Team, draft: TeamDraft, why: str = "", now: datetime | None = None) -> Team:
    plan = locked(team.plan, by, why)
    _require_team(plan, draft, team, now)
    with scopes_disabled():
        team.name, team.leader, team.per_month = clean(draft.name), draft.leader, draft.per_month
        team.save(update_fields=["name", "leader", "per_month"])
        team.members.set(draft.members)
    trace(by=by, plan=plan, verb=Verb.CHANGE_TEAM, about=_team_line(draft), why=why, now=now, team=team.pk)
    return team


@transaction.atomic
def drop_team(*, by: Any, team: Team, why: str = "", now: datetime | None = None) -> None:
    """Takes a team and its observations out of a draft. In an approved plan a team stays; its people change."""
    plan = locked(team.plan, by, why)
    if plan.state == PlanState.APPROVED:
        raise Refused(_("A team of an approved plan stays in it: change its people, or take out what is to come."))
    pk, name = team.pk, team.name
    with scopes_disabled():
        PlanSlot.objects.filter(team=team).delete()
        team.members.clear()
        team.delete()
    trace(by=by, plan=plan, verb=Verb.DROP_TEAM, about=name, why=why, now=now, team=pk)


@transaction.atomic
def add_slot(*, by: Any, plan: Plan, draft: SlotDraft, why: str = "", now: datetime | None = None) -> PlanSlot:
    plan = locked(plan, by, why)
    _require_slot(plan, draft, None, now)
    with scopes_disabled():
        slot = PlanSlot.objects.create(**vars(draft))
    trace(by=by, plan=plan, verb=Verb.ADD_SLOT, about=_written(slot), why=why, now=now, slot=slot.pk)
    return slot


@transaction.atomic
def change_slot(*, by: Any, slot: PlanSlot, draft: SlotDraft, why: str = "", now: datetime | None = None) -> PlanSlot:
    """Moves a planned observation; one that was made or missed stays what it is."""
    plan = locked(slot.team.plan, by, why)
    slot = _movable(slot, plan, now)
    _require_slot(plan, draft, slot, now)
    before = _written(slot)
    for name, value in vars(draft).items():
        setattr(slot, name, value)
    with scopes_disabled():
        slot.save()
    trace(by=by, plan=plan, verb=Verb.CHANGE_SLOT, about=f"{before} → {_written(slot)}", why=why, now=now, slot=slot.pk)
    return slot


@transaction.atomic
def drop_slots(*, by: Any, plan: Plan, slots: Sequence[PlanSlot], why: str = "", now: datetime | None = None) -> int:
    """Takes planned observations out: of a draft without leaving a row, of an approved plan as taken out."""
    now = now or clock.now()
    plan = locked(plan, by, why)
    if not slots:
        raise Refused(_("Tick what is to be taken out."))
    with scopes_disabled():
        for one in slots:
            slot = _movable(one, plan, now)
            about, pk = _written(slot), slot.pk
            if plan.state == PlanState.APPROVED:
                slot.dropped_at = now
                slot.save(update_fields=["dropped_at"])
            else:
                slot.delete()
            trace(by=by, plan=plan, verb=Verb.DROP_SLOT, about=about, why=why, now=now, slot=pk)
    return len(slots)


@transaction.atomic
def fill_with_suggestions(*, by: Any, plan: Plan, why: str = "", now: datetime | None = None) -> int:
    """Adds what is still missing of each team and month; the planner edits and keeps what they want.

    Months that are over are left alone: nothing is planned backwards.
    """
    now = now or clock.now()
    plan = locked(plan, by, why)
    today = clock.today(now)
    with scopes_disabled():
        teams = list(plan.teams.order_by("pk"))
        areas, shifts = areas_and_shifts(plan.unit)
        if not teams:
            raise Refused(_("Add the observation teams first."))
        if not areas:
            raise Refused(_("Name the areas of the unit first."))
        cells, evidence = evidence_for(plan, areas, shifts, today)
        short = shortage_of(plan, teams, today)
        wanted = [(team, month) for month in plan.months for team in teams for _turn in range(short[team, month])]
        choices = choose(cells, len(wanted), evidence)
        windows = _windows(plan, teams, short, today)
        slots = [
            PlanSlot(
                team=team,
                area_id=choice.cell[0],
                shift_id=choice.cell[1],
                band=choice.cell[2],
                first_day=(days := windows[team.pk, month.start.month].pop(0))[0],
                last_day=days[1],
                why=choice.why,
                why_count=choice.count,
                why_category=choice.category,
            )
            for (team, month), choice in zip(wanted, choices, strict=True)
        ]
        PlanSlot.objects.bulk_create(slots)
    if not slots:
        raise Refused(_("Every team has what was agreed for each month: nothing is missing."))
    trace(by=by, plan=plan, verb=Verb.SUGGEST, about=f"+{len(slots)}", why=why, now=now, slots=len(slots))
    return len(slots)


def _windows(
    plan: Plan, teams: Sequence[Team], short: dict[tuple[Any, Any], int], today: date
) -> dict[tuple[int, int], list[tuple[date, date]]]:
    """The days of a month from today on, cut into as many even parts as the team has observations; the last parts are
    the free ones."""
    found = {}
    for team in teams:
        for month in plan.months:
            first = max(month.start, min(today, month.end))
            parts, length = max(team.per_month, 1), (month.end - first).days + 1
            edges = [part * length // parts for part in range(parts + 1)]
            cut = [
                (first + timedelta(days=begin), first + timedelta(days=max(begin, end - 1)))
                for begin, end in pairwise(edges)
            ]
            found[team.pk, month.start.month] = cut[parts - short[team, month] :]
    return found


def _require_team(plan: Plan, draft: TeamDraft, team: Team | None, now: datetime | None) -> None:
    if not clean(draft.name):
        raise Refused(_("Give the team a name."), field="name")
    problems = team_problems(clean(draft.name), [person.pk for person in draft.members], draft.leader.pk)
    if problems:
        raise Refused(problems[0], field="members")
    if not 1 <= draft.per_month <= MOST_A_MONTH:
        raise Refused(_("Write a number from 1 to %(most)s.") % {"most": MOST_A_MONTH}, field="per_month")
    held = Appointment.objects.on(clock.today(now)).filter(person__in=draft.members)
    here = set(held.filter(unit__path__startswith=plan.unit.path).values_list("person_id", flat=True))
    for person in draft.members:
        if person.pk not in here:
            raise Refused(_("%(name)s does not work in this unit.") % {"name": person.name}, field="members")
    with scopes_disabled():
        others = Team.objects.filter(plan=plan, name=clean(draft.name)).exclude(pk=team.pk if team else 0)
        if others.exists():
            raise Conflict(_("There is a team of this name already."), field="name")


def _require_slot(plan: Plan, draft: SlotDraft, slot: PlanSlot | None, now: datetime | None) -> None:
    if draft.team.plan_id != plan.pk or draft.area.unit_id != plan.unit_id:
        raise NotYours(_("Team and area are those of the unit."))
    if draft.area.closed:
        raise Refused(_("This area is no longer used: choose another."), field="area")
    with scopes_disabled():
        has_shifts = Shift.objects.filter(unit=plan.unit).exists()
    if has_shifts and draft.shift is None:
        raise Refused(_("Choose the shift."), field="shift")
    if draft.shift is not None and draft.shift.unit_id != plan.unit_id:
        raise NotYours(_("Team and area are those of the unit."))
    if Band(draft.band) not in bands_of(draft.shift):
        raise Refused(_("The shift does not run at this time of day: choose another."), field="band")
    if draft.last_day < draft.first_day:
        raise Refused(_("It ends before it begins: correct one of the dates."), field="last_day")
    months = {(day.year, day.month) for day in (draft.first_day, draft.last_day)}
    if len(months) > 1 or draft.first_day.year != plan.year or draft.first_day.month < plan.first_month:
        raise Refused(_("Both days lie in one month of the plan."), field="first_day")
    if plan.state == PlanState.APPROVED and draft.last_day < clock.today(now):
        raise Refused(_("This day is over already: choose a later last day."), field="last_day")
    with scopes_disabled():
        same = PlanSlot.objects.standing().filter(**vars(draft)).exclude(pk=slot.pk if slot else 0)
        if same.exists():
            raise Conflict(_("The team has this very observation in its plan already."))


def _movable(slot: PlanSlot, plan: Plan, now: datetime | None) -> PlanSlot:
    with scopes_disabled():
        slot = PlanSlot.objects.for_screens().get(pk=slot.pk)
    if slot.team.plan_id != plan.pk:
        raise NotYours(_("Team and area are those of the unit."))
    if slot.dropped_at is not None:
        raise Conflict(_("Somebody was first: this observation was taken out."))
    if slot.card is not None:
        raise Conflict(_("A card fills this observation already: it stays as it is."))
    if plan.state == PlanState.APPROVED and slot.last_day < clock.today(now):
        raise Refused(_("This observation was missed: a later change does not make up for it."))
    return slot


def _team_line(draft: TeamDraft) -> str:
    names = "、".join(person.name for person in draft.members)
    return f"{clean(draft.name)}: {names} ({draft.per_month})"


def _written(slot: PlanSlot) -> str:
    """The slot as the history keeps it: in the language of the portal, whoever changed it."""
    with translation.override(settings.LANGUAGE_CODE):
        return slot.label
