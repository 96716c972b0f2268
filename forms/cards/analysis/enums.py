"""Words of the statistics: periods, states of a proposal, verdicts of a review, reasons for coaching."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.lib.periods import PeriodKind

# Appendix B is filled in for these.
PERIOD_KINDS = (PeriodKind.WEEK, PeriodKind.MONTH, PeriodKind.QUARTER)
LONGEST_ANALYSIS = 4000
LONGEST_LINE = 200
RECURRENCE_DAYS = 30


class Grain(models.TextChoices):
    """What one point of a control chart stands for."""

    WEEK = "week", _("Weeks")
    MONTH = "month", _("Months")

    @property
    def points(self) -> int:
        """How far back a chart goes."""
        return 26 if self == Grain.WEEK else 12


class ProposalState(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    ACCEPTED = "accepted", _("Being done")
    DECLINED = "declined", _("Declined")
    DONE = "done", _("Done")

    @property
    def tone(self) -> str:
        return {"proposed": "info", "accepted": "warning", "declined": "neutral", "done": "success"}[self.value]


TRANSITIONS: dict[str, frozenset[str]] = {
    ProposalState.PROPOSED: frozenset({ProposalState.ACCEPTED, ProposalState.DECLINED}),
    ProposalState.ACCEPTED: frozenset({ProposalState.DONE, ProposalState.DECLINED}),
    ProposalState.DECLINED: frozenset(),
    ProposalState.DONE: frozenset(),
}
OPEN = frozenset({ProposalState.PROPOSED, ProposalState.ACCEPTED})


class Verdict(models.TextChoices):
    """What a reviewer says of one card."""

    GOOD = "good", _("Good: others can learn from it")
    ENOUGH = "enough", _("In order")
    WEAK = "weak", _("Too little to work with")


class Habit(models.TextChoices):
    """What a writer is helped with. It speaks of cards in the writer's own hand, never of the people observed."""

    ALL_SAFE = "all_safe", _("Only safe things, many times in a row")
    SAME_WORDS = "same_words", _("Nearly the same words on several cards")
    SHORTEST = "shortest", _("Observations that all last as short as they may")
    BATCH = "batch", _("Several cards handed in within minutes")
    THIN = "thin", _("Little said about what was seen and discussed")

    @property
    def advice(self) -> str:
        return str(_ADVICE[self])


_ADVICE = {
    Habit.ALL_SAFE: _("Look at other times of day and at other work; ask what could go wrong at this place."),
    Habit.SAME_WORDS: _("Write what was different this time: which tool, which place, what was said."),
    Habit.SHORTEST: _("Stay until the work has gone through one whole step, then talk."),
    Habit.BATCH: _("Fill in each card right after the talk, while it is remembered."),
    Habit.THIN: _("Write what was seen, what was said and what was agreed, in one sentence each."),
}
