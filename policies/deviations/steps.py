"""The steps of a deviation on its page: what each is called, for whom and when it is offered, which verb it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from policies.deviations import actions, permissions
from policies.deviations.enums import TRANSITIONS
from policies.deviations.forms import NoteForm
from policies.deviations.models import Deviation


def _withdraw(*, by: Any, deviation: Deviation, note: str) -> Deviation:
    return actions.withdraw_deviation(by=by, deviation=deviation)


@dataclass(frozen=True)
class Step:
    name: str
    word: Any
    done: Any
    allowed: Callable[[Any, Deviation], bool]
    take: Callable[..., Deviation]
    label: Any = ""  # of its note; '' takes none
    hint: Any = ""
    required: bool = True
    danger: bool = False

    def form(self, data: Any = None) -> NoteForm:
        form = NoteForm(
            data,
            auto_id=f"id_{self.name}_%s",
            label=self.label,
            help_text=self.hint,
            required=self.required and bool(self.label),
        )
        if not self.label:
            del form.fields["note"]
        return form


STEPS: dict[str, Step] = {
    step.name: step
    for step in (
        Step(
            "approve",
            _("Approve"),
            _("The deviation is approved."),
            lambda user, deviation: permissions.user_can_decide(user, deviation),
            actions.approve_deviation,
            label=_("Conditions, in words"),
            required=False,
        ),
        Step(
            "decline",
            _("Decline"),
            _("The application is declined."),
            lambda user, deviation: permissions.user_can_decide(user, deviation),
            actions.decline_deviation,
            label=_("Why, and what to do instead"),
            danger=True,
        ),
        Step(
            "withdraw",
            _("Withdraw the application"),
            _("The application is withdrawn."),
            permissions.user_can_withdraw,
            _withdraw,
            danger=True,
        ),
        Step(
            "end",
            _("End it early"),
            _("The deviation has ended; the clause holds again."),
            permissions.user_can_end,
            actions.end_deviation,
            label=_("Why it ends"),
        ),
        Step(
            "overrun",
            _("Report work after expiry"),
            _("Work after expiry is recorded."),
            permissions.user_can_report_overrun,
            actions.report_overrun,
            label=_("What was seen, where and when"),
            danger=True,
        ),
    )
}


def forms_for(user: Any, deviation: Deviation, day: date) -> list[tuple[Step, NoteForm, bool]]:
    """(step, its form, unfolded) for what this person can do now; the first one stands open when it is a decision."""
    offered = [step for step in STEPS.values() if _is_due(step.name, deviation, day) and step.allowed(user, deviation)]
    return [(step, step.form(), step.name == "approve") for step in offered]


def _is_due(name: str, deviation: Deviation, day: date) -> bool:
    if name == "overrun":
        return permissions.is_over(deviation, day) and deviation.overrun_on is None
    return (name, deviation.state) in TRANSITIONS and not (name == "end" and deviation.ends_on < day)
