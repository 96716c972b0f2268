"""The follow-up: the list of findings, one finding with what is done about it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from policies.audits import actions, history, permissions
from policies.audits.actions.auditing import EVIDENCE
from policies.audits.actions.following import PROOF
from policies.audits.enums import FINDING_TRANSITIONS, FindingState, View
from policies.audits.forms import ProofForm, VerdictForm
from policies.audits.models import Finding
from policies.audits.views.found import finding_of
from portal.files.actions import files_of
from portal.files.storage import examine_files
from portal.lib import clock
from portal.lib.refusals import Refused
from portal.lib.shown_again import show_refusal
from portal.org.models import Unit
from portal.org.requests import ReaderRequest

A_PAGE = 100
STEPS = {"done": "report_done", "verify": "verify", "return": "return"}


@never_cache
@login_required
@require_safe
def audit_findings(request: ReaderRequest) -> HttpResponse:
    """The findings this reader may see, what is overdue first."""
    reader = request.reader
    if not reader.is_staff_member:
        raise Http404
    today = clock.today()
    found = permissions.visible_findings(reader)
    unit = Unit.objects.filter(code=request.GET.get("unit", "")[:40]).first()
    if unit is not None:
        found = found.filter(audit__unit__path__startswith=unit.path)
    parts = {
        View.OPEN: found.open(),
        View.OVERDUE: found.overdue(today),
        View.DONE: found.done(),
        View.VERIFIED: found.filter(state=FindingState.VERIFIED),
        View.ALL: found,
    }
    asked = request.GET.get("view", View.OPEN)
    view = View(asked) if asked in View.values else View.OPEN
    page = Paginator(parts[view].for_screens().order_by("due_on", "pk"), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "rows": [(finding, finding.is_overdue(today)) for finding in page],
        "tabs": [
            {"label": part.label, "url": _address(request, part), "current": part == view, "count": parts[part].count()}
            for part in View
        ],
        "view": view,
        "unit": unit,
        "sees_audits": permissions.reader_sees_audits(reader),
    }
    return render(request, "audits/audit_findings.html", context)


def _address(request: ReaderRequest, part: View) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    query["view"] = part.value
    return f"?{query.urlencode()}"


@never_cache
@login_required
@require_safe
def audit_finding(request: ReaderRequest, pk: int) -> HttpResponse:
    return _shown(request, finding_of(request, pk))


def _shown(
    request: ReaderRequest, finding: Finding, *, failed: tuple[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """The page of a finding; `failed` is the step whose form is shown again, and that form."""
    steps = [step for step in STEPS if _is_offered(request, step, finding)]
    forms: dict[str, Any] = {"done": ProofForm(), "verify": VerdictForm()}
    if failed:
        forms["done" if failed[0] == "done" else "verify"] = failed[1]
    reader = request.reader
    texts = {
        "audits.report_done": finding.proof,
        "audits.return": finding.verdict if finding.state != FindingState.VERIFIED else "",
        "audits.verify": finding.verdict,
    }
    typed = failed[1].data.get("proof") or failed[1].data.get("verdict") if failed else ""
    context = {
        "finding": finding,
        "audit": finding.audit,
        "overdue": finding.is_overdue(clock.today()),
        "sees_audit": permissions.visible_audits(reader).filter(pk=finding.audit_id).exists(),
        "evidence": list(files_of(finding.line, EVIDENCE)),
        "proof_files": list(files_of(finding, PROOF)),
        "timeline": history.timeline(finding, texts),
        "proof_form": forms["done"] if "done" in steps else None,
        "verdict_form": forms["verify"] if "verify" in steps else None,
        "failed_form": failed[1] if failed else None,
        "left_text": typed if failed and failed[0] not in steps else "",
    }
    return render(request, "audits/audit_finding.html", context, status=status)


def _may(request: ReaderRequest, step: str, finding: Finding) -> bool:
    allowed = permissions.user_can_report_done if step == "done" else permissions.user_can_verify
    return allowed(request.user, finding)


def _is_offered(request: ReaderRequest, step: str, finding: Finding) -> bool:
    return (STEPS[step], finding.state) in FINDING_TRANSITIONS and _may(request, step, finding)


@login_required
@require_POST
def audit_finding_step(request: ReaderRequest, pk: str, step: str) -> HttpResponse:
    """Reports the action done, verifies or returns it. What is not the reader's to do is 404."""
    finding = finding_of(request, pk)
    if not _may(request, step, finding):
        raise Http404
    form: Any = ProofForm(request.POST, request.FILES) if step == "done" else VerdictForm(request.POST)
    if not form.is_valid():
        return _shown(request, finding, failed=(step, form), status=400)
    try:
        _take(request, finding, step, form.cleaned_data)
    except Refused as refused:
        show_refusal(form, refused)
        return _shown(request, finding_of(request, pk), failed=(step, form), status=refused.status)
    done = {"done": _("Reported done; an auditor looks at it next."), "verify": _("The finding is closed.")}
    messages.success(request, done.get(step, _("Returned: the action is open again.")))
    return redirect(finding)


def _take(request: ReaderRequest, finding: Finding, step: str, typed: dict[str, Any]) -> None:
    if step == "done":
        files = examine_files(typed["files"])
        actions.report_done(by=request.user, finding=finding, proof=typed["proof"], files=files)
    elif step == "verify":
        actions.verify_finding(by=request.user, finding=finding, verdict=typed["verdict"])
    else:
        actions.return_finding(by=request.user, finding=finding, verdict=typed["verdict"])
