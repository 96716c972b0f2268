"""The states of questions, rulings and proposals, what leads from one to the next, and how long an answer may take."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

ANSWER_DAYS = 5  # working days until a question is answered (SAF-26, clause 6.7)
PROPOSAL_DAYS = 15  # working days until a proposal is answered (SAF-01, clause 3.5)
LONGEST_TEXT = 2000


class QuestionState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("question", "Waiting")
    IN_WORK = "in_work", pgettext_lazy("question", "In work")
    ANSWERED = "answered", pgettext_lazy("question", "Answered")
    PUBLISHED = "published", pgettext_lazy("question", "Answered by a ruling")
    DECLINED = "declined", pgettext_lazy("question", "Declined with an answer")


UNANSWERED = frozenset({QuestionState.WAITING, QuestionState.IN_WORK})

# (verb, state before) -> state after. Nothing else leads anywhere.
QUESTION_STEPS: dict[tuple[str, str], QuestionState] = {
    ("acknowledge", QuestionState.WAITING): QuestionState.IN_WORK,
    ("assign", QuestionState.WAITING): QuestionState.IN_WORK,
    ("assign", QuestionState.IN_WORK): QuestionState.IN_WORK,
    ("hand_over", QuestionState.WAITING): QuestionState.WAITING,
    ("hand_over", QuestionState.IN_WORK): QuestionState.WAITING,
    ("answer", QuestionState.WAITING): QuestionState.ANSWERED,
    ("answer", QuestionState.IN_WORK): QuestionState.ANSWERED,
    ("decline", QuestionState.WAITING): QuestionState.DECLINED,
    ("decline", QuestionState.IN_WORK): QuestionState.DECLINED,
    ("publish", QuestionState.WAITING): QuestionState.PUBLISHED,
    ("publish", QuestionState.IN_WORK): QuestionState.PUBLISHED,
    # What was answered privately may turn out to be worth everybody's reading.
    ("publish", QuestionState.ANSWERED): QuestionState.PUBLISHED,
}


class RulingState(models.TextChoices):
    PUBLISHED = "published", pgettext_lazy("ruling", "Published")
    REAFFIRMED = "reaffirmed", pgettext_lazy("ruling", "Replaced by a newer ruling")
    WITHDRAWN = "withdrawn", pgettext_lazy("ruling", "Withdrawn")


RULING_STEPS: dict[tuple[str, str], RulingState] = {
    ("reaffirm", RulingState.PUBLISHED): RulingState.REAFFIRMED,
    ("withdraw", RulingState.PUBLISHED): RulingState.WITHDRAWN,
}


class Standing(models.TextChoices):
    """How a ruling stands to the text that is in force today; computed, never stored."""

    HOLDS = "holds", _("The clause says what it said")
    CHANGED = "changed", _("The clause has changed since")
    REMOVED = "removed", _("The clause is gone from the edition in force")
    ENDED = "ended", _("The regulation is no longer in force")


class ProposalKind(models.TextChoices):
    WORDING = "wording", pgettext_lazy("proposal", "A better wording of the clause")
    PRACTICE = "practice", pgettext_lazy("proposal", "A better practice")


class ProposalState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("proposal", "Waiting for an answer")
    ACCEPTED = "accepted", pgettext_lazy("proposal", "Accepted for the next edition")
    DECLINED = "declined", pgettext_lazy("proposal", "Declined")
    NOTED = "noted", pgettext_lazy("proposal", "Noted")
    INCLUDED = "included", pgettext_lazy("proposal", "Taken into the regulation")


THANKED = frozenset({ProposalState.ACCEPTED, ProposalState.INCLUDED})

PROPOSAL_STEPS: dict[tuple[str, str], ProposalState] = {
    ("accept", ProposalState.WAITING): ProposalState.ACCEPTED,
    ("decline", ProposalState.WAITING): ProposalState.DECLINED,
    ("note", ProposalState.WAITING): ProposalState.NOTED,
    ("include", ProposalState.ACCEPTED): ProposalState.INCLUDED,
}
