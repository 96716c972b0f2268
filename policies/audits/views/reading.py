"""One audit: how far it is, its checklist, its findings; its report as PDF; beginning it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from policies.audits import actions, history, permissions, report
from policies.audits.enums import AuditState
from policies.audits.views.found import audit_of
from portal.lib import clock
from portal.lib.refusals import Refused
from portal.org.requests import ReaderRequest


@never_cache
@login_required
@require_safe
def audit_detail(request: ReaderRequest, pk: int) -> HttpResponse:
    """The plan, then the checklist being filled in, then the report: one page for all that time."""
    audit = audit_of(request, pk)
    found, today = report.report_of(audit), clock.today()
    does = permissions.user_can_do_audit(request.user, audit)
    plans = permissions.reader_can_plan(request.reader, audit.edition)
    following = next((line for line in found.lines if not line.result), None)
    context = {
        "audit": audit,
        "report": found,
        "findings": [(finding, finding.is_overdue(today)) for finding in found.findings],
        "shows_answers": does or audit.state == AuditState.FINISHED,
        "does": does,
        "leads": permissions.user_can_lead_audit(request.user, audit),
        "plans": plans,
        "following": following or (found.lines[0] if found.lines else None),
        "timeline": history.timeline(audit, {"audits.cancel": audit.cancel_note}),
        "late": audit.is_late(today),
    }
    return render(request, "audits/audit_detail.html", context)


@login_required
@require_POST
def audit_start(request: ReaderRequest, pk: int) -> HttpResponse:
    audit = audit_of(request, pk)
    if not permissions.user_can_do_audit(request.user, audit):
        raise Http404
    try:
        actions.start_audit(by=request.user, audit=audit)
    except Refused as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("The audit has begun. Each line is saved as you go."))
    return redirect(audit)


@never_cache
@login_required
@require_safe
def audit_report(request: ReaderRequest, pk: int) -> HttpResponse:
    """The report of a finished audit as PDF; before that there is none."""
    audit = audit_of(request, pk)
    if audit.state != AuditState.FINISHED:
        raise Http404
    response = HttpResponse(report.report_pdf(audit), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{audit.number}.pdf"'
    return response
