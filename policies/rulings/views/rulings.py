"""Rulings as readers find them: the list, one ruling beside its clause, and what its department does when the clause
has changed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from policies.comparing import words_compared
from policies.models import Edition, RegulationPage
from policies.rulings import permissions, wording
from policies.rulings.actions import reaffirm_ruling, withdraw_ruling
from policies.rulings.addresses import number_in
from policies.rulings.enums import RulingState, Standing
from policies.rulings.forms import PublishForm, WithdrawForm
from policies.rulings.models import Ruling
from policies.rulings.views.narrowing import tabs_of
from policies.views.doors import not_for
from portal.lib.chinese import fold
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.lib.shown_again import show_refusal
from portal.org.requests import ReaderRequest

ROWS = 20


@never_cache
@require_safe
def ruling_list(request: ReaderRequest) -> HttpResponse:
    """Rulings this reader may read; ?q= words or a number in either script, ?regulation=, ?view=past."""
    reader = request.reader
    found = permissions.visible_rulings(reader).newest_first()
    regulations = RegulationPage.objects.filter(pk__in=found.order_by().values("edition__regulation")).order_by("title")
    typed = request.GET.get("q", "").replace("\0", "").strip()[:100]
    for word in fold(typed).split():
        found = found.filter(words__contains=word)
    regulation = number_in(request.GET.get("regulation", ""))
    if regulation:
        found = found.filter(edition__regulation=regulation)
    views = {
        "present": (_("Valid"), found.published()),
        "past": (_("Withdrawn or replaced"), found.exclude(state=RulingState.PUBLISHED)),
    }
    view = "past" if request.GET.get("view") == "past" else "present"
    page = Paginator(views[view][1], ROWS).get_page(request.GET.get("page"))
    rulings = list(page)
    standings = wording.standings(rulings, reader.day)
    rows = wording.rows_of((ruling.edition_id, ruling.clause_id) for ruling in rulings)
    context = {
        "page_obj": page,
        "rows": [
            (ruling, wording.name_of(rows[ruling.edition_id, ruling.clause_id]), standings[ruling.pk])
            for ruling in rulings
        ],
        "tabs": tabs_of(request, views, view),
        "typed": typed,
        "regulations": list(regulations),
        "regulation": regulation,
        "is_desk": permissions.reader_sees_desk(reader),
    }
    return render(request, "rulings/list.html", context)


def _ruling(request: ReaderRequest, number: str) -> Ruling | None:
    found = permissions.visible_rulings(request.reader).select_related(
        "edition__regulation__interpreting_unit", "clause", "unit", "decided_by", "ended_by", "reaffirms", "question"
    )
    return found.filter(number=number[:20]).first()


@never_cache
@require_safe
def ruling_detail(request: ReaderRequest, number: str) -> HttpResponse:
    """For readers of the edition's audience, withdrawn ones too; for everybody else it does not exist."""
    ruling = _ruling(request, number)
    return _show(request, ruling) if ruling else not_for(request)


@never_cache
@login_required
@require_POST
def ruling_step(request: ReaderRequest, number: str, step: str) -> HttpResponse:
    """Reaffirms under the edition in force, or withdraws with a reason."""
    ruling = _ruling(request, number)
    if ruling is None or not permissions.user_can_settle_ruling(request.user, ruling):
        raise Http404
    verb, form = _form_of(step, request.POST)
    if not form.is_valid():
        return _show(request, ruling, failed=(step, form), status=400)
    try:
        settled = verb(by=request.user, ruling=ruling, **form.cleaned_data)
    except Refused as refused:
        if isinstance(refused, Conflict | NotYours):
            typed = [(field.label, field.data) for field in form]
            again = _ruling(request, number) or ruling
            return _show(request, again, refused=refused, typed=typed, status=refused.status)
        show_refusal(form, refused)
        return _show(request, ruling, failed=(step, form), status=refused.status)
    done = _("The ruling is withdrawn.") if step == "withdraw" else _("The ruling is decided anew.")
    messages.success(request, done)
    return redirect(settled)


def _form_of(step: str, data: Any, ruling: Ruling | None = None) -> tuple[Any, forms.Form]:
    """The verb of a step and its form, filled with what the ruling says."""
    names: dict[str, Any] = {"auto_id": f"id_{step}_%s"}
    if step == "withdraw":
        return withdraw_ruling, WithdrawForm(data, **names)
    initial = {"asked": ruling.asked, "answer": ruling.answer} if ruling else None
    return reaffirm_ruling, PublishForm(data, initial=initial, **names)


def _show(
    request: ReaderRequest,
    ruling: Ruling,
    *,
    failed: tuple[str, forms.Form] | None = None,
    refused: Refused | None = None,
    typed: list[tuple[Any, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    standing = wording.standing_of(ruling, request.reader.day)
    context = {
        "ruling": ruling,
        "meant": wording.clause_text(ruling.edition, ruling.clause_id),
        "standing": standing,
        "successor": Ruling.objects.filter(reaffirms=ruling).first(),
        "steps": _steps(request, ruling, standing, failed),
        "failed_form": failed[1] if failed else None,
        "refused": refused,
        "typed": typed or [],
        **_text_in_force(request, ruling, standing),
    }
    return render(request, "rulings/ruling.html", context, status=status)


def _steps(
    request: ReaderRequest, ruling: Ruling, standing: str, failed: tuple[str, forms.Form] | None
) -> list[dict[str, Any]]:
    """What the department may do with it, for its people alone."""
    if ruling.state != RulingState.PUBLISHED or not request.reader.is_signed_in:
        return []
    if not permissions.user_can_settle_ruling(request.user, ruling):
        return []
    names = ["reaffirm", "withdraw"] if standing == Standing.CHANGED else ["withdraw"]
    steps = []
    for name in names:
        here = failed is not None and failed[0] == name
        form = failed[1] if failed and here else _form_of(name, None, ruling)[1]
        steps.append({"name": name, "form": form, "open": here})
    return steps


def _text_in_force(request: ReaderRequest, ruling: Ruling, standing: str) -> dict[str, Any]:
    """The clause as it stands now with the words that differ, for who may read that edition."""
    if standing != Standing.CHANGED:
        return {}
    edition: Edition = wording.editions_in_force([ruling.edition.regulation_id], request.reader.day)[
        ruling.edition.regulation_id
    ]
    then, now = (wording.clause_text(one, ruling.clause_id) for one in (ruling.edition, edition))
    if then is None or now is None or not request.reader.may_read(edition.audience):
        return {}
    return {"now": now, "pieces": words_compared(then.words, now.words)}
