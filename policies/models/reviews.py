"""The record of a review that left the text as it is."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from policies.models.editions import Edition, WrittenOnce


class EditionReview(WrittenOnce):
    """The owner department read an edition in force and keeps it: who, when, why, and until when (SAF-23)."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="reviews", verbose_name=_("edition"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("reviewed without change by")
    )
    at = models.DateTimeField(_("reviewed at"))
    note = models.TextField(_("what was looked at"))
    due_before = models.DateField(_("was due on"))
    next_due_on = models.DateField(_("next review date"))

    class Meta:
        verbose_name = _("review without change")
        verbose_name_plural = _("reviews without change")
        ordering = ["edition", "at"]

    def __str__(self) -> str:
        return f"{self.edition} {self.at:%Y-%m-%d}"
