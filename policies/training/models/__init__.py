"""The tables of training: courses with lessons and questions, what people did in them, sessions in a room."""

from policies.training.models.courses import Choice, Course, Lesson, Question, Requirement
from policies.training.models.rooms import Attendance, RoomSession, SessionRequirement
from policies.training.models.taking import Attempt, Certificate, LessonRead, TriesGranted

__all__ = [
    "Attempt",
    "Attendance",
    "Certificate",
    "Choice",
    "Course",
    "Lesson",
    "LessonRead",
    "Question",
    "Requirement",
    "RoomSession",
    "SessionRequirement",
    "TriesGranted",
]
