"""The verbs of training: the only code that writes courses, attempts, certificates, sessions."""

from policies.training.actions.certificates import withdraw_certificate
from policies.training.actions.courses import (
    CourseDetails,
    close_course,
    create_course,
    drop_requirement,
    edit_course,
    open_course,
    open_with_edition,
    require_course,
    waiting_for_edition,
    why_not_open,
)
from policies.training.actions.lessons import (
    LessonContent,
    keep_pictures,
    keep_video,
    move_lesson,
    remove_lesson,
    remove_picture,
    remove_video,
    save_lesson,
)
from policies.training.actions.questions import QuestionContent, confirm_question, retire_question, save_question
from policies.training.actions.rooms import (
    SessionDetails,
    cancel_session,
    enrol,
    leave,
    mark_attendance,
    plan_session,
    sign_in,
)
from policies.training.actions.taking import grant_tries, hand_in_attempt, read_lesson, start_attempt

__all__ = [
    "CourseDetails",
    "LessonContent",
    "QuestionContent",
    "SessionDetails",
    "cancel_session",
    "close_course",
    "confirm_question",
    "create_course",
    "drop_requirement",
    "edit_course",
    "enrol",
    "grant_tries",
    "hand_in_attempt",
    "keep_pictures",
    "keep_video",
    "leave",
    "mark_attendance",
    "move_lesson",
    "open_course",
    "open_with_edition",
    "plan_session",
    "read_lesson",
    "remove_lesson",
    "remove_picture",
    "remove_video",
    "require_course",
    "retire_question",
    "save_lesson",
    "save_question",
    "sign_in",
    "start_attempt",
    "waiting_for_edition",
    "why_not_open",
    "withdraw_certificate",
]
