"""The journal: who did what to which record, when, why. Append-only and hash-chained.

Personal data never stands here - the journal cannot forget: states, ids, counts and reasons in general words only.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One act. `sequence` has no gaps; `hash` covers everything in the row and the hash before it."""

    sequence = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(_("at"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    actor = models.CharField(_("by"), max_length=160)
    action = models.CharField(_("act"), max_length=80)
    record_type = models.CharField(_("record"), max_length=60)
    record_id = models.CharField(max_length=64)
    unit = models.ForeignKey("org.Unit", models.PROTECT, null=True, related_name="+", verbose_name=_("unit"))
    data = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal")
        ordering = ["sequence"]
        indexes = [models.Index(fields=["record_type", "record_id", "sequence"])]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action} {self.record_type}:{self.record_id}"


class Head(models.Model):
    """The end of the chain: one row, locked by whoever appends."""

    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")

    def __str__(self) -> str:
        return f"{self.sequence} {self.hash}"
