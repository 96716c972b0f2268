"""The public page of the hotlines, their numbers, the roster of a week."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forms.cases.calls import actions
from forms.cases.calls.duty import on_duty, week_table
from forms.cases.calls.enums import HotlineKind, ShownAs
from forms.cases.calls.forms import HotlineForm, TurnsForm
from forms.cases.calls.models import DutyTurn, Hotline
from forms.cases.calls.permissions import reader_can_keep_roster, reader_can_set_hotlines
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.refusals import NotYours, Refused
from portal.lib.shown_again import show_refusal
from portal.org.requests import ReaderRequest


@never_cache
@require_safe
def hotlines(request: ReaderRequest) -> HttpResponse:
    """Three numbers, day and night, and who answers them now. For everybody."""
    now = clock.now()
    return render(request, "case_calls/hotlines.html", {"lines": on_duty(actions.in_order(), now), "now": now})


# ---- numbers --------------------------------------------------------------------------------------------------------
@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def call_hotlines(request: ReaderRequest) -> HttpResponse:
    """The three numbers, what they are for, how whoever is on duty is shown."""
    if not reader_can_set_hotlines(request.reader):
        raise Http404
    if request.method != "POST":
        return _numbers(request)
    form = HotlineForm(request.POST, auto_id=f"{_kind(request)}_%s")
    status = 400
    if form.is_valid():
        try:
            actions.set_hotline(by=request.user, **form.cleaned_data)
        except NotYours:
            raise Http404 from None
        except Refused as refused:
            status = show_refusal(form, refused)
        else:
            messages.success(request, _("The hotline is set; the home page shows it."))
            return redirect("call_hotlines")
    return _numbers(request, form, status)


def _kind(request: ReaderRequest) -> str:
    kind = request.POST.get("kind", "")
    return kind if kind in HotlineKind.values else HotlineKind.COMPLAINTS.value


def _numbers(request: ReaderRequest, failed: HotlineForm | None = None, status: int = 200) -> HttpResponse:
    kept = {one.kind: one for one in Hotline.objects.all()}
    forms = []
    for kind in HotlineKind:
        one = kept.get(kind.value)
        is_failed = failed is not None and _kind(request) == kind.value
        form = failed if is_failed else HotlineForm(initial=_as_typed(kind, one), auto_id=f"{kind.value}_%s")
        forms.append({"kind": kind, "form": form, "is_set": one is not None})
    return render(request, "case_calls/numbers.html", {"forms": forms, "failed_form": failed}, status=status)


def _as_typed(kind: HotlineKind, one: Hotline | None) -> dict[str, Any]:
    if one is None:
        return {"kind": kind.value, "shown_as": ShownAs.SURNAME}
    names = ("kind", "label", "number", "words", "shown_as")
    return {name: getattr(one, name) for name in names}


# ---- the roster -----------------------------------------------------------------------------------------------------
@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def call_roster(request: ReaderRequest) -> HttpResponse:
    """Who answers which hotline in a week; the hours when nobody does stand out."""
    if not reader_can_keep_roster(request.reader):
        raise Http404
    week, lines = _week(request.POST.get("week") or request.GET.get("week", "")), actions.in_order()
    if request.method != "POST":
        initial = {"hotlines": [one.pk for one in lines]}
        return _roster(request, week, lines, TurnsForm(week=week, hotlines=lines, initial=initial))
    form = TurnsForm(request.POST, week=week, hotlines=lines)
    if not form.is_valid():
        return _roster(request, week, lines, form, 400)
    try:
        made = actions.add_turns(by=request.user, **form.cleaned_data)
    except NotYours:
        raise Http404 from None
    except Refused as refused:
        return _roster(request, week, lines, form, show_refusal(form, refused))
    said = ngettext("%(number)s turn was entered.", "%(number)s turns were entered.", len(made))
    messages.success(request, said % {"number": len(made)})
    return redirect(_address(week))


def _week(code: str) -> Period:
    try:
        return Period.of("week", Period.parse(code).start)
    except ValueError:
        return Period.of("week", clock.today())


def _address(week: Period) -> str:
    return f"{reverse('call_roster')}?week={week.code}"


def _roster(request: ReaderRequest, week: Period, lines: Any, form: TurnsForm, status: int = 200) -> HttpResponse:
    now = clock.now()
    rows = week_table(lines, week)
    context = {
        "week": week,
        "rows": rows,
        "days": [cell.day for cell in rows[0].cells] if rows else [],
        "form": form,
        "now": now,
        "today": clock.today(now),
        "before": f"?week={week.previous().code}",
        "after": f"?week={week.next().code}",
        "sets_numbers": reader_can_set_hotlines(request.reader),
        "has_gaps": any(cell.gaps for row in rows for cell in row.cells),
    }
    return render(request, "case_calls/roster.html", context, status=status)


@never_cache
@login_required
@require_POST
def call_roster_copy(request: ReaderRequest) -> HttpResponse:
    """The week before once more."""
    if not reader_can_keep_roster(request.reader):
        raise Http404
    week = _week(request.POST.get("week", ""))
    try:
        made = actions.copy_week(by=request.user, week=week)
    except Refused as refused:
        messages.error(request, str(refused.message))
    else:
        said = ngettext("%(number)s turn was entered.", "%(number)s turns were entered.", made)
        messages.success(request, said % {"number": made})
    return redirect(_address(week))


@never_cache
@login_required
@require_POST
def call_turn_drop(request: ReaderRequest, pk: int) -> HttpResponse:
    """A turn is taken out; one that runs ends now."""
    if not reader_can_keep_roster(request.reader):
        raise Http404
    turn = DutyTurn.objects.filter(pk=pk).first()
    if turn is None:
        raise Http404
    week = Period.of("week", clock.today(turn.starts_at))
    try:
        actions.drop_turn(by=request.user, turn=turn)
    except Refused as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("The turn is taken out."))
    return redirect(_address(week))
