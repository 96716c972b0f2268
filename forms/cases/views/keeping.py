"""What the desk keeps: time limits, answers kept ready, saved filters."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from django_scopes import scopes_disabled

from forms.cases import actions, listing
from forms.cases.forms import CannedForm, LimitsForm
from forms.cases.models import CannedAnswer, ClockPolicy
from forms.cases.permissions import reader_can_list_cases, reader_can_set_limits, units_keeping_answers
from portal.lib.refusals import NotYours, Refused
from portal.lib.shown_again import show_refusal
from portal.org.requests import ReaderRequest


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def case_limits(request: ReaderRequest) -> HttpResponse:
    """How soon what is acknowledged, answered and solved, by kind and office; an edit holds for new cases only."""
    if not reader_can_set_limits(request.reader):
        raise Http404
    form = LimitsForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                actions.set_limits(by=request.user, **form.values)
            except Refused as refused:
                show_refusal(form, refused)
            else:
                messages.success(request, _("The time limits are set; they hold for cases that come from now on."))
                return redirect("case_limits")
    rows = ClockPolicy.objects.select_related("office")
    return render(request, "cases/limits.html", {"form": form, "rows": rows}, status=status)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def case_answers(request: ReaderRequest, pk: int | None = None) -> HttpResponse:
    """Answers kept ready for the own units: understanding first, then the explanation (SRV-17)."""
    if not reader_can_list_cases(request.reader):
        raise Http404
    units = units_keeping_answers(request.reader)
    with scopes_disabled():
        rows = list(CannedAnswer.objects.filter(unit__in=units).select_related("unit"))
    answer = next((row for row in rows if row.pk == pk), None)
    if pk is not None and answer is None:
        raise Http404
    form = CannedForm(request.POST or None, units=units, answer=answer)
    status = 200
    if request.method == "POST":
        if answer is not None and request.POST.get("drop") == "yes":
            actions.drop_answer(by=request.user, answer=answer)
            messages.success(request, _("The answer is taken out."))
            return redirect("case_answers")
        status = 400
        if form.is_valid():
            try:
                actions.keep_answer(by=request.user, answer=answer, **form.cleaned_data)
            except NotYours:
                raise Http404 from None
            except Refused as refused:
                show_refusal(form, refused)
            else:
                messages.success(request, _("The answer is kept."))
                return redirect("case_answers")
    context = {"form": form, "rows": rows, "answer": answer}
    return render(request, "cases/answers.html", context, status=status)


@never_cache
@login_required
@require_POST
def case_filters(request: ReaderRequest) -> HttpResponse:
    """Saves the view of the desk that is shown, or drops a saved one."""
    if not reader_can_list_cases(request.reader):
        raise Http404
    wanted = listing.Wanted.from_query(QueryDict(request.POST.get("here", "").lstrip("?")))
    drop = request.POST.get("drop", "")
    try:
        if drop.isascii() and drop.isdigit() and len(drop) < 10:
            actions.drop_filter(by=request.user, pk=int(drop))
        else:
            actions.save_filter(by=request.user, name=request.POST.get("name", "")[:40], query=wanted.address())
    except Refused as refused:
        messages.error(request, str(refused.message))
    return redirect(f"{reverse('case_list')}{wanted.address()}")
