"""Obligations: what a clause asks of whom, how often, the measure that knows whether it is kept, and its results."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from policies.enums import CLOSING_KIND, Bound, PeriodKind
from policies.models.editions import WrittenOnce
from portal.org.enums import Role


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
    # Whom it binds: words of enums.Bound, and the roles of the posts within those units (empty: everybody there).
    binds = models.JSONField(_("units bound"), default=list, blank=True)
    roles = models.JSONField(_("posts bound"), default=list, blank=True)
    deadline = models.CharField(_("deadline"), max_length=60, blank=True)
    order = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("obligation")
        verbose_name_plural = _("obligations")
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return f"{self.code} {self.who}"

    @property
    def closing_kind(self) -> str:
        """The kind of period at whose end this duty's account is closed."""
        return CLOSING_KIND.get(self.period_kind, self.period_kind)

    @property
    def bound_labels(self) -> list[str]:
        return [str(Bound(word).label) for word in self.binds]

    @property
    def role_labels(self) -> list[str]:
        return [str(Role(word).label) for word in self.roles]


class Counted(models.Model):
    """What a measure found for an obligation, a unit and a period. `bound` False: a sum over the units below, for the
    ones above them."""

    obligation = models.ForeignKey(Obligation, models.PROTECT, related_name="%(class)ss")
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")
    period_code = models.CharField(_("period"), max_length=12)
    starts_on = models.DateField()
    ends_on = models.DateField()
    bound = models.BooleanField(default=True)
    due = models.PositiveIntegerField(_("due"))
    done = models.PositiveIntegerField(_("done"))
    missed = models.PositiveIntegerField(_("missed"))
    late = models.PositiveIntegerField(_("done late"), default=0)
    smallest = models.PositiveSmallIntegerField(default=0)
    rows_url = models.CharField(max_length=400, blank=True)
    note = models.CharField(max_length=400, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.obligation_id} {self.unit_id} {self.period_code}: {self.done}/{self.due}"


class PeriodResult(Counted, WrittenOnce):
    """How a period ended: written once, when it was over. What is done afterwards is late and changes nothing here."""

    frozen_at = models.DateTimeField(_("frozen at"))

    class Meta:
        verbose_name = _("result of a period")
        verbose_name_plural = _("results of periods")
        constraints = [models.UniqueConstraint(fields=["obligation", "unit", "period_code"], name="period_result_once")]
        indexes = [models.Index(fields=["unit", "ends_on"])]


class CurrentCount(Counted):
    """What the measure said when it was asked last: about a period that runs, or about one that is over, to see what
    was made good late. Overwritten at every look, and can be thrown away: the measures know it all."""

    measured_at = models.DateTimeField()

    class Meta:
        verbose_name = _("current count")
        verbose_name_plural = _("current counts")
        constraints = [models.UniqueConstraint(fields=["obligation", "unit", "period_code"], name="current_count_once")]
        indexes = [models.Index(fields=["unit", "ends_on"])]
