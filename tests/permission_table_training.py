"""The lines of training. Its people: who keeps courses (editors, the safety department), managers of units, staff."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.permission_table import CREW, EVERYBODY, LOGIN, STAFF, VISITOR, Line, Status, nothing
from tests.permission_world import World

KEEPERS = "editor approver quality_officer "
MANAGERS = "unit_manager other_unit_manager director other_director "
OF_THE_EMPLOYEE = KEEPERS + "administrator unit_manager "  # whose matrix the employee stands in
LEADERS = KEEPERS + "unit_manager crew_leader "
At = Callable[[World], dict[str, Any]]


def of(name: str, key: str = "pk") -> At:
    """The key of a thing of TrainingWorld as the route's argument."""
    return lambda world: {key: getattr(world.training, name).pk}


def line(name: str, status: Status, people: str, at: At = nothing, **more: Any) -> Line:
    return Line(name, {LOGIN: VISITOR, status: people}, at=at, **more)


def posted(name: str, status: Status, people: str, at: At = nothing, *, door: str = STAFF, **more: Any) -> list[Line]:
    """A route that takes posts alone: 405 for who gets through its door."""
    send = more.pop("send", nothing)
    return [line(name, 405, door, at, **more), line(name, status, people, at, send=send, **more)]


def form(name: str, people: str, at: At = nothing, **more: Any) -> list[Line]:
    """A form: shown, and shown again where nothing was sent."""
    return [line(name, 200, people, at, **more), line(name, 400, people, at, send=nothing, **more)]


COURSE, SESSION, LESSON, QUESTION = of("course"), of("session"), of("lesson"), of("question")

LINES = [
    # ---- taking courses
    line("training", 200, STAFF),
    line("training_course", 200, STAFF, COURSE),
    line("training_course", 200, KEEPERS, of("draft"), what="not open"),
    line("training_lesson", 200, STAFF, lambda w: COURSE(w) | of("lesson", "lesson_pk")(w)),
    line("training_lesson", 302, STAFF, lambda w: COURSE(w) | of("lesson", "lesson_pk")(w), send=nothing),
    *posted("training_quiz", 302, STAFF, COURSE),
    *form("training_attempt", "employee", of("attempt")),
    line("training_video", 200, "", LESSON, what="of a lesson without one"),
    Line("private_file", {200: STAFF}, at=of("picture", "file_id"), what="of a lesson"),
    # ---- certificates
    line("training_certificate", 200, OF_THE_EMPLOYEE + "employee", of("certificate")),
    *form("training_withdraw", KEEPERS, of("certificate")),
    Line("certificate_check", {200: EVERYBODY}),
    Line("certificate", at=lambda w: {"number": w.training.certificate.number}, what="without its code"),
    Line("certificate", {200: EVERYBODY}, path=lambda w: w.training.check_address, what="with its code"),
    # ---- sessions
    line("training_sessions", 200, STAFF),
    *form("training_session_new", KEEPERS + MANAGERS),
    line("training_session", 200, CREW + KEEPERS, SESSION),
    *form("training_session_edit", KEEPERS + "unit_manager", SESSION),
    *posted("training_session_place", 302, CREW + KEEPERS, SESSION),
    line("training_attendance", 200, LEADERS, SESSION),
    line("training_attendance", 302, LEADERS, SESSION, send=nothing),
    line("training_sheet", 200, LEADERS, SESSION),
    line("training_session_cancel", 200, LEADERS, SESSION),
    line("training_session_cancel", 302, LEADERS, SESSION, send=nothing),
    *form("training_sign_in_code", STAFF),
    line("training_sign_in", 200, STAFF, lambda w: {"token": w.training.token}),
    line("training_sign_in", 200, STAFF, lambda w: {"token": w.training.token}, send=nothing),
    # ---- who is trained
    line("training_matrix", 200, KEEPERS + MANAGERS + "administrator"),
    line("training_matrix_export", 200, KEEPERS + MANAGERS + "administrator"),
    line("training_activities", 200, KEEPERS + MANAGERS + "administrator"),
    line("training_person", 200, OF_THE_EMPLOYEE + "employee", lambda w: {"pk": w.company.people["employee"].pk}),
    *posted(
        "training_tries",
        302,
        OF_THE_EMPLOYEE,
        lambda w: {"pk": w.company.people["employee"].pk, "course_pk": w.training.course.pk},
        door=KEEPERS + MANAGERS + "administrator",
    ),
    # ---- keeping courses
    line("training_desk", 200, KEEPERS),
    line("training_to_check", 200, KEEPERS),
    line("training_course_desk", 200, KEEPERS, COURSE),
    *form("training_course_new", KEEPERS),
    *form("training_course_edit", KEEPERS, COURSE),
    line("training_course_step", 200, KEEPERS, lambda w: COURSE(w) | {"step": "close"}),
    line("training_course_step", 302, KEEPERS, lambda w: COURSE(w) | {"step": "close"}, send=nothing),
    *posted("training_require", 302, KEEPERS, COURSE, door=KEEPERS),
    *posted("training_require_drop", 302, KEEPERS, of("requirement"), door=KEEPERS),
    line("training_course_certificates", 200, KEEPERS, COURSE),
    *form("training_lesson_new", KEEPERS, COURSE),
    *form("training_lesson_edit", KEEPERS, LESSON),
    *posted("training_lesson_move", 302, KEEPERS, LESSON, door=KEEPERS, send=lambda w: {"to": "up"}),
    line("training_lesson_remove", 200, KEEPERS, LESSON),
    line("training_lesson_remove", 302, KEEPERS, LESSON, send=nothing),
    *posted("training_video_upload", 302, KEEPERS, LESSON, door=KEEPERS),
    *posted("training_video_remove", 302, KEEPERS, LESSON, door=KEEPERS),
    *posted("training_picture_remove", 302, KEEPERS, of("picture"), door=KEEPERS),
    *form("training_question_new", KEEPERS, COURSE),
    *form("training_question_edit", KEEPERS, QUESTION),
    line("training_question_retire", 200, KEEPERS, QUESTION),
    line("training_question_retire", 302, KEEPERS, QUESTION, send=nothing),
    *posted("training_question_checked", 302, KEEPERS, QUESTION, door=KEEPERS, send=lambda w: {"edition": "1"}),
]
