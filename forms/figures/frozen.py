"""The frozen form of a period's figures: plain JSON in a bulletin, words and drawings made from it when it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format

from forms.cards.enums import Category
from forms.figures.definitions import CHART_TITLES, DEFINITIONS, SERIES_LABELS, SUBJECT_LABELS, Definition, Subject
from portal.lib import charts
from portal.lib.charts import Chart, Series


@dataclass(frozen=True)
class Shown:
    """One figure ready for a page: its words, its number as printed, the way to its rows."""

    definition: Definition
    value: float | int | None
    numerator: float | int | None
    denominator: float | int | None
    rows_url: str
    suppressed: bool

    @property
    def text(self) -> str:
        return self.definition.written(self.value)


@dataclass(frozen=True)
class Group:
    """The figures of one subject."""

    subject: Subject
    label: Any
    figures: list[Shown]


class Frozen:
    """Reads what `forms.figures.quarter.freeze` wrote. Shape of `data`:

    {"unit": code, "period": code, "as_of": ISO moment,
     "figures": {name: {"value": number|null, "numerator"?, "denominator"?, "rows_url"?, "suppressed"?}},
     "charts": {name: {"labels": [...], "series": {name: [number|null, ...]}}}}
    """

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data or {}

    @property
    def as_of(self) -> datetime | None:
        return parse_datetime(self.data.get("as_of", ""))

    def groups(self) -> list[Group]:
        """The figures by subject, in the order of the definitions; subjects without any figure are left out."""
        frozen = self.data.get("figures", {})
        groups = []
        for subject in Subject:
            shown = [
                _shown(definition, frozen[definition.name])
                for definition in DEFINITIONS.values()
                if definition.subject == subject and definition.name in frozen
            ]
            if shown:
                groups.append(Group(subject, SUBJECT_LABELS[subject], shown))
        return groups

    def value(self, name: str) -> float | int | None:
        return self.data.get("figures", {}).get(name, {}).get("value")

    def chart_names(self) -> list[str]:
        return [name for name in CHART_TITLES if name in self.data.get("charts", {})]

    def chart(self, name: str) -> Chart:
        """The drawing of a frozen chart with its table, in the language that is active now."""
        frozen = self.data["charts"][name]
        title = str(CHART_TITLES[name])
        labels = [_label(name, label) for label in frozen["labels"]]
        series = [Series(str(SERIES_LABELS[key]), values) for key, values in frozen["series"].items()]
        if name.endswith("_by_month"):
            return charts.line_chart(title, labels, series)
        if len(series) > 1:
            return charts.stacked_bar(title, labels, series)
        return charts.bar_chart(title, labels, series[0].values)


def _shown(definition: Definition, frozen: dict[str, Any]) -> Shown:
    return Shown(
        definition,
        frozen.get("value"),
        frozen.get("numerator"),
        frozen.get("denominator"),
        frozen.get("rows_url", ""),
        frozen.get("suppressed", False),
    )


def _label(chart: str, label: str) -> str:
    """Months and categories are frozen as keys and written in the reader's language; questions as they were asked."""
    if chart.endswith("_by_month"):
        return date_format(date.fromisoformat(f"{label}-01"), "YEAR_MONTH_FORMAT")
    if chart == "cards_by_category":
        return str(Category(label).label)
    return label
