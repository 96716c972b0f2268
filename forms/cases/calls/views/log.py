"""One screen for a call: who it is, what was said, what became of it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from django_scopes import scopes_disabled

from forms.cases.calls import actions
from forms.cases.calls.enums import CallOutcome
from forms.cases.calls.forms import CallForm
from forms.cases.calls.lookup import Caller, Wanted, caller_for, lookalikes, normal_house, suggestion
from forms.cases.calls.models import Call
from forms.cases.calls.permissions import own_unit, reader_can_log_calls, visible_calls
from forms.cases.enums import CaseKind
from portal.lib import clock
from portal.lib.refusals import NotYours, Refused
from portal.lib.shown_again import say_instead, show_refusal
from portal.org.models import Estate, Household
from portal.org.requests import ReaderRequest

PERSONAL = ("phone", "caller_name", "house", "text", "answer", "subject")


@never_cache
@login_required
@sensitive_post_parameters(*PERSONAL)
@require_http_methods(["GET", "HEAD", "POST"])
def call_new(request: ReaderRequest) -> HttpResponse:
    """Number or house first: the screen says who it is. The same form is then written down; `returns` names a missed
    call that is called back."""
    if not reader_can_log_calls(request.reader):
        raise Http404
    if request.method != "POST":
        return _begin(request)
    data = picked(request.POST)
    returned = _returned(request, data.get("returns", ""))
    caller = caller_for(request.reader, wanted_of(data), clock.now())
    form = CallForm(data, hotlines=actions.in_order(), cases=caller.open_cases, returned=returned)
    if "record" not in data and "sure" not in data and "same" not in data:
        return _looked_up(request, form, caller)
    return _record(request, form, caller)


def _begin(request: ReaderRequest) -> HttpResponse:
    """An empty form, or one about a missed call that is called back."""
    returned = _returned(request, request.GET.get("returns", ""))
    now = timezone.localtime(clock.now())
    hotlines = actions.in_order()
    initial: dict[str, Any] = {
        "key": uuid.uuid4(),
        "began_at": now.replace(second=0, microsecond=0),
        "kind": CaseKind.COMPLAINT,
        "hotline": hotlines[0].pk if hotlines else None,
        "estate": own_estate(request),
    }
    if returned is not None:
        initial |= {
            "returns": returned.number,
            "phone": returned.phone,
            "caller_name": returned.caller_name,
            "estate": returned.estate_id,
            "house": returned.house,
            "hotline": returned.hotline_id,
        }
    wanted = Wanted(
        phone=returned.phone if returned else request.GET.get("phone", "")[:40],
        estate=returned.estate if returned else Estate.objects.filter(pk=initial["estate"]).first(),
        house=normal_house(returned.house) if returned else "",
    )
    caller = caller_for(request.reader, wanted, clock.now())
    initial.setdefault("phone", wanted.phone)
    if caller.home is not None:
        initial |= {"estate": caller.home.household.estate_id, "house": caller.home.household.house}
        initial.setdefault("caller_name", caller.home.name)
    form = CallForm(initial=initial, hotlines=hotlines, cases=caller.open_cases, returned=returned)
    focus(form, "text" if returned else "phone")
    return _page(request, form, caller)


def own_estate(request: ReaderRequest) -> int | None:
    """Where the office has one estate alone, that is the one."""
    unit = own_unit(request.reader)
    found = list(Estate.objects.filter(office=unit).values_list("pk", flat=True)[:2]) if unit else []
    return found[0] if len(found) == 1 else None


def _returned(request: ReaderRequest, number: str) -> Call | None:
    if not number:
        return None
    with scopes_disabled():
        calls = visible_calls(request.reader).select_related("hotline", "estate__office")
        found = calls.filter(number=number.replace("\x00", "")[:40], missed=True).first()
    if found is None:
        raise Http404
    return found


def picked(posted: Any) -> Any:
    """One of the houses shown was chosen: the form says that house from now on."""
    picked = posted.get("pick", "")
    data = posted.copy()
    if picked.isascii() and picked.isdigit() and len(picked) < 10:
        home = Household.objects.filter(pk=int(picked)).first()
        if home is not None:
            data["estate"], data["house"] = str(home.estate_id), home.house
    if "same" in posted:  # one of the cases that look alike
        data["outcome"], data["case"] = CallOutcome.ADDED.value, posted["same"]
    return data


def wanted_of(data: Any) -> Wanted:
    key = data.get("estate", "")
    estate = None
    if key.isascii() and key.isdigit() and len(key) < 10:
        estate = Estate.objects.select_related("office").filter(pk=int(key)).first()
    return Wanted(data.get("phone", "").replace("\x00", "")[:40], estate, normal_house(data.get("house", "")))


def _looked_up(request: ReaderRequest, form: CallForm, caller: Caller) -> HttpResponse:
    """Everything typed stays; what is known now is filled in."""
    typed = typed_and_known(form, caller)
    shown = CallForm(initial=typed, hotlines=actions.in_order(), cases=caller.open_cases, returned=form.returned)
    focus(shown, "text")
    return _page(request, shown, caller)


def typed_and_known(form: CallForm, caller: Caller) -> dict[str, Any]:
    """What a form begins with that was looked up: what is missing still is no error before it is sent."""
    known: dict[str, Any] = {}
    if caller.home is not None:
        household = caller.home.household
        known |= {"estate": household.estate_id, "house": household.house}
        for name, value in (("caller_name", caller.home.name), ("phone", caller.home.phone)):
            if value and not form.data.get(name, "").strip():
                known[name] = value
    say_instead(form, **known)
    typed: dict[str, Any] = {name: form.data.get(name, "") for name in form.fields}
    return typed | {name: name in form.data for name in ("about_director", "compensation")}


def questions(request: ReaderRequest, form: CallForm, new: Any) -> dict[str, Any]:
    """What is asked before a new case is made: whether it is one of those that look alike (`alike`), whether it is for
    the company's leaders (`suggestion`). Nothing when the clerk has answered already."""
    typed = form.cleaned_data
    if new.outcome != CallOutcome.CASE or typed["sure"] == "yes" or actions.is_known(typed["key"]):
        return {}
    alike = lookalikes(request.reader, estate=new.estate, house=new.house, kind=new.kind)
    words = None if new.about_director or new.compensation else suggestion(new.subject, new.text)
    return {"alike": alike, "suggestion": words} if alike or words else {}


def _record(request: ReaderRequest, form: CallForm, caller: Caller) -> HttpResponse:
    if not form.is_valid():
        return _page(request, form, caller, status=400)
    new = form.new_call
    if asked := questions(request, form, new):
        return _page(request, form, caller, **asked)
    try:
        call = actions.record_call(by=request.user, key=form.cleaned_data["key"], new=new)
    except NotYours:
        raise Http404 from None
    except Refused as refused:
        show_refusal(form, refused)
        if refused.status == 409:
            form.with_fresh_key()
        return _page(request, form, caller, status=refused.status)
    return _done(request, call)


def _done(request: ReaderRequest, call: Call) -> HttpResponse:
    """The call's page with what the caller is told; what went to the leaders is seen here no more."""
    with scopes_disabled():
        seen = visible_calls(request.reader).filter(pk=call.pk).exists()
    if seen:
        messages.success(request, _("%(number)s is written down.") % {"number": call.number})
        return redirect("call_detail", call.number)
    number = call.case.number if call.case else call.number
    said = _("It lies with the company's leaders now. The receipt number for the caller: %(number)s")
    messages.success(request, said % {"number": number})
    return redirect("call_new")


def focus(form: CallForm, name: str) -> None:
    form.fields[name].widget.attrs["data-focus-on-load"] = ""


def _page(
    request: ReaderRequest,
    form: CallForm,
    caller: Caller,
    *,
    alike: Any = (),
    suggestion: Any = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "caller": caller,
        "returned": form.returned,
        "alike": alike,
        "suggestion": suggestion,
        "asks": bool(alike or suggestion),
    }
    return render(request, "case_calls/call_new.html", context, status=status)
