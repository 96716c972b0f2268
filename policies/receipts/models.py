"""Readings witnessed on paper, and the reminders that were sent. Receipts themselves are a table of policies."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager


class Batch(models.Model):
    """A reading before witnesses: people without accounts signed a sheet, which is kept as scanned. Its key is made by
    the browser, so that a form sent twice is one batch. Never changes."""

    id = models.UUIDField(primary_key=True, editable=False)
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    edition = models.ForeignKey("policies.Edition", models.PROTECT, related_name="+", verbose_name=_("edition"))
    read_on = models.DateField(_("read on"))
    witness = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("witnessed by")
    )
    at = models.DateTimeField(_("recorded at"))
    content_digest = models.CharField(max_length=64)  # of what was sent, by which a retry is known

    objects = ScopedManager(unit="unit")

    class Meta:
        verbose_name = _("reading on paper")
        verbose_name_plural = _("readings on paper")
        ordering = ["-at"]
        indexes = [models.Index(fields=["unit", "-at"], name="receipt_batches")]

    def __str__(self) -> str:
        return f"{self.edition} – {self.unit} {self.read_on}"

    def get_absolute_url(self) -> str:
        return reverse("receipt_batch", args=[self.pk])


class BatchLine(models.Model):
    """One who signed: the person and the receipt that the batch gave."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="lines")
    receipt = models.OneToOneField("policies.Receipt", models.PROTECT, related_name="batch_line")

    objects = ScopedManager(unit="batch__unit")

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")

    def __str__(self) -> str:
        return str(self.receipt)


class Reminder(models.Model):
    """One notice to one person on one day, summing up all that waits. `week` marks a manager's weekly summary."""

    person = models.ForeignKey("org.Person", models.PROTECT, related_name="+", verbose_name=_("person"))
    day = models.DateField(_("day"))
    at = models.DateTimeField(_("made at"))
    week = models.CharField(max_length=10, blank=True)
    overdue_below = models.PositiveIntegerField(_("overdue in the own units"), default=0)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(fields=["person", "day"], name="reminder_once_a_day"),
            models.UniqueConstraint(fields=["person", "week"], condition=~Q(week=""), name="summary_once_a_week"),
        ]
        indexes = [models.Index(fields=["at"], name="reminder_recent")]

    def __str__(self) -> str:
        return f"{self.person} {self.day}"


class ReminderLine(models.Model):
    """That a person was reminded of an edition at a stage: 0 before the deadline, 1 the day after, 2 a week on ..."""

    reminder = models.ForeignKey(Reminder, models.CASCADE, related_name="lines")
    person = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    edition = models.ForeignKey("policies.Edition", models.PROTECT, related_name="+")
    stage = models.PositiveSmallIntegerField()
    deadline = models.DateField()

    class Meta:
        verbose_name = _("line of a reminder")
        verbose_name_plural = _("lines of reminders")
        constraints = [models.UniqueConstraint(fields=["person", "edition", "stage"], name="reminded_once_a_stage")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.edition_id} {self.stage}"
