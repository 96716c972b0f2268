"""A course: whom it is required of, its lessons in order, the pool of questions of its quiz."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from policies.training.enums import CourseState, QuestionKind, RequirementScope


class CourseQuerySet(models.QuerySet["Course"]):
    def open(self) -> CourseQuerySet:
        return self.filter(state=CourseState.OPEN)

    def required(self) -> CourseQuerySet:
        """Open courses that are required of somebody: the columns of the matrix."""
        return self.open().filter(models.Exists(Requirement.objects.filter(course=models.OuterRef("pk"))))


class Course(models.Model):
    """What people learn and are asked. 0 stands for "without limit" in months, tries and hours."""

    title = models.CharField(_("title"), max_length=120)
    purpose = models.TextField(_("purpose"), blank=True)
    owner_unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("owner department"))
    regulation = models.ForeignKey(
        "policies.RegulationPage",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="courses",
        verbose_name=_("regulation"),
    )
    state = models.CharField(_("state"), max_length=10, choices=CourseState, default=CourseState.DRAFT)
    due_days = models.PositiveSmallIntegerField(_("days to do it in"), default=30)
    valid_months = models.PositiveSmallIntegerField(_("months it is valid"), default=0)
    drawn = models.PositiveSmallIntegerField(_("questions drawn for an attempt"), default=0)
    pass_mark = models.PositiveSmallIntegerField(
        _("pass mark in percent"), default=80, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    tries = models.PositiveSmallIntegerField(_("tries"), default=3)
    cooldown_hours = models.PositiveSmallIntegerField(_("hours between two tries"), default=0)
    by_attendance = models.BooleanField(_("done by attending a session"), default=False)
    with_edition = models.BooleanField(_("opens with the next edition of the regulation"), default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    opened_on = models.DateField(_("open since"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)  # counts changes, so that two people do not overwrite each other

    objects = CourseQuerySet.as_manager()

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ["title", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(pass_mark__gte=1, pass_mark__lte=100), name="course_pass_mark_percent"),
            models.CheckConstraint(
                condition=~Q(state=CourseState.OPEN) | Q(opened_on__isnull=False), name="course_open_since_a_day"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("training_course", args=[self.pk])

    @property
    def has_quiz(self) -> bool:
        return self.drawn > 0


class RequiredOf(models.Model):
    """Of whom something is required; `unit` and `post` as the scope needs them, `token` as an audience has it."""

    scope = models.CharField(_("scope"), max_length=10, choices=RequirementScope)
    unit = models.ForeignKey(
        "org.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    post = models.ForeignKey(
        "org.Post", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("post")
    )
    token = models.CharField(max_length=120)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        parts = [self.unit.name if self.unit else "", self.post.title if self.post else ""]
        return " · ".join(part for part in parts if part) or str(self.get_scope_display())

    def names(self, unit_path: str, post_id: int) -> bool:
        """Whether somebody with this post in a unit of this path is meant (`unit` loaded)."""
        return (self.unit is None or unit_path.startswith(self.unit.path)) and self.post_id in {None, post_id}


class Requirement(RequiredOf):
    """A course is required of these people from a day on."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="requirements")
    since = models.DateField(_("from"))

    class Meta:
        verbose_name = _("required of")
        verbose_name_plural = _("required of")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["course", "token"], name="requirement_once")]


class Lesson(models.Model):
    """A page of a course: text in simple marks (portal.lib.markup), clauses of an issued edition, pictures, a video."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="lessons")
    title = models.CharField(_("title"), max_length=120)
    order = models.PositiveIntegerField(default=0)
    body = models.TextField(_("text"), blank=True)
    edition = models.ForeignKey(
        "policies.Edition", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("edition")
    )
    clauses = models.ManyToManyField("policies.EditionClause", related_name="+", blank=True, verbose_name=_("clauses"))
    # A video lies in STORAGES["private"]; `video_name` is what its author called it.
    video_path = models.CharField(max_length=120, blank=True)
    video_name = models.CharField(_("video"), max_length=120, blank=True)
    video_type = models.CharField(max_length=20, blank=True)
    removed = models.BooleanField(default=False)  # who read it keeps having read it
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("training_lesson", args=[self.course_id, self.pk])


class QuestionQuerySet(models.QuerySet["Question"]):
    def in_pool(self) -> QuestionQuerySet:
        """Questions that an attempt may draw."""
        return self.filter(retired=False)


class Question(models.Model):
    """A question of the pool. `checked_edition` is the edition against whose clause its wording was last checked."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="questions")
    kind = models.CharField(_("kind"), max_length=10, choices=QuestionKind, default=QuestionKind.SINGLE)
    text = models.TextField(_("question"))
    explanation = models.TextField(_("explanation"), blank=True)
    clause = models.ForeignKey(
        "policies.Clause", models.PROTECT, null=True, blank=True, related_name="questions", verbose_name=_("clause")
    )
    checked_edition = models.ForeignKey(
        "policies.Edition", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("checked against")
    )
    retired = models.BooleanField(_("no longer asked"), default=False)
    version = models.PositiveIntegerField(default=1)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text[:60]


class Choice(models.Model):
    """One answer to choose."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="choices")
    text = models.CharField(_("answer"), max_length=300)
    correct = models.BooleanField(_("right"), default=False)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.text

    def as_asked(self) -> dict[str, Any]:
        """As an attempt keeps it."""
        return {"key": str(self.pk), "text": self.text, "correct": self.correct}
