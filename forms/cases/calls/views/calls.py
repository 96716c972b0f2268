"""The list of calls, one call, the figures, the export."""

from __future__ import annotations

import io
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_scopes import scopes_disabled

from forms.cases.calls import actions, listing
from forms.cases.calls.actions.exporting import note_export
from forms.cases.calls.enums import CallOutcome, HotlineKind
from forms.cases.calls.forms import ExportForm
from forms.cases.calls.permissions import reader_can_list_calls, reader_can_log_calls, visible_calls
from forms.cases.calls.statistics import figures
from forms.cases.permissions import reader_can_see_case, visible_cases
from forms.intake.actions import tracking_code_of
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.refusals import NotYours, Refused
from portal.lib.shown_again import show_refusal
from portal.lib.spreadsheets import write_xlsx
from portal.org.enums import UnitKind
from portal.org.models import Unit
from portal.org.requests import ReaderRequest

PER_PAGE = 30
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PERIODS = ("day", "week", "month", "quarter")


@never_cache
@login_required
@require_safe
def call_list(request: ReaderRequest) -> HttpResponse:
    if not reader_can_list_calls(request.reader):
        raise Http404
    return _list(request, listing.Wanted.from_query(request.GET), ExportForm())


def _list(request: ReaderRequest, wanted: listing.Wanted, form: ExportForm, status: int = 200) -> HttpResponse:
    with scopes_disabled():
        found = listing.narrowed(visible_calls(request.reader), wanted)
        page = Paginator(listing.shown(found, wanted), PER_PAGE).get_page(request.GET.get("page"))
        context = {
            "page_obj": page,
            "wanted": wanted,
            "tabs": listing.tabs(found, wanted),
            "hotlines": HotlineKind.choices,
            "outcomes": [*CallOutcome.choices[1:], (listing.MISSED, pgettext("call", "Missed"))],
            "offices": Unit.objects.filter(kind=UnitKind.OFFICE, pk__in=request.reader.unit_ids),
            "can_log": reader_can_log_calls(request.reader),
            "export_form": form,
            "here": wanted.address(),
        }
        return render(request, "case_calls/call_list.html", context, status=status)


@never_cache
@login_required
@require_POST
def call_export(request: ReaderRequest) -> HttpResponse:
    """What the list shows, as a spreadsheet, for a purpose that the journal keeps."""
    if not reader_can_list_calls(request.reader):
        raise Http404
    here = request.POST.get("here", "").lstrip("?")[:500]
    wanted, form = listing.Wanted.from_query(QueryDict(here)), ExportForm(request.POST)
    if not form.is_valid():
        return _list(request, wanted, form, status=400)
    out = io.BytesIO()
    with scopes_disabled():
        calls = listing.shown(listing.narrowed(visible_calls(request.reader), wanted), wanted)
        count = write_xlsx(listing.export_rows(calls), out, listing.titles())
    try:
        note_export(by=request.user, purpose=form.cleaned_data["purpose"], calls=count, query=here)
    except NotYours:
        raise Http404 from None
    except Refused as refused:
        show_refusal(form, refused)
        return _list(request, wanted, form, status=refused.status)
    response = HttpResponse(out.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="calls-{clock.today()}.xlsx"'
    return response


@never_cache
@login_required
@require_safe
def call_detail(request: ReaderRequest, number: str) -> HttpResponse:
    """One call. Whoever took it reads receipt number and tracking code to the caller, on that day."""
    reader = request.reader
    if not reader_can_log_calls(reader):
        raise Http404
    with scopes_disabled():
        calls = visible_calls(reader).select_related("hotline", "office", "estate", "case", "taken_by", "returns")
        call = calls.filter(number=number.replace("\x00", "")[:40]).first()
        if call is None:
            raise Http404
        case: Any = call.case
        fresh = call.taken_by_id == request.user.pk and clock.today(call.recorded_at) == reader.day
        context = {
            "call": call,
            "code": tracking_code_of(case.submission_id)
            if case is not None and fresh and call.outcome == CallOutcome.CASE
            else "",
            "opens_case": case is not None
            and reader_can_see_case(reader, case)
            and visible_cases(reader).filter(pk=case.pk).exists(),
            "tries": list(call.returned_by.select_related("taken_by").order_by("began_at")),
            "can_log": reader_can_log_calls(reader),
        }
        return render(request, "case_calls/call_detail.html", context)


@never_cache
@login_required
@require_safe
def call_figures(request: ReaderRequest) -> HttpResponse:
    """Calls by hour and hotline, those not answered, how long until somebody called back: of the calls one may see."""
    if not reader_can_list_calls(request.reader):
        raise Http404
    period = _period(request)
    hotlines = actions.in_order()
    with scopes_disabled():
        found = figures(visible_calls(request.reader), hotlines, period, clock.now())
    context = {
        "figures": found,
        "lines": [*found.lines, found.total],
        "period": period,
        "kinds": [
            {
                "label": Period.of(kind, request.reader.day).label,
                "url": f"?period={Period.of(kind, request.reader.day).code}",
                "current": Period.of(kind, request.reader.day) == period,
            }
            for kind in PERIODS
        ],
        "before": f"?period={period.previous().code}",
        "after": f"?period={period.next().code}" if period.end < request.reader.day else "",
        "rows_url": listing.Wanted(period=period).address(),
    }
    return render(request, "case_calls/figures.html", context)


def _period(request: ReaderRequest) -> Period:
    try:
        return Period.parse(request.GET.get("period", ""))
    except ValueError:
        return Period.of("month", request.reader.day)
