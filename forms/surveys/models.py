"""Satisfaction campaigns: the questionnaire, the census of households frozen at the opening, invitations and returns.

A return is confidential, not anonymous: the row knows its household, so that an opinion can be answered later; nothing
shows the answers of one household. The token of an invitation stands nowhere: it is computed from `seed` with the
portal's key when a letter is made, and found again by its digest.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel

from forms.intake.models import EntrancePage, EntranceQuestion
from forms.surveys.enums import LEAST_RETURN_RATE, SATISFIED_FROM, CampaignState, InvitationState
from portal.lib import clock


class SurveyPage(EntrancePage):
    """A questionnaire: an entrance all of whose questions are the editor's."""

    kind: ClassVar[str] = "survey"
    receipt_prefix: ClassVar[str] = "V"
    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")


class SurveyQuestion(EntranceQuestion):
    """`overall` marks the one question on a scale whose answers make the satisfaction rate."""

    page = ParentalKey(SurveyPage, on_delete=models.CASCADE, related_name="questions")
    field_type = models.CharField(
        verbose_name=_("kind of question"),
        max_length=16,
        choices=[
            ("scale", _("Scale from 1 to 5")),
            ("radio", _("One of several")),
            ("checkboxes", _("Several of several")),
            ("singleline", _("A short text")),
            ("multiline", _("A text")),
        ],
    )
    overall = models.BooleanField(
        _("overall question"), default=False, help_text=_("The satisfaction rate is computed from this question.")
    )

    panels = [*EntranceQuestion.panels, FieldPanel("overall")]


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def running(self) -> CampaignQuerySet:
        return self.filter(state=CampaignState.OPEN)

    def closed(self) -> CampaignQuerySet:
        return self.filter(state=CampaignState.CLOSED)

    def newest_first(self) -> CampaignQuerySet:
        return self.order_by("-opens_on", "-pk")


class Campaign(models.Model):
    """One survey of all customers of some offices. What is computed from it is recorded with it when it opens."""

    name = models.CharField(_("name"), max_length=80)
    period = models.CharField(_("period"), max_length=10, help_text=_("The half-year it stands for, such as 2026H2."))
    page = models.ForeignKey(SurveyPage, models.PROTECT, related_name="campaigns", verbose_name=_("questionnaire"))
    offices = models.ManyToManyField("org.Unit", related_name="+", verbose_name=_("offices"))
    opens_on = models.DateField(_("opens on"))
    closes_on = models.DateField(_("closes on"), help_text=_("The last day on which answers are taken."))
    state = models.CharField(_("state"), max_length=10, choices=CampaignState, default=CampaignState.DRAFT)
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    # The definition of the satisfaction rate, recorded at the opening: the share of answers of at least
    # `satisfied_from` among the answers to the question `overall_question`.
    overall_question = models.CharField(max_length=40, blank=True)
    overall_label = models.CharField(_("overall question"), max_length=255, blank=True)
    satisfied_from = models.PositiveSmallIntegerField(_("satisfied from"), default=SATISFIED_FROM)
    least_return_rate = models.FloatField(_("least return rate"), default=LEAST_RETURN_RATE)
    questions = models.JSONField(default=list)  # [{"name", "label", "type", "choices"}] as they stood at the opening

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        constraints = [
            models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name="campaign_ends_after_start")
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("survey_campaign", args=[self.pk])

    def takes_answers(self, now: datetime | None = None) -> bool:
        """Open, and today is one of its days."""
        today = clock.today(now)
        return self.state == CampaignState.OPEN and self.opens_on <= today <= self.closes_on


class Invitation(models.Model):
    """One household of the census, and the token by which it answers once."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="invitations")
    household = models.ForeignKey("org.Household", models.PROTECT, related_name="+", verbose_name=_("household"))
    office = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("office"))
    seed = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    token_digest = models.CharField(max_length=64, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=InvitationState, default=InvitationState.ISSUED)
    issued_at = models.DateTimeField(_("issued"))
    used_at = models.DateTimeField(_("returned"), null=True, blank=True)
    reissued = models.PositiveSmallIntegerField(_("letters replaced"), default=0)

    objects = ScopedManager(unit="office")

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "household"], name="invitation_once"),
            models.CheckConstraint(
                condition=Q(state=InvitationState.RETURNED, used_at__isnull=False)
                | Q(state=InvitationState.ISSUED, used_at__isnull=True),
                name="invitation_used_when_returned",
            ),
        ]
        indexes = [models.Index(fields=["campaign", "office", "state"], name="invitation_counts")]

    def __str__(self) -> str:
        return f"{self.campaign} – {self.household}"


class Return(models.Model):
    """A questionnaire that came back; the answers stand with its submission, worded as they were asked."""

    submission = models.OneToOneField("intake.Submission", models.PROTECT, related_name="survey_return")
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="returns")
    invitation = models.OneToOneField(Invitation, models.PROTECT, null=True, blank=True, related_name="answer")
    household = models.ForeignKey("org.Household", models.PROTECT, null=True, blank=True, related_name="+")
    office = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("office"))
    overall = models.PositiveSmallIntegerField(_("overall answer"), null=True, blank=True)
    returned_at = models.DateTimeField(_("returned"))

    objects = ScopedManager(unit="office")

    class Meta:
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        constraints = [
            models.CheckConstraint(
                condition=Q(overall__isnull=True) | (Q(overall__gte=1) & Q(overall__lte=5)),
                name="return_overall_on_scale",
            )
        ]
        indexes = [models.Index(fields=["campaign", "office"], name="return_counts")]

    def __str__(self) -> str:
        return f"{self.campaign} {self.submission}"

    @property
    def unit_id(self) -> int:
        """The unit of its journal entry."""
        return self.office_id
