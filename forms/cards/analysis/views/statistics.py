"""Appendix B on the screen, as a workbook and on paper; the unit's words on it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django_scopes import scopes_disabled

from forms.cards.analysis import actions, appendix_b, permissions
from forms.cards.analysis.enums import PERIOD_KINDS
from forms.cards.analysis.forms import AnalysisForm
from forms.cards.analysis.models import WrittenAnalysis
from forms.cards.analysis.statistics import UnitRow, for_reader, unit_table
from forms.cards.analysis.trends import written
from forms.cards.analysis.views.asked import Asked
from forms.cards.registries import daily_rule
from portal.lib.periods import Period
from portal.lib.refusals import Refused
from portal.lib.shown_again import say_instead, show_refusal
from portal.org.models import Unit
from portal.org.requests import ReaderRequest

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@never_cache
@login_required
@require_safe
def card_statistics(request: ReaderRequest) -> HttpResponse:
    asked = Asked(request)
    table = for_reader(unit_table(asked.unit, asked.period), asked.inside_ids)
    columns = appendix_b.columns()
    context = {
        "asked": asked,
        "tabs": tabs(asked, "card_statistics"),
        "table": table,
        "columns": columns,
        "rows": [_line(row, asked, columns) for row in table.rows],
        "total": _labelled(table.total, columns),
        "figures": _figures(table.total),
        "random": table.random,
        "random_cells": _labelled(table.random, columns),
        "analysis": appendix_b.latest_analysis(asked.unit, asked.period),
        "can_write": permissions.user_can_write_analysis(request.user, asked.unit)
        and asked.period.start <= request.reader.day,
        "sign_url": reverse("card_analysis_sign", args=[asked.unit.code, asked.period.code]),
        "rule": rule.words(asked.unit, request.reader) if (rule := daily_rule.get("duty")) is not None else None,
        "is_over": asked.period.end < request.reader.day,
    }
    return render(request, "card_analysis/statistics.html", context)


def tabs(asked: Asked, current: str) -> list[dict[str, Any]]:
    """Trends, quality and proposals are for those inside the unit."""
    names = [("card_statistics", _("Appendix B"))]
    if asked.is_inside:
        names += [("card_trends", _("Trends")), ("card_quality", _("How cards are filled in"))]
        names += [("card_proposals", _("Proposals"))]
    return [{"label": label, "url": asked.address(name), "current": name == current} for name, label in names]


def _labelled(row: UnitRow, columns: list[str]) -> list[tuple[str, str]]:
    """(heading, text) of each cell: on a phone the row becomes a card, and each cell says what it is."""
    return list(zip(columns[1:], appendix_b.cells(row), strict=True))


def _line(row: UnitRow, asked: Asked, columns: list[str]) -> dict[str, Any]:
    """A row for the screen. The rows behind it are linked for who may read them, the page of a unit below for all."""
    below = reverse("card_statistics") + f"?unit={row.unit.code}&period={asked.period.code}"
    return {
        "name": appendix_b.name_of(row),
        "url": "" if row.only_itself else below,
        "cells": _labelled(row, columns),
        "hidden": row.hidden,
    }


def _figures(total: UnitRow) -> list[dict[str, Any]]:
    """The few numbers above the table, each with its interval or what it is made of."""
    if total.hidden:
        return []
    share, rate = total.safe_interval, total.unsafe_interval
    return [
        {"label": _("Cards"), "value": str(total.cards), "url": total.rows_url},
        {
            "label": _("People who observed"),
            "value": written(total.participation, 0, percent=True),
            "note": _("%(done)s of %(due)s") % {"done": total.done, "due": total.due},
        },
        {
            "label": _("Share of safe items"),
            "value": written(total.safe_share, 1, percent=True),
            "note": interval(share, 1, percent=True),
        },
        {"label": _("Unsafe per hour"), "value": written(total.unsafe_per_hour), "note": interval(rate, 2)},
    ]


def interval(bounds: tuple[float, float] | None, decimals: int, percent: bool = False) -> str:
    if bounds is None:
        return ""
    lower, upper = (written(bound, decimals, percent) for bound in bounds)
    return _("95%% interval %(lower)s to %(upper)s") % {"lower": lower, "upper": upper}


@never_cache
@login_required
@require_safe
def card_statistics_xlsx(request: ReaderRequest) -> HttpResponse:
    asked = Asked(request)
    table = for_reader(unit_table(asked.unit, asked.period), asked.inside_ids)
    data = appendix_b.workbook(table, appendix_b.latest_analysis(asked.unit, asked.period))
    return _file(data, XLSX, asked, "xlsx", "attachment")


@never_cache
@login_required
@require_safe
def card_statistics_pdf(request: ReaderRequest) -> HttpResponse:
    asked = Asked(request)
    table = for_reader(unit_table(asked.unit, asked.period), asked.inside_ids)
    data = appendix_b.paper_pdf(table, appendix_b.latest_analysis(asked.unit, asked.period))
    return _file(data, "application/pdf", asked, "pdf", "inline")


def _file(data: bytes, kind: str, asked: Asked, ending: str, how: str) -> HttpResponse:
    response = HttpResponse(data, content_type=kind)
    name = f"appendix-b-{asked.unit.code}-{asked.period.code}.{ending}"
    response["Content-Disposition"] = f'{how}; filename="{name}"'
    return response


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def card_analysis_sign(request: ReaderRequest, code: str, period_code: str) -> HttpResponse:
    """The unit's analysis and suggestion, with the versions before."""
    unit = get_object_or_404(Unit, code=code)
    period = _period(period_code)
    if not permissions.user_can_write_analysis(request.user, unit):
        raise Http404
    last = appendix_b.latest_analysis(unit, period)
    initial = (
        {"version": 0}
        if last is None
        else {"version": last.version, "analysis": last.analysis, "suggestion": last.suggestion}
    )
    form, status = AnalysisForm(request.POST or None, initial=initial), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                actions.sign_analysis(by=request.user, unit=unit, period=period, **form.cleaned_data)
            except Refused as refused:
                status = show_refusal(form, refused)
                if status == 409 and last is not None:  # read by now: sent again it is the next version
                    say_instead(form, version=last.version)
            else:
                messages.success(request, _("Signed."))
                return redirect(f"{reverse('card_statistics')}?unit={unit.code}&period={period.code}")
    with scopes_disabled():
        versions = list(
            WrittenAnalysis.objects.filter(unit=unit, period_code=period.code).select_related("by").order_by("-version")
        )
    context = {
        "unit": unit,
        "period": period,
        "form": form,
        "versions": versions,
        "figures": _figures(unit_table(unit, period).total),
        "back": f"{reverse('card_statistics')}?unit={unit.code}&period={period.code}",
    }
    return render(request, "card_analysis/sign.html", context, status=status)


def _period(code: str) -> Period:
    try:
        period = Period.parse(code)
    except ValueError:
        raise Http404 from None
    if period.kind not in PERIOD_KINDS or period.code != code:
        raise Http404
    return period
