"""The three hotlines, who answers them when, every call, and every mail that came."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from forms.cases.calls.enums import (
    MADE_A_CASE,
    TONES,
    CallOutcome,
    Direction,
    HotlineKind,
    MailReason,
    MailState,
    NoteReason,
    ShownAs,
)
from forms.cases.models import Case
from portal.org.fields import EncryptedTextField

_ACCOUNT = settings.AUTH_USER_MODEL


class Hotline(models.Model):
    """A number that is answered day and night. The company has one of each kind."""

    kind = models.CharField(_("kind"), max_length=10, choices=HotlineKind, unique=True)
    number = models.CharField(_("number"), max_length=40)
    label = models.CharField(_("name"), max_length=40)
    words = models.CharField(_("what it is for"), max_length=160, blank=True)
    since = models.DateField(_("answered since"))  # the first whole day that counts
    shown_as = models.CharField(_("who is on duty is shown as"), max_length=8, choices=ShownAs, default=ShownAs.SURNAME)

    class Meta:
        verbose_name = _("hotline")
        verbose_name_plural = _("hotlines")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.label

    @property
    def dial(self) -> str:
        """The number as a telephone wants it: digits and a leading plus."""
        return "".join(sign for sign in self.number if sign.isdigit() or sign == "+")


class TurnQuerySet(models.QuerySet["DutyTurn"]):
    def at(self, moment: datetime) -> TurnQuerySet:
        return self.filter(starts_at__lte=moment, ends_at__gt=moment)

    def between(self, start: datetime, end: datetime) -> TurnQuerySet:
        return self.filter(starts_at__lt=end, ends_at__gt=start)


class DutyTurn(models.Model):
    """Somebody answers a hotline from one moment to another. `entered_at` tells a plan from what was written later."""

    hotline = models.ForeignKey(Hotline, models.CASCADE, related_name="turns", verbose_name=_("hotline"))
    person = models.ForeignKey("org.Person", models.PROTECT, related_name="+", verbose_name=_("person"))
    post = models.ForeignKey("org.Post", models.PROTECT, null=True, blank=True, related_name="+")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(_ACCOUNT, models.PROTECT, related_name="+")

    objects = TurnQuerySet.as_manager()

    class Meta:
        verbose_name = _("turn of duty")
        verbose_name_plural = _("turns of duty")
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["hotline", "ends_at"])]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="duty_turn_ends_after_it_starts"),
            models.UniqueConstraint(fields=["hotline", "person", "starts_at"], name="duty_turn_once"),
        ]

    def __str__(self) -> str:
        return f"{self.hotline_id} {self.starts_at:%Y-%m-%d %H:%M}"


class CallQuerySet(models.QuerySet["Call"]):
    def waiting(self) -> CallQuerySet:
        """Missed, and nobody has called back yet."""
        return self.filter(outcome=CallOutcome.OPEN)

    def incoming(self) -> CallQuerySet:
        return self.filter(direction=Direction.IN)

    def for_list(self) -> CallQuerySet:
        """What a row shows, in one query; the encrypted fields stay shut."""
        return self.select_related("hotline", "office", "estate", "case", "taken_by").defer("caller_name", "phone")


class Call(models.Model):
    """One call, as it was written down. `unit` may see it (the scope); `office` is whom it concerns.

    `due_at` is when its outcome is to stand: the end of its day, and an hour for writing down what was said at
    midnight. A missed call gets the outcome of the call that returned it.
    """

    number = models.CharField(_("number"), max_length=40, unique=True)
    key = models.UUIDField(unique=True, editable=False)  # made by the browser: sent twice, it is one call
    fingerprint = models.CharField(max_length=64, editable=False)
    hotline = models.ForeignKey(Hotline, models.PROTECT, related_name="calls", verbose_name=_("hotline"))
    direction = models.CharField(max_length=3, choices=Direction, default=Direction.IN)
    missed = models.BooleanField(_("missed"), default=False)
    began_at = models.DateTimeField(_("began"))
    ended_at = models.DateTimeField(_("ended"))
    recorded_at = models.DateTimeField(_("written down"))
    taken_by = models.ForeignKey(_ACCOUNT, models.PROTECT, related_name="+", verbose_name=_("taken by"))
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", db_index=False)
    office = models.ForeignKey(
        "org.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("management office")
    )
    estate = models.ForeignKey(
        "org.Estate", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("estate")
    )
    house = models.CharField(_("house or flat"), max_length=60, blank=True)
    caller_name = EncryptedTextField(_("name"), blank=True)
    phone = EncryptedTextField(_("phone"), blank=True)
    phone_digest = models.CharField(max_length=64, blank=True, db_index=True)
    text = models.TextField(_("what was said"), blank=True)
    outcome = models.CharField(_("outcome"), max_length=8, choices=CallOutcome, blank=True)
    reason = models.CharField(_("reason"), max_length=9, choices=NoteReason, blank=True)
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="calls", verbose_name=_("case"))
    returns = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="returned_by")
    due_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)  # when its outcome stood

    objects = ScopedManager(_manager_class=models.Manager.from_queryset(CallQuerySet), unit="unit")

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ["-began_at", "-pk"]
        indexes = [
            models.Index(fields=["unit", "began_at"]),
            models.Index(fields=["began_at"]),
            models.Index(fields=["estate", "house"]),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ended_at__gte=F("began_at")), name="call_ends_after_it_begins"),
            # SRV-01: a call that was answered has an outcome, and what it became is named.
            models.CheckConstraint(
                condition=Q(missed=True) | (~Q(outcome="") & Q(settled_at__isnull=False)),
                name="answered_call_has_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=sorted(MADE_A_CASE), case__isnull=False)
                | Q(outcome__in=["", CallOutcome.NOTE.value], case__isnull=True),
                name="call_names_its_case",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=CallOutcome.NOTE.value) | ~Q(reason=""), name="noted_call_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.began_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("call_detail", args=[self.number])

    @property
    def is_waiting(self) -> bool:
        return self.outcome == CallOutcome.OPEN

    @property
    def tone(self) -> str:
        return TONES[CallOutcome(self.outcome)]

    @property
    def place(self) -> str:
        return f"{self.estate.name if self.estate else ''} {self.house}".strip()

    @property
    def lasted(self) -> timedelta:
        return self.ended_at - self.began_at


class MailIn(models.Model):
    """One mail that came to the customers' mailbox, once (`key` is a digest of its Message-ID and sender)."""

    key = models.CharField(max_length=64, unique=True)
    received_at = models.DateTimeField(_("received"))
    state = models.CharField(_("state"), max_length=12, choices=MailState)
    reason = models.CharField(_("reason"), max_length=12, choices=MailReason, blank=True)
    sender = EncryptedTextField(_("sender"), blank=True)
    subject = EncryptedTextField(_("subject"), blank=True)
    size = models.PositiveIntegerField(_("size"), default=0)
    place = models.CharField(_("where it lies"), max_length=200, blank=True)  # of what was set aside
    refused: Any = models.JSONField(default=list, blank=True)  # sentences about attachments that were not taken
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="mails_in")
    settled_at = models.DateTimeField(null=True, blank=True)  # somebody looked at what was set aside
    settled_by = models.ForeignKey(_ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+")
    settled_words = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-received_at", "-pk"]
        indexes = [models.Index(fields=["state", "settled_at"])]

    def __str__(self) -> str:
        return f"{self.received_at:%Y-%m-%d %H:%M} {self.state}"
