"""Training for the permission matrix: a course, the employee's attempt and certificate, an activity of a crew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from policies.actions import AudienceLine
from policies.training import actions, checking, sign_in
from policies.training.models import Attempt, Certificate, Course, Lesson, Question, Requirement, RoomSession
from portal.files.models import PrivateFile
from portal.files.storage import examine_files
from portal.lib import clock
from tests.forms.complaints import picture
from tests.people import Company


@dataclass
class TrainingWorld:
    course: Course  # open, required of all staff
    draft: Course
    lesson: Lesson
    question: Question
    requirement: Requirement
    picture: PrivateFile
    attempt: Attempt  # the employee's, under way
    certificate: Certificate  # the employee's
    session: RoomSession  # an activity of the first crew that goes on now, led by its crew leader

    @property
    def token(self) -> str:
        return sign_in.token_of(self.session.seed)

    @property
    def check_address(self) -> str:
        return f"/certificates/{self.certificate.number}/?code={checking.check_code(self.certificate)}"


def build_training(company: Company) -> TrainingWorld:
    editor, employee = company.users["editor"], company.users["employee"]
    course, draft = (_course(company, title) for title in ("登高作業", "受限空間"))
    lesson = actions.save_lesson(by=editor, course=course, content=actions.LessonContent("先看再上", "檢查梯子。"))
    (kept,) = actions.keep_pictures(by=editor, lesson=lesson, uploads=examine_files([picture()]))
    requirement = actions.require_course(by=editor, course=course, line=AudienceLine("staff"))
    course = actions.open_course(by=editor, course=course)
    actions.read_lesson(by=employee, lesson=lesson)
    first_aid = _course(company, "急救", drawn=0, by_attendance=True)
    now = clock.now()
    first_aid = actions.open_course(by=editor, course=first_aid)
    held = _session(company, course=first_aid, title="急救")
    actions.mark_attendance(by=editor, session=held, present={company.people["employee"].pk}, now=now)
    return TrainingWorld(
        course=course,
        draft=draft,
        lesson=lesson,
        question=course.questions.first(),
        requirement=requirement,
        picture=kept,
        attempt=actions.start_attempt(by=employee, course=course),
        certificate=Certificate.objects.get(course=first_aid),
        session=_session(company, title="班組活動"),
    )


def _course(company: Company, title: str, **given: int | bool) -> Course:
    editor = company.users["editor"]
    rules = {"drawn": 1} | given
    details = actions.CourseDetails(title=title, owner_unit=company.units["QHSE"], **rules)  # type: ignore[arg-type]
    course = actions.create_course(by=editor, details=details)
    content = actions.QuestionContent("梯子要先檢查嗎？", [("要", True), ("不用", False)])
    for _two in range(2):
        actions.save_question(by=editor, course=course, content=content)
    return course


def _session(company: Company, *, title: str, course: Course | None = None) -> RoomSession:
    now = clock.now()
    details = actions.SessionDetails(
        title=title,
        unit=company.units["CREW1"],
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(hours=1),
        place="井場",
        course=course,
        trainer=company.people["crew_leader"],
        required_of=[AudienceLine("unit", unit=company.units["CREW1"])],
    )
    return actions.plan_session(by=company.users["editor"], details=details, now=now)
