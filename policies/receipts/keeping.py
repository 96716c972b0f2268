"""The overview of a large organisation, kept and counted anew by the worker; see portal/jobs/figures.py."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from policies import audience, deadlines
from policies.audience import Asking, asking_on
from policies.receipts import packed, statistics
from policies.receipts.permissions import Scope
from policies.receipts.statistics import Overview
from portal.jobs.figures import CostlyFigures, Count, Parts, Question
from portal.lib import clock
from portal.org.models import Unit


def tops_of(scope: Scope, unit_path: str, every_unit: bool, heads: Iterable[str]) -> tuple[str, ...]:
    """The units whose parts are the rows of the sums by unit: the one in view; all, by their `heads`; the reader's."""
    if unit_path:
        return (unit_path,)
    return tuple(heads) if every_unit else scope.paths


def question_of(scope: Scope, unit_path: str, regulation: str) -> Question:
    """What is asked, whatever the day: the worker asks it again."""
    return {
        "everything": scope.everything,
        "paths": list(scope.paths),
        "owned": list(scope.owned),
        "unit": unit_path,
        "regulation": regulation,
    }


def overview_count(
    scope: Scope, day: date, *, unit_path: str, regulation: str, asking: list[Asking], tops: tuple[str, ...]
) -> Count[Overview]:
    """How the overview is counted, with the sums that its page shows first."""

    def make() -> Overview:
        made = Overview(scope, day, unit_path=unit_path, regulation=regulation, asking=asking)
        made.below(tops)
        return made

    def read(parts: Parts) -> Overview:
        return Overview(scope, day, unit_path=unit_path, regulation=regulation, asking=asking, stored=parts)

    key = (scope, day, unit_path, regulation, tuple(asking), tops, deadlines.days_given().days)
    return Count(key, make, Overview.parts, read)


def _asked_again(question: Question) -> Count[Overview]:
    """The same question today."""
    scope = Scope(question["everything"], tuple(question["paths"]), tuple(question["owned"]))
    day, unit_path = clock.today(), question["unit"]
    asking = asking_on(day)
    every_unit = any(scope.paths_for(one) is None for one in asking)
    heads = Unit.objects.filter(depth=1).order_by("path").values_list("path", flat=True)
    tops = tops_of(scope, unit_path, every_unit, heads)
    return overview_count(scope, day, unit_path=unit_path, regulation=question["regulation"], asking=asking, tops=tops)


kept_overviews = CostlyFigures("receipts.overview", _asked_again, code=(audience, deadlines, packed, statistics))
