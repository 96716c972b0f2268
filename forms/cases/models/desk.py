"""What the desk works with: time limits by kind and office, answers kept ready, filters people saved."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from forms.cases.clocks import CasePolicy
from forms.cases.enums import CaseKind


class ClockPolicy(models.Model):
    """How soon cases of a kind are acknowledged, answered and solved, for one office or for all that have no row.

    Every case keeps a copy of what held when it came: an edit changes no promise that was given.
    """

    kind = models.CharField(_("kind"), max_length=12, choices=CaseKind)
    office = models.ForeignKey(
        "org.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("management office")
    )
    acknowledge_hours = models.PositiveSmallIntegerField(_("acknowledge within (hours)"), default=4)
    answer_days = models.PositiveSmallIntegerField(_("answer within (days)"), default=5)
    solution_days = models.PositiveSmallIntegerField(
        _("solve within (days)"), default=0, help_text=_("0: no time is promised for the solution.")
    )
    around_the_clock = models.BooleanField(
        _("counts day and night"),
        default=False,
        help_text=_("Otherwise working time counts: no weekends and holidays, with make-up workdays."),
    )

    class Meta:
        verbose_name = _("time limits")
        verbose_name_plural = _("time limits")
        ordering = ["kind", "office"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "office"], name="limits_once_per_office"),
            models.UniqueConstraint(fields=["kind"], condition=Q(office=None), name="limits_once_for_all"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.office or ''}".strip()

    @property
    def policy(self) -> CasePolicy:
        return CasePolicy(self.acknowledge_hours, self.answer_days, self.solution_days, self.around_the_clock)


class CannedAnswer(models.Model):
    """An answer kept ready. Understanding comes first, then the explanation (SRV-17): neither may be empty."""

    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    title = models.CharField(_("for what"), max_length=80)
    understanding = models.TextField(_("first: we understand"), max_length=500)
    explanation = models.TextField(_("then: what we do and why"), max_length=2000)

    objects = ScopedManager(unit="unit")

    class Meta:
        verbose_name = _("answer kept ready")
        verbose_name_plural = _("answers kept ready")
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def text(self) -> str:
        return f"{self.understanding.strip()}\n\n{self.explanation.strip()}"


class SavedFilter(models.Model):
    """A view of the desk that somebody gave a name; nobody else sees it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(max_length=400)

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="filter_name_once")]

    def __str__(self) -> str:
        return self.name
