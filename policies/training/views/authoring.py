"""Writing lessons and questions; the list of questions whose clause changed."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from policies.training import actions, clause_texts
from policies.training.actions.lessons import PICTURES
from policies.training.forms import LessonForm, QuestionForm, VideoForm
from policies.training.models import Certificate, Course, Lesson, Question
from policies.training.videos import MOST_BYTES
from policies.training.views.desk import course_of
from policies.training.views.doors import for_keepers
from portal.files.actions import files_of
from portal.files.models import PrivateFile
from portal.files.storage import examine_files
from portal.lib.refusals import Refused
from portal.org.requests import ReaderRequest


# ---- lessons ---------------------------------------------------------------------------------------------------------
@for_keepers
@require_http_methods(["GET", "HEAD", "POST"])
def lesson_new(request: ReaderRequest, pk: int) -> HttpResponse:
    return _lesson_form(request, course_of(pk), None)


@for_keepers
@require_http_methods(["GET", "HEAD", "POST"])
def lesson_edit(request: ReaderRequest, pk: int) -> HttpResponse:
    lesson = _lesson(pk)
    return _lesson_form(request, lesson.course, lesson)


def _lesson(pk: int) -> Lesson:
    found = Lesson.objects.filter(removed=False).select_related("course__owner_unit", "course__regulation", "edition")
    return get_object_or_404(found, pk=pk)


def _lesson_form(request: ReaderRequest, course: Course, lesson: Lesson | None) -> HttpResponse:
    initial = _initial_of(lesson, course) if lesson else {}
    form = LessonForm(request.POST or None, request.FILES or None, course=course, initial=initial)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                saved = _save_lesson(request, form, course, lesson)
            except Refused as refused:
                field = "pictures" if refused.field == "files" else refused.field
                form.add_error(field if field in form.fields else None, str(refused.message))
                status = refused.status
            else:
                messages.success(request, _("The lesson is saved."))
                return redirect("training_lesson_edit", pk=saved.pk)
    newest = clause_texts.newest_edition(course.regulation)
    context = {
        "form": form,
        "course": course,
        "lesson": lesson,
        "video_form": VideoForm(),
        "files": list(files_of(lesson, PICTURES)) if lesson else [],
        "newest": newest,
        "outdated": lesson is not None and lesson.edition is not None and newest != lesson.edition,
    }
    return render(request, "training/lesson_edit.html", context, status=status)


def _initial_of(lesson: Lesson, course: Course) -> dict[str, Any]:
    """Clauses are ticked by their identity, also when the lesson shows them in an older edition."""
    newest = clause_texts.newest_edition(course.regulation)
    taught = lesson.clauses.values("clause")
    now = newest.clauses.filter(clause__in=taught).values_list("pk", flat=True) if newest else []
    return {"title": lesson.title, "body": lesson.body, "version": lesson.version, "clauses": list(now)}


def _save_lesson(request: ReaderRequest, form: LessonForm, course: Course, lesson: Lesson | None) -> Lesson:
    uploads = examine_files(form.cleaned_data["pictures"])
    saved = actions.save_lesson(
        by=request.user,
        course=course,
        lesson=lesson,
        content=actions.LessonContent(
            form.cleaned_data["title"], form.cleaned_data["body"], list(form.cleaned_data.get("clauses") or [])
        ),
        version=form.cleaned_data["version"],
    )
    actions.keep_pictures(by=request.user, lesson=saved, uploads=uploads)
    return saved


@for_keepers
@require_POST
def lesson_move(request: ReaderRequest, pk: int) -> HttpResponse:
    lesson = _lesson(pk)
    return _done(
        request,
        lesson.course_id,
        lambda: actions.move_lesson(by=request.user, lesson=lesson, up=request.POST.get("to") == "up"),
    )


def _done(request: ReaderRequest, course_pk: int, verb: Any, said: str = "") -> HttpResponse:
    """Runs a verb and goes back to the course, with its refusal or what it did."""
    try:
        verb()
    except Refused as refused:
        messages.error(request, str(refused.message))
    else:
        if said:
            messages.success(request, said)
    return redirect("training_course_desk", pk=course_pk)


@for_keepers
@require_http_methods(["GET", "HEAD", "POST"])
def lesson_remove(request: ReaderRequest, pk: int) -> HttpResponse:
    lesson = _lesson(pk)
    if request.method == "POST":
        said = _("The lesson was taken out.")
        return _done(request, lesson.course_id, lambda: actions.remove_lesson(by=request.user, lesson=lesson), said)
    return render(request, "training/lesson_remove.html", {"lesson": lesson})


@for_keepers
@require_POST
def picture_remove(request: ReaderRequest, pk: UUID) -> HttpResponse:
    picture = get_object_or_404(PrivateFile, pk=pk, owner_type=Lesson._meta.label_lower)
    lesson = _lesson(int(picture.owner_id))
    try:
        actions.remove_picture(by=request.user, lesson=lesson, picture=picture)
    except Refused as refused:
        messages.error(request, str(refused.message))
    return redirect("training_lesson_edit", pk=lesson.pk)


class VideoUploadHandler(TemporaryFileUploadHandler):
    """Takes larger files than the rest of the portal, on the disk; stops keeping where a video is too large."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start <= MOST_BYTES:
            super().receive_data_chunk(raw_data, start)


@csrf_exempt  # the check follows in _kept_video, once the form may be read with the handler for large files
@for_keepers
@require_POST
def lesson_video_upload(request: ReaderRequest, pk: int) -> HttpResponseBase:
    request.upload_handlers = [VideoUploadHandler(request)]
    return _kept_video(request, pk)


@csrf_protect
def _kept_video(request: Any, pk: int) -> HttpResponse:
    lesson = _lesson(pk)
    form = VideoForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("Choose a video file."))
        return redirect("training_lesson_edit", pk=pk)
    try:
        actions.keep_video(by=request.user, lesson=lesson, file=form.cleaned_data["video"])
    except Refused as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("The video is kept."))
    return redirect("training_lesson_edit", pk=pk)


@for_keepers
@require_POST
def lesson_video_remove(request: ReaderRequest, pk: int) -> HttpResponse:
    lesson = _lesson(pk)
    try:
        actions.remove_video(by=request.user, lesson=lesson)
    except Refused as refused:
        messages.error(request, str(refused.message))
    return redirect("training_lesson_edit", pk=pk)


# ---- questions -------------------------------------------------------------------------------------------------------
@for_keepers
@require_http_methods(["GET", "HEAD", "POST"])
def question_new(request: ReaderRequest, pk: int) -> HttpResponse:
    return _question_form(request, course_of(pk), None)


@for_keepers
@require_http_methods(["GET", "HEAD", "POST"])
def question_edit(request: ReaderRequest, pk: int) -> HttpResponse:
    question = _question(pk)
    return _question_form(request, question.course, question)


def _question(pk: int) -> Question:
    found = Question.objects.in_pool().select_related("course__owner_unit", "course__regulation")  # type: ignore[attr-defined]
    return get_object_or_404(found, pk=pk)


def _question_form(request: ReaderRequest, course: Course, question: Question | None) -> HttpResponse:
    form = QuestionForm(request.POST or None, course=course, question=question)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            content = actions.QuestionContent(
                text=form.cleaned_data["text"],
                choices=form.choices(),
                kind=form.cleaned_data["kind"],
                explanation=form.cleaned_data["explanation"],
                clause=form.cleaned_data.get("clause"),
            )
            try:
                actions.save_question(
                    by=request.user,
                    course=course,
                    question=question,
                    content=content,
                    version=form.cleaned_data["version"],
                )
            except Refused as refused:
                field = "choice_1" if refused.field == "choices" else refused.field
                form.add_error(field if field in form.fields else None, str(refused.message))
                status = refused.status
            else:
                messages.success(request, _("The question is saved."))
                if "another" in request.POST:
                    return redirect("training_question_new", pk=course.pk)
                return redirect("training_course_desk", pk=course.pk)
    changed = clause_texts.to_check([question]) if question else []
    context = {"form": form, "course": course, "question": question, "changed": changed[0] if changed else None}
    return render(request, "training/question_edit.html", context, status=status)


@for_keepers
@require_http_methods(["GET", "HEAD", "POST"])
def question_retire(request: ReaderRequest, pk: int) -> HttpResponse:
    question = _question(pk)
    if request.method == "POST":
        said = _("The question is no longer asked.")
        return _done(
            request, question.course_id, lambda: actions.retire_question(by=request.user, question=question), said
        )
    return render(request, "training/question_retire.html", {"question": question})


@for_keepers
@require_safe
def questions_to_check(request: ReaderRequest) -> HttpResponse:
    """Questions whose clause the newest edition changed or took out, by course; with the certificates that rest on the
    course."""
    found = clause_texts.open_to_check()
    day = request.reader.day
    groups = []
    for _key, rows in groupby(found, key=lambda one: one.question.course_id):
        row_list = list(rows)
        course = row_list[0].question.course
        valid = Certificate.objects.filter(course=course).valid_on(day).count()  # type: ignore[attr-defined]
        groups.append((course, row_list, valid))
    return render(request, "training/to_check.html", {"groups": groups, "count": len(found)})


@for_keepers
@require_POST
def question_checked(request: ReaderRequest, pk: int) -> HttpResponse:
    """The question still fits the clause as the edition named in the form words it."""
    question = _question(pk)
    typed = request.POST.get("edition", "")
    if not typed.isdigit() or len(typed) > 15:
        raise Http404
    try:
        actions.confirm_question(by=request.user, question=question, edition_id=int(typed))
    except Refused as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("Noted: the question still fits."))
    return redirect("training_to_check")
