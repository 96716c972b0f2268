"""The desk of revisits: what is due, overdue first; one screen to call from and to say what came of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe
from django_scopes import scopes_disabled

from forms.revisits import actions, listing
from forms.revisits.enums import ATTEMPTS_BEFORE_GIVING_UP, AttemptOutcome
from forms.revisits.forms import SATISFIED, CallForm, EndForm
from forms.revisits.models import Revisit
from forms.revisits.permissions import (
    reader_can_act_on_revisit,
    reader_can_list_defects,
    reader_can_list_revisits,
    reader_can_see_draws,
    reader_handled,
    visible_revisits,
)
from forms.revisits.registries import revisit_subjects
from portal.lib import clock
from portal.lib.refusals import NotYours, Refused
from portal.lib.shown_again import say_instead, show_refusal
from portal.org.requests import ReaderRequest

PER_PAGE = 30


@never_cache
@login_required
@require_safe
def revisit_list(request: ReaderRequest) -> HttpResponse:
    """The reader's revisits by what is due."""
    if not reader_can_list_revisits(request.reader):
        raise Http404
    wanted, now = listing.Wanted.from_query(request.GET), clock.now()
    with scopes_disabled():
        found = listing.narrowed(visible_revisits(request.reader), wanted)
        shown = listing.shown(found, wanted.view, now).for_list()
        page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
        context = {
            "page_obj": page,
            "rows": [(revisit, revisit.is_late(now)) for revisit in page.object_list],
            "wanted": wanted,
            "tabs": listing.tabs(found, wanted, now),
            "sees_draws": reader_can_see_draws(request.reader),
            "sees_defects": reader_can_list_defects(request.reader),
        }
    return render(request, "revisits/revisit_list.html", context)


def _revisit(request: ReaderRequest, number: str) -> Revisit:
    with scopes_disabled():
        found = visible_revisits(request.reader).select_related("office", "finished_by").filter(number=number).first()
    if found is None:
        raise Http404
    return found


@never_cache
@login_required
@require_safe
def revisit_detail(request: ReaderRequest, number: str) -> HttpResponse:
    return _show(request, _revisit(request, number))


def _show(
    request: ReaderRequest,
    revisit: Revisit,
    *,
    call: CallForm | None = None,
    end: EndForm | None = None,
    status: int = 200,
) -> HttpResponse:
    reader, now = request.reader, clock.now()
    subject = revisit_subjects.get(revisit.subject_type)
    with scopes_disabled():
        attempts = list(revisit.attempts.all())
        refused = [one for one in attempts if one.outcome == AttemptOutcome.DECLINED]
        handled = revisit.independent and reader_handled(reader, revisit)
        may_act = revisit.is_open and reader_can_act_on_revisit(reader, revisit)
        context = {
            "revisit": revisit,
            "late": revisit.is_late(now),
            "subject": subject.show(revisit.subject_id, reader) if subject else None,
            "attempts": attempts,
            "timeline": listing.timeline(revisit),
            "handled": may_act and handled,
            "handlers": list(revisit.handlers.all()) if revisit.independent else [],
            "call": (call or CallForm(revisit=revisit)) if may_act and not handled else None,
            "end": (end or EndForm(revisit=revisit, auto_id="end_%s")) if may_act and not handled else None,
            "may_give_up": bool(refused) or len(attempts) >= ATTEMPTS_BEFORE_GIVING_UP,
            "failed_form": call or end,
            "tries": ATTEMPTS_BEFORE_GIVING_UP,
        }
    return render(request, "revisits/revisit_detail.html", context, status=status)


@never_cache
@login_required
@sensitive_post_parameters("words")
@require_POST
def revisit_call(request: ReaderRequest, number: str) -> HttpResponse:
    """What came of a call or visit."""
    revisit = _revisit(request, number)
    if not reader_can_act_on_revisit(request.reader, revisit):
        raise Http404
    form = CallForm(request.POST, revisit=revisit)
    if not form.is_valid():
        return _show(request, revisit, call=form, status=400)
    given: dict[str, Any] = {
        "by": request.user,
        "revisit": revisit,
        "words": form.cleaned_data["words"],
        "key": form.cleaned_data["key"],
        "version": form.cleaned_data["version"],
    }
    try:
        if form.reached:
            done = actions.finish_revisit(satisfied=form.cleaned_data["outcome"] == SATISFIED, **given)
            if done.satisfied:
                messages.success(request, _("The customer is satisfied. The revisit is done."))
            else:
                messages.warning(request, _("Written down. The rework began by itself."))
        else:
            actions.record_attempt(outcome=form.attempt_outcome, **given)
            messages.success(request, _("The try is written down; the revisit stays open."))
    except NotYours:
        raise Http404 from None
    except Refused as refused:
        show_refusal(form, refused)
        return _shown_again(request, number, form, refused)
    return redirect("revisit_detail", number)


@never_cache
@login_required
@require_POST
def revisit_end(request: ReaderRequest, number: str, verb: str) -> HttpResponse:
    """Not reached after enough tries; or not needed any more."""
    revisit = _revisit(request, number)
    if not reader_can_act_on_revisit(request.reader, revisit):
        raise Http404
    form = EndForm(request.POST, revisit=revisit, auto_id="end_%s")
    if not form.is_valid():
        return _show(request, revisit, end=form, status=400)
    version, words = form.cleaned_data["version"], form.cleaned_data["words"]
    try:
        if verb == "give_up":
            actions.give_up_revisit(by=request.user, revisit=revisit, words=words, version=version)
            messages.success(request, _("Recorded as not reached."))
        else:
            actions.cancel_revisit(by=request.user, revisit=revisit, reason=words, version=version)
            messages.success(request, _("The revisit is cancelled."))
    except NotYours:
        raise Http404 from None
    except Refused as refused:
        show_refusal(form, refused)
        return _shown_again(request, number, form, refused)
    return redirect("revisit_detail", number)


def _shown_again(request: ReaderRequest, number: str, form: CallForm | EndForm, refused: Refused) -> HttpResponse:
    """The form with everything typed; the next try is about the revisit as it is shown now."""
    revisit = _revisit(request, number)
    say_instead(form, version=revisit.version)
    if isinstance(form, CallForm):
        return _show(request, revisit, call=form, status=refused.status)
    return _show(request, revisit, end=form, status=refused.status)
