"""Deviations: leave that a unit has for some time, from its head, not to follow a clause (SAF-24, clause 6.5)."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from policies.deviations.enums import GRANTED, TAKING_UP, WARNING, DeviationState, Standing
from portal.lib import clock

_ACCOUNT = settings.AUTH_USER_MODEL


class DeviationQuerySet(models.QuerySet["Deviation"]):
    def in_force(self, day: date) -> DeviationQuerySet:
        return self.filter(state=DeviationState.APPROVED, starts_on__lte=day, ends_on__gte=day)

    def waiting(self) -> DeviationQuerySet:
        return self.filter(state=DeviationState.APPLIED)

    def expiring(self, day: date) -> DeviationQuerySet:
        """In force, but not for more than 30 days."""
        return self.in_force(day).filter(ends_on__lte=day + WARNING)

    def over(self, day: date) -> DeviationQuerySet:
        expired = Q(state=DeviationState.APPROVED, ends_on__lt=day)
        return self.exclude(state__in=TAKING_UP) | self.filter(expired)

    def taking_up(self, first: date, last: date) -> DeviationQuerySet:
        """Applied for or approved, for at least one of these days."""
        return self.filter(state__in=TAKING_UP, starts_on__lte=last, ends_on__gte=first)

    def granted_within(self, first: date, last: date) -> DeviationQuerySet:
        """Those that held on one of these days, ended early or not."""
        held = Q(ended_on__isnull=True) | Q(ended_on__gte=first)
        return self.filter(held, state__in=GRANTED, starts_on__lte=last, ends_on__gte=first)

    def for_screens(self) -> DeviationQuerySet:
        return self.select_related("unit", "wording__edition__regulation", "applied_by", "decided_by", "renewal_of")


class Deviation(models.Model):
    """One application and what became of it. `wording` is the clause as it read in the edition it is about."""

    submission_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    fingerprint = models.CharField(max_length=64, editable=False)
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    clause = models.ForeignKey("policies.Clause", models.PROTECT, related_name="+", verbose_name=_("clause"))
    wording = models.ForeignKey("policies.EditionClause", models.PROTECT, related_name="+", verbose_name=_("clause"))
    renewal_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("renewal of")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    reasons = models.TextField(_("reasons"))
    facts = models.TextField(_("facts that support it"))
    measures = models.TextField(_("compensating measures"))
    state = models.CharField(_("state"), max_length=10, choices=DeviationState, default=DeviationState.APPLIED)

    applied_by = models.ForeignKey(_ACCOUNT, models.PROTECT, related_name="+", verbose_name=_("applied by"))
    applied_at = models.DateTimeField(_("applied"))
    decide_by = models.DateTimeField(_("to be decided by"))
    decided_by = models.ForeignKey(
        _ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decision_note = models.TextField(_("words of the decision"), blank=True)
    ended_by = models.ForeignKey(_ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+")
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    end_note = models.TextField(_("why it ended early"), blank=True)
    # Somebody saw that work still deviates after the last day.
    overrun_by = models.ForeignKey(_ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+")
    overrun_on = models.DateField(_("work after expiry seen on"), null=True, blank=True)
    overrun_note = models.TextField(_("what was seen after expiry"), blank=True)

    objects = ScopedManager(unit="unit", _manager_class=DeviationQuerySet.as_manager().__class__)

    class Meta:
        verbose_name = _("deviation")
        verbose_name_plural = _("deviations")
        ordering = ["-applied_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="deviation_ends_after_start"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("applied_by")), name="deviation_not_by_applicant"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "declined", "ended"]) | Q(decided_by__isnull=False),
                name="deviation_decided_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["clause", "state", "ends_on"], name="deviation_marks"),
            models.Index(fields=["unit", "state", "ends_on"], name="deviation_register"),
            models.Index(fields=["state", "decide_by"], name="deviation_undecided"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.unit}"

    def get_absolute_url(self) -> str:
        return reverse("deviation_detail", args=[self.pk])

    @property
    def number(self) -> str:
        """By which people speak of it: D-2026-0007."""
        return f"D-{clock.today(self.applied_at).year}-{self.pk:04d}"

    def standing(self, day: date) -> Standing:
        """What it is on `day`, in one word."""
        if self.state == DeviationState.APPLIED:
            return Standing.WAITING
        if self.state == DeviationState.APPROVED:
            if day > self.ends_on:
                return Standing.EXPIRED
            return Standing.TO_COME if day < self.starts_on else Standing.IN_FORCE
        return Standing(self.state)

    def is_late(self, now: datetime) -> bool:
        """The decision took, or takes, longer than ten working days. Withdrawing an application ends the wait."""
        if self.state == DeviationState.WITHDRAWN:
            return False
        return (self.decided_at or now) > self.decide_by

    def days_left(self, day: date) -> int:
        return (self.ends_on - day).days
