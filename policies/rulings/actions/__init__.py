"""The verbs of questions, rulings and proposals: the only code that writes them."""

from policies.rulings.actions.desk import (
    acknowledge_question,
    answer_question,
    assign_question,
    decline_question,
    hand_over_question,
)
from policies.rulings.actions.lateness import mark_late
from policies.rulings.actions.proposals import answer_proposal, include_proposal, propose
from policies.rulings.actions.questions import ask_question, see_answer
from policies.rulings.actions.rulings import publish_ruling, reaffirm_ruling, withdraw_ruling

__all__ = [
    "acknowledge_question",
    "answer_proposal",
    "answer_question",
    "ask_question",
    "assign_question",
    "decline_question",
    "hand_over_question",
    "include_proposal",
    "mark_late",
    "propose",
    "publish_ruling",
    "reaffirm_ruling",
    "see_answer",
    "withdraw_ruling",
]
