"""A regulation in force and a course on it: two lessons, four questions, required of the first crew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from policies.actions import AudienceLine
from policies.models import Edition
from policies.training import actions
from policies.training.models import Attempt, Course, RoomSession
from tests.people import Company

OPENED = timezone.make_aware(datetime(2026, 3, 3, 9))
DAY = date(2026, 3, 3)
WORDS = "用火之前要先做什麼？"


def at(month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime(2026, month, day, hour, minute))


def details(company: Company, **given: Any) -> actions.CourseDetails:
    values = {
        "title": "倉庫用火",
        "owner_unit": company.units["QHSE"],
        "due_days": 30,
        "valid_months": 12,
        "drawn": 2,
        "pass_mark": 100,
        "tries": 2,
        "cooldown_hours": 4,
    }
    return actions.CourseDetails(**(values | given))


def question(edition: Edition | None = None, number: str = "2.1", **given: Any) -> actions.QuestionContent:
    clause = edition.clauses.select_related("edition").get(number=number) if edition else None
    values: dict[str, Any] = {
        "text": WORDS,
        "choices": [("辦許可證", True), ("通知門衛", False), ("打開窗戶", False)],
        "explanation": "先辦許可證。",
        "clause": clause,
    }
    return actions.QuestionContent(**(values | given))


@pytest.fixture
def draft_course(company: Company, issued: Edition) -> Course:
    """Complete, but not open yet."""
    editor = company.users["editor"]
    given = details(company, regulation=issued.regulation)
    course = actions.create_course(by=editor, details=given, now=OPENED)
    clause = issued.clauses.select_related("edition").get(number="2.1")
    for title in ("為什麼", "怎樣做"):
        content = actions.LessonContent(title, "先看清楚，再動手。", [clause])
        actions.save_lesson(by=editor, course=course, content=content, now=OPENED)
    for number, words in (("2.1", WORDS), ("2.2.1", "清除多遠？"), ("2.2.2", "監護人可以離開嗎？")):
        actions.save_question(by=editor, course=course, content=question(issued, number, text=words), now=OPENED)
    several = question(issued, text="哪些要做？", kind="multiple", choices=[("甲", True), ("乙", True), ("丙", False)])
    actions.save_question(by=editor, course=course, content=several, now=OPENED)
    return course


@pytest.fixture
def course(company: Company, draft_course: Course) -> Course:
    """Open since 3 March 2026, required of the first crew, to do within 30 days, valid for 12 months."""
    editor = company.users["editor"]
    line = AudienceLine("unit", unit=company.units["CREW1"])
    actions.require_course(by=editor, course=draft_course, line=line, since=DAY, now=OPENED)
    return actions.open_course(by=editor, course=draft_course, now=OPENED)


def answers(attempt: Attempt, *, right: bool = True) -> dict[str, list[str]]:
    """All right, or for each question one that is wrong."""
    found = {}
    for asked in attempt.questions:
        keys = [choice["key"] for choice in asked["choices"] if choice["correct"] == right]
        found[asked["key"]] = keys if right else keys[:1]
    return found


@pytest.fixture
def take(company: Company) -> Callable[..., Attempt]:
    """take(course, "employee", at(3, 10)) reads, begins and hands in; `right` says how well."""

    def do(course: Course, username: str, now: datetime, *, right: bool = True) -> Attempt:
        user = company.users[username]
        for lesson in course.lessons.filter(removed=False):
            actions.read_lesson(by=user, lesson=lesson, now=now)
        attempt = actions.start_attempt(by=user, course=course, now=now)
        given = answers(attempt, right=right)
        return actions.hand_in_attempt(by=user, attempt=attempt, answers=given, now=now + timedelta(minutes=5))

    return do


@pytest.fixture
def session(company: Company) -> Callable[..., RoomSession]:
    """session(course=..., day=at(3, 20)) is planned for three hours, required of the first crew."""

    def do(starts: datetime | None = None, **given: Any) -> RoomSession:
        starts = starts or at(3, 20, 9)
        values: dict[str, Any] = {
            "title": "消防演習",
            "unit": company.units["CREW1"],
            "starts_at": starts,
            "ends_at": starts + timedelta(hours=3),
            "place": "井場會議室",
            "required_of": [AudienceLine("unit", unit=company.units["CREW1"])],
        }
        by = company.users[given.pop("by", "editor")]
        return actions.plan_session(by=by, details=actions.SessionDetails(**(values | given)), now=OPENED)

    return do
