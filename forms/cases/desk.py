"""The steps that the desk offers: which form, which verb, whether to ask once more, what to say afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from forms.cases import actions
from forms.cases.enums import TRANSITIONS, CaseState, ClockName
from forms.cases.forms import (
    ActForm,
    AnswerForm,
    AssignForm,
    DeclineForm,
    ExtendForm,
    GatherForm,
    MergeForm,
    NoteForm,
    ReasonForm,
    ResolveForm,
    TransferForm,
    WaitForm,
)
from forms.cases.lookalikes import fitting_incidents, suggestion_for
from forms.cases.models import Case
from forms.cases.permissions import reader_can_act_on_case
from portal.org.readers import Reader


def always(case: Case) -> bool:
    return True


def more_time_can_be_asked(case: Case) -> bool:
    return actions.pending_promises(case).exclude(clock=ClockName.ACKNOWLEDGE).exists()


@dataclass(frozen=True)
class Act:
    """`confirm` is the sentence asked before a step that cannot be taken back; '' asks nothing.

    `to_customer`: its text is read by the customer. `rare`: stands under the other steps. `fits`: whether it makes
    sense for a case whose state allows it.
    """

    verb: str
    word: Any
    form_class: type[ActForm]
    run: Callable[..., Any]
    done: Any
    confirm: Any = ""
    danger: bool = False
    to_customer: bool = False
    rare: bool = False
    fits: Callable[[Case], bool] = always

    @property
    def form_id(self) -> str:
        return f"act-{self.verb}"

    def form(self, case: Case, data: Any = None, initial: dict[str, Any] | None = None) -> ActForm:
        given = {"initial": {"version": case.version, **initial}} if initial else {}
        return self.form_class(data, case=case, auto_id=f"{self.verb}_%s", **given)


READ_BY_CUSTOMER = _("The customer will read this text. It cannot be taken back.")

ACTS: dict[str, Act] = {
    act.verb: act
    for act in (
        Act("acknowledge", _("Acknowledge"), ActForm, actions.acknowledge_case, _("The receipt is acknowledged.")),
        Act("assign", _("Assign"), AssignForm, actions.assign_case, _("The case is assigned.")),
        Act("start", _("Start work"), ActForm, actions.start_case, _("Work has begun.")),
        Act("resume", _("Go on"), ActForm, actions.resume_case, _("Work goes on, and so do the clocks.")),
        Act(
            "answer",
            _("Answer the customer"),
            AnswerForm,
            actions.answer_case,
            _("The answer went to the customer."),
            confirm=READ_BY_CUSTOMER,
            to_customer=True,
        ),
        Act(
            "resolve",
            _("It is done: tell the customer"),
            ResolveForm,
            actions.resolve_case,
            _("The customer is told that it is done."),
            confirm=READ_BY_CUSTOMER,
            to_customer=True,
        ),
        Act("note", _("Add internal note"), NoteForm, actions.add_note, _("The note was added.")),
        Act("wait", _("Wait"), WaitForm, actions.wait_case, _("The case waits; it comes back by itself."), rare=True),
        Act(
            "extend",
            _("Ask for more time"),
            ExtendForm,
            actions.extend_case,
            _("What the customer answered is recorded."),
            rare=True,
            fits=more_time_can_be_asked,
        ),
        Act(
            "gather",
            _("Gather under an incident"),
            GatherForm,
            actions.gather_case,
            _("The case is gathered under the incident."),
            rare=True,
            fits=lambda case: fitting_incidents(case).exists(),
        ),
        Act(
            "merge",
            _("Join to another case"),
            MergeForm,
            actions.merge_case,
            _("The case is joined to the other."),
            confirm=_("The case ends here; its customer gets the answers to the other case."),
            rare=True,
        ),
        Act(
            "route",
            _("Leave it here"),
            ActForm,
            actions.keep_route,
            _("The case stays here."),
            rare=True,
            fits=lambda case: suggestion_for(case) is not None,
        ),
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
            rare=True,
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
            "decline",
            _("Out of scope"),
            DeclineForm,
            actions.decline_case,
            _("The customer is told that it is out of scope."),
            confirm=READ_BY_CUSTOMER,
            danger=True,
            to_customer=True,
            rare=True,
        ),
        Act(
            "withdraw",
            _("Withdrawn by the customer"),
            ReasonForm,
            actions.withdraw_case,
            _("The case is marked as withdrawn."),
            confirm=_("The case ends here without an answer."),
            danger=True,
            rare=True,
        ),
    )
}
# What the state asks for next stands first and open; the rest can be opened.
LEADING = {
    "received": "acknowledge",
    "acknowledged": "assign",
    "assigned": "start",
    "in_progress": "answer",
    "waiting": "resume",
    "transferred": "assign",
    "executing": "resolve",
    "reopened": "assign",
    "answered": "close",
    "resolved": "close",
    "revisit_due": "close",
}


def acts_for(reader: Reader, case: Case) -> list[Act]:
    """The steps this reader may take now, the one the state asks for first, rare ones last."""
    possible = [
        act
        for act in ACTS.values()
        if case.state in TRANSITIONS[act.verb][0] and reader_can_act_on_case(reader, act.verb, case) and act.fits(case)
    ]
    leading = LEADING.get(case.state)
    if case.state == CaseState.ANSWERED and actions.pending_promises(case).exists():
        leading = "resolve"  # a solution is still promised
    return sorted(possible, key=lambda act: (act.verb != leading, act.rare))
