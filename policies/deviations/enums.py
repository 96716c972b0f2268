"""The states of a deviation and what leads from one to the next; how long and how late it may be."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LATEST_APPLICATION = timedelta(days=7)  # what began in an emergency is applied for within a week
EARLIEST_APPLICATION = timedelta(days=90)  # nobody stores up approvals for years to come
WARNING = timedelta(days=30)  # before the last day
DECISION_DAYS = 10  # working days for the unit's head


class DeviationState(models.TextChoices):
    APPLIED = "applied", _("Waiting for a decision")
    APPROVED = "approved", pgettext_lazy("deviation", "Approved")
    DECLINED = "declined", pgettext_lazy("deviation", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("deviation", "Withdrawn")
    ENDED = "ended", _("Ended early")


# (verb, state before) -> state after. Nothing else leads anywhere; no verb moves the last day.
TRANSITIONS: dict[tuple[str, str], DeviationState] = {
    ("approve", DeviationState.APPLIED): DeviationState.APPROVED,
    ("decline", DeviationState.APPLIED): DeviationState.DECLINED,
    ("withdraw", DeviationState.APPLIED): DeviationState.WITHDRAWN,
    ("end", DeviationState.APPROVED): DeviationState.ENDED,
}
# It was decided by the unit's head, as it had to be.
DECIDED = frozenset({DeviationState.APPROVED, DeviationState.DECLINED, DeviationState.ENDED})
# A head said yes, whatever came after.
GRANTED = frozenset({DeviationState.APPROVED, DeviationState.ENDED})
# It takes up its days: no second one for the same unit, clause and day.
TAKING_UP = frozenset({DeviationState.APPLIED, DeviationState.APPROVED})


class Standing(models.TextChoices):
    """What a deviation is on a day: its state and its dates together."""

    WAITING = "waiting", _("Waiting for a decision")
    TO_COME = "to_come", _("Approved, not begun")
    IN_FORCE = "in_force", pgettext_lazy("deviation", "In force")
    EXPIRED = "expired", _("Expired")
    DECLINED = "declined", pgettext_lazy("deviation", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("deviation", "Withdrawn")
    ENDED = "ended", _("Ended early")

    @property
    def tone(self) -> str:
        return TONES.get(self, "neutral")


TONES = {
    Standing.WAITING: "accent",
    Standing.TO_COME: "info",
    Standing.IN_FORCE: "success",
    Standing.EXPIRED: "danger",
    Standing.DECLINED: "danger",
}
OVER = frozenset({Standing.EXPIRED, Standing.DECLINED, Standing.WITHDRAWN, Standing.ENDED})


class View(models.TextChoices):
    """The parts of the register."""

    IN_FORCE = "in_force", pgettext_lazy("deviations", "In force")
    WAITING = "waiting", pgettext_lazy("deviations", "Waiting")
    EXPIRING = "expiring", _("Expiring in 30 days")
    OVER = "over", pgettext_lazy("deviations", "Over")
    ALL = "all", pgettext_lazy("deviations", "All")


class ClauseChange(models.TextChoices):
    """What became of a clause since the edition that a deviation rests on."""

    CHANGED = "changed", _("The clause has a new wording")
    GONE = "gone", _("The clause is gone")
    NOT_IN_FORCE = "not_in_force", _("The regulation is out of force")
