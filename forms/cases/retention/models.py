"""How long the personal data of ended cases stays, and what was erased when."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from forms.cases.enums import CaseKind

LEAST_MONTHS, MOST_MONTHS, USUAL_MONTHS = 3, 120, 24


class RetentionTerm(models.Model):
    """For one kind of case: so many months after its end the personal data goes. Without a row USUAL_MONTHS hold."""

    kind = models.CharField(_("kind"), max_length=12, choices=CaseKind, unique=True)
    months = models.PositiveSmallIntegerField(
        _("months after the end"), validators=[MinValueValidator(LEAST_MONTHS), MaxValueValidator(MOST_MONTHS)]
    )
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        verbose_name = _("retention term")
        verbose_name_plural = _("retention terms")
        ordering = ["kind"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.months}"


class Erasure(models.Model):
    """One run: by the calendar (`by` None), or of one case for a reason. It names numbers, never people."""

    at = models.DateTimeField(_("erased"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    cases = models.PositiveIntegerField(_("cases"), default=0)
    files = models.PositiveIntegerField(_("files"), default=0)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.cases}"


class ErasedCase(models.Model):
    """A case whose personal data is gone, as the report names it."""

    erasure = models.ForeignKey(Erasure, models.PROTECT, related_name="lines")
    number = models.CharField(_("number"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=CaseKind)
    ended_at = models.DateTimeField(_("ended"))

    class Meta:
        verbose_name = _("erased case")
        verbose_name_plural = _("erased cases")
        ordering = ["number"]

    def __str__(self) -> str:
        return self.number
