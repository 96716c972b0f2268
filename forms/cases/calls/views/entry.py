"""One screen for what came at the counter, in a letter, in the forum or in a survey."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from forms.cases.calls import actions
from forms.cases.calls.forms import EntryForm
from forms.cases.calls.lookup import Caller, caller_for
from forms.cases.calls.permissions import reader_can_log_calls
from forms.cases.calls.views.log import PERSONAL, focus, own_estate, picked, questions, typed_and_known, wanted_of
from forms.cases.enums import CaseChannel, CaseKind, CaseLevel
from forms.cases.permissions import visible_cases
from portal.lib import clock
from portal.lib.refusals import NotYours, Refused
from portal.lib.shown_again import show_refusal
from portal.org.requests import ReaderRequest


@never_cache
@login_required
@sensitive_post_parameters(*PERSONAL)
@require_http_methods(["GET", "HEAD", "POST"])
def case_enter(request: ReaderRequest) -> HttpResponse:
    """Who it is, what was said, what becomes of it; the case's page follows, with the number for the customer."""
    if not reader_can_log_calls(request.reader):
        raise Http404
    if request.method != "POST":
        begins = {"key": uuid.uuid4(), "kind": CaseKind.COMPLAINT, "channel": CaseChannel.COUNTER}
        form = EntryForm(initial=begins | {"estate": own_estate(request), "outcome": "case"})
        focus(form, "phone")
        return _page(request, form, Caller())
    data = picked(request.POST)
    caller = caller_for(request.reader, wanted_of(data), clock.now())
    form = EntryForm(data, cases=caller.open_cases)
    if "record" not in data and "sure" not in data and "same" not in data:
        shown = EntryForm(initial=typed_and_known(form, caller), cases=caller.open_cases)
        focus(shown, "text")
        return _page(request, shown, caller)
    if not form.is_valid():
        return _page(request, form, caller, status=400)
    if asked := questions(request, form, form.new_entry):
        return _page(request, form, caller, **asked)
    try:
        case = actions.enter_case(by=request.user, key=form.cleaned_data["key"], new=form.new_entry)
    except NotYours:
        raise Http404 from None
    except Refused as refused:
        show_refusal(form, refused)
        if refused.status == 409:
            form.with_fresh_key()
        return _page(request, form, caller, status=refused.status)
    if visible_cases(request.reader).filter(pk=case.pk).exists():
        messages.success(request, _("%(number)s is the receipt number for the customer.") % {"number": case.number})
        return redirect(case)
    if case.level == CaseLevel.LEADERS:
        said = _("It lies with the company's leaders now. The receipt number for the customer: %(number)s")
    else:
        said = _("It went to whoever answers for it. The receipt number for the customer: %(number)s")
    messages.success(request, said % {"number": case.number})
    return redirect("case_enter")


def _page(request: ReaderRequest, form: EntryForm, caller: Caller, *, status: int = 200, **asked: Any) -> HttpResponse:
    context = {"form": form, "caller": caller, "asks": bool(asked), **asked}
    return render(request, "case_calls/case_enter.html", context, status=status)
