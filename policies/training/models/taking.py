"""What people did in a course: lessons read, attempts at the quiz, certificates."""

from __future__ import annotations

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from policies.training.enums import HANDED_IN, AttemptState, CertificateState, How
from policies.training.models.courses import Course, Lesson


class LessonRead(models.Model):
    """A person went through a lesson; the first time counts."""

    person = models.ForeignKey("org.Person", models.PROTECT, related_name="lessons_read")
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="readings")
    at = models.DateTimeField(_("read at"))

    class Meta:
        verbose_name = _("lesson read")
        verbose_name_plural = _("lessons read")
        constraints = [models.UniqueConstraint(fields=["person", "lesson"], name="lesson_read_once")]

    def __str__(self) -> str:
        return f"{self.person} – {self.lesson}"


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def handed_in(self) -> AttemptQuerySet:
        return self.filter(state__in=HANDED_IN)


class Attempt(models.Model):
    """One try at a quiz, with everything that judges it: the questions as they were worded, the pass mark.

    `questions`: [{"key", "text", "kind", "explanation", "clause": label, "clause_url", "choices": [{"key", "text",
    "correct"}]}] in the order drawn from `seed`; `answers`: {question key: [choice keys]}.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey("org.Person", models.PROTECT, related_name="attempts", verbose_name=_("person"))
    course = models.ForeignKey(Course, models.PROTECT, related_name="attempts", verbose_name=_("course"))
    state = models.CharField(_("state"), max_length=10, choices=AttemptState, default=AttemptState.OPEN)
    seed = models.CharField(max_length=40)
    questions = models.JSONField()
    answers = models.JSONField(default=dict)
    pass_mark = models.PositiveSmallIntegerField(_("pass mark"))
    score = models.PositiveSmallIntegerField(_("score in percent"), null=True, blank=True)
    started_at = models.DateTimeField(_("started"))
    handed_in_at = models.DateTimeField(_("handed in"), null=True, blank=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "course"], condition=Q(state=AttemptState.OPEN), name="attempt_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state=AttemptState.OPEN, score__isnull=True, handed_in_at__isnull=True)
                | Q(state__in=sorted(HANDED_IN), score__isnull=False, handed_in_at__isnull=False),
                name="attempt_judged_when_handed_in",
            ),
        ]
        indexes = [models.Index(fields=["person", "course", "handed_in_at"], name="attempt_of_person")]

    def __str__(self) -> str:
        return f"{self.course} – {self.person}"

    def get_absolute_url(self) -> str:
        return reverse("training_attempt", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == AttemptState.OPEN

    @property
    def passed(self) -> bool:
        return self.state == AttemptState.PASSED


class TriesGranted(models.Model):
    """New tries for somebody who used all of theirs; who gave them and when."""

    person = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    course = models.ForeignKey(Course, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("tries granted")
        verbose_name_plural = _("tries granted")
        indexes = [models.Index(fields=["person", "course"], name="tries_of_person")]

    def __str__(self) -> str:
        return f"{self.course} – {self.person}"


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def given_by(self, day: date) -> CertificateQuerySet:
        """Given on or before the day, and not withdrawn by then: both valid and expired ones."""
        return self.filter(done_on__lte=day).filter(Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=day))

    def valid_on(self, day: date) -> CertificateQuerySet:
        return self.given_by(day).filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day))


class Certificate(models.Model):
    """A person did a course. It stands for ever; whether it is valid is a question of the day.

    The check code stands nowhere: it is computed from `seed` with the portal's key (certificates.check_code).
    """

    number = models.CharField(_("number"), max_length=30, unique=True)
    seed = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("org.Person", models.PROTECT, related_name="certificates", verbose_name=_("person"))
    course = models.ForeignKey(Course, models.PROTECT, related_name="certificates", verbose_name=_("course"))
    course_title = models.CharField(_("course"), max_length=120)  # as it was called then
    how = models.CharField(_("done by"), max_length=12, choices=How)
    attempt = models.OneToOneField(
        Attempt, models.PROTECT, null=True, blank=True, related_name="certificate", verbose_name=_("attempt")
    )
    attendance = models.ForeignKey(
        "training.Attendance",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="certificates",
        verbose_name=_("attendance"),
    )
    done_on = models.DateField(_("done on"))
    given_at = models.DateTimeField(_("given at"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    withdrawn_why = models.CharField(_("reason"), max_length=300, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-done_on", "-pk"]
        indexes = [
            # All that the matrix reads of a certificate: it never needs the row itself.
            models.Index(
                fields=["person", "course", "done_on", "valid_until", "withdrawn_on"], name="certificate_matrix"
            ),
            models.Index(fields=["course", "done_on"], name="certificate_of_course"),
        ]

    def __str__(self) -> str:
        return self.number

    def state_on(self, day: date) -> CertificateState:
        if self.withdrawn_on is not None and self.withdrawn_on <= day:
            return CertificateState.WITHDRAWN
        if self.valid_until is not None and self.valid_until < day:
            return CertificateState.EXPIRED
        return CertificateState.VALID
