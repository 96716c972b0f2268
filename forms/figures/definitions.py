"""Every figure that a bulletin may print: its name, what it means in words, and how its number is written.

A number is frozen by name; words are looked up here when it is shown, so that one bulletin reads in every language.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _


class Form(StrEnum):
    """How a number is written."""

    COUNT = "count"
    SHARE = "share"  # 0.9312 -> 93.1%
    RATE = "rate"  # two decimals


class Subject(StrEnum):
    """What a figure speaks of; the groups of a bulletin, in this order."""

    CARDS = "cards"
    CASES = "cases"
    SURVEYS = "surveys"


SUBJECT_LABELS = {
    Subject.CARDS: _("Safety observation"),
    Subject.CASES: _("Complaints and requests"),
    Subject.SURVEYS: _("Satisfaction campaign"),
}


@dataclass(frozen=True)
class Definition:
    """One figure in words. `ratio` names its numerator and denominator; a ratio is the ratio of sums."""

    name: str
    subject: Subject
    label: Any
    meaning: Any
    form: Form = Form.COUNT
    unit: Any = ""

    def written(self, value: float | int | None) -> str:
        """The number as it is printed; a dash where there is none."""
        if value is None:
            return "–"
        if self.form == Form.SHARE:
            return f"{number_format(round(value * 100, 1), decimal_pos=1)}%"
        if self.form == Form.RATE:
            return number_format(round(value, 2), decimal_pos=2)
        return number_format(value, decimal_pos=0, force_grouping=True)


_ALL = [
    Definition(
        "cards_planned",
        Subject.CARDS,
        _("Planned observations"),
        _("Cards of planned observations handed in; only these enter the statistics (SAF-03)."),
    ),
    Definition(
        "cards_random",
        Subject.CARDS,
        _("Random observations"),
        _("Cards of random observations, shown apart for learning; they enter no other figure."),
    ),
    Definition(
        "hours_observed",
        Subject.CARDS,
        _("Hours observed"),
        _("Sum of the seconds observed on planned cards, in hours."),
        Form.RATE,
    ),
    Definition("safe_items", Subject.CARDS, _("Safe items"), _("Safe items counted on planned cards.")),
    Definition("unsafe_acts", Subject.CARDS, _("Unsafe acts"), _("Unsafe acts counted on planned cards.")),
    Definition(
        "unsafe_conditions",
        Subject.CARDS,
        _("Unsafe conditions"),
        _("Unsafe conditions counted on planned cards."),
    ),
    Definition(
        "safe_share",
        Subject.CARDS,
        _("Share of safe items"),
        _("Safe items divided by all items counted, on planned cards: the ratio of the sums."),
        Form.SHARE,
    ),
    Definition(
        "unsafe_per_hour",
        Subject.CARDS,
        _("Unsafe items per hour"),
        _("Unsafe acts and conditions divided by hours observed, on planned cards: the ratio of the sums."),
        Form.RATE,
    ),
    Definition("cases_received", Subject.CASES, _("Cases received"), _("Everything a customer asked or told us.")),
    Definition("complaints_received", Subject.CASES, _("Complaints received"), _("Cases that are complaints.")),
    Definition(
        "complaints_closed",
        Subject.CASES,
        _("Complaints closed"),
        _("Complaints received in the period that are closed by now."),
    ),
    Definition(
        "complaints_open",
        Subject.CASES,
        _("Complaints still open"),
        _("Complaints received in the period that are not closed by now."),
    ),
    Definition(
        "acknowledged_in_time",
        Subject.CASES,
        _("Acknowledged in time"),
        _("Complaints acknowledged before their time ran out, of those that were acknowledged or ran out of time."),
        Form.SHARE,
    ),
    Definition(
        "answered_in_time",
        Subject.CASES,
        _("Answered in time"),
        _("Complaints answered before their time ran out, of those that were answered or ran out of time."),
        Form.SHARE,
    ),
    Definition(
        "survey_issued",
        Subject.SURVEYS,
        _("Questionnaires issued"),
        _("Households invited to the satisfaction campaign that ended last in or before the period's end."),
    ),
    Definition("survey_returned", Subject.SURVEYS, _("Questionnaires returned"), _("Households that answered.")),
    Definition(
        "survey_return_rate",
        Subject.SURVEYS,
        _("Return rate"),
        _("Returned divided by issued; the rule asks for at least 60% (SRV-13)."),
        Form.SHARE,
    ),
    Definition(
        "satisfaction_rate",
        Subject.SURVEYS,
        _("Satisfaction rate"),
        _("Share of 4 and 5 among the answers to the overall question."),
        Form.SHARE,
    ),
]
DEFINITIONS: dict[str, Definition] = {definition.name: definition for definition in _ALL}

CHART_TITLES = {
    "cards_by_category": _("Items observed, by category"),
    "cards_by_month": _("Planned observations, by month"),
    "complaints_by_month": _("Complaints received and closed, by month"),
    "satisfaction_by_question": _("Mean answer to each question (1 to 5)"),
}
SERIES_LABELS = {
    "safe": _("Safe"),
    "unsafe_acts": _("Unsafe acts"),
    "unsafe_conditions": _("Unsafe conditions"),
    "cards": _("Cards"),
    "received": _("Received"),
    "closed": _("Closed"),
    "mean": _("Mean"),
}
