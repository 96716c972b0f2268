"""The words of the daily duty: who owes a card, how a slot stands, what a roster can say of a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.org.enums import RosterState

# A card is written after the work was watched, out of sight of those who did it: handed in within this time after the
# slot ended it still counts as in time.
WRITING_TIME = timedelta(hours=1)
REMINDED_BEFORE = timedelta(hours=1)  # before the end of the shift
LONGEST_REASON = 200


class Duty(models.TextChoices):
    """What a post owes; SAF-14, clause 5.4.1."""

    EACH_DAY = "each_day", _("One each day")
    EACH_SHIFT = "each_shift", _("One each shift")
    TOGETHER = "together", _("One together on each shift")


ORDER = {duty: number for number, duty in enumerate(Duty)}


class SlotState(models.TextChoices):
    """How a slot stands. Done and late have a card, due and missed have none, excused owes none."""

    DUE = "due", pgettext_lazy("duty", "Due")
    DONE = "done", pgettext_lazy("duty", "Done")
    LATE = "late", pgettext_lazy("duty", "Late")
    MISSED = "missed", pgettext_lazy("duty", "Missed")
    EXCUSED = "excused", pgettext_lazy("duty", "Excused")

    @property
    def tone(self) -> str:
        return _TONES[self]

    @property
    def sign(self) -> Any:
        """One character for the month, where there is no room for the word."""
        return _SIGNS[self]


_TONES = {
    SlotState.DUE: "info",
    SlotState.DONE: "success",
    SlotState.LATE: "warning",
    SlotState.MISSED: "danger",
    SlotState.EXCUSED: "neutral",
}
_SIGNS = {
    SlotState.DUE: pgettext_lazy("one character", "…"),
    SlotState.DONE: pgettext_lazy("one character", "✓"),
    SlotState.LATE: pgettext_lazy("one character", "L"),
    SlotState.MISSED: pgettext_lazy("one character", "✗"),
    SlotState.EXCUSED: pgettext_lazy("one character", "E"),
}
FULFILLED = frozenset({SlotState.DONE, SlotState.LATE})
OPEN = frozenset({SlotState.DUE, SlotState.MISSED})
# Days that owe no card because something came between; a day off by the roster owes none to begin with.
EXCUSING = (RosterState.LEAVE, RosterState.NO_WORK)
