"""Rosters: a month of a unit as a grid, a person's month to change, and rosters from a file with a preview."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from forms.cards.duty import actions, permissions, uploads
from forms.cards.duty.actions.rostering import days_of
from forms.cards.duty.forms import PersonMonthForm, RosterFileForm
from forms.cards.duty.importing import COLUMNS, EXAMPLES, import_roster
from forms.cards.duty.views import kept_unit, period_of, unit_of, unit_tabs
from portal.lib.periods import Period
from portal.lib.refusals import Refused
from portal.lib.shown_again import say_instead, show_refusal
from portal.lib.spreadsheets import SpreadsheetRefused, rows_from_dicts, write_csv
from portal.org.enums import RosterState
from portal.org.models import Appointment, Person, RosterEntry, Shift, Unit
from portal.org.requests import ReaderRequest

TONES = {RosterState.LEAVE: "warning", RosterState.OFF: "neutral", RosterState.NO_WORK: "info"}


def _month(request: ReaderRequest) -> Period:
    period = period_of(request, "month")
    return period if period.kind == "month" else Period.of("month", period.start)


def _days(month: Period) -> list[date]:
    return [month.start + timedelta(days=number) for number in range((month.end - month.start).days + 1)]


def _people(unit: Unit, month: Period) -> list[Person]:
    """Who holds a post in the unit in this month, and who is lent to it."""
    held = Appointment.objects.filter(unit=unit, starts_on__lte=month.end).exclude(ends_on__lt=month.start)
    lent = RosterEntry.objects.filter(unit=unit, day__range=(month.start, month.end))
    asked = Q(pk__in=held.values("person_id")) | Q(pk__in=lent.values("person_id"))
    return list(Person.objects.filter(asked).order_by("staff_number"))


@never_cache
@login_required
@require_safe
def roster_grid(request: ReaderRequest, code: str) -> HttpResponse:
    """Person by day. A name leads to the person's month, where it is changed."""
    unit, month = unit_of(request, code), _month(request)
    days, people = _days(month), _people(unit, month)
    rows = RosterEntry.objects.filter(unit=unit, day__range=(month.start, month.end)).select_related("shift")
    cells: dict[tuple[int, date], list[dict[str, Any]]] = defaultdict(list)
    for row in rows.order_by("shift__starts_at"):
        state = RosterState(row.state)
        words = row.shift.name if row.shift and state == RosterState.WORKING else state.label
        cells[row.person_id, row.day].append(
            {"words": words, "tone": TONES.get(state, ""), "reason": row.reason, "state": state}
        )
    context = {
        "unit": unit,
        "month": month,
        "days": days,
        "today": request.reader.day,
        "rows": [(person, [(day, cells.get((person.pk, day), [])) for day in days]) for person in people],
        "shifts": Shift.objects.filter(unit=unit).order_by("starts_at"),
        "keeps": permissions.user_can_keep_roster(request.user, unit),
        "tabs": unit_tabs(request, unit, "roster"),
    }
    return render(request, "card_duty/roster.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def roster_person(request: ReaderRequest, code: str, person_pk: str) -> HttpResponse:
    """A person's month, one choice a day. Whoever was slower than a colleague is told and sees what holds now."""
    unit, month = kept_unit(request, code), _month(request)
    person = get_object_or_404(Person, pk__in=[one.pk for one in _people(unit, month)], pk=person_pk)
    days = _days(month)
    there = {day: what for (_person, day), what in days_of(unit, [person.pk], days).items()}
    version = actions.roster_version(unit, person, month.start, month.end)
    shifts = list(Shift.objects.filter(unit=unit).order_by("starts_at"))
    form = PersonMonthForm(request.POST or None, shifts=shifts, there=there, days=days, initial={"version": version})
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                changed = actions.set_roster(
                    by=request.user,
                    unit=unit,
                    person=person,
                    days=form.chosen(),
                    reason=form.cleaned_data["reason"],
                    version=(form.cleaned_data["version"], month.start, month.end),
                )
            except Refused as refused:
                status = show_refusal(form, refused)
                if status == 409:  # what was typed stays; sent again, it is meant for the roster as it is now
                    say_instead(form, version=version)
            else:
                words = ngettext("%(count)s day was changed.", "%(count)s days were changed.", changed)
                messages.success(request, words % {"count": changed})
                query = urlencode({"period": month.code})
                return redirect(f"{reverse('duty_roster', args=[unit.code])}?{query}")
    context = {
        "unit": unit,
        "month": month,
        "person": person,
        "form": form,
        "fields": [(day, form[form.name_of(day)]) for day in days],
    }
    return render(request, "card_duty/roster_person.html", context, status=status)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def roster_import(request: ReaderRequest) -> HttpResponse:
    """A file is examined and kept until its sender saw what would become of it."""
    if not permissions.reader_keeps_rosters(request.reader):
        raise Http404
    form, status = RosterFileForm(request.POST or None, request.FILES or None), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            data = form.cleaned_data["file"]
            try:
                import_roster(data, by=request.user, dry_run=True)
            except (SpreadsheetRefused, Refused) as refused:
                form.add_error("file", str(refused))
            else:
                return redirect("duty_import_preview", token=uploads.keep_upload(by=request.user, data=data).token)
    context = {"form": form, "columns": COLUMNS, "states": list(RosterState)}
    return render(request, "card_duty/roster_import.html", context, status=status)


@login_required
@require_safe
def roster_template(request: ReaderRequest) -> HttpResponse:
    if not permissions.reader_keeps_rosters(request.reader):
        raise Http404
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="roster.csv"'
    write_csv(rows_from_dicts(EXAMPLES, COLUMNS), answer)  # type: ignore[arg-type]
    return answer


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def roster_preview(request: ReaderRequest, token: UUID) -> HttpResponse:
    """What the file would change, and the errors by line; then the import itself."""
    upload = uploads.upload_of(request.user, token)
    if upload is None or not permissions.reader_keeps_rosters(request.reader):
        raise Http404
    if request.method == "POST":
        report = import_roster(bytes(upload.data), by=request.user)
        upload.delete()
        words = _("Imported: %(new)s days new, %(changed)s changed, %(already)s were so already.")
        messages.success(request, words % {"new": report.new, "changed": report.changed, "already": report.already})
        return redirect("duty_overview")
    report = import_roster(bytes(upload.data), by=request.user, dry_run=True)
    return render(
        request, "card_duty/roster_preview.html", {"report": report, "upload": upload, "shown": report.errors[:200]}
    )
