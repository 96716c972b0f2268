"""Promises to come back to a customer, the weekly draw, and defects that are kept under watch."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from forms.revisits.enums import (
    TONES,
    AttemptOutcome,
    Condition,
    Performer,
    RevisitKind,
    RevisitState,
    VisitCause,
    VisitState,
)
from portal.org.fields import EncryptedTextField

_ACCOUNT = settings.AUTH_USER_MODEL


class RevisitQuerySet(models.QuerySet["Revisit"]):
    def open(self) -> RevisitQuerySet:
        return self.filter(state=RevisitState.OPEN)

    def overdue(self, now: datetime) -> RevisitQuerySet:
        return self.open().filter(due_at__lt=now)

    def broken_at(self, now: datetime) -> RevisitQuerySet:
        """Late and noticed, or late by this moment."""
        return self.filter(Q(late=True) | Q(state=RevisitState.OPEN, due_at__lt=now))

    def by_due(self) -> RevisitQuerySet:
        return self.order_by("due_at", "pk")

    def for_list(self) -> RevisitQuerySet:
        """What a row shows, in one query; the encrypted fields stay shut."""
        return (
            self.select_related("office", "finished_by")
            .annotate(tried=models.Count("attempts"))
            .defer("contact_name", "contact_phone")
        )


class Revisit(models.Model):
    """Somebody goes back to a customer by a certain moment. What it is about is named by label and key, so that this
    app knows none of the apps above it; see forms.revisits.registries."""

    number = models.CharField(_("number"), max_length=40, unique=True)
    office = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    # The office that must not know of it, where the matter is with the company's leaders (SRV-18).
    hidden_from = models.ForeignKey("org.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    performer = models.CharField(_("done by"), max_length=8, choices=Performer, default=Performer.OFFICE)
    kind = models.CharField(_("how"), max_length=10, choices=RevisitKind, default=RevisitKind.PHONE)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    title = models.CharField(_("about"), max_length=160)
    reason = models.CharField(_("why"), max_length=200)
    place = models.CharField(_("house"), max_length=120, blank=True)
    contact_name = EncryptedTextField(_("name"), blank=True)
    contact_phone = EncryptedTextField(_("phone"), blank=True)
    independent = models.BooleanField(_("by somebody who did not handle it"), default=False)
    handlers: Any = models.ManyToManyField("org.Person", related_name="+", verbose_name=_("handled by"), blank=True)
    due_at = models.DateTimeField(_("due"))
    state = models.CharField(_("state"), max_length=12, choices=RevisitState, default=RevisitState.OPEN)
    satisfied = models.BooleanField(_("satisfied"), null=True)
    words = models.TextField(_("what the customer said"), blank=True)
    late = models.BooleanField(_("late"), default=False)  # a fact that no later act clears
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(_ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)
    finished_by = models.ForeignKey(_ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = ScopedManager(_manager_class=models.Manager.from_queryset(RevisitQuerySet), unit="office")

    class Meta:
        verbose_name = _("revisit")
        verbose_name_plural = _("revisits")
        ordering = ["due_at", "pk"]
        indexes = [
            models.Index(fields=["office", "state", "due_at"]),
            models.Index(fields=["state", "due_at"]),
            models.Index(fields=["subject_type", "subject_id"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=RevisitState.FINISHED)
                | Q(satisfied__isnull=False, finished_at__isnull=False, finished_by__isnull=False),
                name="finished_revisit_says_how",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("revisit_detail", args=[self.number])

    @property
    def tone(self) -> str:
        if self.state == RevisitState.FINISHED and not self.satisfied:
            return "danger"
        return TONES[RevisitState(self.state)]

    @property
    def is_open(self) -> bool:
        return self.state == RevisitState.OPEN

    def is_late(self, now: datetime) -> bool:
        return self.late or (self.is_open and self.due_at < now)


class RevisitAttempt(models.Model):
    """One try to reach the customer. `key` is made by the browser, so that the same press sent twice is one try."""

    revisit = models.ForeignKey(Revisit, models.CASCADE, related_name="attempts")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField()
    by = models.ForeignKey(_ACCOUNT, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=14, choices=AttemptOutcome)
    words = models.TextField(blank=True)

    objects = ScopedManager(unit="revisit__office")

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.revisit_id} {self.at:%Y-%m-%d %H:%M} {self.outcome}"


class WeekDraw(models.Model):
    """The draw of one office and week: what was finished is frozen as members, a share of it is drawn by a recorded
    seed (SRV-09)."""

    source = models.CharField(max_length=20)  # name in registries.draw_populations
    week = models.CharField(_("week"), max_length=8)  # 2026-W48
    office = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("management office"))
    seed = models.CharField(_("seed"), max_length=64)
    size = models.PositiveIntegerField(_("to be drawn"))  # a fifth of the members, rounded up
    frozen_at = models.DateTimeField(_("frozen"))

    objects = ScopedManager(unit="office")

    class Meta:
        verbose_name = _("weekly draw")
        verbose_name_plural = _("weekly draws")
        ordering = ["-week", "office"]
        constraints = [models.UniqueConstraint(fields=["source", "week", "office"], name="week_draw_once")]

    def __str__(self) -> str:
        return f"{self.week} {self.office}"


class DrawMember(models.Model):
    """One thing of a frozen population. `place` is the order in which the seed draws it; a place past the draw's size
    is drawn as the replacement of one that could not be reached."""

    draw = models.ForeignKey(WeekDraw, models.PROTECT, related_name="members")
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    key = models.CharField(_("number"), max_length=40)
    late = models.BooleanField(default=False)  # of an earlier week, recorded after that week was frozen
    place = models.PositiveIntegerField()
    revisit = models.OneToOneField(Revisit, models.PROTECT, null=True, blank=True, related_name="drawn")
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")

    objects = ScopedManager(unit="draw__office")

    class Meta:
        verbose_name = _("member of a draw")
        verbose_name_plural = _("members of draws")
        ordering = ["draw", "place"]
        constraints = [
            # Nothing is counted in two weeks.
            models.UniqueConstraint(fields=["subject_type", "subject_id"], name="draw_member_once"),
            models.UniqueConstraint(fields=["draw", "place"], name="draw_place_once"),
        ]

    def __str__(self) -> str:
        return f"{self.draw_id} {self.place} {self.key}"


class DefectFile(models.Model):
    """A leak or crack that was repaired and is kept under watch until two people release it (SRV-10)."""

    number = models.CharField(_("number"), max_length=40, unique=True)
    office = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("management office"))
    estate = models.ForeignKey("org.Estate", models.PROTECT, null=True, blank=True, related_name="+")
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    title = models.CharField(_("defect"), max_length=160)
    place = models.CharField(_("house"), max_length=120, blank=True)
    after_rain = models.BooleanField(_("visit after each rain"), default=False)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(_ACCOUNT, models.PROTECT, related_name="+")
    released_at = models.DateTimeField(_("released"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedManager(unit="office")

    class Meta:
        verbose_name = _("defect file")
        verbose_name_plural = _("defect files")
        ordering = ["-opened_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["subject_type", "subject_id"], name="defect_file_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("defect_file", args=[self.number])

    @property
    def is_open(self) -> bool:
        return self.released_at is None


class DefectVisit(models.Model):
    """A visit that is due at a defect, and its record. A missed one stays missed, though it may be made good."""

    file = models.ForeignKey(DefectFile, models.CASCADE, related_name="visits")
    cause = models.CharField(max_length=6, choices=VisitCause, default=VisitCause.BY_DATE)
    opens_on = models.DateField()
    due_on = models.DateField(_("due"))
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(_ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+")
    condition = models.CharField(_("state of the defect"), max_length=10, choices=Condition, blank=True)
    words = models.TextField(_("in words"), blank=True)
    dropped = models.BooleanField(default=False)  # the file was released before it was due

    objects = ScopedManager(unit="file__office")

    class Meta:
        verbose_name = _("visit to a defect")
        verbose_name_plural = _("visits to defects")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["file", "cause", "opens_on"], name="defect_visit_once"),
            models.CheckConstraint(condition=Q(due_on__gte=F("opens_on")), name="defect_visit_due_after_it_opens"),
        ]
        indexes = [models.Index(fields=["due_on"])]

    def __str__(self) -> str:
        return f"{self.file_id} {self.due_on}"

    def standing(self, day: date, done_on: date | None) -> VisitState:
        """What the visit is on `day`; `done_on` is the calendar day on which it was made, if it was."""
        if done_on is not None:
            return VisitState.DONE if done_on <= self.due_on else VisitState.DONE_LATE
        if day > self.due_on:
            return VisitState.MISSED
        return VisitState.DUE if day >= self.opens_on else VisitState.TO_COME


class ReleaseSignature(models.Model):
    """One of the two signatures that release a defect; a person signs once."""

    file = models.ForeignKey(DefectFile, models.CASCADE, related_name="signatures")
    by = models.ForeignKey(_ACCOUNT, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    words = models.TextField(blank=True)

    objects = ScopedManager(unit="file__office")

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["file", "by"], name="defect_release_signed_once")]

    def __str__(self) -> str:
        return f"{self.file_id} {self.by}"


class RainDay(models.Model):
    """A day of rain in an estate, entered by a person; it makes a visit due at each open file there."""

    estate = models.ForeignKey("org.Estate", models.PROTECT, related_name="+", verbose_name=_("estate"))
    day = models.DateField(_("day"))
    by = models.ForeignKey(_ACCOUNT, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = ScopedManager(unit="estate__office")

    class Meta:
        verbose_name = _("day of rain")
        verbose_name_plural = _("days of rain")
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["estate", "day"], name="rain_day_once")]

    def __str__(self) -> str:
        return f"{self.estate} {self.day}"
