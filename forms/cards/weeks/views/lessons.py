"""Lessons that all the staff read, how one is proposed and judged, and which units talked it over (SAF-18)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forms.cards.weeks import figures, permissions
from forms.cards.weeks.actions import lessons as actions
from forms.cards.weeks.actions.lessons import FIELDS, LessonDraft
from forms.cards.weeks.enums import LessonState
from forms.cards.weeks.forms import LessonForm, TalkForm, WordsForm
from forms.cards.weeks.models import Lesson, Summary, Week
from portal.lib.refusals import Refused
from portal.lib.shown_again import show_refusal
from portal.org.requests import ReaderRequest

A_PAGE = 20


@never_cache
@login_required
@require_safe
def lesson_list(request: ReaderRequest) -> HttpResponse:
    """What was learnt anywhere in the company, the newest first; above it what waits to be judged."""
    if not request.reader.is_staff_member:
        raise Http404
    found = permissions.visible_lessons(request.reader).select_related("unit")
    published = found.filter(state=LessonState.PUBLISHED).prefetch_related("talks")
    page = Paginator(published.order_by("-judged_at", "-pk"), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "rows": [{"lesson": one, "talks": len(one.talks.all())} for one in page],
        "waiting": found.filter(state=LessonState.PROPOSED).order_by("proposed_at"),
        "declined": found.filter(state=LessonState.DECLINED),
        "judges": permissions.reader_can_judge(request.reader),
    }
    return render(request, "card_weeks/lesson_list.html", context)


def _source(request: ReaderRequest, kind: str, pk: str) -> Week | Summary:
    """The record that the lesson is drawn from."""
    rows: Any = Week.objects.all() if kind == "week" else Summary.objects.all()
    record: Week | Summary = get_object_or_404(rows.select_related("unit"), pk=pk)
    if not permissions.user_can_propose_from(request.user, record):
        raise Http404
    return record


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def lesson_new(request: ReaderRequest, kind: str, pk: str) -> HttpResponse:
    record = _source(request, kind, pk)
    form, status = LessonForm(request.POST or None), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                lesson = actions.propose_lesson(by=request.user, record=record, draft=LessonDraft(**form.cleaned_data))
            except Refused as refused:
                status = show_refusal(form, refused)
            else:
                messages.success(request, _("Proposed. The safety department reads it now."))
                return redirect(lesson)
    return render(request, "card_weeks/lesson_new.html", {"form": form, "record": record}, status=status)


def _lesson(request: ReaderRequest, pk: int) -> Lesson:
    found = permissions.visible_lessons(request.reader).select_related("unit", "week", "summary", "proposed_by")
    return get_object_or_404(found, pk=pk)


@never_cache
@login_required
@require_safe
def lesson_detail(request: ReaderRequest, pk: int) -> HttpResponse:
    return _shown(request, _lesson(request, pk))


def _shown(
    request: ReaderRequest,
    lesson: Lesson,
    *,
    judge_form: LessonForm | None = None,
    verdict_form: WordsForm | None = None,
    talk_form: TalkForm | None = None,
    status: int = 200,
) -> HttpResponse:
    judging = lesson.state == LessonState.PROPOSED and permissions.user_can_judge(request.user, lesson)
    talks = list(lesson.talks.select_related("unit", "by"))
    talked = {talk.unit_id for talk in talks}
    published = lesson.state == LessonState.PUBLISHED
    units = [one for one in permissions.units_that_talk(request.reader) if one.pk not in talked] if published else []
    context: dict[str, Any] = {
        "lesson": lesson,
        "talks": talks,
        "not_yet": [crew for crew in figures.crews() if crew.pk not in talked] if published else [],
        "judge_form": (judge_form or LessonForm(initial={name: getattr(lesson, name) for name in FIELDS}))
        if judging
        else None,
        "verdict_form": verdict_form or WordsForm(label=_("Why it is not shared"), auto_id="id_decline_%s"),
        "talk_form": (talk_form or TalkForm(units=units, initial={"on": request.reader.day}, auto_id="id_talk_%s"))
        if units
        else None,
        "failed_form": judge_form or verdict_form or talk_form,
        "sees_proposer": permissions.reader_can_judge(request.reader) or lesson.proposed_by_id == request.user.pk,
    }
    return render(request, "card_weeks/lesson_detail.html", context, status=status)


@login_required
@require_POST
def lesson_judge(request: ReaderRequest, pk: int) -> HttpResponse:
    """Publishes the lesson with the words of the form, or (`decline`) says why it is not shared."""
    lesson = _lesson(request, pk)
    if not permissions.user_can_judge(request.user, lesson):
        raise Http404
    declining = "decline" in request.POST
    form: Any = WordsForm(request.POST, auto_id="id_decline_%s") if declining else LessonForm(request.POST)
    status = 400
    if form.is_valid():
        try:
            if declining:
                actions.decline_lesson(by=request.user, lesson=lesson, verdict=form.cleaned_data["words"])
            else:
                actions.publish_lesson(by=request.user, lesson=lesson, draft=LessonDraft(**form.cleaned_data))
        except Refused as refused:
            status = show_refusal(form, refused)
        else:
            messages.success(request, _("Kept.") if declining else _("Published for all the staff."))
            return redirect(lesson)
    failed = {"verdict_form": form} if declining else {"judge_form": form}
    return _shown(request, _lesson(request, pk), status=status, **failed)


@login_required
@require_POST
def lesson_talk(request: ReaderRequest, pk: int) -> HttpResponse:
    lesson = _lesson(request, pk)
    units = permissions.units_that_talk(request.reader)
    if not units:
        raise Http404
    form = TalkForm(request.POST, units=units, auto_id="id_talk_%s")
    status = 400
    if form.is_valid():
        try:
            actions.talk_lesson_over(by=request.user, lesson=lesson, **form.cleaned_data)
        except Refused as refused:
            status = show_refusal(form, refused)
        else:
            messages.success(request, _("Kept: your unit talked it over."))
            return redirect(lesson)
    return _shown(request, lesson, talk_form=form, status=status)
