"""One's own training: what is required, a course, its lessons, an attempt at its quiz."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from policies.training import actions, own, permissions, videos
from policies.training.actions.lessons import PICTURES
from policies.training.actions.taking import is_right
from policies.training.enums import CourseState, QuestionKind, Standing
from policies.training.forms import QuizForm, field_of
from policies.training.models import Attempt, Certificate, Course, Lesson
from policies.training.progress import progress_of
from policies.training.views.doors import for_learners, person_of
from portal.files.actions import files_of
from portal.files.storage import private_storage
from portal.lib import clock, markup
from portal.lib.refusals import Conflict, Refused
from portal.org.requests import ReaderRequest


@for_learners
@require_safe
def training(request: ReaderRequest) -> HttpResponse:
    """What is required of the reader, what else is open, sessions to come, certificates held."""
    reader, now = request.reader, clock.now()
    person = person_of(request)
    required = own.courses_of(person.pk, reader.appointments, reader.day)
    known = {one.course.pk for one in required}
    held = list(Certificate.objects.filter(person=person).select_related("course"))
    context = {
        "waiting": [one for one in required if one.state != Standing.DONE],
        "done": [one for one in required if one.state == Standing.DONE],
        "others": list(Course.objects.open().exclude(pk__in=known)),  # type: ignore[attr-defined]
        "sessions": own.sessions_of(person.pk, reader.appointments, now),
        "certificates": [(one, one.state_on(reader.day)) for one in held],
        "person": person,
    }
    return render(request, "training/own.html", context | doors_of(request))


def doors_of(request: ReaderRequest) -> dict[str, bool]:
    """Which other rooms of training the reader may enter: the tabs above each page."""
    reader = request.reader
    return {
        "keeps": permissions.reader_keeps_courses(reader),
        "sees_matrix": permissions.reader_sees_matrix(reader),
        "plans": permissions.reader_can_plan_sessions(reader),
    }


def _course(request: ReaderRequest, pk: int) -> Course:
    found = permissions.visible_courses(request.reader).select_related("owner_unit", "regulation")
    return get_object_or_404(found, pk=pk)


@for_learners
@require_safe
def course_page(request: ReaderRequest, pk: int) -> HttpResponse:
    """The course: its lessons with what was read, the quiz or why it is not open yet, earlier tries, sessions."""
    course, reader = _course(request, pk), request.reader
    person = person_of(request)
    now = clock.now()
    progress = progress_of(person.pk, course, now)
    refusal = progress.refusal() if course.has_quiz and progress.open_attempt is None else None
    context = {
        "course": course,
        "progress": progress,
        "lessons": [(lesson, lesson.pk in progress.read) for lesson in progress.lessons],
        "standing": next(
            (one for one in own.courses_of(person.pk, reader.appointments, reader.day) if one.course == course),
            None,
        ),
        "refusal": refusal.message if refusal else "",
        "attempts": course.attempts.filter(person=person).handed_in()[:10],  # type: ignore[attr-defined]
        "sessions": course.sessions.coming(now)[:5],  # type: ignore[attr-defined]
        "takes": course.state == CourseState.OPEN,
    }
    return render(request, "training/course.html", context | doors_of(request))


@for_learners
@require_http_methods(["GET", "HEAD", "POST"])
def lesson_page(request: ReaderRequest, pk: int, lesson_pk: int) -> HttpResponse:
    """A lesson. Sending it notes that it was read and leads to the next one, after the last back to the course."""
    course, reader = _course(request, pk), request.reader
    person = person_of(request)
    lessons = list(course.lessons.filter(removed=False).select_related("edition__regulation"))
    place = next((index for index, lesson in enumerate(lessons) if lesson.pk == lesson_pk), None)
    if place is None:
        raise Http404
    lesson = lessons[place]
    following = lessons[place + 1] if place + 1 < len(lessons) else None
    if request.method == "POST":
        try:
            actions.read_lesson(by=request.user, lesson=lesson)
        except Refused as refused:
            messages.error(request, str(refused.message))
            return redirect(course)
        return redirect(following or course)
    files = list(files_of(lesson, PICTURES))
    edition = lesson.edition
    shows_clauses = edition is not None and permissions.reader_can_read_lesson_clauses(reader, lesson)
    context = {
        "course": course,
        "lesson": lesson,
        "number": place + 1,
        "count": len(lessons),
        "before": lessons[place - 1] if place else None,
        "following": following,
        "is_read": lesson.pk in progress_of(person.pk, course, clock.now()).read,
        "body": markup.render(lesson.body),
        "pictures": [file for file in files if file.is_picture],
        "papers": [file for file in files if not file.is_picture],
        "clauses": list(lesson.clauses.order_by("order")) if shows_clauses else [],
        "edition": edition,
        "hidden_clauses": edition is not None and not shows_clauses,
        "takes": course.state == CourseState.OPEN,
    }
    return render(request, "training/lesson.html", context)


@for_learners
@require_safe
def lesson_video(request: ReaderRequest, pk: int) -> HttpResponseBase:
    """The video of a lesson, whole or the part that the player asks for."""
    lesson = get_object_or_404(Lesson, pk=pk, removed=False)
    _course(request, lesson.course_id)
    if not lesson.video_path:
        raise Http404
    try:
        file = private_storage().open(lesson.video_path)
    except FileNotFoundError:
        raise Http404 from None
    size = file.size
    try:
        part = videos.asked_part(request.headers.get("Range", ""), size)
    except ValueError:
        file.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    if part is None:
        response: Any = FileResponse(file, content_type=lesson.video_type)
    else:
        first, last = part
        response = StreamingHttpResponse(videos.part_of(file, first, last), status=206, content_type=lesson.video_type)
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
        response["Content-Length"] = str(last - first + 1)
    response["Accept-Ranges"] = "bytes"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@for_learners
@require_POST
def quiz_start(request: ReaderRequest, pk: int) -> HttpResponse:
    course = _course(request, pk)
    try:
        attempt = actions.start_attempt(by=request.user, course=course)
    except Refused as refused:
        messages.error(request, str(refused.message))
        return redirect(course)
    return redirect(attempt)


@for_learners
@require_http_methods(["GET", "HEAD", "POST"])
def attempt_page(request: ReaderRequest, pk: UUID) -> HttpResponse:
    """The questions while the attempt is under way, afterwards the result."""
    found = Attempt.objects.select_related("course", "person")
    attempt = get_object_or_404(found, pk=pk)
    if not permissions.reader_can_see_attempt(request.reader, attempt):
        raise Http404
    if request.method == "POST":
        return _handed_in(request, attempt)
    if attempt.is_open:
        return render(request, "training/quiz.html", {"attempt": attempt, "form": QuizForm(attempt=attempt)})
    return _result(request, attempt)


def _handed_in(request: ReaderRequest, attempt: Attempt) -> HttpResponse:
    form = QuizForm(request.POST, attempt=attempt)
    if not attempt.is_open or form.is_valid():
        try:
            actions.hand_in_attempt(by=request.user, attempt=attempt, answers=form.answers())
        except Conflict as refused:
            messages.info(request, str(refused.message))
            return redirect(attempt)
        except Refused as refused:
            name = field_of(refused.field or "")
            form.add_error(name if name in form.fields else None, str(refused.message))
        else:
            return redirect(attempt)
    return render(request, "training/quiz.html", {"attempt": attempt, "form": form}, status=400)


def _result(request: ReaderRequest, attempt: Attempt) -> HttpResponse:
    rows = []
    for question in attempt.questions:
        chosen = attempt.answers.get(question["key"], [])
        rows.append(
            {
                "text": question["text"],
                "right": is_right(question, chosen),
                "explanation": question["explanation"],
                "clause": question["clause"],
                "clause_url": question["clause_url"],
                "several": question["kind"] == QuestionKind.MULTIPLE,
                "choices": [choice | {"chosen": choice["key"] in chosen} for choice in question["choices"]],
            }
        )
    progress = progress_of(attempt.person_id, attempt.course, clock.now())
    context = {
        "attempt": attempt,
        "rows": rows,
        "right": sum(row["right"] for row in rows),
        "certificate": Certificate.objects.filter(attempt=attempt).first(),
        "progress": progress,
        "refusal": None if attempt.passed else progress.refusal(),
        "title": _("Passed") if attempt.passed else _("Not passed yet"),
    }
    return render(request, "training/result.html", context)
