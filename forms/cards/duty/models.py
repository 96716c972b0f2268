"""What the daily duty keeps beside the roster: sums of days, reminders, collections, the rule about planned cards.

None of these rows joins a card to a person or a roster; which card counts for which slot is worked out when asked for.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from forms.cards.duty.enums import LONGEST_REASON, Duty


class DutyDay(models.Model):
    """The sums of one unit and day, and the cards they were made of: their number and the sum of their keys, by which
    statistics sees that cards came or went since. A changed roster removes the row."""

    unit = models.ForeignKey("org.Unit", models.CASCADE, related_name="+")
    day = models.DateField(_("day"))
    cards = models.PositiveIntegerField()
    card_keys = models.BigIntegerField()

    objects = ScopedManager(unit="unit")

    class Meta:
        verbose_name = _("day of duty")
        verbose_name_plural = _("days of duty")
        constraints = [models.UniqueConstraint(fields=["unit", "day"], name="duty_day_once")]
        indexes = [models.Index(fields=["day", "unit"], name="duty_day_unit")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.day}"


class DutyTally(models.Model):
    """Slots of one day that end together: how many are owed, filled (late ones included), late, excused."""

    of = models.ForeignKey(DutyDay, models.CASCADE, related_name="tallies")
    duty = models.CharField(max_length=12, choices=Duty)
    ends_at = models.DateTimeField()
    owed = models.PositiveIntegerField()
    done = models.PositiveIntegerField()
    late = models.PositiveIntegerField()
    excused = models.PositiveIntegerField()

    objects = ScopedManager(unit="of__unit")

    class Meta:
        verbose_name = _("sum of slots")
        verbose_name_plural = _("sums of slots")
        constraints = [models.UniqueConstraint(fields=["of", "duty", "ends_at"], name="duty_tally_once")]

    def __str__(self) -> str:
        return f"{self.of_id} {self.duty}"


class DutyReminder(models.Model):
    """That somebody was reminded of a slot, before the shift ended. Once for each slot and person."""

    slot = models.CharField(max_length=120)
    person = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")
    day = models.DateField(_("day"))
    ends_at = models.DateTimeField()
    at = models.DateTimeField(_("made at"))
    mailed_at = models.DateTimeField(_("mailed at"), null=True, blank=True)

    objects = ScopedManager(unit="unit")

    class Meta:
        verbose_name = _("reminder of a card")
        verbose_name_plural = _("reminders of cards")
        constraints = [models.UniqueConstraint(fields=["slot", "person"], name="duty_reminder_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.person_id}"


class Collection(models.Model):
    """That the head of a unit collected and classified the cards of a day (SAF-15, clause 5.4.2)."""

    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    day = models.DateField(_("day"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("collected at"))
    cards = models.PositiveIntegerField(_("cards"))
    outstanding = models.PositiveIntegerField(_("outstanding"))

    objects = ScopedManager(unit="unit")

    class Meta:
        verbose_name = _("collection of cards")
        verbose_name_plural = _("collections of cards")
        constraints = [models.UniqueConstraint(fields=["unit", "day"], name="collected_once")]

    def __str__(self) -> str:
        return f"{self.unit} {self.day}"


class PlannedRule(models.Model):
    """Whether daily duty cards count as planned in a company, from when, by whom and why. The newest row holds."""

    company = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("company"))
    daily_cards_count = models.BooleanField(_("daily cards count as planned"))
    reason = models.CharField(_("reason"), max_length=LONGEST_REASON)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("decided at"))

    class Meta:
        verbose_name = _("rule about daily cards")
        verbose_name_plural = _("rules about daily cards")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.company} {self.at:%Y-%m-%d}"


class RosterUpload(models.Model):
    """A file between preview and import. Its sender alone meets it; it goes with the import or after a day."""

    token = models.UUIDField(primary_key=True, default=uuid.uuid4)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    data = models.BinaryField()

    class Meta:
        verbose_name = _("uploaded roster")
        verbose_name_plural = _("uploaded rosters")

    def __str__(self) -> str:
        return str(self.token)
