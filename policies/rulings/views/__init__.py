"""What readers, askers, proposers and departments see of questions, rulings and proposals."""

from policies.rulings.views.asking import ruling_ask, ruling_mine, ruling_mine_detail
from policies.rulings.views.desk import ruling_desk, ruling_question, ruling_question_step
from policies.rulings.views.proposals import (
    proposal_answer,
    proposal_desk,
    proposal_detail,
    proposal_list,
    proposal_mine,
    proposal_new,
)
from policies.rulings.views.rulings import ruling_detail, ruling_list, ruling_step

__all__ = [
    "proposal_answer",
    "proposal_desk",
    "proposal_detail",
    "proposal_list",
    "proposal_mine",
    "proposal_new",
    "ruling_ask",
    "ruling_desk",
    "ruling_detail",
    "ruling_list",
    "ruling_mine",
    "ruling_mine_detail",
    "ruling_question",
    "ruling_question_step",
    "ruling_step",
]
