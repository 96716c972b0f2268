"""Keeping courses: their list, one course with all that belongs to it, of whom it is required, its certificates."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from policies.training import actions, clause_texts
from policies.training.enums import EDITABLE_COURSE, CourseState
from policies.training.forms import CourseForm, RequirementForm
from policies.training.models import Certificate, Course, Requirement
from policies.training.views.doors import for_keepers
from policies.training.views.taking import doors_of
from portal.lib.refusals import Refused
from portal.lib.shown_again import show_refusal
from portal.org.requests import ReaderRequest

TONES = {CourseState.DRAFT: "neutral", CourseState.OPEN: "success", CourseState.CLOSED: "warning"}


@for_keepers
@require_safe
def desk(request: ReaderRequest) -> HttpResponse:
    courses = Course.objects.select_related("owner_unit", "regulation").annotate(
        lesson_count=Count("lessons", filter=Q(lessons__removed=False), distinct=True),
        question_count=Count("questions", filter=Q(questions__retired=False), distinct=True),
    )
    context = {
        "courses": [(course, TONES[CourseState(course.state)]) for course in courses],
        "to_check": len(clause_texts.open_to_check()),
    }
    return render(request, "training/desk.html", context | doors_of(request))


def course_of(pk: int) -> Course:
    return get_object_or_404(Course.objects.select_related("owner_unit", "regulation"), pk=pk)


@for_keepers
@require_safe
def course_desk(request: ReaderRequest, pk: int) -> HttpResponse:
    course = course_of(pk)
    questions = list(course.questions.in_pool().prefetch_related("choices"))  # type: ignore[attr-defined]
    clauses = clause_texts.rows_of(questions)
    changed = {one.question.pk: one.change.label for one in clause_texts.to_check(questions)}
    context = {
        "course": course,
        "tone": TONES[CourseState(course.state)],
        "editable": course.state in EDITABLE_COURSE,
        "lessons": course.lessons.filter(removed=False),
        "questions": [
            (
                question,
                clause_texts.label(clauses[question.pk]) if question.pk in clauses else "",
                changed.get(question.pk),
            )
            for question in questions
        ],
        "lines": course.requirements.select_related("unit", "post"),
        "form": RequirementForm(),
        "sessions": course.sessions.order_by("-starts_at")[:8],
        "certificate_count": course.certificates.count(),
    }
    return render(request, "training/course_desk.html", context)


@for_keepers
@require_http_methods(["GET", "HEAD", "POST"])
def course_edit(request: ReaderRequest, pk: int | None = None) -> HttpResponse:
    course = course_of(pk) if pk is not None else None
    form = CourseForm(request.POST or None, course=course)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            version = form.cleaned_data.pop("version")
            details = actions.CourseDetails(**form.cleaned_data)
            try:
                if course is None:
                    saved = actions.create_course(by=request.user, details=details)
                else:
                    saved = actions.edit_course(by=request.user, course=course, details=details, version=version)
            except Refused as refused:
                status = show_refusal(form, refused)
            else:
                return redirect("training_course_desk", pk=saved.pk)
    return render(request, "training/course_edit.html", {"form": form, "course": course}, status=status)


@for_keepers
@require_http_methods(["GET", "HEAD", "POST"])
def course_step(request: ReaderRequest, pk: int, step: str) -> HttpResponse:
    """Asks once before a course is opened or closed."""
    course = course_of(pk)
    if request.method == "POST":
        verb = {"open": actions.open_course, "close": actions.close_course}[step]
        try:
            verb(by=request.user, course=course)
        except Refused as refused:
            messages.error(request, str(refused.message))
        return redirect("training_course_desk", pk=pk)
    return render(request, "training/course_step.html", {"course": course, "step": step})


@for_keepers
@require_POST
def requirement_add(request: ReaderRequest, pk: int) -> HttpResponse:
    course = course_of(pk)
    form = RequirementForm(request.POST)
    if form.is_valid():
        try:
            actions.require_course(by=request.user, course=course, line=form.line(), since=form.cleaned_data["since"])
        except Refused as refused:
            messages.error(request, str(refused.message))
        else:
            messages.success(request, _("The course is required of them now."))
    else:
        messages.error(request, _("Choose a unit, a post or both, and a day."))
    return redirect("training_course_desk", pk=pk)


@for_keepers
@require_POST
def requirement_drop(request: ReaderRequest, pk: int) -> HttpResponse:
    requirement = get_object_or_404(Requirement.objects.select_related("course"), pk=pk)
    try:
        actions.drop_requirement(by=request.user, requirement=requirement)
    except Refused as refused:
        messages.error(request, str(refused.message))
    return redirect("training_course_desk", pk=requirement.course_id)


@for_keepers
@require_safe
def course_certificates(request: ReaderRequest, pk: int) -> HttpResponse:
    """Certificates that rest on the course, the newest first; valid ones alone with ?show=valid."""
    course, day = course_of(pk), request.reader.day
    found = Certificate.objects.filter(course=course).select_related("person")
    show = request.GET.get("show", "")
    if show == "valid":
        found = found.valid_on(day)  # type: ignore[attr-defined]
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    context = {
        "course": course,
        "rows": [(certificate, certificate.state_on(day)) for certificate in page],
        "page_obj": page,
        "show": show,
        "changed": clause_texts.to_check(list(course.questions.in_pool())),  # type: ignore[attr-defined]
    }
    return render(request, "training/course_certificates.html", context)
