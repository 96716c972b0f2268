"""Published reports as all the staff read them: list, page, receipt, PDF, and who has not read."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_scopes import scopes_disabled

from forms.cases.corrections import actions, paper, permissions
from forms.cases.corrections.models import CorrectiveReport, ReportReceipt
from forms.cases.corrections.standing import readings_of
from forms.cases.permissions import reader_can_see_case
from portal.lib import clock
from portal.lib.refusals import Refused
from portal.org.requests import ReaderRequest

A_PAGE = 20


@never_cache
@login_required
@require_safe
def corrective_reports(request: ReaderRequest) -> HttpResponse:
    """What went wrong anywhere in the company and what was made of it, the newest first."""
    reader = request.reader
    if not reader.is_staff_member:
        raise Http404
    found = permissions.published_reports(reader).select_related("case__office").order_by("-published_at", "-pk")
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    read = dict(
        ReportReceipt.objects.filter(person=reader.person, report__in=list(page)).values_list("report", "at")
        if reader.person is not None
        else ()
    )
    context = {
        "page_obj": page,
        "rows": [(report, read.get(report.pk)) for report in page],
        "asks": reader.person is not None,
        "writes": permissions.reader_writes_reports(reader),
    }
    return render(request, "case_corrections/report_list.html", context)


def _report(request: ReaderRequest, number: str) -> CorrectiveReport:
    found = permissions.published_reports(request.reader).select_related("case__office")
    report = found.filter(number=number).first()
    if report is None:
        raise Http404
    return report


@never_cache
@login_required
@require_safe
def corrective_report(request: ReaderRequest, number: str) -> HttpResponse:
    report, reader = _report(request, number), request.reader
    receipt = ReportReceipt.objects.filter(report=report, person=reader.person).first() if reader.person else None
    units = permissions.units_counted(reader)
    context = {
        "report": report,
        "receipt": receipt,
        "asks": reader.person is not None and receipt is None,
        "counts": units is None or bool(units),
        "writes": permissions.visible_drafts(reader).filter(pk=report.pk).exists(),
        "case": report.case if reader_can_see_case(reader, report.case) else None,
    }
    return render(request, "case_corrections/report.html", context)


@never_cache
@login_required
@require_POST
def corrective_receipt(request: ReaderRequest, number: str) -> HttpResponse:
    """The reader confirms having read the report."""
    report = _report(request, number)
    if request.reader.person is None:
        raise Http404
    try:
        actions.give_receipt(by=request.user, report=report)
    except Refused as refused:
        messages.error(request, str(refused.message))
        return redirect("corrective_reports")
    messages.success(request, _("Thank you: your receipt is recorded."))
    return redirect(report)


@never_cache
@login_required
@require_safe
def corrective_pdf(request: ReaderRequest, number: str) -> HttpResponse:
    report = _report(request, number)
    response = HttpResponse(paper.report_pdf(report), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{report.number}.pdf"'
    return response


@never_cache
@login_required
@require_safe
def corrective_readers(request: ReaderRequest, number: str) -> HttpResponse:
    """Who has read the report and who has not, by unit: the own units of a manager, all for the company."""
    report = _report(request, number)
    units = permissions.units_counted(request.reader)
    if units is not None and not units:
        raise Http404
    with scopes_disabled():
        rows = readings_of(report, units, clock.today())
    context = {
        "report": report,
        "rows": rows,
        "asked": sum(row.asked for row in rows),
        "read": sum(row.read for row in rows),
    }
    return render(request, "case_corrections/readers.html", context)
