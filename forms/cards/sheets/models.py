"""What is kept about cards beside the card: why it came from paper, who outside the unit read it, what was exported."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from forms.cards.sheets.enums import LONGEST_WORDS, OnBehalfReason, Purpose


class PaperCard(models.Model):
    """A card that the collector typed in for its observers."""

    card = models.OneToOneField("cards.Card", models.CASCADE, related_name="+", verbose_name=_("card"))
    reason = models.CharField(_("why it is entered for them"), max_length=20, choices=OnBehalfReason)
    words = models.CharField(_("in words"), max_length=LONGEST_WORDS, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    objects = ScopedManager(unit="card__unit")

    class Meta:
        verbose_name = _("paper card")
        verbose_name_plural = _("paper cards")

    def __str__(self) -> str:
        return f"{self.card_id}"


class CardReading(models.Model):
    """Somebody from outside the unit opened the card: once a reader and day, shown to its observers."""

    card = models.ForeignKey("cards.Card", models.CASCADE, related_name="+", verbose_name=_("card"))
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("reader"))
    day = models.DateField(_("day"))
    at = models.DateTimeField(_("first read at"))

    objects = ScopedManager(unit="card__unit")

    class Meta:
        verbose_name = _("reading of a card")
        verbose_name_plural = _("readings of cards")
        ordering = ["-day", "-at"]
        constraints = [models.UniqueConstraint(fields=["card", "reader", "day"], name="card_reading_once_a_day")]

    def __str__(self) -> str:
        return f"{self.card_id} {self.day}"


class CardExport(models.Model):
    """Cards left the portal as a file: which, by whom, what for. Observers are never in it."""

    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose)
    words = models.CharField(_("in words"), max_length=LONGEST_WORDS)
    cards = models.PositiveIntegerField(_("cards"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("exported by"))
    at = models.DateTimeField(_("exported at"))

    objects = ScopedManager(unit="unit")

    class Meta:
        verbose_name = _("export of cards")
        verbose_name_plural = _("exports of cards")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.unit} {self.starts_on} – {self.ends_on}"
