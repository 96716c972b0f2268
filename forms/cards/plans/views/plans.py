"""The list of plans, a new one, one plan with its steps."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_scopes import scopes_disabled

from forms.cards.plans import actions, permissions
from forms.cards.plans.enums import PlanState
from forms.cards.plans.forms import NoteForm, PlanForm
from forms.cards.plans.models import Plan, PlanSlot
from forms.cards.plans.views import chosen_unit, number_of, period_of, plan_of, units_of
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.refusals import NotYours, Refused
from portal.lib.shown_again import show_refusal
from portal.org.requests import ReaderRequest

STEPS: dict[str, Any] = {
    "submit": (actions.submit_plan, _("The plan waits for approval now.")),
    "return": (actions.return_plan, _("The plan went back to the planner.")),
    "approve": (actions.approve_plan, _("The plan is approved. Its observations are owed from now on.")),
}


@never_cache
@login_required
@require_safe
def plan_list(request: ReaderRequest) -> HttpResponse:
    """Each unit of the reader that owes a plan, with its plan of the year or without one."""
    units = units_of(request)
    unit, period = chosen_unit(request, units), period_of(request.GET.get("period", ""))
    today = request.reader.day
    year = number_of(request.GET.get("year")) or (period.end.year if period else today.year)
    shown = [one for one in units if unit is None or one.path.startswith(unit.path)]
    with scopes_disabled():
        plans = {plan.unit_id: plan for plan in Plan.objects.filter(unit__in=shown, year=year)}
        done = _progress(list(plans.values()), today, period)
    planning = {one.pk for one in permissions.planning_units(request.reader)}
    context = {
        "rows": [
            {"unit": one, "plan": plans.get(one.pk), "can_plan": one.pk in planning, "progress": done.get(one.pk)}
            for one in shown
        ],
        "year": year,
        "years": sorted({today.year - 1, today.year, today.year + 1, year}),
        "may_open": year in (today.year, today.year + 1),
        "unit": unit,
        "period": period,
    }
    return render(request, "card_plans/plan_list.html", context)


def _progress(plans: list[Plan], day: date, period: Period | None) -> dict[int, tuple[int, int, str]]:
    """Unit -> observations made, those that had to be made by now, where they are listed. Two queries."""
    found: dict[int, list[int]] = {}
    slots = PlanSlot.objects.binding().filter(team__plan__in=plans)
    if period is not None:
        slots = slots.in_period(period)
    made = slots.done().values_list("team__plan__unit_id", flat=True)
    missed = slots.undone().filter(last_day__lt=day).values_list("team__plan__unit_id", flat=True)
    for place, rows in enumerate((made, missed)):
        for unit in rows:
            found.setdefault(unit, [0, 0])[place] += 1
    extra = f"&period={period.code}" if period else ""
    return {
        plan.unit_id: (
            found.get(plan.unit_id, [0, 0])[0],
            sum(found.get(plan.unit_id, [0, 0])),
            f"{reverse('plan_slots')}?plan={plan.pk}&show=counted{extra}",
        )
        for plan in plans
        if plan.state == PlanState.APPROVED
    }


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def plan_new(request: ReaderRequest) -> HttpResponse:
    units = permissions.planning_units(request.reader)
    if not units:
        raise Http404
    initial: dict[str, Any] = {"unit": request.GET.get("unit", units[0].code)}
    year = number_of(request.GET.get("year"))
    if year is not None:
        initial |= {"year": year, "first_month": request.reader.day.month if year == request.reader.day.year else 1}
    form = PlanForm(request.POST or None, units=units, today=request.reader.day, initial=initial)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            said = dict(form.cleaned_data)
            unit = next(one for one in units if one.code == said.pop("unit"))
            try:
                plan = actions.draft_plan(by=request.user, unit=unit, **said)
            except Refused as refused:
                status = show_refusal(form, refused)
            else:
                return redirect(plan)
    return render(request, "card_plans/plan_new.html", {"form": form}, status=status)


@never_cache
@login_required
@require_safe
def plan_detail(request: ReaderRequest, pk: int) -> HttpResponse:
    return shown(request, plan_of(request, pk))


def shown(
    request: ReaderRequest, plan: Plan, *, failed: tuple[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """The plan: next steps, teams, the observations of one month, reports, history."""
    day = request.reader.day
    month = period_of(request.GET.get("month", "")) or Period.of("month", day)
    if month not in plan.months:
        month = plan.months[0]
    with scopes_disabled():
        teams = list(plan.teams.select_related("leader").prefetch_related("members").order_by("pk"))
        slots = list(
            PlanSlot.objects.filter(team__plan=plan, first_day__gte=month.start, last_day__lte=month.end).for_screens()
        )
        changes = list(plan.changes.select_related("by").order_by("-at", "-pk")[:60])
        missing = actions.problems_of(plan, day=day) if plan.state == PlanState.DRAFT else []
    can_write = permissions.user_can_write(request.user, plan)
    rows = [{"slot": slot, "standing": slot.standing_on(day)} for slot in slots]
    for row in rows:
        over = plan.state == PlanState.APPROVED and row["slot"].last_day < day
        row["movable"] = can_write and row["standing"] in ("due", "to_come", "overdue") and not over
    context = {
        "plan": plan,
        "teams": teams,
        "rows": rows,
        "month": month,
        "months": plan.months,
        "can_write": can_write,
        "can_approve": permissions.user_can_approve(request.user, plan),
        "missing": missing,
        "timeline": [_entry(change) for change in changes],
        "failed": failed[0] if failed else "",
        "note_form": failed[1] if failed else NoteForm(),
        "approved": plan.state == PlanState.APPROVED,
        "state_tone": PlanState(plan.state).tone,
        "pairs": list(zip(plan.months, plan.report_dates, strict=True)),
    }
    return render(request, "card_plans/plan_detail.html", context, status=status)


def _entry(change: Any) -> dict[str, Any]:
    words = change.get_verb_display()
    return {
        "title": f"{words} · {change.about}" if change.about else words,
        "at": change.at,
        "who": change.by.get_full_name() or change.by.username,
        "text": change.why,
        "tone": "warning" if change.after_approval else ("success" if change.verb == "approve" else ""),
    }


@login_required
@require_POST
def plan_step(request: ReaderRequest, pk: str, step: str) -> HttpResponse:
    """Submits, returns or approves. What is not the reader's to do is 404; what came too late is said on the page."""
    plan = plan_of(request, pk)
    verb, done = STEPS[step]
    form = NoteForm(request.POST)
    if not form.is_valid():
        return shown(request, plan, failed=(step, form), status=400)
    try:
        verb(by=request.user, plan=plan, note=form.cleaned_data["note"], now=clock.now())
    except NotYours:
        raise Http404 from None
    except Refused as refused:
        show_refusal(form, refused)
        return shown(request, plan_of(request, pk), failed=(step, form), status=refused.status)
    messages.success(request, str(done))
    return redirect(plan)
