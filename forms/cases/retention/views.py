"""How long data stays, the reports of what was erased, and erasing one case."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django_scopes import scopes_disabled

from forms.cases.enums import CaseKind
from forms.cases.permissions import visible_cases
from forms.cases.retention import actions
from forms.cases.retention.forms import EraseForm, TermForm
from forms.cases.retention.models import Erasure
from forms.cases.retention.permissions import reader_can_erase, reader_keeps_retention
from portal.lib import clock
from portal.lib.refusals import NotYours, Refused
from portal.lib.shown_again import show_refusal
from portal.org.requests import ReaderRequest

LINES_A_PAGE = 100


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def retention(request: ReaderRequest) -> HttpResponse:
    """The terms, what is due tonight, and the reports."""
    if not reader_keeps_retention(request.reader):
        raise Http404
    form = TermForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            actions.set_term(by=request.user, **form.cleaned_data)
            messages.success(request, _("The term is set; the coming night goes by it."))
            return redirect("case_retention")
        status = 400
    months = actions.months_of()
    with scopes_disabled():
        due = len(actions.due_cases(clock.now()))
    context = {
        "form": form,
        "terms": [(kind.label, months[kind.value]) for kind in CaseKind],
        "due": due,
        "page_obj": Paginator(Erasure.objects.select_related("by"), 25).get_page(request.GET.get("page")),
    }
    return render(request, "case_retention/retention.html", context, status=status)


@never_cache
@login_required
@require_safe
def erasure(request: ReaderRequest, pk: int) -> HttpResponse:
    """The report of one run: numbers, kinds, when the cases ended."""
    if not reader_keeps_retention(request.reader):
        raise Http404
    report = get_object_or_404(Erasure.objects.select_related("by"), pk=pk)
    page = Paginator(report.lines.all(), LINES_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "case_retention/erasure.html", {"report": report, "page_obj": page})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: ReaderRequest, number: str) -> HttpResponse:
    """Asks once more, then takes the personal data out of one case."""
    case = visible_cases(request.reader).filter(number=number).first()
    if case is None or not reader_can_erase(request.reader, case):
        raise Http404
    form = EraseForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                actions.erase_case(by=request.user, case=case, reason=form.cleaned_data["reason"])
            except NotYours:
                raise Http404 from None
            except Refused as refused:
                status = show_refusal(form, refused)
            else:
                messages.success(request, _("The personal data of %(number)s is erased.") % {"number": case.number})
                return redirect("case_detail", number)
    return render(request, "case_retention/erase.html", {"case": case, "form": form}, status=status)
