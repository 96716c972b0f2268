"""Obligations: what a clause asks of whom, how often, and the measure that knows whether it is kept."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from policies.enums import PeriodKind


class Obligation(models.Model):
    """One duty. Without a registered measure of its name it counts as a gap, never as done."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    group = models.CharField(_("group"), max_length=10)
    clause_reference = models.CharField(_("clause"), max_length=40)
    regulation = models.ForeignKey(
        "policies.RegulationPage", models.PROTECT, null=True, blank=True, related_name="obligations"
    )
    clause = models.ForeignKey("policies.Clause", models.PROTECT, null=True, blank=True, related_name="obligations")
    who = models.CharField(_("who"), max_length=80)
    duty = models.TextField(_("duty"))
    measure_name = models.CharField(_("measure"), max_length=40)
    period_kind = models.CharField(_("period"), max_length=10, choices=PeriodKind)
    order = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("obligation")
        verbose_name_plural = _("obligations")
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return f"{self.code} {self.who}"
