"""The checklist: its questions before the audit starts, its lines one by one on a phone, the end."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_scopes import scopes_disabled

from policies.audits import actions, permissions
from policies.audits.actions.auditing import EVIDENCE, missing_in
from policies.audits.enums import NONCONFORMING, AuditState
from policies.audits.forms import FinishForm, LineForm
from policies.audits.models import Audit, AuditLine
from policies.audits.views.found import audit_of
from portal.files.actions import files_of
from portal.files.storage import examine_files
from portal.lib import clock
from portal.lib.refusals import Refused
from portal.lib.shown_again import say_instead, show_refusal
from portal.org.requests import ReaderRequest

NEW_LINES = 3


def _lines(audit: Audit) -> list[AuditLine]:
    with scopes_disabled():
        return list(AuditLine.objects.filter(audit=audit).select_related("finding").order_by("order", "pk"))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def audit_questions(request: ReaderRequest, pk: int) -> HttpResponse:
    """All questions on one page, to reword, leave out or add to, until the audit starts."""
    audit = audit_of(request, pk)
    if audit.state != AuditState.PLANNED or not permissions.user_can_write_questions(request.user, audit):
        raise Http404
    lines, status, problem = _lines(audit), 200, ""
    typed = {line.pk: line.question for line in lines}
    left_out: list[int] = []
    added = [("", "")] * NEW_LINES
    version = audit.version
    if request.method == "POST":
        typed = {line.pk: request.POST.get(f"q-{line.pk}", line.question)[:4000] for line in lines}
        left_out = [line.pk for line in lines if f"out-{line.pk}" in request.POST]
        added = [
            (request.POST.get(f"number-{n}", "")[:40], request.POST.get(f"new-{n}", "")[:4000])
            for n in range(NEW_LINES)
        ]
        text = request.POST.get("version", "")
        try:
            actions.save_questions(
                by=request.user,
                audit=audit,
                version=int(text) if text.isdecimal() and len(text) < 9 else 0,
                questions=typed,
                left_out=left_out,
                added=added,
            )
        except Refused as refused:
            problem, status = str(refused.message), refused.status
        else:
            messages.success(request, _("The questions are saved."))
            return redirect("audit_questions" if "more" in request.POST else "audit_detail", pk=audit.pk)
    context = {
        "audit": audit,
        "version": version,
        "problem": problem,
        "rows": [(line, typed[line.pk], line.pk in left_out) for line in lines],
        "added": list(enumerate(added)),
    }
    return render(request, "audits/audit_questions.html", context, status=status)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def audit_line(request: ReaderRequest, pk: int, line_pk: int) -> HttpResponse:
    """One line: the question, what was found, photos; what follows from it. Then the next one."""
    audit = audit_of(request, pk)
    if audit.state != AuditState.STARTED or not permissions.user_can_do_audit(request.user, audit):
        raise Http404
    lines = _lines(audit)
    place = next((index for index, line in enumerate(lines) if line.pk == line_pk), None)
    if place is None:
        raise Http404
    line, status = lines[place], 200
    form = LineForm(
        request.POST or None,
        request.FILES or None,
        owners=permissions.possible_owners(audit.unit),
        initial=_written(line),
    )
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                _save(request, line, form)
            except Refused as refused:
                status = show_refusal(form, refused)
                if status == 409:
                    with scopes_disabled():
                        line = get_object_or_404(AuditLine.objects.select_related("finding"), pk=line_pk)
                    say_instead(form, version=line.version)
            else:
                return _onward(request, audit, lines, place)
    context = {
        "audit": audit,
        "line": line,
        "form": form,
        "number": place + 1,
        "count": len(lines),
        "before": lines[place - 1] if place else None,
        "after": lines[place + 1] if place + 1 < len(lines) else None,
        "files": list(files_of(line, EVIDENCE)),
        "nonconforming": form["result"].value() in NONCONFORMING,
        "theirs": line if status == 409 else None,
    }
    return render(request, "audits/audit_line.html", context, status=status)


def _written(line: AuditLine) -> dict[str, Any]:
    written: dict[str, Any] = {"version": line.version, "result": line.result, "evidence": line.evidence}
    if hasattr(line, "finding"):
        found = line.finding
        written |= {"description": found.description, "action": found.action}
        written |= {"owner": found.owner_id, "due_on": found.due_on}
    return written


def _save(request: ReaderRequest, line: AuditLine, form: LineForm) -> None:
    actions.answer_line(
        by=request.user,
        line=line,
        version=form.cleaned_data["version"],
        result=form.cleaned_data["result"],
        evidence=form.cleaned_data["evidence"],
        finding=form.finding,
        files=examine_files(form.cleaned_data["files"]),
    )


def _onward(request: ReaderRequest, audit: Audit, lines: list[AuditLine], place: int) -> HttpResponse:
    """To the next line without a result, after this one and then from the top; back to the audit when all have one."""
    messages.success(request, _("Line %(number)s is saved.") % {"number": place + 1})
    if "stay" in request.POST:
        return redirect(lines[place])
    if "back" in request.POST:
        return redirect(audit)
    following = next((line for line in lines[place + 1 :] + lines[:place] if not line.result), None)
    return redirect(following or audit)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def audit_finish(request: ReaderRequest, pk: int) -> HttpResponse:
    """What is still missing; else the conclusion, and the audit is frozen."""
    audit = audit_of(request, pk)
    if audit.state != AuditState.STARTED or not permissions.user_can_lead_audit(request.user, audit):
        raise Http404
    lines = _lines(audit)
    unanswered, incomplete = missing_in(lines)
    form = FinishForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                actions.finish_audit(by=request.user, audit=audit, conclusion=form.cleaned_data["conclusion"])
            except Refused as refused:
                status = show_refusal(form, refused)
            else:
                messages.success(request, _("The audit is finished. Its report is ready."))
                return redirect(audit)
    context = {
        "audit": audit,
        "form": form,
        "unanswered": unanswered,
        "incomplete": incomplete,
        "findings": [line for line in lines if line.result in NONCONFORMING],
        "today": clock.today(),
    }
    return render(request, "audits/audit_finish.html", context, status=status)
