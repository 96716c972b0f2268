"""The desk of a department: what it owes an answer to, one question, and each step with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_scopes import scopes_disabled

from policies.rulings import actions, permissions, wording
from policies.rulings.enums import QUESTION_STEPS, Standing
from policies.rulings.forms import AnswerForm, AssignForm, DeclineForm, HandOverForm, PublishForm
from policies.rulings.models import Question
from policies.rulings.similar import similar_rulings
from policies.rulings.views.narrowing import narrowed, tabs_of
from policies.rulings.views.timelines import happenings
from portal.lib import clock
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.lib.shown_again import show_refusal
from portal.org.models import Unit
from portal.org.requests import ReaderRequest

ROWS = 30


@dataclass(frozen=True)
class Step:
    """One thing a department can do with a question. `verb` gets the form's values by their names."""

    name: str
    word: Any
    icon: str
    verb: Callable[..., Any]
    make: Callable[..., forms.Form] | None = None
    hint: Any = ""


STEPS = [
    Step("acknowledge", gettext_lazy("We work on it"), "check-lg", actions.acknowledge_question),
    Step(
        "publish",
        gettext_lazy("Answer and publish as a ruling"),
        "megaphone",
        actions.publish_ruling,
        lambda data, question, **kw: PublishForm(data, initial=_for_everybody(question), **kw),
        gettext_lazy("Everybody who may read the regulation reads this, without a name."),
    ),
    Step(
        "answer",
        gettext_lazy("Answer privately"),
        "send",
        actions.answer_question,
        lambda data, question, **kw: AnswerForm(data, **kw),
        gettext_lazy("Only the asker reads this."),
    ),
    Step(
        "assign",
        gettext_lazy("Give to a colleague"),
        "person",
        actions.assign_question,
        lambda data, question, **kw: AssignForm(data, people=_colleagues(question), **kw),
    ),
    Step(
        "hand_over",
        gettext_lazy("Hand over to another department"),
        "arrow-right",
        actions.hand_over_question,
        lambda data, question, **kw: HandOverForm(data, units=_departments(question), **kw),
        gettext_lazy("The day on which the answer is due stays the same."),
    ),
    Step(
        "decline",
        gettext_lazy("Decline with an answer"),
        "x-circle",
        actions.decline_question,
        lambda data, question, **kw: DeclineForm(data, **kw),
        gettext_lazy("For what is not about this regulation. Only the asker reads this."),
    ),
]
BY_NAME = {step.name: step for step in STEPS}


def _for_everybody(question: Question) -> dict[str, str]:
    return {"asked": question.text, "answer": question.answer}


def _colleagues(question: Question) -> Any:
    return permissions.people_of_desk(question.unit, clock.today()).exclude(pk=question.sent_by_id)


def _departments(question: Question) -> Any:
    return Unit.objects.filter(closed_on__isnull=True).exclude(pk=question.unit_id)


@never_cache
@login_required
@require_safe
def ruling_desk(request: ReaderRequest) -> HttpResponse:
    """Open questions by the day they are due; ?view= late, answered, all; ?period=, ?unit= and ?regulation= narrow."""
    reader, now = request.reader, clock.now()
    if not permissions.reader_sees_desk(reader):
        raise Http404
    found, narrowings = narrowed(request, permissions.desk_questions(reader, with_past=True))
    own, _same = narrowed(request, permissions.desk_questions(reader))
    views = {
        "open": (_("Open"), own.unanswered().by_due()),
        "late": (_("Late"), own.late(now).by_due()),
        "answered": (_("Answered"), own.filter(answered_at__isnull=False).order_by("-answered_at")),
        "all": (_("All"), found.order_by("-sent_at")),
    }
    view = request.GET.get("view", "")
    view = view if view in views else "open"
    page = Paginator(views[view][1], ROWS).get_page(request.GET.get("page"))
    with scopes_disabled():
        rows = wording.rows_of((question.edition_id, question.clause_id) for question in page)
    context = {
        "page_obj": page,
        "rows": [
            (question, wording.name_of(rows[question.edition_id, question.clause_id]), question.is_late(now))
            for question in page
        ],
        "tabs": tabs_of(request, views, view),
        "narrowings": narrowings,
        "view": view,
    }
    return render(request, "rulings/desk.html", context)


def _question(request: ReaderRequest, pk: int) -> Question:
    """A question of the reader's departments, or one they handed over; 404 for others."""
    if not permissions.reader_sees_desk(request.reader):
        raise Http404
    found = permissions.desk_questions(request.reader, with_past=True)
    return get_object_or_404(found.select_related("answered_by", "assigned_to", "breached_unit"), pk=pk)


@never_cache
@login_required
@require_safe
def ruling_question(request: ReaderRequest, pk: int) -> HttpResponse:
    return _show(request, _question(request, pk))


@never_cache
@login_required
@require_POST
def ruling_question_step(request: ReaderRequest, pk: str, step: str) -> HttpResponse:
    """Does one step. A refusal shows the page as it stands now, with what was typed."""
    question, act = _question(request, int(pk)), BY_NAME[step]
    form = act.make(request.POST, question, **_names(act)) if act.make else None
    if form is not None and not form.is_valid():
        return _show(request, question, failed=(act, form), status=400)
    try:
        act.verb(by=request.user, question=question, **(form.cleaned_data if form else {}))
    except Refused as refused:
        if form is None or isinstance(refused, Conflict | NotYours):
            typed = [(field.label, field.data) for field in form if isinstance(field.data, str)] if form else []
            now_stands = _question(request, int(pk))
            return _show(request, now_stands, refused=refused, typed=typed, status=refused.status)
        show_refusal(form, refused)
        return _show(request, question, failed=(act, form), status=refused.status)
    messages.success(request, _("Done: %(step)s.") % {"step": act.word})
    return redirect("ruling_question", pk=question.pk)


def _names(act: Step) -> dict[str, Any]:
    """Several forms stand on one page: the ids of their fields differ."""
    return {"auto_id": f"id_{act.name}_%s"}


def _show(
    request: ReaderRequest,
    question: Question,
    *,
    failed: tuple[Step, forms.Form] | None = None,
    refused: Refused | None = None,
    typed: list[tuple[Any, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    may = permissions.user_can_answer(request.user, question)
    steps = []
    for act in STEPS:
        if may and (act.name, question.state) in QUESTION_STEPS:
            form = act.make(None, question, **_names(act)) if act.make else None
            failed_here = failed is not None and failed[0] is act
            steps.append({"act": act, "form": failed[1] if failed and failed_here else form, "open": failed_here})
    meant = wording.clause_text(question.edition, question.clause_id)
    similar = similar_rulings(request.reader, question.clause_id, question.text)
    rulings = list(question.rulings.order_by("pk"))
    context = {
        "question": question,
        "meant": meant,
        "clause_now": _clause_now(question, request),
        "steps": steps,
        "own": question.sent_by_id == request.user.pk,
        "failed_form": failed[1] if failed else None,
        "refused": refused,
        "typed": typed or [],
        "late": question.is_late(clock.now()),
        "rulings": rulings,
        "similar": [ruling for ruling in similar if ruling not in rulings],
        "timeline": happenings(question, with_names=True),
    }
    return render(request, "rulings/question.html", context, status=status)


def _clause_now(question: Question, request: ReaderRequest) -> str:
    """Whether the edition in force still says what the asker read."""
    day = request.reader.day
    current = wording.editions_in_force([question.edition.regulation_id], day).get(question.edition.regulation_id)
    if current is None or current.number <= question.edition.number:
        return Standing.HOLDS
    pairs = [(question.edition_id, question.clause_id), (current.pk, question.clause_id)]
    rows = wording.rows_of(pairs)
    if pairs[1] not in rows:
        return Standing.REMOVED
    changed = wording.differs(question.edition, current, question.clause_id, rows)
    return Standing.CHANGED if changed else Standing.HOLDS
