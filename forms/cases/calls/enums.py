"""Hotlines, how their calls end, and what becomes of a mail."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class HotlineKind(models.TextChoices):
    """The company has one hotline of each kind (SRV-01)."""

    COMPLAINTS = "complaints", _("Complaints")
    SERVICES = "services", _("Services")
    DUTY = "duty", pgettext_lazy("hotline", "Duty")


class ShownAs(models.TextChoices):
    """How whoever is on duty stands on the public page."""

    POST = "post", _("Post only")
    SURNAME = "surname", _("Post and surname")
    NAME = "name", _("Post and full name")


class Direction(models.TextChoices):
    IN = "in", pgettext_lazy("call", "Incoming")
    OUT = "out", pgettext_lazy("call", "Called back")


class CallOutcome(models.TextChoices):
    """What a call became: exactly one of these. Only a missed call that nobody returned yet has none."""

    OPEN = "", _("To be called back")
    CASE = "case", _("New case")
    ADDED = "added", _("Added to a case")
    ANSWERED = "answered", _("Answered enquiry")
    NOTE = "note", _("Note only")


class NoteReason(models.TextChoices):
    WRONG_NUMBER = "wrong", _("Wrong number")
    SILENCE = "silence", _("Nobody spoke")
    ADVERTISING = "adverts", _("Advertising")
    HOUSE = "house", _("A call within the company")
    UNREACHED = "unreached", _("Called back, not reached")
    OTHER = "other", _("Another reason")


class MailState(models.TextChoices):
    CASE = "case", _("New case")
    ADDED = "added", _("Added to a case")
    IGNORED = "ignored", _("Automatic: no case")
    QUARANTINED = "quarantined", _("Set aside")


class MailReason(models.TextChoices):
    """Why a mail made no case."""

    AUTOMATIC = "automatic", _("An automatic reply or a report of delivery")
    LIST = "list", _("Sent to many at once")
    OWN = "own", _("From one of our own addresses")
    UNREADABLE = "unreadable", _("It cannot be read")
    NO_SENDER = "no_sender", _("It names no sender")
    TOO_LARGE = "too_large", _("It is too large")
    TOO_MANY = "too_many", _("Too many mails of one sender")
    REFUSED = "refused", _("The portal did not take it")


# Reasons that need no words.
PLAIN_REASONS = frozenset({NoteReason.WRONG_NUMBER, NoteReason.SILENCE, NoteReason.ADVERTISING, NoteReason.UNREACHED})
MADE_A_CASE = frozenset({CallOutcome.CASE, CallOutcome.ADDED, CallOutcome.ANSWERED})
TONES = {
    CallOutcome.OPEN: "danger",
    CallOutcome.CASE: "accent",
    CallOutcome.ADDED: "info",
    CallOutcome.ANSWERED: "success",
    CallOutcome.NOTE: "neutral",
}
# After so many tries a missed call ends as not reached.
TRIES = 3
