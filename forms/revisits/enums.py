"""Kinds and states of a revisit, outcomes of an attempt, and the one table of its transitions."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RevisitKind(models.TextChoices):
    PHONE = "phone", _("By phone")
    ON_SITE = "on_site", _("On site")
    IN_PERSON = "in_person", _("In person")
    SPECIAL = "special", _("Special revisit")


class Performer(models.TextChoices):
    """Who goes back to the customer: the office, or the company past the office (SRV-09, SRV-20)."""

    OFFICE = "office", _("Management office")
    COMPANY = "company", _("Company")


class RevisitState(models.TextChoices):
    OPEN = "open", pgettext_lazy("revisit", "Open")
    FINISHED = "finished", pgettext_lazy("revisit", "Done")
    NOT_REACHED = "not_reached", pgettext_lazy("revisit", "Not reached")
    CANCELLED = "cancelled", pgettext_lazy("revisit", "Cancelled")


class AttemptOutcome(models.TextChoices):
    REACHED = "reached", pgettext_lazy("attempt", "Reached")
    NO_ANSWER = "no_answer", _("No answer")
    WRONG_NUMBER = "wrong_number", _("Wrong number")
    NOT_AT_HOME = "not_at_home", _("Nobody at home")
    LATER = "later", _("Asked for another time")
    DECLINED = "declined", _("Does not want to be asked")


class VisitState(models.TextChoices):
    """A visit to a defect, as it stands on a day; derived from its dates."""

    TO_COME = "to_come", pgettext_lazy("visit", "To come")
    DUE = "due", _("To be visited now")
    DONE = "done", _("Visited in time")
    DONE_LATE = "done_late", _("Visited late")
    MISSED = "missed", pgettext_lazy("visit", "Missed")


class Condition(models.TextChoices):
    """What was found at a defect that is kept under watch."""

    SOUND = "sound", _("Sound")
    DOUBTFUL = "doubtful", _("Doubtful, keep watching")
    BROKEN = "broken", _("The defect is back")


class VisitCause(models.TextChoices):
    BY_DATE = "date", _("By date")
    AFTER_RAIN = "rain", _("After rain")


# Outcomes that leave the revisit open; somebody who does not want to be asked ends it.
UNREACHED = (
    AttemptOutcome.NO_ANSWER,
    AttemptOutcome.WRONG_NUMBER,
    AttemptOutcome.NOT_AT_HOME,
    AttemptOutcome.LATER,
    AttemptOutcome.DECLINED,
)
# How often the customer is tried before “not reached” may be said; one refusal is enough.
ATTEMPTS_BEFORE_GIVING_UP = 3
SPECIAL_HOURS = timedelta(hours=24)  # SRV-11, around the clock
DAYS_AFTER_RAIN = 3
RELEASING_SIGNATURES = 2

# verb: (the states it may start from, the state it leads to). None: the state stays.
TRANSITIONS: dict[str, tuple[frozenset[RevisitState], RevisitState | None]] = {
    "attempt": (frozenset({RevisitState.OPEN}), None),
    "finish": (frozenset({RevisitState.OPEN}), RevisitState.FINISHED),
    "give_up": (frozenset({RevisitState.OPEN}), RevisitState.NOT_REACHED),
    "cancel": (frozenset({RevisitState.OPEN}), RevisitState.CANCELLED),
}
TONES = {
    RevisitState.OPEN: "info",
    RevisitState.FINISHED: "success",
    RevisitState.NOT_REACHED: "warning",
    RevisitState.CANCELLED: "neutral",
}
