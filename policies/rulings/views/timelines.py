"""What happened to a question, a ruling or a proposal, from its journal."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from policies.rulings.models import Proposal, Question, Ruling
from portal.journal.actions import entries_of

TITLES = {
    "rulings.ask": gettext_lazy("Question handed in"),
    "rulings.acknowledge": gettext_lazy("The department works on it"),
    "rulings.assign": gettext_lazy("Given to a colleague"),
    "rulings.hand_over": gettext_lazy("Handed over to another department"),
    "rulings.answer": gettext_lazy("Answered"),
    "rulings.decline": gettext_lazy("Declined with an answer"),
    "rulings.publish": gettext_lazy("Answered by a ruling"),
    "rulings.breach": gettext_lazy("The answer is late"),
    "rulings.reaffirm": gettext_lazy("Replaced by a newer ruling"),
    "rulings.withdraw": gettext_lazy("Withdrawn"),
    "rulings.propose": gettext_lazy("Proposal handed in"),
    "rulings.answer_proposal": gettext_lazy("Proposal answered"),
    "rulings.include_proposal": gettext_lazy("Taken into the regulation"),
}
TONES = {"rulings.breach": "danger", "rulings.withdraw": "danger"} | dict.fromkeys(
    ("rulings.answer", "rulings.publish", "rulings.include_proposal"), "success"
)
# Inside the department: which colleague has it is not the asker's business.
INSIDE = frozenset({"rulings.assign"})


def happenings(thing: Question | Ruling | Proposal, *, with_names: bool) -> list[dict[str, Any]]:
    """Entries for components/timeline.html, oldest first. Without names only what happened and when."""
    handovers = list(thing.handovers.select_related("from_unit", "to_unit")) if isinstance(thing, Question) else []
    found = []
    for entry in entries_of(thing):
        if entry.action not in TITLES or (entry.action in INSIDE and not with_names):
            continue
        text = ""
        if entry.action == "rulings.hand_over" and handovers:
            moved = handovers.pop(0)
            text = f"{moved.from_unit} → {moved.to_unit}"
            text = f"{text}\n{moved.reason}" if with_names else text
        who = str(entry.user) if with_names and entry.user else ""
        found.append(
            {
                "title": TITLES[entry.action],
                "at": entry.at,
                "who": who,
                "text": text,
                "tone": TONES.get(entry.action, ""),
            }
        )
    return found


def for_asker(question: Question) -> list[dict[str, Any]]:
    return happenings(question, with_names=False)
