"""Why it happened, what is done so that it does not happen again, and whether that worked (SRV-21)."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from forms.cases.corrections.enums import Branch, Follow, Method, PreventionState
from forms.cases.models import Case

_ACCOUNT = settings.AUTH_USER_MODEL


class CauseAnalysis(models.Model):
    """One of a case. `whys` are the answers of a 5-why in their order, `branches` the text of a fishbone by branch."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="cause_analysis")
    method = models.CharField(_("method"), max_length=10, choices=Method, default=Method.WHYS)
    whys = models.JSONField(default=list, blank=True)
    branches = models.JSONField(default=dict, blank=True)
    conclusion = models.TextField(_("the cause"))
    by = models.ForeignKey(_ACCOUNT, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = ScopedManager(unit="case__unit")

    class Meta:
        verbose_name = _("cause analysis")
        verbose_name_plural = _("cause analyses")

    def __str__(self) -> str:
        return f"{self.case.number} {self.conclusion[:40]}"

    @property
    def lines(self) -> list[tuple[str, str]]:
        """The steps or branches that say something, each with its name."""
        if self.method == Method.WHYS:
            return [(str(_("Why? (%(number)d)") % {"number": place}), why) for place, why in enumerate(self.whys, 1)]
        return [(str(one.label), self.branches[one.value]) for one in Branch if self.branches.get(one.value)]


class PreventionQuerySet(models.QuerySet["Prevention"]):
    def open(self) -> PreventionQuerySet:
        return self.filter(state=PreventionState.OPEN)

    def overdue(self, day: date) -> PreventionQuerySet:
        return self.open().filter(due_on__lt=day)

    def done(self) -> PreventionQuerySet:
        return self.filter(state=PreventionState.DONE)

    def to_verify(self, day: date) -> PreventionQuerySet:
        """Done so long ago that somebody looks now whether it worked."""
        return self.done().filter(verify_on__lte=day)

    def for_list(self) -> PreventionQuerySet:
        return self.select_related("case__office", "owner", "done_by").defer(
            "case__text", "case__contact_name", "case__contact_phone", "case__contact_email"
        )


class Prevention(models.Model):
    """A preventive measure. Whether it worked is judged on `verify_on` by somebody who neither owns nor did it; one
    without effect is followed by another measure or by the plan taken up again."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="preventions")
    text = models.CharField(_("preventive measure"), max_length=1000)
    owner = models.ForeignKey("org.Person", models.PROTECT, related_name="+", verbose_name=_("owner"))
    due_on = models.DateField(_("until"))
    state = models.CharField(_("state"), max_length=14, choices=PreventionState, default=PreventionState.OPEN)
    follows = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="followers")
    by = models.ForeignKey(_ACCOUNT, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    proof = models.TextField(_("what was done"), blank=True)
    done_by = models.ForeignKey(_ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    verify_on = models.DateField(_("effect is verified on"), null=True, blank=True)
    verified_by = models.ForeignKey(_ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+")
    verified_at = models.DateTimeField(null=True, blank=True)
    verdict = models.CharField(_("what was found"), max_length=1000, blank=True)
    followed_by = models.CharField(_("what follows"), max_length=10, choices=Follow, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedManager(_manager_class=models.Manager.from_queryset(PreventionQuerySet), unit="case__unit")

    class Meta:
        verbose_name = _("preventive measure")
        verbose_name_plural = _("preventive measures")
        ordering = ["case", "pk"]
        indexes = [models.Index(fields=["state", "verify_on"]), models.Index(fields=["owner", "state"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True) | ~Q(verified_by=F("done_by")),
                name="prevention_not_verified_by_doer",
            ),
            models.CheckConstraint(
                condition=~Q(state="not_effective") | ~Q(followed_by=""), name="prevention_without_effect_is_followed"
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(verify_on__isnull=False), name="prevention_done_has_a_day_to_verify"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    def get_absolute_url(self) -> str:
        return reverse("prevention_detail", args=[self.pk])

    @property
    def tone(self) -> str:
        return PreventionState(self.state).tone

    def is_overdue(self, day: date) -> bool:
        return self.state == PreventionState.OPEN and self.due_on < day

    def is_to_verify(self, day: date) -> bool:
        return self.state == PreventionState.DONE and self.verify_on is not None and self.verify_on <= day

    @property
    def last_change(self) -> datetime:
        return self.verified_at or self.done_at or self.at
