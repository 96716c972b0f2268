"""Marking a complaint as major; the report from its draft to the day it is published or taken back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_scopes import scopes_disabled

from forms.cases.corrections import actions, listing, permissions
from forms.cases.corrections.enums import REPORT_TRANSITIONS
from forms.cases.corrections.forms import ConfirmForm, ReasonForm, ReportForm, StepForm
from forms.cases.corrections.models import CorrectiveReport
from forms.cases.corrections.redaction import confirmed_keys, traces_of
from forms.cases.corrections.standing import is_major
from forms.cases.corrections.views.plans import case_of
from portal.lib.refusals import NotYours, Refused
from portal.lib.shown_again import say_instead, show_refusal
from portal.org.requests import ReaderRequest


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def case_major(request: ReaderRequest, number: str) -> HttpResponse:
    """Marks a complaint as major, or takes the mark away; each with the reason."""
    case = case_of(request, number)
    if not permissions.reader_can_mark_major(request.reader, case):
        raise Http404
    major = is_major(case)
    label = _("Why it is not major after all") if major else _("Why it is major")
    form = ReasonForm(request.POST if request.method == "POST" else None, label=label)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            verb = actions.unmark_major if request.POST.get("end") == "yes" else actions.mark_major
            try:
                verb(by=request.user, case=case, reason=form.cleaned_data["reason"])
            except NotYours:
                raise Http404 from None
            except Refused as refused:
                status = show_refusal(form, refused)
            else:
                messages.success(request, _("Kept."))
                return redirect("case_detail", number)
    context = {"case": case, "form": form, "major": major}
    return render(request, "case_corrections/major.html", context, status=status)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def case_report(request: ReaderRequest, number: str) -> HttpResponse:
    """What the report will be made of; the button makes the draft."""
    case = case_of(request, number)
    if not permissions.reader_can_write_report(request.reader, case):
        raise Http404
    problem, status = "", 200
    if request.method == "POST":
        try:
            report = actions.compose_report(by=request.user, case=case)
        except NotYours:
            raise Http404 from None
        except Refused as refused:
            problem, status = str(refused.message), refused.status
        else:
            return redirect("corrective_draft", report.number)
    context = {"case": case, "problem": problem, "major": is_major(case)}
    return render(request, "case_corrections/compose.html", context, status=status)


@never_cache
@login_required
@require_safe
def corrective_drafts(request: ReaderRequest) -> HttpResponse:
    """All reports in every state, for who writes them."""
    if not permissions.reader_writes_reports(request.reader):
        raise Http404
    wanted = listing.Wanted.from_query(request.GET, listing.REPORT_VIEWS)
    found = listing.narrowed_reports(permissions.visible_drafts(request.reader), wanted)
    views = listing.report_views()
    rows = found.filter(views[wanted.view]).select_related("case__office", "written_by").order_by("-written_at", "-pk")
    page = Paginator(rows, listing.PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "rows": list(page),
        "tabs": listing.tabs(found, wanted, views, listing.REPORT_VIEWS),
        "wanted": wanted,
        "writes": True,
    }
    return render(request, "case_corrections/draft_list.html", context)


def _report(request: ReaderRequest, number: str) -> CorrectiveReport:
    found = permissions.visible_drafts(request.reader).select_related(
        "case__office", "case__estate", "written_by", "approved_by", "published_by", "withdrawn_by"
    )
    report = found.filter(number=number).first()
    if report is None:
        raise Http404
    return report


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def corrective_draft(request: ReaderRequest, number: str) -> HttpResponse:
    """A report as its writers see it: the words, what must be taken out, its next step. Whatever button is pressed in a
    draft, what was typed is kept first."""
    report = _report(request, number)
    if request.method != "POST":
        return _shown(request, report)
    form = ReportForm(request.POST, report=report)
    if not form.is_valid():
        return _shown(request, report, form=form, status=400)
    version = form.cleaned_data["version"]
    try:
        if form.is_new or version != report.version:
            report = actions.write_report(by=request.user, report=report, texts=form.texts, version=version)
    except NotYours:
        raise Http404 from None
    except Refused as refused:
        return _refused(request, number, "form", form, refused)
    then, _space, place = request.POST.get("then", "").partition(" ")
    if then == "submit":
        return _take_step(request, report, "submit", StepForm({"version": report.version}, auto_id="step_%s"))
    if then == "confirm":
        told = {name: request.POST.get(f"{name}_{place}", "") for name in ("field", "trace", "text", "reason")}
        return _confirm(request, _report(request, number), ConfirmForm(told, auto_id="confirm_%s"))
    messages.success(request, _("Kept."))
    return redirect("corrective_draft", number)


def _refused(request: ReaderRequest, number: str, name: str, form: Any, refused: Refused) -> HttpResponse:
    """The form with everything typed; the next try is about the report as it stands now."""
    status = show_refusal(form, refused)
    report = _report(request, number)
    if "version" in form.fields:
        say_instead(form, version=report.version)
    return _shown(request, report, status=status, **{name: form})


def _shown(
    request: ReaderRequest,
    report: CorrectiveReport,
    *,
    form: ReportForm | None = None,
    step_form: StepForm | None = None,
    confirm_form: ConfirmForm | None = None,
    status: int = 200,
) -> HttpResponse:
    reader = request.reader
    with scopes_disabled():
        confirmed = confirmed_keys(report)
        found = traces_of(report)
        steps = [step for step in REPORT_TRANSITIONS if _is_offered(request, step, report)]
        shown_form = form or ReportForm(report=report)
        failed = form or step_form or confirm_form
        context = {
            "report": report,
            "case": report.case,
            "form": shown_form if "edit" in steps or form is not None else None,
            "left": [one for one in found if one.key not in confirmed] if report.is_unpublished else [],
            "confirmed": list(report.confirmations.select_related("by")),
            "confirms": "confirm" in steps,
            "wrong_confirm": confirm_form,
            "steps": steps,
            "step_form": step_form or StepForm(initial={"version": report.version}, auto_id="step_%s"),
            "failed_form": failed if failed is not None and failed.is_bound else None,
            "wrote": reader.user.pk in report.writers,
            "leaders_release": report.case.is_confined,
        }
    return render(request, "case_corrections/draft.html", context, status=status)


def _is_offered(request: ReaderRequest, step: str, report: CorrectiveReport) -> bool:
    if report.state not in REPORT_TRANSITIONS[step][0]:
        return False
    if step == "approve":
        return permissions.reader_can_approve(request.reader, report)
    if step in ("publish", "withdraw"):
        return permissions.reader_can_release(request.reader, report)
    return permissions.reader_can_write_report(request.reader, report.case)


@never_cache
@login_required
@require_POST
def corrective_draft_step(request: ReaderRequest, number: str, step: str) -> HttpResponse:
    """Hands in, returns, approves, publishes or takes back."""
    report = _report(request, number)
    if step in ("publish", "withdraw") and not permissions.reader_can_release(request.reader, report):
        raise Http404
    return _take_step(request, report, step, StepForm(request.POST, auto_id="step_%s"))


def _take_step(request: ReaderRequest, report: CorrectiveReport, step: str, form: StepForm) -> HttpResponse:
    number = report.number
    if not form.is_valid():
        return _shown(request, report, step_form=form, status=400)
    common = {"by": request.user, "report": report, "version": form.cleaned_data["version"]}
    reason = form.cleaned_data["reason"]
    try:
        if step == "return":
            actions.return_report(reason=reason, **common)
        elif step == "withdraw":
            actions.withdraw_report(reason=reason, **common)
        else:
            verbs = {
                "submit": actions.submit_report,
                "approve": actions.approve_report,
                "publish": actions.publish_report,
            }
            verbs[step](**common)
    except Refused as refused:
        return _refused(request, number, "step_form", form, refused)
    said = {
        "submit": _("Handed in: somebody else reads it over."),
        "return": _("Returned to the writer."),
        "approve": _("Approved; it can be published."),
        "publish": _("Published for the whole company."),
        "withdraw": _("Taken back."),
    }
    messages.success(request, said[step])
    return redirect("corrective_draft", number)


@never_cache
@login_required
@require_POST
def corrective_confirm(request: ReaderRequest, number: str) -> HttpResponse:
    """One name, house or number may stay, with the reason."""
    return _confirm(request, _report(request, number), ConfirmForm(request.POST, auto_id="confirm_%s"))


def _confirm(request: ReaderRequest, report: CorrectiveReport, form: ConfirmForm) -> HttpResponse:
    number = report.number
    if not form.is_valid():
        return _shown(request, report, confirm_form=form, status=400)
    try:
        actions.confirm_trace(by=request.user, report=report, **form.cleaned_data)
    except NotYours:
        raise Http404 from None
    except Refused as refused:
        return _refused(request, number, "confirm_form", form, refused)
    messages.success(request, _("“%(text)s” may stay.") % {"text": form.cleaned_data["text"][:40]})
    return redirect("corrective_draft", number)
