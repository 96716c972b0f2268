"""The life of a case: each change of state, what was asked for more time, who was called, what the customer thought."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from forms.cases.enums import CaseState, ExtensionAnswer, ExtensionWay, WaitReason
from forms.cases.models.cases import Case, CasePromise
from portal.org.enums import Role


class CaseStep(models.Model):
    """One change of state. Pauses are read from these rows and stand nowhere else."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="steps")
    verb = models.CharField(max_length=20)
    before = models.CharField(max_length=14, choices=CaseState)
    after = models.CharField(max_length=14, choices=CaseState)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=12, choices=WaitReason, blank=True)
    until = models.DateTimeField(_("until"), null=True, blank=True)

    objects = ScopedManager(unit="case__unit")

    class Meta:
        verbose_name = _("step of a case")
        verbose_name_plural = _("steps of a case")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.before} → {self.after} {self.at:%Y-%m-%d %H:%M}"


class CaseExtension(models.Model):
    """More time asked of the customer, with the answer (SRV-06). Asked after the due time it moves nothing."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="extensions")
    promise = models.ForeignKey(CasePromise, models.CASCADE, related_name="extensions")
    asked_at = models.DateTimeField(_("asked"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=1000)
    answer = models.CharField(_("customer's answer"), max_length=10, choices=ExtensionAnswer)
    way = models.CharField(_("how asked"), max_length=10, choices=ExtensionWay)
    old_due = models.DateTimeField(_("due before"))
    new_due = models.DateTimeField(_("due then"))
    in_time = models.BooleanField(_("asked before the due time"))

    objects = ScopedManager(unit="case__unit")

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ["asked_at", "pk"]

    def __str__(self) -> str:
        return f"{self.old_due:%Y-%m-%d} → {self.new_due:%Y-%m-%d}"

    @property
    def moves_the_clock(self) -> bool:
        return self.in_time and self.answer == ExtensionAnswer.AGREED


class CaseEscalation(models.Model):
    """A broken promise came to the next post. One row for each promise and level, so a restart repeats nothing."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="escalations")
    promise = models.ForeignKey(CasePromise, models.CASCADE, related_name="escalations")
    level = models.PositiveSmallIntegerField(_("level"))
    role = models.CharField(_("post"), max_length=30, choices=Role)
    at = models.DateTimeField()

    objects = ScopedManager(unit="case__unit")

    class Meta:
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        ordering = ["at", "level"]
        constraints = [models.UniqueConstraint(fields=["promise", "level"], name="escalation_once")]

    def __str__(self) -> str:
        return f"{self.level} {self.get_role_display()}"


class CaseRating(models.Model):
    """What the customer thought of how it was handled: once, and never by whoever handled it."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="rating")
    stars = models.PositiveSmallIntegerField(_("stars"), validators=[MinValueValidator(1), MaxValueValidator(5)])
    text = models.CharField(_("words"), max_length=1000, blank=True)
    at = models.DateTimeField()

    objects = ScopedManager(unit="case__unit")

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")

    def __str__(self) -> str:
        return str(self.stars)
