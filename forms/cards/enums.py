"""The words of an observation card: states, the six things to look at, the steps taken, the bounds that make sense."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

SHORTEST_OBSERVATION = 30  # seconds; SAF-02, clause 2.1
LONGEST_OBSERVATION = 8 * 3600  # seconds; longer than a shift is a slip of the finger
PLANNED_TEAM = (2, 3)  # observers, from and to; SAF-05, clause 4.2.3
RANDOM_TEAM = (1, 3)  # clause 4.2.1: one person may, several may too
OLDEST = timedelta(days=31)  # an observation handed in later is no record "in time"; clause 4.5.1
MOST_COUNTED = 99  # of one kind in one category
LONGEST_TEXT = 1000
LONGEST_NOTE = 300


class CardState(models.TextChoices):
    HANDED_IN = "handed_in", _("Handed in")
    WITHDRAWN = "withdrawn", _("Withdrawn")


TRANSITIONS: dict[str, frozenset[str]] = {
    CardState.HANDED_IN: frozenset({CardState.WITHDRAWN}),
    CardState.WITHDRAWN: frozenset(),
}
COUNTED = frozenset({CardState.HANDED_IN})  # the states in which a card enters lists and figures


class Category(models.TextChoices):
    """What an observer looks at; SAF-07, clauses 4.4.1 to 4.4.6."""

    REACTIONS = "reactions", _("Reactions of people")
    POSITIONS = "positions", _("Positions of people")
    PROTECTION = "protection", _("Protective equipment")
    TOOLS = "tools", _("Tools and equipment")
    PROCEDURES = "procedures", _("Procedures and order")
    ERGONOMICS = "ergonomics", _("Ergonomics")

    @property
    def hint(self) -> str:
        """What to look at under this heading, in few words."""
        return str(_HINTS[self])


_HINTS = {
    Category.REACTIONS: _("Changing posture, adjusting equipment, reaching for a rail or the right tool when seen."),
    Category.POSITIONS: _("Struck by, caught between, falling, hot or live parts, line of fire."),
    Category.PROTECTION: _("The right kind, worn rightly, in good condition: head, eyes, hands, feet, falls."),
    Category.TOOLS: _("Fit for the job, used rightly, in good condition."),
    Category.PROCEDURES: _("There is one, it is understood and kept; permits, locks and tags; the place is tidy."),
    Category.ERGONOMICS: _("Lifting, repetition, posture, strain, light, noise, heat, tiredness."),
}


class Step(models.TextChoices):
    """What the observer did after looking; SAF-06, clause 4.3.4. Each is a column of the card, `step_<value>`."""

    STOP = "stop", _("Stopped the unsafe act")
    PRAISE = "praise", _("Praised the safe work")
    DISCUSS = "discuss", _("Discussed what could follow")
    COMMUNICATE = "communicate", _("Agreed how to work safely")
    INSPIRE = "inspire", _("Asked about other dangers at the place")
    THANK = "thank", _("Thanked for the cooperation")

    @property
    def column(self) -> str:
        return f"step_{self.value}"
