"""Plan against done, the rows behind its numbers, the coverage map."""

from __future__ import annotations

import io
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_scopes import scopes_disabled

from forms.cards.plans import figures, permissions
from forms.cards.plans.coverage import coverage_of
from forms.cards.plans.enums import SlotStanding
from forms.cards.plans.models import Plan, PlanSlot, Team
from forms.cards.plans.views import chosen_unit, number_of, period_of, plan_of, units_of
from portal.lib.periods import Period
from portal.lib.spreadsheets import write_xlsx
from portal.org.models import Person, Unit
from portal.org.requests import ReaderRequest

A_PAGE = 50
SHOWN = ("", "done", "overdue", "due")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@never_cache
@login_required
@require_safe
def plan_done(request: ReaderRequest, pk: int) -> HttpResponse:
    plan = plan_of(request, pk)
    month = period_of(request.GET.get("month", ""))
    month = month if month in plan.months else None
    context = {
        "plan": plan,
        "month": month,
        "months": plan.months,
        "figures": figures.figures_of(plan, request.reader.day, month),
        "day": request.reader.day,
        "approved": plan.state == "approved",
    }
    return render(request, "card_plans/plan_done.html", context)


@never_cache
@login_required
@require_safe
def plan_done_sheet(request: ReaderRequest, pk: int) -> HttpResponse:
    """The same figures as XLSX: a row for each team and month, then one for each leader."""
    plan = plan_of(request, pk)
    found = figures.figures_of(plan, request.reader.day)
    rows: list[list[Any]] = []
    for team, _tally, months in found.teams:
        for month, tally in zip(plan.months, months, strict=True):
            rows.append([_("Team"), team.name, month.code, tally.planned, tally.done, tally.missed, tally.open])
    for line in found.leaders:
        tally = line.tally
        rows.append([_("Took part"), line.person.name, plan.year, tally.planned, line.took_part, "", ""])
    titles = [_("Kind"), _("Name"), _("Period"), _("Planned"), _("Done"), _("Missed"), _("Open")]
    out = io.BytesIO()
    write_xlsx(rows, out, titles, sheet=f"{plan.unit.name} {plan.year}")
    response = HttpResponse(out.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="plan-{plan.unit.code}-{plan.year}.xlsx"'
    return response


@never_cache
@login_required
@require_safe
def plan_slots(request: ReaderRequest) -> HttpResponse:
    """Planned observations behind a number: by plan or unit, period, team, person, standing."""
    units = units_of(request)
    unit, period = chosen_unit(request, units), period_of(request.GET.get("period", ""))
    show, day = request.GET.get("show", "")[:20], request.reader.day
    mine = request.GET.get("mine") == "1"
    person_pk = request.reader.person.pk if mine and request.reader.person else number_of(request.GET.get("person"))
    plan = _asked_plan(request)
    with scopes_disabled():
        found = PlanSlot.objects.standing()
        found = found.filter(team__plan=plan) if plan else found.binding().filter(team__plan__unit__in=units)
        if unit is not None:
            found = found.filter(team__plan__unit__path__startswith=unit.path)
        if period is not None:
            found = found.in_period(period)
        team = Team.objects.filter(pk=number_of(request.GET.get("team")) or 0, plan__unit__in=units).first()
        if team is not None:
            found = found.filter(team=team)
        found = figures.slots_shown(found, show, day, person_pk)
        page = Paginator(found.for_screens().order_by("first_day", "pk"), A_PAGE).get_page(request.GET.get("page"))
        rows = [{"slot": slot, "standing": slot.standing_on(day)} for slot in page]
    context = {
        "page_obj": page,
        "rows": rows,
        "plan": plan,
        "team": team,
        "person": Person.objects.filter(pk=person_pk).first() if person_pk else None,
        "unit": unit,
        "period": period,
        "show": show,
        "standing": SlotStanding(show) if show in SlotStanding.values else None,
        "mine": mine,
    }
    return render(request, "card_plans/plan_slots.html", context)


def _asked_plan(request: ReaderRequest) -> Plan | None:
    pk = number_of(request.GET.get("plan"))
    return plan_of(request, pk) if pk is not None else None


@never_cache
@login_required
@require_safe
def plan_coverage(request: ReaderRequest) -> HttpResponse:
    """Area x shift x time of day for one unit and period: what is planned, what was observed, the holes."""
    units = units_of(request)
    asked = chosen_unit(request, units)
    unit = _own_or_first(request, units, asked)
    period = period_of(request.GET.get("period", "")) or Period.of("quarter", request.reader.day)
    coverage = coverage_of(unit, period)
    with scopes_disabled():
        plan = Plan.objects.filter(unit=unit, year=period.end.year).first()
    context = {
        "coverage": coverage,
        "unit": unit,
        "units": units,
        "period": period,
        "periods": _periods(request, period),
        "plan": plan,
        "can_add": plan is not None and permissions.user_can_write(request.user, plan),
        "head": _shift_heads(coverage),
    }
    return render(request, "card_plans/coverage.html", context)


def _own_or_first(request: ReaderRequest, units: list[Unit], asked: Unit | None) -> Unit:
    """The unit asked for, or the first below it that has areas; else the reader's own."""
    own = {unit.pk for unit in request.reader.units}
    below = [one for one in units if asked is None or one.path.startswith(asked.path)]
    if not below:
        raise Http404
    exact = [one for one in below if asked is not None and one.pk == asked.pk]
    return next(iter(exact or [one for one in below if one.pk in own] or below))


def _periods(request: ReaderRequest, chosen: Period) -> list[Period]:
    day = request.reader.day
    month, quarter, year = (Period.of(kind, day) for kind in ("month", "quarter", "year"))
    found = [month, month.previous(), month.next(), quarter, quarter.previous(), quarter.next(), year, year.next()]
    return found if chosen in found else [chosen, *found]


def _shift_heads(coverage: Any) -> list[tuple[str, int]]:
    """The upper heading: each shift over its times of day."""
    heads: list[tuple[str, int]] = []
    for shift, _band in coverage.pairs:
        name = shift.name if shift else _("All day")
        if heads and heads[-1][0] == name:
            heads[-1] = (name, heads[-1][1] + 1)
        else:
            heads.append((name, 1))
    return heads
