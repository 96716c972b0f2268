"""Taking a course: lessons first, a draw that can be repeated, one answer for two posts, tries and their pause."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest

from policies.training import actions
from policies.training.actions.certificates import months_later
from policies.training.enums import How
from policies.training.models import Attempt, Certificate
from policies.training.progress import progress_of
from portal.lib.refusals import Conflict, NotYours, Refused, TooMany
from portal.lib.sampling import draw
from tests.policies.training.conftest import OPENED, answers, at, details


def read_all(company, course, username="employee", now=OPENED):
    for lesson in course.lessons.filter(removed=False):
        actions.read_lesson(by=company.users[username], lesson=lesson, now=now)


def test_the_quiz_opens_when_all_lessons_are_read(company, course):
    user = company.users["employee"]
    with pytest.raises(Refused):
        actions.start_attempt(by=user, course=course, now=OPENED)
    read_all(company, course)
    attempt = actions.start_attempt(by=user, course=course, now=OPENED)
    assert len(attempt.questions) == 2
    assert actions.start_attempt(by=user, course=course, now=OPENED) == attempt  # the one under way


def test_reading_twice_is_once(company, course):
    lesson = course.lessons.first()
    first = actions.read_lesson(by=company.users["employee"], lesson=lesson, now=OPENED)
    again = actions.read_lesson(by=company.users["employee"], lesson=lesson, now=at(3, 9))
    assert (again.pk, again.at) == (first.pk, OPENED)


def test_the_draw_follows_from_its_seed(company, course):
    read_all(company, course)
    attempt = actions.start_attempt(by=company.users["employee"], course=course, now=OPENED)
    pool = [str(key) for key in course.questions.values_list("pk", flat=True)]
    asked = [question["key"] for question in attempt.questions]
    assert asked == draw(pool, share=Fraction(2, 4), seed=attempt.seed)
    assert attempt.questions[0]["clause_url"].startswith("/regulations/")


def test_an_attempt_keeps_its_wording_and_its_pass_mark(company, course):
    read_all(company, course)
    attempt = actions.start_attempt(by=company.users["employee"], course=course, now=OPENED)
    editor = company.users["editor"]
    given = details(company, regulation=course.regulation, pass_mark=10)
    actions.edit_course(by=editor, course=course, details=given, now=OPENED)
    for question in course.questions.all():
        content = actions.QuestionContent("換過的問題", [("對", True), ("錯", False)])
        actions.save_question(by=editor, course=course, question=question, content=content, now=OPENED)
    kept = answers(attempt)
    done = actions.hand_in_attempt(by=company.users["employee"], attempt=attempt, answers=kept, now=at(3, 4))
    assert (done.pass_mark, done.score, done.state) == (100, 100, "passed")
    assert "換過的問題" not in str(done.questions)


def test_handing_in_twice_is_one_attempt_and_one_certificate(company, course, take):
    attempt = take(course, "employee", at(3, 10))
    again = actions.hand_in_attempt(by=company.users["employee"], attempt=attempt, answers=answers(attempt))
    assert (again.pk, again.handed_in_at) == (attempt.pk, attempt.handed_in_at)
    assert Certificate.objects.filter(person=company.people["employee"]).count() == 1
    with pytest.raises(Conflict):
        actions.hand_in_attempt(by=company.users["employee"], attempt=attempt, answers=answers(attempt, right=False))
    attempt.refresh_from_db()
    assert attempt.state == "passed"


def test_an_unanswered_question_is_named(company, course):
    read_all(company, course)
    attempt = actions.start_attempt(by=company.users["employee"], course=course, now=OPENED)
    given = answers(attempt)
    missing = attempt.questions[1]["key"]
    given[missing] = ["nonsense"]
    with pytest.raises(Refused) as refused:
        actions.hand_in_attempt(by=company.users["employee"], attempt=attempt, answers=given, now=OPENED)
    assert refused.value.field == missing
    assert Attempt.objects.get(pk=attempt.pk).is_open


def test_nobody_answers_for_another(company, course):
    read_all(company, course)
    attempt = actions.start_attempt(by=company.users["employee"], course=course, now=OPENED)
    with pytest.raises(NotYours):
        actions.hand_in_attempt(by=company.users["crew_leader"], attempt=attempt, answers=answers(attempt), now=OPENED)
    with pytest.raises(NotYours):
        actions.start_attempt(by=company.users["customer"], course=course, now=OPENED)


def test_several_right_answers_must_all_be_given(company, course):
    asked = {"kind": "multiple", "choices": [{"key": "1", "correct": True}, {"key": "2", "correct": True}]}
    from policies.training.actions.taking import is_right

    assert is_right(asked, ["2", "1"])
    assert not is_right(asked, ["1"])
    assert not is_right(asked, ["1", "2", "3"])


def test_pause_and_tries_then_new_tries_by_the_manager(company, course, take):
    person = company.people["employee"]
    take(course, "employee", at(3, 10), right=False)
    with pytest.raises(TooMany):  # four hours lie between two tries
        take(course, "employee", at(3, 10, 13))
    take(course, "employee", at(3, 10, 15), right=False)
    with pytest.raises(TooMany, match="2"):  # both are used
        take(course, "employee", at(3, 12))
    with pytest.raises(NotYours):
        actions.grant_tries(by=company.users["employee"], person=person, course=course, now=at(3, 12))
    with pytest.raises(NotYours):
        actions.grant_tries(by=company.users["other_unit_manager"], person=person, course=course, now=at(3, 12))
    actions.grant_tries(by=company.users["unit_manager"], person=person, course=course, now=at(3, 12))
    with pytest.raises(Conflict):  # tries are left now
        actions.grant_tries(by=company.users["unit_manager"], person=person, course=course, now=at(3, 12))
    assert take(course, "employee", at(3, 12)).passed
    assert progress_of(person.pk, course, at(3, 13)).used == 0


def test_who_is_certified_need_not_but_may_renew_near_the_end(company, course, take):
    take(course, "employee", at(3, 10))
    certificate = Certificate.objects.get()
    assert certificate.valid_until == date(2027, 3, 10)
    with pytest.raises(Conflict):
        take(course, "employee", at(6, 1))
    renewed = take(course, "employee", at(3, 10) + timedelta(days=330))
    assert renewed.passed
    assert Certificate.objects.filter(person=company.people["employee"]).count() == 2


def test_a_course_of_lessons_alone_is_done_with_the_last_one(company, course):
    given = details(company, drawn=0)
    actions.edit_course(by=company.users["editor"], course=course, details=given, now=OPENED)
    first, second = course.lessons.all()
    actions.read_lesson(by=company.users["employee"], lesson=first, now=OPENED)
    assert not Certificate.objects.exists()
    actions.read_lesson(by=company.users["employee"], lesson=second, now=OPENED)
    actions.read_lesson(by=company.users["employee"], lesson=second, now=OPENED)
    assert Certificate.objects.get().how == How.LESSONS


def test_a_closed_course_takes_nobody_but_lets_an_attempt_end(company, course):
    read_all(company, course)
    attempt = actions.start_attempt(by=company.users["employee"], course=course, now=OPENED)
    actions.close_course(by=company.users["editor"], course=course, now=OPENED)
    with pytest.raises(Conflict):
        actions.start_attempt(by=company.users["crew_leader"], course=course, now=OPENED)
    done = actions.hand_in_attempt(
        by=company.users["employee"], attempt=attempt, answers=answers(attempt), now=at(3, 4)
    )
    assert done.passed


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 3, 10), 24, date(2028, 3, 10)),
    ],
)
def test_months_later(day, months, later):
    assert months_later(day, months) == later
