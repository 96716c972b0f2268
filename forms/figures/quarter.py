"""Computing a unit's figures for a period, once, and freezing them for a bulletin.

Planned and random cards never mix (SAF-03). Card figures that rest on fewer than SMALLEST_CELL cards are suppressed:
a bulletin is read outside the unit, and a figure of four cards may point at a person.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from forms.cards.statistics import CardCounts, quarter_counts
from forms.cases.statistics import CaseCounts, case_counts
from forms.surveys.statistics import campaign_of_period
from portal.lib import clock
from portal.lib.periods import Period
from portal.org.enums import UnitKind
from portal.org.models import Unit

SMALLEST_CELL = 5


def freeze(unit: Unit, period: Period, *, now: datetime | None = None) -> dict[str, Any]:
    """Figures and charts of a unit (with all units below it) and period, as JSON; shape: forms.figures.frozen."""
    now = now or clock.now()
    figures: dict[str, dict[str, Any]] = {}
    charts: dict[str, dict[str, Any]] = {}
    _cards(unit, period, figures, charts)
    _cases(case_counts(unit, period, now=now), figures, charts)
    _survey(unit, period, figures, charts)
    return {
        "unit": unit.code,
        "period": period.code,
        "as_of": now.isoformat(timespec="seconds"),
        "figures": figures,
        "charts": charts,
    }


def _count(value: int, rows_url: str = "") -> dict[str, Any]:
    return {"value": value, "rows_url": rows_url}


def _ratio(numerator: float, denominator: float, rows_url: str = "") -> dict[str, Any]:
    """The ratio of the sums; no number for a zero denominator."""
    return {
        "value": numerator / denominator if denominator else None,
        "numerator": numerator,
        "denominator": denominator,
        "rows_url": rows_url,
    }


def _cards(unit: Unit, period: Period, figures: dict[str, Any], charts: dict[str, Any]) -> None:
    planned, random = quarter_counts(unit, period, planned=True), quarter_counts(unit, period, planned=False)
    if not planned.cards and not random.cards and not _observes(unit):
        return  # a management office observes nothing; a crew without cards is a finding
    found = {
        "cards_planned": _count(planned.cards, planned.rows_url),
        "cards_random": _count(random.cards, random.rows_url),
        "hours_observed": {"value": planned.seconds / 3600, "rows_url": planned.rows_url},
        "safe_items": _count(planned.totals.safe, planned.rows_url),
        "unsafe_acts": _count(planned.totals.unsafe_acts, planned.rows_url),
        "unsafe_conditions": _count(planned.totals.unsafe_conditions, planned.rows_url),
        "safe_share": _ratio(planned.totals.safe, planned.totals.observed, planned.rows_url),
        "unsafe_per_hour": _ratio(planned.totals.unsafe, planned.seconds / 3600, planned.rows_url),
    }
    if 0 < random.cards < SMALLEST_CELL:
        found["cards_random"] = {"value": None, "suppressed": True}
    if 0 < planned.cards < SMALLEST_CELL:
        found = {name: {"value": None, "suppressed": True} for name in found if name != "cards_random"} | {
            "cards_random": found["cards_random"]
        }
    else:
        _card_charts(planned, charts)
    figures.update(found)


def _observes(unit: Unit) -> bool:
    """Whether observation is this unit's work: a crew is at or below it."""
    return Unit.objects.filter(path__startswith=unit.path, kind=UnitKind.CREW).exists()


def _card_charts(planned: CardCounts, charts: dict[str, Any]) -> None:
    if not planned.cards:
        return
    charts["cards_by_category"] = {
        "labels": [category.value for category in planned.categories],
        "series": {
            "safe": [totals.safe for totals in planned.categories.values()],
            "unsafe_acts": [totals.unsafe_acts for totals in planned.categories.values()],
            "unsafe_conditions": [totals.unsafe_conditions for totals in planned.categories.values()],
        },
    }
    charts["cards_by_month"] = {
        "labels": [f"{month.month:%Y-%m}" for month in planned.months],
        "series": {"cards": [None if 0 < m.cards < SMALLEST_CELL else m.cards for m in planned.months]},
    }


def _cases(counts: CaseCounts, figures: dict[str, Any], charts: dict[str, Any]) -> None:
    if not counts.received:
        return
    figures.update(
        {
            "cases_received": _count(counts.received, counts.rows_url),
            "complaints_received": _count(counts.complaints, counts.complaints_url),
            "complaints_closed": _count(counts.closed, counts.complaints_url),
            "complaints_open": _count(counts.complaints - counts.closed, counts.complaints_url),
            "acknowledged_in_time": _ratio(*counts.acknowledged_in_time, counts.complaints_url),
            "answered_in_time": _ratio(*counts.answered_in_time, counts.complaints_url),
        }
    )
    charts["complaints_by_month"] = {
        "labels": [f"{month:%Y-%m}" for month, _received, _closed in counts.months],
        "series": {
            "received": [received for _month, received, _closed in counts.months],
            "closed": [closed for _month, _received, closed in counts.months],
        },
    }


def _survey(unit: Unit, period: Period, figures: dict[str, Any], charts: dict[str, Any]) -> None:
    found = campaign_of_period(unit, period)
    if found is None:
        return
    figures.update(
        {
            "survey_issued": _count(found.issued, found.rows_url),
            "survey_returned": _count(found.returned, found.rows_url),
            "survey_return_rate": _ratio(found.returned, found.issued, found.rows_url),
            "satisfaction_rate": _ratio(found.satisfied, found.answered, found.rows_url),
        }
    )
    if found.question_means:
        charts["satisfaction_by_question"] = {
            "labels": [label for label, _mean in found.question_means],
            "series": {"mean": [mean for _label, mean in found.question_means]},
        }
