"""Promising a revisit at the end of a case."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from forms.cases.coming_back.actions import promise_revisit
from forms.cases.coming_back.forms import PromiseForm
from forms.cases.coming_back.permissions import people_who_handled, reached_the_company, reader_can_promise
from forms.cases.permissions import visible_cases
from portal.lib import clock
from portal.lib.refusals import NotYours, Refused
from portal.lib.shown_again import show_refusal
from portal.org.actions import working_calendar
from portal.org.requests import ReaderRequest

DAYS = 3  # working days offered at first


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def case_revisit(request: ReaderRequest, number: str) -> HttpResponse:
    case = visible_cases(request.reader).select_related("office", "estate", "unit").filter(number=number).first()
    if case is None or not reader_can_promise(request.reader, case):
        raise Http404
    initial = {"due_at": working_calendar().add_working_days(clock.now(), DAYS)}
    form = PromiseForm(request.POST or None, case=case, initial=initial)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                revisit = promise_revisit(by=request.user, case=case, **form.cleaned_data)
            except NotYours:
                raise Http404 from None
            except Refused as refused:
                status = show_refusal(form, refused)
            else:
                messages.success(request, _("The revisit is promised: %(number)s.") % {"number": revisit.number})
                return redirect("case_detail", number)
    context = {
        "case": case,
        "form": form,
        "handlers": people_who_handled(case) if reached_the_company(case) else [],
    }
    return render(request, "case_coming_back/promise.html", context, status=status)
