"""What people were told, how they want to be told, and the gateways that carry it to phones."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import time
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_scopes import scopes_disabled

from portal.notifications.enums import DeliveryState, MailChoice
from portal.notifications.kinds import Kind, kinds_for, notification_kinds, sentence_of
from portal.org.fields import EncryptedTextField
from portal.org.readers import Reader

QUIET_FROM, QUIET_TO = time(22, 0), time(7, 0)
DIGEST_HOUR = 8


class NotificationQuerySet(models.QuerySet["Notification"]):
    def unread(self) -> NotificationQuerySet:
        return self.filter(read_at=None)

    def waiting_for_mail(self) -> NotificationQuerySet:
        """To go out by mail one day, and not read meanwhile."""
        return self.filter(read_at=None, mailed_at=None, mail_at__isnull=False)

    def shown_to(self, reader: Reader) -> NotificationQuerySet:
        """The reader's own, about records that exist and that the reader may see at this moment. One query."""
        asked: dict[Callable[[Reader], Any] | None, list[str]] = {}
        for name, kind in kinds_for(reader):
            asked.setdefault(kind.records, []).append(name)
        allowed = Q(pk__in=[])
        with scopes_disabled():
            for records, names in asked.items():
                of = Q(kind__in=names)
                if records is not None:
                    seen = records(reader).filter(pk=OuterRef("about")).order_by()
                    of &= Q(about=None) | Q(Exists(seen))
                allowed |= of
            return self.filter(user=reader.user.pk).filter(allowed)


class Notification(models.Model):
    """One thing one person is told: once for each `key`. `about` is the key of its record, by which the kind knows who
    may see it, and `subject` the record's number or a title of the house, never a customer's words; both are empty
    where `count` records are told of at once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=40)
    about = models.BigIntegerField(null=True, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    count = models.PositiveIntegerField(default=1)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    key = models.CharField(max_length=120)
    url = models.CharField(max_length=300)
    urgent = models.BooleanField(_("urgent"), default=False)
    at = models.DateTimeField(_("when"))
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    mail_at = models.DateTimeField(null=True, blank=True)  # not before this moment; None: not by mail
    mailed_at = models.DateTimeField(null=True, blank=True)
    mail_tries = models.PositiveSmallIntegerField(default=0)

    objects = models.Manager.from_queryset(NotificationQuerySet)()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notification_once")]
        indexes = [
            models.Index(fields=["user", "at"], name="notification_own"),
            models.Index(fields=["user"], condition=Q(read_at=None), name="notification_unread"),
            models.Index(fields=["about"], name="notification_about"),
            models.Index(fields=["at"], name="notification_old"),
            models.Index(fields=["mail_at"], condition=Q(read_at=None, mailed_at=None), name="notification_to_mail"),
        ]

    def __str__(self) -> str:
        return self.sentence

    @property
    def kind_entry(self) -> Kind | None:
        return notification_kinds.get(self.kind)

    @property
    def sentence(self) -> str:
        """What is said, in the language that is active."""
        return sentence_of(self.kind, self.subject, self.count)

    @property
    def until_words(self) -> str:
        """The day alone where its end is meant, else day and hour; "" without one."""
        if self.until is None:
            return ""
        here = timezone.localtime(self.until)
        return f"{here:%Y-%m-%d}" if (here.hour, here.minute) == (23, 59) else f"{here:%Y-%m-%d %H:%M}"


class NotificationSettings(models.Model):
    """How one person wants to be told. Without a row the defaults hold."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    quiet_from = models.TimeField(_("quiet from"), default=QUIET_FROM)
    quiet_to = models.TimeField(_("quiet until"), default=QUIET_TO)
    urgent_passes = models.BooleanField(_("urgent things also in quiet hours"), default=False)
    digest_hour = models.PositiveSmallIntegerField(
        _("hour of the digest"), default=DIGEST_HOUR, validators=[MaxValueValidator(23)]
    )
    mail = models.JSONField(default=dict)  # kind: MailChoice
    not_by_gateway = models.JSONField(default=list)  # kinds
    wecom = models.CharField(_("WeCom account"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("notification settings")
        verbose_name_plural = _("notification settings")

    def __str__(self) -> str:
        return f"{self.quiet_from:%H:%M}–{self.quiet_to:%H:%M}"

    def choice_for(self, kind: str) -> str:
        chosen = self.mail.get(kind)
        entry = notification_kinds.get(kind)
        return chosen if chosen in MailChoice.values else entry.mail if entry else MailChoice.NONE

    def wants_by_gateway(self, kind: str) -> bool:
        return kind not in self.not_by_gateway


class Gateway(models.Model):
    """An address outside that carries notifications on, by SMS or a messenger. Its secret signs and is never shown.

    While it does not answer, nothing is tried there until `paused_until`; `failures` in a row make the pauses grow.
    """

    name = models.CharField(_("name"), max_length=80)
    address = models.CharField(_("address"), max_length=500)
    secret = EncryptedTextField(_("secret"))
    kinds = models.JSONField(_("kinds"), default=list)
    active = models.BooleanField(_("in use"), default=True)
    failures = models.PositiveIntegerField(default=0)
    paused_until = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("gateway")
        verbose_name_plural = _("gateways")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One message to one gateway, with its tries. `notification` None: the administrator's test."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    gateway = models.ForeignKey(Gateway, models.CASCADE, related_name="deliveries")
    notification = models.ForeignKey(Notification, models.CASCADE, null=True, related_name="deliveries")
    state = models.CharField(_("state"), max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    made_at = models.DateTimeField(_("made"))
    due_at = models.DateTimeField(_("next try"))
    sent_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    problem = models.CharField(_("problem"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-made_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["gateway", "notification"], name="delivery_once")]
        indexes = [
            models.Index(fields=["gateway", "due_at"], condition=Q(state="waiting"), name="delivery_due"),
            models.Index(fields=["made_at"], name="delivery_old"),
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.made_at:%Y-%m-%d %H:%M}"

    @property
    def tone(self) -> str:
        tones: dict[Any, str] = {DeliveryState.SENT: "success", DeliveryState.FAILED: "danger"}
        return tones.get(self.state, "neutral")
