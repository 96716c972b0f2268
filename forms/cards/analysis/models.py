"""What a unit writes about its statistics: the analysis of appendix B, phases of its charts, proposals; and how well
cards are filled in: reviews of a sample, help for writers.

No row here joins a card to a person: a review knows the card and its reviewer, help knows the writer and no card.
"""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from forms.cards.analysis.enums import LONGEST_LINE, OPEN, Grain, Habit, ProposalState, Verdict
from portal.lib.periods import Period

_ACCOUNT = settings.AUTH_USER_MODEL


class WrittenAnalysis(models.Model):
    """What the unit says about its figures of a period, signed by who writes it. Each change is a new version."""

    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    period_code = models.CharField(_("period"), max_length=12)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    version = models.PositiveSmallIntegerField(_("version"))
    analysis = models.TextField(_("analysis"))
    suggestion = models.TextField(_("suggestion"))
    by = models.ForeignKey(_ACCOUNT, models.PROTECT, related_name="+", verbose_name=_("signed by"))
    post = models.CharField(_("post"), max_length=LONGEST_LINE, blank=True)
    at = models.DateTimeField(_("signed"))

    objects = ScopedManager(unit="unit")

    class Meta:
        verbose_name = _("analysis of a period")
        verbose_name_plural = _("analyses of periods")
        ordering = ["unit", "starts_on", "version"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "period_code", "version"], name="card_analysis_version_once"),
            models.CheckConstraint(condition=~Q(analysis="") & ~Q(suggestion=""), name="card_analysis_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.period_code} ({self.version})"

    @property
    def period(self) -> Period:
        return Period.parse(self.period_code)


class ChartPhase(models.Model):
    """From this day a unit's charts have new limits, for a reason that is known."""

    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    grain = models.CharField(_("points"), max_length=5, choices=Grain)
    begins_on = models.DateField(_("begins"))
    reason = models.CharField(_("reason"), max_length=LONGEST_LINE)
    by = models.ForeignKey(_ACCOUNT, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = ScopedManager(unit="unit")

    class Meta:
        verbose_name = _("phase of a chart")
        verbose_name_plural = _("phases of charts")
        ordering = ["begins_on"]
        constraints = [models.UniqueConstraint(fields=["unit", "grain", "begins_on"], name="chart_phase_once")]

    def __str__(self) -> str:
        return f"{self.unit} {self.begins_on}"


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def open(self) -> ProposalQuerySet:
        return self.filter(state__in=OPEN)

    def for_screens(self) -> ProposalQuerySet:
        return self.select_related("unit", "owner", "by", "decided_by")


class Proposal(models.Model):
    """A trend that was found, and what to improve because of it (SAF-09, clause 4.6.3)."""

    submission_id = models.UUIDField(unique=True, editable=False)
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    period_code = models.CharField(_("period"), max_length=12)
    finding = models.TextField(_("what the figures show"))
    proposal = models.TextField(_("what to improve"))
    owner = models.ForeignKey("org.Person", models.PROTECT, related_name="+", verbose_name=_("who does it"))
    due = models.DateField(_("due"))
    state = models.CharField(_("state"), max_length=10, choices=ProposalState, default=ProposalState.PROPOSED)
    by = models.ForeignKey(_ACCOUNT, models.PROTECT, related_name="+", verbose_name=_("proposed by"))
    at = models.DateTimeField(_("proposed"))
    decided_by = models.ForeignKey(_ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    note = models.TextField(_("what was said or done"), blank=True)

    objects = ScopedManager(unit="unit", _manager_class=ProposalQuerySet.as_manager().__class__)

    class Meta:
        verbose_name = _("proposal to improve")
        verbose_name_plural = _("proposals to improve")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["unit", "state", "due"], name="card_proposal_list")]

    def __str__(self) -> str:
        return f"{self.unit} {self.period_code}: {self.proposal[:60]}"

    def get_absolute_url(self) -> str:
        return reverse("card_proposal", args=[self.pk])

    @property
    def tone(self) -> str:
        return ProposalState(self.state).tone

    def is_late(self, day: date) -> bool:
        return self.state in OPEN and self.due < day


class CardReview(models.Model):
    """What one reviewer says about how a card is filled in."""

    card = models.ForeignKey("cards.Card", models.CASCADE, related_name="+")
    reviewer = models.ForeignKey(_ACCOUNT, models.PROTECT, related_name="+", verbose_name=_("reviewer"))
    verdict = models.CharField(_("verdict"), max_length=8, choices=Verdict)
    note = models.CharField(_("what would make it better"), max_length=LONGEST_LINE, blank=True)
    at = models.DateTimeField(_("reviewed"))

    objects = ScopedManager(unit="card__unit")

    class Meta:
        verbose_name = _("review of a card")
        verbose_name_plural = _("reviews of cards")
        constraints = [models.UniqueConstraint(fields=["card", "reviewer"], name="card_review_once")]

    def __str__(self) -> str:
        return self.get_verdict_display()


class CoachingTask(models.Model):
    """A talk with a writer about how cards are filled in (clause 5.4.2): who, about which habits, by when."""

    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    person = models.ForeignKey("org.Person", models.PROTECT, related_name="+", verbose_name=_("writer"))
    period_code = models.CharField(_("period"), max_length=12)
    habits = models.JSONField(_("about"), default=list)
    due = models.DateField(_("due"))
    by = models.ForeignKey(_ACCOUNT, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    note = models.CharField(_("what was agreed"), max_length=LONGEST_LINE, blank=True)

    objects = ScopedManager(unit="unit")

    class Meta:
        verbose_name = _("help with filling in cards")
        verbose_name_plural = _("help with filling in cards")
        ordering = ["due", "pk"]
        constraints = [models.UniqueConstraint(fields=["unit", "person", "period_code"], name="coaching_once")]

    def __str__(self) -> str:
        return f"{self.person} {self.period_code}"

    @property
    def topics(self) -> list[Habit]:
        return [Habit(habit) for habit in self.habits if habit in Habit.values]
