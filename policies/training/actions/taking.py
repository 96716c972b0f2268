"""Taking a course: reading its lessons, drawing an attempt, handing it in once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from policies.training import clause_texts, permissions
from policies.training.actions.certificates import give_certificate
from policies.training.enums import AttemptState, CourseState, How, QuestionKind
from policies.training.models import Attempt, Course, Lesson, LessonRead, Question, TriesGranted
from policies.training.progress import progress_of
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.lib.sampling import draw
from portal.org.models import Person
from portal.org.readers import reader_for


def _learner(by: Any, course: Course, now: datetime) -> Person:
    """The person behind the account, locked: two presses of one person follow one another."""
    reader = reader_for(by, clock.today(now))
    if not permissions.reader_can_take_courses(reader) or reader.person is None:
        raise NotYours(_("Courses are for the staff."))
    if course.state != CourseState.OPEN:
        raise Conflict(_("This course is not open."))
    return Person.objects.select_for_update().get(pk=reader.person.pk)


@transaction.atomic
def read_lesson(*, by: Any, lesson: Lesson, now: datetime | None = None) -> LessonRead:
    """Notes that the person went through a lesson; the first time counts. Where lessons are all, the course is done
    with the last one."""
    now = now or clock.now()
    course = Course.objects.get(pk=lesson.course_id)
    person = _learner(by, course, now)
    if lesson.removed:
        raise Conflict(_("This lesson was taken out of the course."))
    read, created = LessonRead.objects.get_or_create(person=person, lesson=lesson, defaults={"at": now})
    if not created and course.has_quiz:
        return read
    if created:
        data = {"course": course.pk}
        journal.record(
            by=by, action="training.read_lesson", thing=lesson, unit=course.owner_unit_id, data=data, now=now
        )
    if not course.has_quiz and not course.by_attendance:
        progress = progress_of(person.pk, course, now)
        if progress.next_lesson is None and progress.may_renew:
            give_certificate(by=by, person=person, course=course, how=How.LESSONS, now=now)
    return read


@transaction.atomic
def start_attempt(*, by: Any, course: Course, now: datetime | None = None) -> Attempt:
    """Draws the questions of a new attempt, or gives back the one under way. Raises what the person has to do first."""
    now = now or clock.now()
    current = Course.objects.select_related("owner_unit").get(pk=course.pk)
    person = _learner(by, current, now)
    if not current.has_quiz:
        raise Refused(_("This course has no quiz."))
    progress = progress_of(person.pk, current, now)
    if progress.open_attempt is not None:
        return progress.open_attempt
    refusal = progress.refusal()
    if refusal is not None:
        raise refusal
    seed = uuid.uuid4().hex
    attempt = Attempt.objects.create(
        person=person,
        course=current,
        seed=seed,
        questions=_drawn(current, seed),
        pass_mark=current.pass_mark,
        started_at=now,
    )
    journal.record(
        by=by,
        action="training.start_attempt",
        thing=attempt,
        unit=current.owner_unit,
        data={"course": current.pk, "seed": seed, "questions": [question["key"] for question in attempt.questions]},
        now=now,
    )
    return attempt


def _drawn(course: Course, seed: str) -> list[dict[str, Any]]:
    """The questions in the order drawn, each with its answers in an order of its own: all follow from the seed."""
    pool = list(course.questions.in_pool().prefetch_related("choices"))  # type: ignore[attr-defined]
    if not pool:
        raise Conflict(_("There are no questions yet: tell the owner of the course."))
    by_key = {str(question.pk): question for question in pool}
    wanted = Fraction(min(course.drawn, len(pool)), len(pool))
    clauses = clause_texts.rows_of(pool)
    return [_as_asked(by_key[key], seed, clauses) for key in draw(list(by_key), share=wanted, seed=seed)]


def _as_asked(question: Question, seed: str, clauses: Mapping[int, Any]) -> dict[str, Any]:
    choices = {str(choice.pk): choice.as_asked() for choice in question.choices.all()}
    order = draw(list(choices), share=Fraction(1), seed=f"{seed}:{question.pk}")
    row = clauses.get(question.pk)
    return {
        "key": str(question.pk),
        "text": question.text,
        "kind": question.kind,
        "explanation": question.explanation,
        "clause": clause_texts.label(row) if row else "",
        "clause_url": clause_texts.address(row) if row else "",
        "choices": [choices[key] for key in order],
    }


@transaction.atomic
def hand_in_attempt(
    *, by: Any, attempt: Attempt, answers: Mapping[str, Sequence[str]], now: datetime | None = None
) -> Attempt:
    """Judges an attempt by the pass mark it was begun with. The same answers twice are one attempt; others after that
    raise Conflict. Refused, naming the question as field, while one is unanswered."""
    now = now or clock.now()
    kept = Attempt.objects.select_for_update(of=("self",)).select_related("course", "person").get(pk=attempt.pk)
    reader = reader_for(by, clock.today(now))
    if not permissions.reader_can_see_attempt(reader, kept):
        raise NotYours(_("This attempt is somebody else's."))
    given = _tidied(kept, answers)
    if not kept.is_open:
        if given == kept.answers:
            return kept
        raise Conflict(_("This attempt was handed in already; its answers stand."))
    for place, question in enumerate(kept.questions, start=1):
        if not given[question["key"]]:
            raise Refused(_("Question %(number)s is not answered yet.") % {"number": place}, field=question["key"])
    right = sum(is_right(question, given[question["key"]]) for question in kept.questions)
    kept.answers, kept.handed_in_at = given, now
    kept.score = right * 100 // len(kept.questions)
    kept.state = AttemptState.PASSED if kept.score >= kept.pass_mark else AttemptState.FAILED
    kept.save()
    journal.record(
        by=by,
        action="training.hand_in_attempt",
        thing=kept,
        unit=kept.course.owner_unit_id,
        data={"course": kept.course_id, "score": kept.score, "pass_mark": kept.pass_mark, "state": kept.state},
        now=now,
    )
    if kept.passed:
        give_certificate(by=by, person=kept.person, course=kept.course, how=How.QUIZ, attempt=kept, now=now)
    return kept


def _tidied(attempt: Attempt, answers: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """For each question the choices that it has, each once; of a question with one answer at most the first."""
    found = {}
    for question in attempt.questions:
        known = [choice["key"] for choice in question["choices"]]
        chosen = [key for key in known if key in set(answers.get(question["key"], ()))]
        found[question["key"]] = chosen[:1] if question["kind"] == QuestionKind.SINGLE else chosen
    return found


def is_right(question: Mapping[str, Any], chosen: Sequence[str]) -> bool:
    """All right answers and no other."""
    return {choice["key"] for choice in question["choices"] if choice["correct"]} == set(chosen)


@transaction.atomic
def grant_tries(*, by: Any, person: Person, course: Course, now: datetime | None = None) -> TriesGranted:
    """New tries for somebody who used all of theirs; the tries made stay in the record."""
    now = now or clock.now()
    if not permissions.user_can_grant_tries(by, person):
        raise NotYours(_("New tries are given by the person's manager or who keeps the course."))
    progress = progress_of(person.pk, course, now)
    if progress.tries_left != 0:
        raise Conflict(_("This person has tries left: none are needed."))
    granted = TriesGranted.objects.create(person=person, course=course, by=by, at=now)
    journal.record(
        by=by,
        action="training.grant_tries",
        thing=granted,
        unit=course.owner_unit_id,
        data={"course": course.pk, "person": person.staff_number},
        now=now,
    )
    return granted
