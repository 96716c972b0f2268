"""Asking what a clause means: earlier rulings first, then the form; afterwards one's own questions with their state."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from policies.rulings import permissions, wording
from policies.rulings.actions import ask_question, see_answer
from policies.rulings.enums import ANSWER_DAYS
from policies.rulings.forms import QuestionForm
from policies.rulings.models import Ruling
from policies.rulings.similar import similar_rulings
from policies.rulings.views.sending import clause_meant, refuse, sent_on
from policies.rulings.views.timelines import for_asker
from policies.rulings.wording import ClauseText
from portal.lib import clock
from portal.lib.refusals import Refused
from portal.lib.shown_again import say_instead
from portal.org.requests import ReaderRequest


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ruling_ask(request: ReaderRequest) -> HttpResponse:
    """/rulings/ask/?edition=&clause= - without them the page asks which clause is meant."""
    meant = clause_meant(request, "ruling_ask", permissions.reader_can_ask, _("Ask about a clause"))
    if isinstance(meant, HttpResponse):
        return meant
    if request.method != "POST":
        similar = similar_rulings(request.reader, meant.row.clause_id, meant.words)
        form = QuestionForm(initial={"offered": _numbers(similar)})
        return _show(request, meant, form, similar)
    form = QuestionForm(request.POST)
    if not form.is_valid():
        if "submission_id" in form.errors:
            form.with_fresh_id()
        return _show(request, meant, form, _similar(request, meant, form), status=400)
    similar = _similar(request, meant, form)
    offered = set(form.cleaned_data["offered"].split(","))
    if any(ruling.number not in offered for ruling in similar):
        say_instead(form, offered=_numbers(similar))
        return _show(request, meant, form, similar, newly_offered=True)
    try:
        question = ask_question(
            by=request.user,
            edition=meant.edition,
            clause_id=meant.row.clause_id,
            text=form.cleaned_data["text"],
            submission_id=form.cleaned_data["submission_id"],
        )
    except Refused as refused:
        return _show(request, meant, form, similar, status=refuse(form, refused))
    messages.success(request, _("Your question was handed in."))
    return sent_on(request, reverse("ruling_mine_detail", args=[question.pk]))


def _similar(request: ReaderRequest, meant: ClauseText, form: QuestionForm) -> list[Ruling]:
    typed = form.data.get("text", "")[:2000]
    return similar_rulings(request.reader, meant.row.clause_id, typed or meant.words)


def _numbers(rulings: list[Ruling]) -> str:
    return ",".join(ruling.number for ruling in rulings)


def _show(
    request: ReaderRequest,
    meant: ClauseText,
    form: QuestionForm,
    similar: list[Ruling],
    *,
    newly_offered: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "meant": meant,
        "form": form,
        "similar": _on_clause_first(similar, meant.row.clause_id, request),
        "newly_offered": newly_offered,
        "days": ANSWER_DAYS,
        "unit": meant.edition.interpreting_unit or meant.edition.owner_unit,
    }
    return render(request, "rulings/ask.html", context, status=status)


def _on_clause_first(similar: list[Ruling], clause_id: int, request: ReaderRequest) -> list[tuple[Ruling, bool, str]]:
    """(ruling, whether it is on this clause, how it stands to the text in force)."""
    standings = wording.standings(similar, request.reader.day)
    return [(ruling, ruling.clause_id == clause_id, standings[ruling.pk]) for ruling in similar]


@never_cache
@login_required
@require_safe
def ruling_mine(request: ReaderRequest) -> HttpResponse:
    page = Paginator(permissions.questions_of(request.reader), 20).get_page(request.GET.get("page"))
    return render(request, "rulings/mine.html", {"page_obj": page, "now": clock.now()})


@never_cache
@login_required
@require_safe
def ruling_mine_detail(request: ReaderRequest, pk: int) -> HttpResponse:
    """The receipt of a question, its state, and the answer; whoever opens the answer has seen it."""
    question = get_object_or_404(permissions.questions_of(request.reader), pk=pk)
    if question.answered_at is not None and question.seen_at is None:
        see_answer(by=request.user, thing=question)
    visible = permissions.visible_rulings(request.reader).filter(question=question).newest_first()
    context = {
        "question": question,
        "meant": wording.clause_text(question.edition, question.clause_id),
        "rulings": list(visible),
        "late": question.is_late(clock.now()),
        "timeline": for_asker(question),
    }
    return render(request, "rulings/mine_detail.html", context)
