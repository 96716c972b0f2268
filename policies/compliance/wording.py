"""The words and colours of a state: a colour never stands without its word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from policies.obligations import DONE, DUE, LATE, MISSED, NOT_COUNTED, NOT_MEASURED, NOTHING_DUE

SUPPRESSED = "suppressed"
NOT_BOUND = "not_bound"


@dataclass(frozen=True)
class Wording:
    label: Any
    tone: str
    icon: str


WORDINGS = {
    DONE: Wording(_("Kept"), "success", "check-circle"),
    MISSED: Wording(_("Not kept"), "danger", "x-circle"),
    LATE: Wording(_("Made good late"), "warning", "clock-history"),
    DUE: Wording(_("Still due"), "info", "hourglass-split"),
    NOTHING_DUE: Wording(_("Nothing due"), "neutral", "circle"),
    NOT_MEASURED: Wording(_("Not measured yet"), "gap", "question-circle"),
    NOT_COUNTED: Wording(_("Not counted yet"), "neutral", "clock"),
    SUPPRESSED: Wording(_("Too few to show"), "neutral", "eye-slash"),
    NOT_BOUND: Wording(_("Does not apply"), "neutral", "circle"),
}
# In the order in which a summary and a chart name them.
SUMMED_UP = (DONE, LATE, MISSED, DUE, NOTHING_DUE, NOT_MEASURED)
