"""The register of injuries and near misses: list, entry, what became of it, correction, withdrawal, import."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django_scopes import scopes_disabled

from forms.cards.models import Area
from forms.cards.plans import permissions
from forms.cards.plans.actions.incidents import correct_incident, enter_incident, withdraw_incident
from forms.cards.plans.enums import IncidentVerb
from forms.cards.plans.forms import CorrectIncidentForm, FileForm, IncidentForm, WithdrawIncidentForm
from forms.cards.plans.importing import COLUMNS, EXAMPLE, MOST_ROWS, import_incidents
from forms.cards.plans.models import Incident, IncidentChange
from forms.cards.plans.views import chosen_unit, units_of
from portal.lib.refusals import NotYours, Refused
from portal.lib.shown_again import show_refusal
from portal.lib.spreadsheets import MAX_BYTES, SpreadsheetRefused
from portal.org.requests import ReaderRequest

A_PAGE = 50
MOST_ERRORS = 100


@never_cache
@login_required
@require_safe
def incident_list(request: ReaderRequest) -> HttpResponse:
    units = units_of(request)
    unit = chosen_unit(request, units)
    with scopes_disabled():
        found = Incident.objects.filter(unit__in=units).select_related("unit", "area")
        if unit is not None:
            found = found.filter(unit__path__startswith=unit.path)
        corrected = IncidentChange.objects.filter(incident=OuterRef("pk"), verb=IncidentVerb.CORRECT)
        found = found.annotate(is_corrected=Exists(corrected))
        page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
        context = {
            "page_obj": page,
            "units": units,
            "unit": unit,
            "can_import": permissions.user_can_import_incidents(request.user),
        }
        return render(request, "card_plans/incident_list.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def incident_new(request: ReaderRequest) -> HttpResponse:
    """The unit is chosen first (`?unit=`), because its areas follow from it."""
    units = units_of(request)
    code = (request.POST.get("unit") or request.GET.get("unit") or "")[:40]
    own = {unit.pk for unit in request.reader.units}
    unit = next((one for one in units if one.code == code), None)
    if unit is None:
        if code:
            raise Http404
        unit = next((one for one in units if one.pk in own), units[0])
    with scopes_disabled():
        areas = list(Area.objects.open().filter(unit=unit).order_by("pk"))
    form = IncidentForm(request.POST or None, unit=unit, areas=areas, initial={"happened_on": request.reader.day})
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                enter_incident(by=request.user, submission_id=form.cleaned_data["submission_id"], draft=form.draft())
            except NotYours:
                raise Http404 from None
            except Refused as refused:
                status = show_refusal(form, refused)
            else:
                messages.success(request, _("Entered. It weighs in the next suggested plan."))
                return redirect(f"{reverse('incident_list')}?unit={unit.code}")
    return render(request, "card_plans/incident_form.html", {"form": form, "unit": unit, "units": units}, status=status)


def _incident_of(request: ReaderRequest, pk: int) -> Incident:
    """The entry, or 404 as if it did not exist."""
    return get_object_or_404(permissions.visible_incidents(request.reader), pk=pk)


@never_cache
@login_required
@require_safe
def incident_detail(request: ReaderRequest, pk: int) -> HttpResponse:
    incident = _incident_of(request, pk)
    with scopes_disabled():
        changes = list(IncidentChange.objects.filter(incident=incident).select_related("by"))
    context = {
        "incident": incident,
        "timeline": [_as_entry(change) for change in reversed(changes)],
        "can_correct": permissions.user_can_correct_incident(request.user, incident),
    }
    return render(request, "card_plans/incident_detail.html", context)


def _as_entry(change: IncidentChange) -> dict[str, Any]:
    verb = IncidentVerb(change.verb)
    lines = [change.why] if change.why else []
    lines += [_said(*line) for line in change.about]
    return {
        "title": verb.label,
        "at": change.at,
        "who": change.by.get_full_name() or str(change.by),
        "text": "\n".join(lines),
        "tone": verb.tone,
    }


def _said(name: str, before: str, after: str) -> str:
    """A changed field in the words of the form."""
    field: Any = Incident._meta.get_field(name)
    if name == "what":
        return str(_("%(field)s: other words") % {"field": field.verbose_name})
    choices = dict(field.flatchoices)
    return f"{field.verbose_name}: {choices.get(before, before)} → {choices.get(after, after)}"


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def incident_correct(request: ReaderRequest, pk: int) -> HttpResponse:
    incident = _incident_of(request, pk)
    if not permissions.user_can_correct_incident(request.user, incident):
        raise Http404
    with scopes_disabled():
        areas = list(Area.objects.open().filter(unit=incident.unit).order_by("pk"))
    form = CorrectIncidentForm(request.POST or None, incident=incident, areas=areas)
    return _write(request, incident, form, "card_plans/incident_correct.html", correct_incident, _("Corrected."))


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def incident_withdraw(request: ReaderRequest, pk: int) -> HttpResponse:
    incident = _incident_of(request, pk)
    if not permissions.user_can_correct_incident(request.user, incident):
        raise Http404
    form = WithdrawIncidentForm(request.POST or None, initial={"version": incident.version})
    word = _("Withdrawn. It stays in the register with your reason and no longer weighs in plans.")
    return _write(request, incident, form, "card_plans/incident_withdraw.html", withdraw_incident, word)


def _write(
    request: ReaderRequest, incident: Incident, form: Any, template: str, verb: Callable[..., Incident], word: str
) -> HttpResponse:
    """The form, or the verb with what it says; what is refused is shown beside its field, nothing typed is lost."""
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            said = {name: form.cleaned_data[name] for name in ("version", "why")}
            if hasattr(form, "draft"):
                said["draft"] = form.draft()
            try:
                verb(by=request.user, incident=incident, **said)
            except NotYours:
                raise Http404 from None
            except Refused as refused:
                status = show_refusal(form, refused)
            else:
                messages.success(request, word)
                return redirect(incident)
    return render(request, template, {"form": form, "incident": incident}, status=status)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def incident_import(request: ReaderRequest) -> HttpResponse:
    """A trial run first, or the import itself; lines with errors are named and left out."""
    units_of(request)
    if not permissions.user_can_import_incidents(request.user):
        raise Http404
    if request.GET.get("example"):
        return _example()
    form = FileForm(request.POST or None, request.FILES or None)
    report, status = None, 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            data = form.cleaned_data["file"].read(MAX_BYTES + 1)
            dry_run = request.POST.get("run") != "import"
            try:
                report = import_incidents(data, by=request.user, dry_run=dry_run)
                status = 200
            except SpreadsheetRefused as refused:
                form.add_error("file", str(refused))
    context = {
        "form": form,
        "report": report,
        "errors": report.errors[:MOST_ERRORS] if report else [],
        "columns": COLUMNS,
        "most_rows": MOST_ROWS,
    }
    return render(request, "card_plans/incident_import.html", context, status=status)


def _example() -> HttpResponse:
    """A file to fill in: the headings and one line."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerow(EXAMPLE)
    response = HttpResponse(("\ufeff" + out.getvalue()).encode(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="incidents.csv"'
    return response
