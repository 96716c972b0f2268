"""Entrances (where people hand things in), submissions with their answers and attachments, limit counters.

An entrance is a Wagtail page, but not a Wagtail form page: Wagtail lets whoever may edit a form page read and delete
what was handed in, and deletes it together with the page.
"""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.forms.models import AbstractFormField
from wagtail.fields import RichTextField
from wagtail.models import Page

from forms.intake.enums import EntranceAudience, SubmissionState
from portal.lib import clock

INTRO_FEATURES = ["h3", "bold", "ol", "ul", "link", "document-link"]


class EntrancePage(Page):
    """Base of every entrance: its words, audience and routing are the editor's; the core fields belong to the app.

    A concrete entrance sets `kind` (see forms.intake.kinds) and `receipt_prefix`, and has a model of EntranceQuestion
    with `page = ParentalKey(..., related_name="questions")`.
    """

    kind: ClassVar[str] = ""
    receipt_prefix: ClassVar[str] = ""

    intro = RichTextField(_("introduction"), blank=True, features=INTRO_FEATURES)
    thanks = RichTextField(_("thanks, shown with the receipt"), blank=True, features=INTRO_FEATURES)
    audience = models.CharField(_("open for"), max_length=20, choices=EntranceAudience, default=EntranceAudience.PUBLIC)
    routing_unit = models.ForeignKey(
        "org.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("goes to"),
        help_text=_("Who gets what nothing else says to whom it belongs."),
    )
    goes_with = models.ForeignKey(
        "policies.RegulationPage",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("goes out with"),
        help_text=_("Save it as a draft: it is published when the next edition of this regulation is issued."),
    )
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)

    subpage_types: ClassVar[list[str]] = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("intro"),
        FieldPanel("thanks"),
        MultiFieldPanel(
            [
                FieldPanel("audience"),
                FieldPanel("routing_unit"),
                FieldPanel("opens_at"),
                FieldPanel("closes_at"),
                FieldPanel("goes_with"),
            ],
            heading=_("Audience and routing"),
        ),
        InlinePanel("questions", heading=_("Questions of your own"), label=_("Question")),
    ]

    class Meta:
        abstract = True

    def serve_preview(self, request: Any, mode_name: str) -> Any:
        """The editor sees the form as the app that owns its records shows it."""
        from forms.intake.kinds import kinds  # kinds speak of entrances, so they cannot be imported above

        kind = kinds.get(self.kind)
        return kind.serve(request, self) if kind and kind.serve else super().serve_preview(request, mode_name)

    def is_open(self, now: datetime | None = None) -> bool:
        """Whether it takes anything at this moment; both ends may be left open."""
        now = now or clock.now()
        return (self.opens_at is None or self.opens_at <= now) and (self.closes_at is None or now < self.closes_at)

    def admits(self, reader: Any) -> bool:
        """Whether this reader is among those the entrance is for."""
        if self.audience == EntranceAudience.PUBLIC:
            return True
        if self.audience == EntranceAudience.SIGNED_IN:
            return reader.is_signed_in
        if self.audience == EntranceAudience.STAFF:
            return reader.is_staff_member
        return reader.has_role("customer")


class EntranceQuestion(AbstractFormField):
    """A question the editor added. Its field name is random and stays: names made of Chinese labels grow too long."""

    class Meta(AbstractFormField.Meta):
        abstract = True

    def get_field_clean_name(self) -> str:
        return f"q_{secrets.token_hex(5)}"


class Submission(models.Model):
    """What was handed in at an entrance, once: the client makes the id, so that a retry finds what is already here."""

    id = models.UUIDField(primary_key=True, editable=False)
    entrance = models.ForeignKey("wagtailcore.Page", models.PROTECT, related_name="+", verbose_name=_("entrance"))
    kind = models.CharField(max_length=20)
    fingerprint = models.CharField(max_length=64)
    receipt_number = models.CharField(_("receipt number"), max_length=40, unique=True)
    tracking_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("received"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    language = models.CharField(max_length=10)
    address_digest = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=SubmissionState, default=SubmissionState.RECEIVED)

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        indexes = [models.Index(fields=["by"], condition=models.Q(by__isnull=False), name="submission_by")]

    def __str__(self) -> str:
        return self.receipt_number


class Answer(models.Model):
    """The answer to a question of the editor's, with the wording it answered: later edits change nothing."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="answers")
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=40)
    label = models.CharField(_("question"), max_length=255)
    definition = models.JSONField(default=dict)  # {"type", "required", "choices", "help_text"}
    value = models.JSONField(_("answer"), null=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["submission", "name"], name="answer_once")]

    def __str__(self) -> str:
        return f"{self.label}: {self.shown}"

    @property
    def shown(self) -> str:
        """The value as a person reads it."""
        if isinstance(self.value, list):
            return "、".join(str(part) for part in self.value)
        if isinstance(self.value, bool):
            return str(_("Yes") if self.value else _("No"))
        return "" if self.value is None else str(self.value)


class Attachment(models.Model):
    """A file that came with a submission, cleaned, under a random name no web server serves."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="attachments")
    position = models.PositiveSmallIntegerField(default=0)
    path = models.CharField(max_length=120, unique=True)  # in STORAGES["private"]
    name = models.CharField(_("file name"), max_length=120)
    kind = models.CharField(max_length=10)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name

    @property
    def content_type(self) -> str:
        return "application/pdf" if self.kind == "pdf" else f"image/{self.kind}"

    @property
    def is_picture(self) -> bool:
        return self.kind != "pdf"


class Notice(models.Model):
    """A mail that was sent about a submission: the mark by which a repeated job sends it once."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="notices")
    event = models.CharField(max_length=40)
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["submission", "event"], name="notice_once")]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.event}"


class LimitWindow(models.Model):
    """How often something was tried in a fixed window of time; `key` is a digest, never an address or a code."""

    key = models.CharField(max_length=64)
    starts_at = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "starts_at"], name="limit_window_once")]

    def __str__(self) -> str:
        return f"{self.starts_at}: {self.count}"


class ReceiptSerial(models.Model):
    """The last serial number given out for a prefix on a day."""

    prefix = models.CharField(max_length=6)
    day = models.DateField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prefix", "day"], name="receipt_serial_once")]

    def __str__(self) -> str:
        return f"{self.prefix} {self.day}: {self.last}"
