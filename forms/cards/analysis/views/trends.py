"""Control charts, Pareto, what came back, units side by side; phases of the charts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from forms.cards.analysis import actions, appendix_b, closing, permissions, trends
from forms.cards.analysis.closing import ClosingRow
from forms.cards.analysis.enums import Grain
from forms.cards.analysis.forms import PhaseForm
from forms.cards.analysis.models import ChartPhase
from forms.cards.analysis.statistics import unit_table
from forms.cards.analysis.trends import Compared, written
from forms.cards.analysis.views.asked import Asked
from forms.cards.analysis.views.statistics import interval, tabs
from portal.lib.charts import bar_chart
from portal.lib.refusals import Refused
from portal.lib.shown_again import show_refusal
from portal.org.models import Unit
from portal.org.requests import ReaderRequest

MOST_RECURRENCES = 15
ACTIONS_A_PAGE = 25


@never_cache
@login_required
@require_safe
def card_trends(request: ReaderRequest) -> HttpResponse:
    return _shown(request, Asked(request, inside=True), _grain(request.GET.get("grain", "")))


def _grain(asked: str) -> Grain:
    return Grain(asked) if asked in Grain.values else Grain.WEEK


def _shown(request: ReaderRequest, asked: Asked, grain: Grain, form: Any = None, status: int = 200) -> HttpResponse:
    unit, period = asked.unit, asked.period
    counts = trends.counts_over_time(unit, grain, request.reader.day)
    phases = list(ChartPhase.objects.filter(unit=unit, grain=grain).select_related("by"))
    can_set = permissions.user_can_write_analysis(request.user, unit)
    if can_set and form is None:
        form = PhaseForm(choices=_starts(counts))
    rows = trends.pareto(unit_table(unit, period).total)
    table, compared = trends.comparison(unit, period, asked.inside_ids)
    back = trends.recurrences(unit, period)
    context = {
        "asked": asked,
        "tabs": tabs(asked, "card_trends"),
        "grain": grain,
        "grains": list(Grain),
        "charts": [
            chart for chart in (trends.unsafe_per_hour(counts, phases), trends.unsafe_share(counts, phases)) if chart
        ],
        "shift": trends.shift_of(counts),
        "phases": phases,
        "form": form,
        "can_set": can_set,
        "pareto": [(row, written(row.share, 1, True), written(row.cumulative, 1, True)) for row in rows],
        "pareto_chart": bar_chart(
            _("Unsafe items by category"), [str(row.category.label) for row in rows], [row.unsafe for row in rows]
        )
        if any(row.unsafe for row in rows)
        else None,
        "recurrences": back[:MOST_RECURRENCES],
        "more_recurrences": max(0, len(back) - MOST_RECURRENCES),
        "compared_with": table.unit,
        "compared": [_compared(one) for one in compared],
        "together": written(None if table.total.hidden else table.total.unsafe_per_hour),
        **_closing(asked),
        "can_propose": permissions.user_can_propose(request.user, unit),
    }
    return render(request, "card_analysis/trends.html", context, status=status)


def _starts(counts: list[trends.PeriodCounts]) -> list[tuple[str, str]]:
    return [(one.period.start.isoformat(), one.period.label) for one in reversed(counts[1:])]


def _compared(one: Compared) -> dict[str, Any]:
    row = one.row
    few = _("fewer than 5")
    words = {
        "more": _("more than chance explains"),
        "less": _("less than chance explains"),
        "": _("no clear difference"),
    }
    return {
        "name": appendix_b.name_of(row),
        "cards": few if row.hidden else row.cards,
        "rate": few if row.hidden else written(row.unsafe_per_hour),
        "rate_interval": "" if row.hidden else interval(row.unsafe_interval, 2),
        "share": few if row.hidden else written(row.safe_share, 1, True),
        "share_interval": "" if row.hidden else interval(row.safe_interval, 1, True),
        "word": "" if row.hidden or not row.seconds else words[one.differs],
    }


def _closing(asked: Asked) -> dict[str, Any]:
    found = closing.closing(asked.unit, asked.period, asked.reader.day)
    rows = [*found.rows, found.total]
    return {
        "closing": [_closing_line(row, row is found.total) for row in rows] if found.total.due else [],
        "closing_random": _closing_line(found.random, True) if found.random.due else None,
        "after_closing": closing.after_closing(asked.unit, asked.period, asked.reader.day),
    }


def _closing_line(row: ClosingRow, together: bool) -> dict[str, Any]:
    """Each number with the address of its rows; nothing to open where there is none."""
    numbers = [
        (label, getattr(row, name), f"{row.address}&show={name}")
        for name, label in closing_words().items()
        if name != "open"
    ]
    name = _("%(unit)s itself") % {"unit": row.unit.name} if row.only_itself else row.unit.name
    return {"name": name, "numbers": numbers, "share": written(row.share, 0, True), "together": together}


def closing_words() -> dict[str, str]:
    return {
        "due": _("Due"),
        "on_time": _("Closed on time"),
        "late": _("Closed late"),
        "overdue": _("Open, overdue"),
        "open": _("Open, not due yet"),
    }


@never_cache
@login_required
@require_safe
def card_closing(request: ReaderRequest) -> HttpResponse:
    """The actions behind a number of the closing. Who sees to them stands on the page of actions, for who leads."""
    asked = Asked(request, inside=True)
    words = closing_words()
    show = request.GET.get("show", "")
    show = show if show in words else "due"
    planned, only = request.GET.get("kind") != "random", request.GET.get("only") == "1"
    found = closing.rows_of(asked.unit, asked.period, request.reader.day, show=show, planned=planned, only_itself=only)
    context = {
        "asked": asked,
        "tabs": tabs(asked, "card_trends"),
        "shown": words[show],
        "planned": planned,
        "only": only,
        "page_obj": Paginator(found, ACTIONS_A_PAGE).get_page(request.GET.get("page")),
        "today": request.reader.day,
    }
    return render(request, "card_analysis/closing.html", context)


@login_required
@require_POST
def card_phase_begin(request: ReaderRequest, code: str, grain: str) -> HttpResponse:
    unit = get_object_or_404(Unit, code=code)
    if grain not in Grain.values or not permissions.user_can_write_analysis(request.user, unit):
        raise Http404
    counts = trends.counts_over_time(unit, grain, request.reader.day)
    form = PhaseForm(request.POST, choices=_starts(counts))
    status = 400
    if form.is_valid():
        begins_on = next(one.period.start for one in counts if f"{one.period.start}" == form.cleaned_data["begins_on"])
        try:
            actions.begin_phase(
                by=request.user, unit=unit, grain=grain, begins_on=begins_on, reason=form.cleaned_data["reason"]
            )
        except Refused as refused:
            status = show_refusal(form, refused)
        else:
            messages.success(request, _("New limits begin there."))
            return redirect(f"{reverse('card_trends')}?unit={unit.code}&grain={grain}")
    return _shown(request, Asked(request, inside=True, code=unit.code), Grain(grain), form, status)


@login_required
@require_POST
def card_phase_end(request: ReaderRequest, pk: int) -> HttpResponse:
    phase = get_object_or_404(ChartPhase.objects.select_related("unit"), pk=pk)  # type: ignore[var-annotated]
    if not permissions.user_can_write_analysis(request.user, phase.unit):
        raise Http404
    actions.end_phase(by=request.user, phase=phase)
    messages.success(request, _("The limits run through again."))
    return redirect(f"{reverse('card_trends')}?unit={phase.unit.code}&grain={phase.grain}")
