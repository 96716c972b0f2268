"""States of courses, attempts, certificates and sessions; how a person stands with a course."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CourseState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("course", "Draft")
    OPEN = "open", pgettext_lazy("course", "Open")
    CLOSED = "closed", pgettext_lazy("course", "Closed")


COURSE_TRANSITIONS: dict[str, frozenset[str]] = {
    CourseState.DRAFT: frozenset({CourseState.OPEN}),
    CourseState.OPEN: frozenset({CourseState.CLOSED}),
    CourseState.CLOSED: frozenset({CourseState.OPEN}),
}
# Lessons and questions may be changed: attempts keep their own wording.
EDITABLE_COURSE = frozenset({CourseState.DRAFT, CourseState.OPEN})


class RequirementScope(models.TextChoices):
    STAFF = "staff", _("All staff")
    UNIT = "unit", _("A unit and what lies below it")
    POST = "post", _("Holders of a post")
    UNIT_POST = "unit_post", _("Holders of a post in a unit")


class QuestionKind(models.TextChoices):
    SINGLE = "single", _("One answer is right")
    MULTIPLE = "multiple", _("Several answers are right")


class AttemptState(models.TextChoices):
    OPEN = "open", pgettext_lazy("attempt", "Under way")
    PASSED = "passed", pgettext_lazy("attempt", "Passed")
    FAILED = "failed", pgettext_lazy("attempt", "Not passed")


HANDED_IN = frozenset({AttemptState.PASSED, AttemptState.FAILED})


class How(models.TextChoices):
    """By what a course was done."""

    QUIZ = "quiz", _("Quiz passed")
    ATTENDANCE = "attendance", _("Session attended")
    LESSONS = "lessons", _("Lessons read")


class Standing(models.TextChoices):
    """A person and a required course on a day. Exactly one holds."""

    DUE = "due", pgettext_lazy("training", "Due")
    DONE = "done", pgettext_lazy("training", "Done")
    LATE = "late", pgettext_lazy("training", "Late")
    EXPIRED = "expired", pgettext_lazy("training", "Expired")


# Managers are told of these, and they count as missed when a period is over.
OVERDUE = (Standing.LATE, Standing.EXPIRED)
STANDING_TONES: dict[str, str] = {
    Standing.DUE: "info",
    Standing.DONE: "success",
    Standing.LATE: "danger",
    Standing.EXPIRED: "warning",
}


class CertificateState(models.TextChoices):
    VALID = "valid", pgettext_lazy("certificate", "Valid")
    EXPIRED = "expired", pgettext_lazy("certificate", "Expired")
    WITHDRAWN = "withdrawn", pgettext_lazy("certificate", "Withdrawn")


class SessionKind(models.TextChoices):
    TRAINING = "training", _("Training")
    ACTIVITY = "activity", _("Group activity")


class SessionState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("session", "Takes place")
    CANCELLED = "cancelled", pgettext_lazy("session", "Cancelled")


class Presence(models.TextChoices):
    """A person and a session. Who is excused is not counted as required."""

    ENROLLED = "enrolled", _("Signed up")
    PRESENT = "present", _("Attended")
    EXCUSED = "excused", _("Excused")


class SignedBy(models.TextChoices):
    QR = "qr", _("by QR code")
    TRAINER = "trainer", _("by the trainer")


class ClauseChange(models.TextChoices):
    """What became of the clause that a question rests on."""

    CHANGED = "changed", _("The clause was changed")
    REMOVED = "removed", _("The clause was taken out")
