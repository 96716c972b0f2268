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
MOST_PHOTOS = 3
LONGEST_FOLLOW_UP = timedelta(days=366)  # an action that is due later belongs into a plan, not on a card


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


class SubItem(models.TextChoices):
    """What exactly was seen under one of the six headings; clauses 4.4.1 to 4.4.6. The part before the dot is the
    category. A card's item carries the codes; each is neutral, for what was safe and for what was not."""

    REACTIONS_BEHAVIOUR = "reactions.behaviour", _("Changed from unsafe to safe work")
    REACTIONS_POSTURE = "reactions.posture", _("Changed the posture")
    REACTIONS_PROTECTION = "reactions.protection", _("Adjusted protective equipment")
    REACTIONS_TOOL = "reactions.tool", _("Took the right tool")
    REACTIONS_RAIL = "reactions.rail", _("Reached for a handrail")
    REACTIONS_BELT = "reactions.belt", _("Fastened the safety belt")
    POSITIONS_STRUCK = "positions.struck", _("Struck by or against something")
    POSITIONS_CAUGHT = "positions.caught", _("Caught in, under or between")
    POSITIONS_FALL = "positions.fall", _("Falling")
    POSITIONS_HEAT = "positions.heat", _("Hot or cold parts")
    POSITIONS_CURRENT = "positions.current", _("Live parts")
    POSITIONS_SUBSTANCE = "positions.substance", _("Breathing in or touching a harmful substance")
    POSITIONS_LOAD = "positions.load", _("Under a load or in the line of fire")
    PROTECTION_SUITABLE = "protection.suitable", _("Whether it suits the work")
    PROTECTION_USED = "protection.used", _("Whether it is worn rightly")
    PROTECTION_CONDITION = "protection.condition", _("Whether it is sound")
    PROTECTION_HEAD = "protection.head", _("Head")
    PROTECTION_EYES = "protection.eyes", _("Eyes and face")
    PROTECTION_EARS = "protection.ears", _("Ears")
    PROTECTION_BREATHING = "protection.breathing", _("Breathing")
    PROTECTION_HANDS = "protection.hands", _("Hands and arms")
    PROTECTION_FEET = "protection.feet", _("Feet and legs")
    PROTECTION_FALL = "protection.fall", _("Fall protection")
    TOOLS_SUITABLE = "tools.suitable", _("Whether the tool suits the job")
    TOOLS_USED = "tools.used", _("Whether it is used rightly")
    TOOLS_CONDITION = "tools.condition", _("Whether the tool is sound")
    PROCEDURES_EXISTS = "procedures.exists", _("Whether there is a procedure")
    PROCEDURES_UNDERSTOOD = "procedures.understood", _("Whether it is understood")
    PROCEDURES_KEPT = "procedures.kept", _("Whether it is kept")
    PROCEDURES_ORDER_KNOWN = "procedures.order_known", _("Whether the standard of order is known")
    PROCEDURES_ORDER_KEPT = "procedures.order_kept", _("Whether the standard of order is kept")
    PROCEDURES_TIDY = "procedures.tidy", _("Whether the place is tidy")
    ERGONOMICS_WORK = "ergonomics.work", _("Way of working: lifting, repetition, posture")
    ERGONOMICS_MIND = "ergonomics.mind", _("State of mind: tiredness, haste, distraction")
    ERGONOMICS_PLACE = "ergonomics.place", _("Surroundings: light, noise, heat, cold")
    ERGONOMICS_TOOLS = "ergonomics.tools", _("Tools and equipment: whether they fit the body")

    @property
    def category(self) -> str:
        return self.value.partition(".")[0]

    @classmethod
    def of(cls, category: str) -> list[SubItem]:
        return [item for item in cls if item.category == category]


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
