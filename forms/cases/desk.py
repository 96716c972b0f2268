"""The steps that the desk offers: which form, which verb, whether to ask once more, what to say afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from forms.cases import actions
from forms.cases.enums import TRANSITIONS
from forms.cases.forms import ActForm, AnswerForm, AssignForm, NoteForm, ReasonForm, TransferForm
from forms.cases.models import Case
from forms.cases.permissions import reader_can_act_on_case
from portal.org.readers import Reader


@dataclass(frozen=True)
class Act:
    """`confirm` is the sentence asked before a step that cannot be taken back; '' asks nothing."""

    verb: str
    word: Any
    form_class: type[ActForm]
    run: Callable[..., Any]
    done: Any
    confirm: Any = ""
    danger: bool = False

    @property
    def form_id(self) -> str:
        return f"act-{self.verb}"

    def form(self, case: Case, data: Any = None) -> ActForm:
        return self.form_class(data, case=case, auto_id=f"{self.verb}_%s")


ACTS: dict[str, Act] = {
    act.verb: act
    for act in (
        Act("acknowledge", _("Acknowledge"), ActForm, actions.acknowledge_case, _("The receipt is acknowledged.")),
        Act("assign", _("Assign"), AssignForm, actions.assign_case, _("The case is assigned.")),
        Act("start", _("Start work"), ActForm, actions.start_case, _("Work has begun.")),
        Act(
            "answer",
            _("Answer the customer"),
            AnswerForm,
            actions.answer_case,
            _("The answer went to the customer."),
            confirm=_("The customer will read this text. It cannot be taken back."),
        ),
        Act("note", _("Add internal note"), NoteForm, actions.add_note, _("The note was added.")),
        Act(
            "transfer",
            _("Transfer to the company"),
            TransferForm,
            actions.transfer_case,
            _("The case was handed to the company."),
            confirm=_(
                "The company will answer for this case. The office no longer sees what is about its director,"
                " or asks for compensation."
            ),
            danger=True,
        ),
        Act(
            "close",
            pgettext_lazy("case", "Close"),
            ActForm,
            actions.close_case,
            _("The case is closed."),
            confirm=_("The case ends here. The customer sees that it is closed."),
        ),
        Act("reopen", _("Take up again"), ReasonForm, actions.reopen_case, _("The case is taken up again.")),
        Act(
            "withdraw",
            _("Withdrawn by the customer"),
            ReasonForm,
            actions.withdraw_case,
            _("The case is marked as withdrawn."),
            confirm=_("The case ends here without an answer."),
            danger=True,
        ),
    )
}
# What the state asks for next stands first and open; the rest can be opened.
LEADING = {
    "received": "acknowledge",
    "acknowledged": "assign",
    "assigned": "start",
    "in_progress": "answer",
    "transferred": "assign",
    "reopened": "assign",
    "answered": "close",
}


def acts_for(reader: Reader, case: Case) -> list[Act]:
    """The steps this reader may take now, the one the state asks for first."""
    possible = [
        act
        for act in ACTS.values()
        if case.state in TRANSITIONS[act.verb][0] and reader_can_act_on_case(reader, act.verb, case)
    ]
    return sorted(possible, key=lambda act: act.verb != LEADING.get(case.state))
