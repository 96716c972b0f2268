"""Courses: who keeps them, what cannot be opened, two people at once."""

from __future__ import annotations

import pytest

from policies.actions import AudienceLine
from policies.training import actions
from policies.training.models import Lesson, Requirement
from portal.journal.actions import entries_of
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Appointment, Post, Unit
from tests.policies.training.conftest import DAY, OPENED, details, question


@pytest.mark.parametrize(
    ("username", "keeps"),
    [
        ("editor", True),
        ("approver", True),  # of the safety department
        ("quality_officer", True),
        ("unit_manager", False),
        ("employee", False),
        ("sales_person", False),
        ("administrator", False),
    ],
)
def test_who_keeps_courses(company, username, keeps):
    if keeps:
        course = actions.create_course(by=company.users[username], details=details(company), now=OPENED)
        assert [entry.action for entry in entries_of(course)] == ["training.create_course"]
    else:
        with pytest.raises(NotYours):
            actions.create_course(by=company.users[username], details=details(company), now=OPENED)


def test_the_manager_of_hr_keeps_courses_others_of_hr_do_not(company):
    hr = Unit.objects.get(code="HQ").add_child(code="HR", name="人事部", kind="department")
    manager = Post.objects.get(code="unit_manager")
    Appointment.objects.create(person=company.people["finance_clerk"], post=manager, unit=hr, starts_on="2026-01-01")
    actions.create_course(by=company.users["finance_clerk"], details=details(company), now=OPENED)
    clerk = Post.objects.get(code="employee")
    Appointment.objects.create(person=company.people["clerk"], post=clerk, unit=hr, starts_on="2026-01-01")
    with pytest.raises(NotYours):
        actions.create_course(by=company.users["clerk"], details=details(company), now=OPENED)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": " "}, "title"),
        ({"pass_mark": 0}, "pass_mark"),
        ({"pass_mark": 101}, "pass_mark"),
        ({"drawn": 51}, "drawn"),
    ],
)
def test_a_course_that_cannot_be(company, given, field):
    with pytest.raises(Refused) as refused:
        actions.create_course(by=company.users["editor"], details=details(company, **given), now=OPENED)
    assert refused.value.field == field


def test_a_course_opens_only_when_somebody_could_finish_it(company):
    editor = company.users["editor"]
    course = actions.create_course(by=editor, details=details(company), now=OPENED)
    with pytest.raises(Refused, match="2"):
        actions.open_course(by=editor, course=course, now=OPENED)
    for words in ("甲？", "乙？"):
        actions.save_question(by=editor, course=course, content=question(text=words), now=OPENED)
    opened = actions.open_course(by=editor, course=course, now=OPENED)
    assert (opened.state, opened.opened_on) == ("open", DAY)
    with pytest.raises(Conflict):
        actions.open_course(by=editor, course=course, now=OPENED)
    with pytest.raises(Refused):  # with fewer questions than are drawn, nobody could go on
        actions.edit_course(by=editor, course=opened, details=details(company, drawn=3), now=OPENED)
    with pytest.raises(Refused):
        actions.retire_question(by=editor, question=course.questions.first(), now=OPENED)


def test_a_course_without_anything_to_do_is_not_opened(company):
    editor = company.users["editor"]
    empty = actions.create_course(by=editor, details=details(company, drawn=0), now=OPENED)
    with pytest.raises(Refused):
        actions.open_course(by=editor, course=empty, now=OPENED)


def test_closed_courses_do_not_change_and_open_again(company, course):
    editor = company.users["editor"]
    closed = actions.close_course(by=editor, course=course, now=OPENED)
    for change in (
        lambda: actions.edit_course(by=editor, course=closed, details=details(company), now=OPENED),
        lambda: actions.save_question(by=editor, course=closed, content=question(), now=OPENED),
        lambda: actions.save_lesson(by=editor, course=closed, content=actions.LessonContent("甲"), now=OPENED),
        lambda: actions.require_course(by=editor, course=closed, line=AudienceLine("staff"), now=OPENED),
    ):
        with pytest.raises(Conflict):
            change()
    assert actions.open_course(by=editor, course=closed, now=OPENED).opened_on == DAY


def test_two_people_change_a_course_the_second_is_told(company, course):
    first, second = company.users["editor"], company.users["second_editor"]
    actions.edit_course(by=first, course=course, details=details(company, tries=5), version=course.version, now=OPENED)
    with pytest.raises(Conflict):
        actions.edit_course(
            by=second, course=course, details=details(company, tries=9), version=course.version, now=OPENED
        )
    course.refresh_from_db()
    assert course.tries == 5


def test_the_same_line_twice_is_one_and_the_public_is_never_asked(company, course):
    editor = company.users["editor"]
    for _twice in range(2):
        line = AudienceLine("post", post=company.posts["employee"])
        actions.require_course(by=editor, course=course, line=line, now=OPENED)
    assert course.requirements.count() == 2
    with pytest.raises(Refused):
        actions.require_course(by=editor, course=course, line=AudienceLine("public"), now=OPENED)
    with pytest.raises(Refused):
        actions.require_course(by=editor, course=course, line=AudienceLine("unit"), now=OPENED)
    for line in list(Requirement.objects.all()):
        actions.drop_requirement(by=editor, requirement=line, now=OPENED)
    assert not course.requirements.exists()


def test_lessons_change_places_and_leave_without_a_trace_lost(company, course):
    editor = company.users["editor"]
    first, second = course.lessons.all()
    actions.move_lesson(by=editor, lesson=second, up=True, now=OPENED)
    assert list(course.lessons.values_list("title", flat=True)) == ["怎樣做", "為什麼"]
    actions.move_lesson(by=editor, lesson=second, up=True, now=OPENED)  # at the top it stays
    assert course.lessons.first() == second
    actions.read_lesson(by=company.users["employee"], lesson=first, now=OPENED)
    actions.remove_lesson(by=editor, lesson=first, now=OPENED)
    assert Lesson.objects.get(pk=first.pk).readings.count() == 1


def test_only_clauses_of_an_issued_edition_are_taught(company, draft_course, imported):
    other = imported("倉庫防潮規定\n\n1 範圍\n\n本規定適用於所有倉庫。\n")
    content = actions.LessonContent("甲", "", list(other.clauses.select_related("edition")[:1]))
    with pytest.raises(Refused) as refused:
        actions.save_lesson(by=company.users["editor"], course=draft_course, content=content, now=OPENED)
    assert refused.value.field == "clauses"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"text": " "}, "text"),
        ({"choices": [("甲", True)]}, "choices"),
        ({"choices": [("甲", False), ("乙", False)]}, "choices"),
        ({"choices": [("甲", True), ("乙", True)]}, "choices"),
        ({"choices": [("甲", True), ("甲", False)]}, "choices"),
        ({"kind": "essay"}, "kind"),
    ],
)
def test_questions_that_cannot_be_asked(company, draft_course, given, field):
    with pytest.raises(Refused) as refused:
        actions.save_question(by=company.users["editor"], course=draft_course, content=question(**given), now=OPENED)
    assert refused.value.field == field
