"""The weeks of the crews, the record of one week, its measures (SAF-16)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forms.cards.weeks import figures, paper, permissions, standing
from forms.cards.weeks.actions import weeks as actions
from forms.cards.weeks.actions.weeks import MeasureDraft, Minutes
from forms.cards.weeks.enums import MeasureKind, MeasureState
from forms.cards.weeks.forms import MeasureForm, MinutesForm, WordsForm
from forms.cards.weeks.models import Week, WeekMeasure
from forms.cards.weeks.views.asked import asked_period, crew_of, narrowed, period_of
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.refusals import Refused
from portal.lib.shown_again import say_instead, show_refusal
from portal.org.models import Unit
from portal.org.requests import ReaderRequest

WEEKS_SHOWN = 12
A_PAGE = 40


@never_cache
@login_required
@require_safe
def week_list(request: ReaderRequest) -> HttpResponse:
    """The last twelve weeks of each crew, missed ones among them; `unit` and `period` narrow it to a measure's rows."""
    if not permissions.reader_can_list_weeks(request.reader):
        raise Http404
    unit, crews = narrowed(request, permissions.visible_crews(request.reader))
    period, day = asked_period(request), request.reader.day
    weeks = standing.latest("week", day, WEEKS_SHOWN)
    if period is not None:
        weeks = list(reversed(standing.weeks_due(period, day)))
    rows = standing.week_rows(crews, weeks, day)
    missed = sum(row.standing.counts_as_missed for row in rows)
    context = {"rows": rows, "unit": unit, "period": period, "missed": missed, "several": len(crews) > 1}
    return render(request, "card_weeks/week_list.html", context)


def _record(unit: Unit, week: Period) -> Week | None:
    found = Week.objects.filter(unit=unit, starts_on=week.start)
    return found.select_related("unit", "closed_by").first()  # type: ignore[no-any-return]


def _minutes_form(request: ReaderRequest, unit: Unit, record: Week | None, data: Any = None) -> MinutesForm:
    initial: dict[str, Any] = {"version": 1}
    if record is not None:
        names = ("version", "met_on", "met_at", "discussion", "no_measure_reason")
        initial = {name: getattr(record, name) for name in names}
        initial["present"] = list(record.present.values_list("pk", flat=True))
    return MinutesForm(data, initial=initial, people=permissions.people_of(unit, request.reader.day))


def _measure_form(request: ReaderRequest, unit: Unit, kind: str, data: Any = None) -> MeasureForm:
    """For a remedy, area and category may come with the address: from the row that asks for one."""
    asked = {name: request.GET.get(name, "")[:12] for name in ("area", "category")}
    people = permissions.people_of(unit, request.reader.day)
    return MeasureForm(data, kind=kind, unit=unit, people=people, initial=asked)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def week_detail(request: ReaderRequest, unit: str, week: str) -> HttpResponse:
    """The figures as they stand (or were frozen), the record of the meeting, its measures. POST keeps the record, and
    with `close` closes it."""
    crew, period = crew_of(request, unit), period_of(week, "week")
    if period.start > request.reader.day:
        raise Http404
    if request.method != "POST":
        return _week(request, crew, period)
    if not permissions.user_can_hold_week(request.user, crew):
        raise Http404
    form = _minutes_form(request, crew, _record(crew, period), request.POST)
    if not form.is_valid():
        return _week(request, crew, period, form=form, status=400)
    typed = dict(form.cleaned_data)
    version = typed.pop("version")
    try:
        record = actions.write_week(by=request.user, unit=crew, week=period, minutes=Minutes(**typed), version=version)
    except Refused as refused:
        status = show_refusal(form, refused)
        if status == 409 and (stands := _record(crew, period)) is not None:
            say_instead(form, version=stands.version)
        return _week(request, crew, period, form=form, status=status)
    if "close" in request.POST:
        try:
            record = actions.close_week(by=request.user, record=record)
        except Refused as refused:
            status = show_refusal(form, refused)
            say_instead(form, version=record.version)
            return _week(request, crew, period, form=form, status=status)
        messages.success(request, _("The week is closed; its figures are kept as they are now."))
    else:
        messages.success(request, _("Kept. The week is not closed yet."))
    return redirect(record)


def _week(
    request: ReaderRequest,
    crew: Unit,
    period: Period,
    *,
    form: MinutesForm | None = None,
    measure_form: MeasureForm | None = None,
    status: int = 200,
) -> HttpResponse:
    record, day = _record(crew, period), request.reader.day
    frozen = record.figures if record is not None and record.is_closed else None
    found = frozen or figures.week_figures(crew, period)
    can_write = permissions.user_can_hold_week(request.user, crew) and frozen is None
    measures = list(_measures_of(request, record)) if record is not None else []
    missing = figures.uncovered(found, actions.covering(record)) if record is not None else figures.flagged(found)
    forms = {}
    if can_write:
        forms = {kind.value: _measure_form(request, crew, kind) for kind in MeasureKind}
        if measure_form is not None:
            forms[measure_form.kind] = measure_form
    context = {
        "unit": crew,
        "period": period,
        "record": record,
        "row": standing.week_row(crew, period, record, day),
        "figures": figures.with_words(found),
        "is_frozen": frozen is not None,
        "missing": {(row["area_id"], row["category"]) for row in missing},
        "missing_rows": figures.with_words({"areas": missing})["areas"] if frozen is None else [],
        "cards_url": figures.cards_url(crew, period),
        "remedies": [one for one in measures if not one.is_retraining],
        "retrainings": [one for one in measures if one.is_retraining],
        "present": list(record.present.order_by("staff_number")) if record is not None else [],
        "lessons": permissions.visible_lessons(request.reader).filter(week=record) if record is not None else [],
        "form": (form or _minutes_form(request, crew, record)) if can_write else None,
        "measure_forms": forms,
        "failed_form": measure_form or form,
        "can_write": can_write,
        "can_propose": frozen is not None and permissions.user_can_propose_from(request.user, record),  # type: ignore[arg-type]
        "day": day,
    }
    return render(request, "card_weeks/week_detail.html", context, status=status)


def _measures_of(request: ReaderRequest, record: Week) -> Any:
    return permissions.visible_measures(request.reader).filter(week=record).for_screens()  # type: ignore[attr-defined]


@login_required
@require_POST
def week_measure(request: ReaderRequest, unit: str, week: str) -> HttpResponse:
    """Sets a measure or a retraining; `kind` says which of the two forms was sent."""
    crew, period = crew_of(request, unit), period_of(week, "week")
    if not permissions.user_can_hold_week(request.user, crew) or period.start > request.reader.day:
        raise Http404
    kind = request.POST.get("kind", "")
    kind = kind if kind in MeasureKind.values else MeasureKind.REMEDY.value
    form = _measure_form(request, crew, kind, request.POST)
    if not form.is_valid():
        return _week(request, crew, period, measure_form=form, status=400)
    try:
        measure = actions.set_measure(
            by=request.user, unit=crew, week=period, draft=MeasureDraft(kind=kind, **form.cleaned_data)
        )
    except Refused as refused:
        return _week(request, crew, period, measure_form=form, status=show_refusal(form, refused))
    messages.success(request, _("It is set: %(owner)s finds it on the home page.") % {"owner": measure.owner})
    return redirect(f"{reverse('card_week', args=[crew.code, period.code])}#measures")


@never_cache
@login_required
@require_safe
def week_record(request: ReaderRequest, unit: str, week: str) -> HttpResponse:
    """The record of a closed week as PDF, without retrainings."""
    crew, period = crew_of(request, unit), period_of(week, "week")
    record = _record(crew, period)
    if record is None or not record.is_closed:
        raise Http404
    response = HttpResponse(paper.week_pdf(record), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{crew.code}-{period.code}.pdf"'
    return response


# ---- measures -------------------------------------------------------------------------------------------------------
@never_cache
@login_required
@require_safe
def measure_list(request: ReaderRequest) -> HttpResponse:
    """The measures one may see: overdue, under way, to be verified, verified; and one's own."""
    reader, day = request.reader, request.reader.day
    if not permissions.reader_can_list_weeks(reader):
        raise Http404
    found: Any = permissions.visible_measures(reader)
    unfinished = found.filter(state=MeasureState.OPEN)
    own = found.filter(owner=reader.person).unfinished() if reader.person is not None else found.none()
    parts = {
        "overdue": (pgettext("measures", "Overdue"), found.overdue(day)),
        "open": (pgettext("measures", "Under way"), unfinished),
        "done": (pgettext("measures", "To be verified"), found.filter(state=MeasureState.DONE)),
        "verified": (pgettext("measures", "Verified"), found.filter(state=MeasureState.VERIFIED)),
        "mine": (pgettext("measures", "Mine"), own),
    }
    view = request.GET.get("view", "")
    view = view if view in parts else "open"
    page = Paginator(parts[view][1].for_screens().order_by("due_on", "pk"), A_PAGE).get_page(request.GET.get("page"))
    tabs = [
        {"label": label, "url": f"?view={name}", "current": name == view, "count": rows.count()}
        for name, (label, rows) in parts.items()
    ]
    rows = [{"measure": one, "overdue": one.is_overdue(day)} for one in page]
    context = {"rows": rows, "page_obj": page, "tabs": tabs, "view": view}
    return render(request, "card_weeks/measure_list.html", context)


def _measure(request: ReaderRequest, pk: Any) -> WeekMeasure:
    found: Any = permissions.visible_measures(request.reader)
    return get_object_or_404(found.for_screens(), pk=pk)


@never_cache
@login_required
@require_safe
def measure_detail(request: ReaderRequest, pk: int) -> HttpResponse:
    return _measure_page(request, _measure(request, pk))


def _steps(request: ReaderRequest, measure: WeekMeasure) -> list[tuple[str, Any, WordsForm]]:
    """(verb, its word, its form) for what this person can do with the measure now."""
    if measure.state == MeasureState.OPEN and permissions.user_can_report_done(request.user, measure):
        return [("done", _("Report it done"), WordsForm(label=_("What was done"), auto_id="id_done_%s"))]
    if measure.state == MeasureState.DONE and permissions.user_can_verify(request.user, measure):
        return [
            ("verify", _("Verify"), WordsForm(label=_("What you saw"), required=False, auto_id="id_verify_%s")),
            ("return", _("Not done yet"), WordsForm(label=_("What is wanting"), auto_id="id_return_%s")),
        ]
    return []


def _measure_page(
    request: ReaderRequest, measure: WeekMeasure, *, failed: tuple[str, WordsForm] | None = None, status: int = 200
) -> HttpResponse:
    steps = [
        (verb, word, failed[1] if failed and failed[0] == verb else form)
        for verb, word, form in _steps(request, measure)
    ]
    context = {
        "measure": measure,
        "overdue": measure.is_overdue(request.reader.day),
        "steps": steps,
        "failed_form": failed[1] if failed else None,
        "failed_step": failed[0] if failed else "",
        "reads_week": measure.week.unit in permissions.visible_crews(request.reader),
    }
    return render(request, "card_weeks/measure_detail.html", context, status=status)


_TAKE = {"done": actions.report_measure_done, "verify": actions.verify_measure, "return": actions.return_measure}


@login_required
@require_POST
def measure_step(request: ReaderRequest, pk: str, step: str) -> HttpResponse:
    """Takes one step. What is not the reader's to do is 404; what came too late is said on the page."""
    measure = _measure(request, pk)
    may = permissions.user_can_report_done if step == "done" else permissions.user_can_verify
    if not may(request.user, measure):
        raise Http404
    form = WordsForm(request.POST, required=step != "verify", auto_id=f"id_{step}_%s")
    if not form.is_valid():
        return _measure_page(request, measure, failed=(step, form), status=400)
    try:
        _TAKE[step](by=request.user, measure=measure, words=form.cleaned_data["words"], now=clock.now())
    except Refused as refused:
        status = show_refusal(form, refused)
        return _measure_page(request, _measure(request, pk), failed=(step, form), status=status)
    messages.success(request, _("Kept."))
    return redirect(measure)
