"""The plan of a case with its editions; the list of items; one item with its proof."""

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
from forms.cases.corrections.actions.plans import PROOF
from forms.cases.corrections.enums import ITEM_TRANSITIONS
from forms.cases.corrections.forms import PlanForm, ProofForm, VerdictForm
from forms.cases.corrections.models import Plan, PlanItem, items_of
from forms.cases.enums import TRANSITIONS
from forms.cases.models import Case
from forms.cases.permissions import reader_can_see_case, visible_cases
from portal.files.actions import files_of
from portal.files.storage import examine_files
from portal.lib import clock
from portal.lib.refusals import NotYours, Refused
from portal.lib.shown_again import say_instead, show_refusal
from portal.org.requests import ReaderRequest


def case_of(request: ReaderRequest, number: str) -> Case:
    """The case, or 404 where it is not this reader's to see."""
    found = visible_cases(request.reader).select_related("office", "unit", "estate")
    case = found.filter(number=number).first()
    if case is None:
        raise Http404
    return case


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def case_plan(request: ReaderRequest, number: str) -> HttpResponse:
    """The plan as it stands, its editions, and for the company the form of the next one."""
    case = case_of(request, number)
    with scopes_disabled():
        plan = Plan.objects.filter(case=case).first()
        issues = permissions.reader_can_issue(request.reader, case)
        if (plan is None or request.method == "POST") and not issues:
            raise Http404
        form, status = None, 200
        if issues and (case.state in TRANSITIONS["issue_plan"][0] or request.method == "POST"):
            more = request.POST.get("more") == "yes"
            form = PlanForm(request.POST if request.method == "POST" else None, case=case, plan=plan, more=more)
            if request.method == "POST" and not more:
                status = _issued(request, case, form)
                if status == 302:
                    messages.success(request, _("The plan is issued; whoever carries it out sees it now."))
                    return redirect("case_plan", number)
        return _plan_page(request, case, plan, form, status)


def _issued(request: ReaderRequest, case: Case, form: PlanForm) -> int:
    """Issues what the form says; returns 302, or the status with which the form is shown again."""
    if not form.is_valid():
        return 400
    data = form.cleaned_data
    try:
        actions.issue_plan(
            by=request.user,
            case=case,
            lines=form.lines,
            reason=data.get("reason", ""),
            version=data["version"],
        )
    except NotYours:
        raise Http404 from None
    except Refused as refused:
        now_there = Plan.objects.filter(case=case).first()
        if refused.status == 409 and now_there is not None:
            say_instead(form, version=now_there.version)
        return show_refusal(form, refused)
    return 302


def _plan_page(
    request: ReaderRequest, case: Case, plan: Plan | None, form: PlanForm | None, status: int
) -> HttpResponse:
    today = clock.today()
    items = list(items_of(plan).standing().for_list().order_by("position")) if plan is not None else []
    context = {
        "case": case,
        "plan": plan,
        "items": [(item, item.is_overdue(today)) for item in items],
        "editions": list(plan.editions.select_related("by").order_by("-number")) if plan is not None else [],
        "form": form,
    }
    return render(request, "case_corrections/plan.html", context, status=status)


@never_cache
@login_required
@require_safe
def correction_list(request: ReaderRequest) -> HttpResponse:
    """The items this reader may see, what is due first."""
    if not request.reader.is_staff_member:
        raise Http404
    today = clock.today()
    wanted = listing.Wanted.from_query(request.GET, listing.ITEM_VIEWS)
    found = listing.narrowed_items(permissions.visible_items(request.reader), wanted)
    views = listing.item_views(request.reader, today)
    page = Paginator(found.filter(views[wanted.view]).for_list().order_by("due_on", "pk"), listing.PER_PAGE)
    shown = page.get_page(request.GET.get("page"))
    context = {
        "page_obj": shown,
        "rows": [(item, item.is_overdue(today)) for item in shown],
        "tabs": listing.tabs(found, wanted, views, listing.ITEM_VIEWS),
        "wanted": wanted,
        "writes": permissions.reader_writes_reports(request.reader),
    }
    return render(request, "case_corrections/item_list.html", context)


def _item(request: ReaderRequest, pk: int | str) -> PlanItem:
    found = permissions.visible_items(request.reader).select_related(
        "plan__case__office", "plan__case__unit", "owner", "post", "unit", "done_by", "judged_by"
    )
    item = found.filter(pk=pk).first()
    if item is None:
        raise Http404
    return item


@never_cache
@login_required
@require_safe
def correction_item(request: ReaderRequest, pk: int) -> HttpResponse:
    return _shown(request, _item(request, pk))


def _may(request: ReaderRequest, step: str, item: PlanItem) -> bool:
    may = permissions.reader_can_report if step == "report" else permissions.reader_can_judge
    return may(request.reader, item)


def _shown(
    request: ReaderRequest, item: PlanItem, *, failed: tuple[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """The page of an item; `failed` is the step whose form is shown again, and that form."""
    offered = {
        step
        for step, (states, _target) in ITEM_TRANSITIONS.items()
        if step != "drop" and item.state in states and _may(request, step, item)
    }
    proof: Any = ProofForm(initial={"version": item.version}) if "report" in offered else None
    verdict: Any = VerdictForm(initial={"version": item.version}) if "accept" in offered else None
    left = ""
    if failed is not None:
        if failed[0] == "report":
            proof = failed[1] if "report" in offered else None
            left = "" if proof else failed[1].data.get("proof", "")
        else:
            verdict = failed[1] if "accept" in offered else None
            left = "" if verdict else failed[1].data.get("verdict", "")
    case = item.plan.case
    context = {
        "item": item,
        "case": case if reader_can_see_case(request.reader, case) else None,
        "overdue": item.is_overdue(clock.today()),
        "files": list(files_of(item, PROOF)),
        "proof_form": proof,
        "verdict_form": verdict,
        "failed_form": failed[1] if failed else None,
        "left_text": left,
    }
    return render(request, "case_corrections/item.html", context, status=status)


@never_cache
@login_required
@require_POST
def correction_item_step(request: ReaderRequest, pk: str, step: str) -> HttpResponse:
    """Reports an item done with its proof, accepts the proof, or sends it back."""
    item = _item(request, pk)
    if not _may(request, step, item):
        raise Http404
    form: Any = ProofForm(request.POST, request.FILES) if step == "report" else VerdictForm(request.POST)
    if not form.is_valid():
        return _shown(request, item, failed=(step, form), status=400)
    try:
        _take(request, item, step, form.cleaned_data)
    except NotYours:
        raise Http404 from None
    except Refused as refused:
        status = show_refusal(form, refused)
        item = _item(request, pk)
        say_instead(form, version=item.version)
        return _shown(request, item, failed=(step, form), status=status)
    said = {
        "report": _("The proof is with the company now."),
        "accept": _("The item is done."),
        "return": _("Sent back: the item is to do again."),
    }
    messages.success(request, said[step])
    return redirect(item)


def _take(request: ReaderRequest, item: PlanItem, step: str, typed: dict[str, Any]) -> None:
    common = {"by": request.user, "item": item, "version": typed["version"]}
    if step == "report":
        actions.report_item(proof=typed["proof"], files=examine_files(typed["files"]), **common)
    elif step == "accept":
        actions.accept_item(verdict=typed["verdict"], **common)
    else:
        actions.return_item(verdict=typed["verdict"], **common)
