"""The demo company's training: three courses, people who passed, are late or whose certificates ended, sessions past
and to come."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from policies.actions import AudienceLine
from policies.models import EditionClause, RegulationPage
from policies.training import actions, clause_texts
from policies.training.enums import RequirementScope
from policies.training.models import Attempt, Course, RoomSession
from portal.org.models import Person, Unit

DATA = Path(__file__).resolve().parent / "data" / "demo.yaml"
# The share of each unit that passed the safety course; the accounts named did, or did not.
PASSED = {"CREW1": 0.75, "CREW2": 0.6, "CREW3": 0.9, "CREW4": 0.45, "PROJECT1": 1.0, "QHSE": 0.8}
DID, DID_NOT = {"crew_leader", "unit_manager", "quality_officer"}, {"employee", "other_unit_manager"}


def build(stage: Any) -> None:
    texts = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    h2s = _first_aid(stage, texts["h2s"])
    sales = _course(
        stage, texts["sales"], "SALES1", "XS-03", opened=-100, required=["SALES1"], drawn=4, valid_months=0, tries=2
    )
    safety = _course(
        stage,
        texts["safety"],
        "QHSE",
        "QHSE-07",
        opened=-45,
        required=["PROJECT1", "QHSE"],
        drawn=5,
        valid_months=12,
        tries=3,
    )
    _people_pass(stage, safety, PASSED, opened=-45)
    _people_pass(stage, sales, {"SALES1": 0.6}, opened=-100, did={"sales_person"})
    _fails(stage, sales)
    _sessions(stage, safety, h2s)


def _required(unit: Unit) -> AudienceLine:
    return AudienceLine(RequirementScope.UNIT, unit=unit)


def _course(stage: Any, text: dict[str, Any], owner: str, number: str, **given: Any) -> Course:
    """Written by the editor, opened when it was complete."""
    editor, opened = stage.company.users["editor"], given.pop("opened")
    required = given.pop("required")
    regulation = RegulationPage.objects.get(number=number)
    edition = clause_texts.newest_edition(regulation)
    rows = list(edition.clauses.select_related("edition").order_by("order")) if edition else []
    at = stage.moment(opened - 4)
    details = actions.CourseDetails(
        title=text["title"],
        purpose=text["purpose"],
        owner_unit=stage.company.units[owner],
        regulation=regulation,
        due_days=30,
        cooldown_hours=2,
        **given,
    )
    course = actions.create_course(by=editor, details=details, now=at)
    for lesson in text["lessons"]:
        content = actions.LessonContent(lesson["title"], lesson["body"], [_clause(rows, c) for c in lesson["clauses"]])
        actions.save_lesson(by=editor, course=course, content=content, now=at)
    for question in text["questions"]:
        content_of = actions.QuestionContent(
            text=question["text"],
            kind=question.get("kind", "single"),
            choices=[(words.removeprefix("+"), words.startswith("+")) for words in question["choices"]],
            explanation=question["why"],
            clause=_clause(rows, question["clause"]),
        )
        actions.save_question(by=editor, course=course, content=content_of, now=at)
    for code in required:
        line = _required(stage.company.units[code])
        actions.require_course(by=editor, course=course, line=line, since=stage.day(opened), now=at)
    return actions.open_course(by=editor, course=course, now=stage.moment(opened))


def _clause(rows: list[EditionClause], named: str) -> EditionClause:
    """The clause of this number, or the first one that begins with these words."""
    return next(row for row in rows if row.number == named or (row.heading or row.text).startswith(named))


def _people_pass(
    stage: Any, course: Course, shares: dict[str, float], *, opened: int, did: set[str] | None = None
) -> None:
    """Some of each unit read the lessons and pass, spread over the weeks after the opening."""
    draw = stage.random(f"training:{course.pk}")
    named = {stage.company.people[name].pk: name for name in DID | DID_NOT | (did or set())}
    lessons = list(course.lessons.all())
    for code, share in shares.items():
        for person in stage.company.staff_of(code):
            name = named.get(person.pk, "")
            passes = draw.random() < share
            if name in DID_NOT or (not passes and name not in DID | (did or set())) or person.user is None:
                continue
            day = opened + 2 + draw.randrange(30)
            at = stage.moment(min(day, -1), hour=draw.randrange(8, 18), minute=draw.randrange(60))
            if day < -1 or name:
                _pass(person, course, lessons, at, wrong_first=draw.random() < 0.1)


def _pass(person: Person, course: Course, lessons: list[Any], at: datetime, *, wrong_first: bool) -> None:
    for place, lesson in enumerate(lessons):
        actions.read_lesson(by=person.user, lesson=lesson, now=at + timedelta(minutes=4 * place))
    begun = at + timedelta(minutes=4 * len(lessons))
    if wrong_first:
        attempt = actions.start_attempt(by=person.user, course=course, now=begun)
        wrong = _answers(attempt, right=False)
        actions.hand_in_attempt(by=person.user, attempt=attempt, answers=wrong, now=begun + timedelta(minutes=6))
        begun += timedelta(hours=3)
    attempt = actions.start_attempt(by=person.user, course=course, now=begun)
    answers = _answers(attempt, right=True)
    actions.hand_in_attempt(by=person.user, attempt=attempt, answers=answers, now=begun + timedelta(minutes=8))


def _answers(attempt: Attempt, *, right: bool) -> dict[str, list[str]]:
    return {
        question["key"]: [choice["key"] for choice in question["choices"] if choice["correct"] == right][
            : None if right else 1
        ]
        for question in attempt.questions
    }


def _fails(stage: Any, course: Course) -> None:
    """One of the sales staff used both tries: the manager can give new ones."""
    held = set(course.certificates.values_list("person_id", flat=True))
    people = [one for one in stage.company.staff_of("SALES1") if one.pk not in held and one.user is not None]
    if not people:
        return
    person = people[0]
    for place, lesson in enumerate(course.lessons.all()):
        actions.read_lesson(by=person.user, lesson=lesson, now=stage.moment(-20, hour=9, minute=place))
    for day in (-20, -18):
        attempt = actions.start_attempt(by=person.user, course=course, now=stage.moment(day, hour=10))
        wrong = _answers(attempt, right=False)
        actions.hand_in_attempt(
            by=person.user, attempt=attempt, answers=wrong, now=stage.moment(day, hour=10, minute=9)
        )


def _first_aid(stage: Any, text: dict[str, Any]) -> Course:
    """Done by attending, valid for a year: the certificates of one crew have ended."""
    editor = stage.company.users["editor"]
    details = actions.CourseDetails(
        title=text["title"],
        purpose=text["purpose"],
        owner_unit=stage.company.units["QHSE"],
        due_days=60,
        valid_months=12,
        by_attendance=True,
    )
    course = actions.create_course(by=editor, details=details, now=stage.moment(-430))
    line = _required(stage.company.units["PROJECT1"])
    actions.require_course(by=editor, course=course, line=line, since=stage.day(-420), now=stage.moment(-425))
    course = actions.open_course(by=editor, course=course, now=stage.moment(-420))
    for day, codes in ((-390, ["CREW1", "CREW2"]), (-120, ["CREW1", "CREW3"]), (-90, ["CREW4", "PROJECT1"])):
        session = _session(stage, day, course=course, place="川東基地訓練場", required=codes, hours=3)
        draw = stage.random(f"training:h2s:{day}")
        people = [one for code in codes for one in stage.company.staff_of(code)]
        there = {one.pk for one in people if draw.random() < 0.85}
        actions.mark_attendance(by=editor, session=session, present=there, now=stage.moment(day, hour=12))
    return course


def _session(
    stage: Any, day: int, *, place: str, required: list[str], hours: int = 2, hour: int = 9, **given: Any
) -> RoomSession:
    starts = stage.moment(day, hour=hour)
    trainer = next(iter(stage.company.staff_of("QHSE")[5:6]), None)
    details = actions.SessionDetails(
        title=given.pop("title", ""),
        unit=stage.company.units[given.pop("unit", "QHSE")],
        starts_at=starts,
        ends_at=starts + timedelta(hours=hours),
        place=place,
        trainer=given.pop("trainer", trainer),
        required_of=[_required(stage.company.units[code]) for code in required],
        **given,
    )
    by = stage.company.users["editor"]
    return actions.plan_session(by=by, details=details, now=min(stage.now, starts - timedelta(days=7)))


def _sessions(stage: Any, safety: Course, h2s: Course) -> None:
    """The sales office's activities, one of them missed by somebody; trainings to come, one this very day."""
    editor = stage.company.users["editor"]
    people = stage.company.staff_of("SALES1")
    past = [
        (-75, "接待禮儀培訓", "售樓部會議室", people, []),
        (-40, "秋季登山", "翠湖山東門", people[:3], people[3:4]),
        (-12, "合同與付款方式培訓", "總部二樓培訓室", people[:4], []),
    ]
    for day, title, place, there, excused in past:
        session = _session(stage, day, title=title, place=place, required=["SALES1"], unit="SALES1", trainer=None)
        actions.mark_attendance(
            by=editor,
            session=session,
            present={one.pk for one in there},
            excused={one.pk for one in excused},
            now=stage.moment(day, hour=11),
        )
    _session(
        stage, 14, title="歲末團隊活動", place="聯禾會所", required=["SALES1"], unit="SALES1", trainer=None, hour=14
    )
    _session(stage, 5, course=safety, place="川東項目部會議室", required=["CREW2"], capacity=30)
    _session(stage, 20, course=h2s, place="川東基地訓練場", required=["CREW2"], capacity=24, hours=3)
