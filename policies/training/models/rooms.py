"""Sessions in a room, for training or as a group activity, and who was there."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from policies.training.enums import Presence, SessionKind, SessionState, SignedBy
from policies.training.models.courses import Course, RequiredOf

# People come a little early; the sheet hangs at the door.
DOOR_OPENS = timedelta(minutes=30)


class RoomSessionQuerySet(models.QuerySet["RoomSession"]):
    def planned(self) -> RoomSessionQuerySet:
        return self.filter(state=SessionState.PLANNED)

    def coming(self, now: datetime) -> RoomSessionQuerySet:
        """Those that have not ended, the next one first."""
        return self.planned().filter(ends_at__gte=now).order_by("starts_at", "pk")

    def over(self, now: datetime) -> RoomSessionQuerySet:
        return self.filter(ends_at__lt=now).order_by("-starts_at", "-pk")


class RoomSession(models.Model):
    """People meet at a place. The token of its QR code is computed from `seed` (sign_in.token_of)."""

    kind = models.CharField(_("kind"), max_length=10, choices=SessionKind, default=SessionKind.TRAINING)
    course = models.ForeignKey(
        Course, models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name=_("course")
    )
    title = models.CharField(_("title"), max_length=120)
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("held by"))
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(_("place"), max_length=120)
    trainer = models.ForeignKey(
        "org.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("led by")
    )
    capacity = models.PositiveSmallIntegerField(_("places"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=SessionState, default=SessionState.PLANNED)
    seed = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    token_digest = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = RoomSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_start"),
            models.CheckConstraint(
                condition=Q(kind=SessionKind.ACTIVITY, course__isnull=True)
                | Q(kind=SessionKind.TRAINING, course__isnull=False),
                name="session_of_a_course_or_activity",
            ),
        ]
        indexes = [models.Index(fields=["ends_at"], name="session_by_end")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("training_session", args=[self.pk])

    def takes_signatures(self, now: datetime) -> bool:
        """Its code works from half an hour before it starts until it ends."""
        return self.state == SessionState.PLANNED and self.starts_at - DOOR_OPENS <= now <= self.ends_at


class SessionRequirement(RequiredOf):
    """These people are required to come."""

    session = models.ForeignKey(RoomSession, models.CASCADE, related_name="requirements")

    class Meta:
        verbose_name = _("required of")
        verbose_name_plural = _("required of")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["session", "token"], name="session_requirement_once")]


class Attendance(models.Model):
    """A person and a session: signed up, attended, excused."""

    session = models.ForeignKey(RoomSession, models.PROTECT, related_name="attendances")
    person = models.ForeignKey("org.Person", models.PROTECT, related_name="attendances", verbose_name=_("person"))
    presence = models.CharField(_("presence"), max_length=10, choices=Presence, default=Presence.ENROLLED)
    signed_by = models.CharField(_("signed"), max_length=10, choices=SignedBy, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        constraints = [models.UniqueConstraint(fields=["session", "person"], name="attendance_once")]
        indexes = [models.Index(fields=["person", "presence"], name="attendance_of_person")]

    def __str__(self) -> str:
        return f"{self.session} – {self.person}"
