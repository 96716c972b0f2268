"""Writing in a plan: reports, teams, planned observations, suggestions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from django_scopes import scopes_disabled

from forms.cards.plans import actions, permissions
from forms.cards.plans.actions import writing
from forms.cards.plans.coverage import areas_and_shifts
from forms.cards.plans.forms import NoteForm, ReportsForm, SlotForm, TeamForm
from forms.cards.plans.models import Plan, PlanSlot, Team
from forms.cards.plans.views import plan_of
from forms.cards.plans.views.plans import shown
from portal.lib.refusals import NotYours, Refused
from portal.lib.shown_again import show_refusal
from portal.org.models import Appointment, Person
from portal.org.requests import ReaderRequest

BOTH = ["GET", "POST"]


def _writable(request: ReaderRequest, pk: int) -> Plan:
    """The plan, for who may write in it now; else 404."""
    plan = plan_of(request, pk)
    if not permissions.user_can_write(request.user, plan):
        raise Http404
    return plan


def _form_page(
    request: ReaderRequest, plan: Plan, form: Any, heading: Any, save: Callable[[Any], Any], **more: Any
) -> HttpResponse:
    """Shows a form, saves it by its verb, shows it again with what the verb said."""
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                save(form)
            except NotYours:
                raise Http404 from None
            except Refused as refused:
                status = show_refusal(form, refused)
            else:
                messages.success(request, _("Saved."))
                return redirect(more.get("after") or plan.get_absolute_url())
    context = {"plan": plan, "form": form, "heading": heading, **more}
    return render(request, "card_plans/plan_form.html", context, status=status)


@never_cache
@login_required
@require_http_methods(BOTH)
def plan_reports(request: ReaderRequest, pk: int) -> HttpResponse:
    plan = _writable(request, pk)
    initial = {"report_day": plan.report_day, "report_needs": plan.report_needs}
    form = ReportsForm(request.POST or None, plan=plan, initial=initial)

    def save(form: Any) -> None:
        said = form.cleaned_data
        actions.describe_reports(
            by=request.user,
            plan=plan,
            report_day=said["report_day"],
            report_needs=said["report_needs"],
            why=form.why,
        )

    return _form_page(request, plan, form, _("Report requirements"), save)


def _team_form(request: ReaderRequest, plan: Plan, team: Team | None = None) -> TeamForm:
    held = Appointment.objects.on(request.reader.day).filter(unit__path__startswith=plan.unit.path)
    leaders = {person.pk for person in permissions.leaders_of(plan.unit, request.reader.day)}
    people = list(Person.objects.filter(pk__in=held.values("person_id")).order_by("staff_number"))
    people.sort(key=lambda person: person.pk not in leaders)
    return TeamForm(request.POST or None, plan=plan, people=people, leaders=leaders, team=team)


def _team(plan: Plan, team_pk: int) -> Team:
    with scopes_disabled():
        return get_object_or_404(
            Team.objects.select_related("plan__unit").prefetch_related("members"), plan=plan, pk=team_pk
        )


@never_cache
@login_required
@require_http_methods(BOTH)
def team_new(request: ReaderRequest, pk: int) -> HttpResponse:
    plan = _writable(request, pk)

    def save(form: Any) -> None:
        writing.add_team(by=request.user, plan=plan, draft=form.draft(), why=form.why)

    return _form_page(request, plan, _team_form(request, plan), _("Add a team"), save)


@never_cache
@login_required
@require_http_methods(BOTH)
def team_edit(request: ReaderRequest, pk: int, team_pk: int) -> HttpResponse:
    plan = _writable(request, pk)
    team = _team(plan, team_pk)

    def save(form: Any) -> None:
        writing.change_team(by=request.user, team=team, draft=form.draft(), why=form.why)

    removable = team if plan.state == "draft" else None
    return _form_page(request, plan, _team_form(request, plan, team), _("Change the team"), save, removable=removable)


@login_required
@require_POST
def team_remove(request: ReaderRequest, pk: int, team_pk: int) -> HttpResponse:
    plan = _writable(request, pk)
    try:
        writing.drop_team(by=request.user, team=_team(plan, team_pk))
    except Refused as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("The team was removed from the draft."))
    return redirect(plan)


def _slot_form(request: ReaderRequest, plan: Plan, slot: PlanSlot | None = None, **kwargs: Any) -> SlotForm:
    with scopes_disabled():
        areas, shifts = areas_and_shifts(plan.unit)
        teams = list(plan.teams.order_by("pk"))
    parts: dict[str, Any] = {"teams": teams, "areas": areas, "shifts": shifts, "slot": slot}
    return SlotForm(request.POST or None, plan=plan, **parts, **kwargs)


def _month_of(plan: Plan, slot: PlanSlot) -> str:
    return f"{plan.get_absolute_url()}?month={slot.first_day:%Y-%m}#slots"


@never_cache
@login_required
@require_http_methods(BOTH)
def slot_new(request: ReaderRequest, pk: int) -> HttpResponse:
    plan = _writable(request, pk)
    with scopes_disabled():
        if not plan.teams.exists():
            messages.info(request, _("Add the observation teams first."))
            return redirect("plan_team_new", pk=plan.pk)
    asked = {name: request.GET[name] for name in ("area", "pair") if name in request.GET}

    def save(form: Any) -> None:
        writing.add_slot(by=request.user, plan=plan, draft=form.draft(), why=form.why)

    return _form_page(request, plan, _slot_form(request, plan, initial=asked), _("Add an observation"), save)


@never_cache
@login_required
@require_http_methods(BOTH)
def slot_edit(request: ReaderRequest, pk: int, slot_pk: int) -> HttpResponse:
    plan = _writable(request, pk)
    with scopes_disabled():
        slot = get_object_or_404(PlanSlot.objects.standing().for_screens(), team__plan=plan, pk=slot_pk)

    def save(form: Any) -> None:
        writing.change_slot(by=request.user, slot=slot, draft=form.draft(), why=form.why)

    after = _month_of(plan, slot)
    return _form_page(
        request, plan, _slot_form(request, plan, slot), _("Change the observation"), save, slot=slot, after=after
    )


@login_required
@require_POST
def slots_drop(request: ReaderRequest, pk: int) -> HttpResponse:
    """Takes the ticked observations out."""
    plan = _writable(request, pk)
    keys = [int(key) for key in request.POST.getlist("slot")[:400] if key.isascii() and key.isdigit() and len(key) < 10]
    with scopes_disabled():
        slots = list(PlanSlot.objects.filter(team__plan=plan, pk__in=keys))
    why = request.POST.get("why", "")[:1000]
    try:
        writing.drop_slots(by=request.user, plan=plan, slots=slots, why=why)
    except Refused as refused:
        form = NoteForm({"note": why})
        form.is_valid()
        form.add_error(None, str(refused.message))
        return shown(request, plan, failed=("drop", form), status=refused.status)
    messages.success(request, _("Taken out of the plan."))
    return redirect(_month_of(plan, slots[0]))


@login_required
@require_POST
def plan_suggest(request: ReaderRequest, pk: int) -> HttpResponse:
    """Fills what is missing with suggestions, each with its reason."""
    plan = _writable(request, pk)
    why = request.POST.get("why", "")[:1000]
    try:
        count = writing.fill_with_suggestions(by=request.user, plan=plan, why=why)
    except Refused as refused:
        form = NoteForm({"note": why})
        form.is_valid()
        form.add_error(None, str(refused.message))
        return shown(request, plan, failed=("suggest", form), status=refused.status)
    said = _("%(count)s observations were suggested. Each says why; change or take out what you do not want.")
    messages.success(request, said % {"count": count})
    return redirect(f"{reverse('plan_detail', args=[plan.pk])}#slots")
