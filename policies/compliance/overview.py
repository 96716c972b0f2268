"""How units stand, for one reader: cells of unit x obligation x period, their trend, and what will soon be missed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.db.models import F
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _

from policies.actions import count_anew
from policies.binding import UnitTree
from policies.compliance.permissions import Sight, reader_can_open_rows
from policies.compliance.wording import NOT_BOUND, SUMMED_UP, SUPPRESSED, WORDINGS, Wording
from policies.models import CurrentCount, Edition, EditionClause, Obligation
from policies.obligations import ObligationState, Results
from portal.lib import clock
from portal.lib.charts import Chart, Series, line_chart, stacked_bar
from portal.lib.periods import Period
from portal.lib.registries import Measured
from portal.org.models import Unit
from portal.org.readers import Reader

# A page asks the measures no more often than this; what is left shows as not counted yet, the schedule counts it.
MOST_AT_ONCE = 400
PERIODS_OF_TREND = 6
SOON = timedelta(days=7)


@dataclass(frozen=True)
class Cell:
    """One unit, one obligation, one period, as this reader may see it."""

    unit: Unit
    obligation: Obligation
    chosen: Period
    state: ObligationState | None  # None: the duty does not concern the unit
    bound: bool
    hidden: bool = False
    opens_rows: bool = False

    @property
    def word(self) -> str:
        if self.state is None:
            return NOT_BOUND
        return SUPPRESSED if self.hidden else self.state.word

    @property
    def wording(self) -> Wording:
        return WORDINGS[self.word]

    @property
    def measured(self) -> Measured | None:
        """The numbers; None where there are none or too few to show."""
        return None if self.state is None or self.hidden else self.state.measured

    @property
    def rows_url(self) -> str:
        return self.measured.rows_url if self.measured and self.opens_rows else ""

    @property
    def period_label(self) -> str:
        """The period that the numbers are about."""
        own = self.state.period if self.state else None
        return (own or self.chosen).label

    @property
    def url(self) -> str:
        address = reverse("compliance_cell", args=[self.unit.code, self.obligation.code])
        return f"{address}?{urlencode({'period': self.chosen.code})}"


class Overview:
    """What one request shows. Units, obligations and what the reader sees are read once; so are results per call."""

    def __init__(self, reader: Reader, sight: Sight, tree: UnitTree, now: datetime) -> None:
        self.reader, self.sight, self.tree, self.now = reader, sight, tree, now
        self.today = clock.today(now)
        self._opens: dict[str, bool] = {}

    @cached_property
    def obligations(self) -> list[Obligation]:
        return list(Obligation.objects.select_related("regulation"))

    @cached_property
    def places(self) -> dict[int, str]:
        """Where the clauses of obligations can be read by this reader: key of the clause -> address."""
        readable = Edition.objects.in_force(self.today).for_tokens(self.reader.tokens)
        wanted = [one.clause_id for one in self.obligations if one.clause_id]
        rows = EditionClause.objects.filter(edition__in=readable, clause__in=wanted)
        return {
            clause: f"{reverse('regulation_detail', args=[slug])}#{anchor}"
            for clause, slug, anchor in rows.values_list("clause_id", "edition__regulation__slug", "anchor")
        }

    def of_unit(self, unit: Unit, obligations: Iterable[Obligation] | None = None) -> list[Obligation]:
        """The duties that concern the unit and that the reader may see there."""
        return [
            one
            for one in (self.obligations if obligations is None else obligations)
            if unit.pk in self.tree.binding(one).concerned and self.sight.sees(unit, one)
        ]

    def children(self, unit: Unit) -> list[Unit]:
        return [child for child in self.tree.children(unit) if self.sight.sees_unit(child)]

    def cells(self, units: list[Unit], obligations: list[Obligation], chosen: Period) -> dict[tuple[int, int], Cell]:
        """(key of unit, key of obligation) -> cell; what is older than a few minutes is counted anew."""
        results = self.results(units, chosen)
        questions = [
            (one, unit, period)
            for unit in units
            for one in self.of_unit(unit, obligations)
            for period in results.stale(one, unit, chosen, self.now)
        ]
        if questions:
            count_anew(questions=questions, tree=self.tree, now=self.now, most=MOST_AT_ONCE)
            results = self.results(units, chosen)
        return {(unit.pk, one.pk): self.cell(results, unit, one, chosen) for unit in units for one in obligations}

    def results(self, units: list[Unit], chosen: Period) -> Results:
        return Results(units, chosen.start, chosen.end, today=self.today)

    def cell(self, results: Results, unit: Unit, obligation: Obligation, chosen: Period) -> Cell:
        binding = self.tree.binding(obligation)
        if unit.pk not in binding.concerned or not self.sight.sees(unit, obligation):
            return Cell(unit, obligation, chosen, None, False)
        state = results.state(obligation, unit, chosen)
        return Cell(
            unit=unit,
            obligation=obligation,
            chosen=chosen,
            state=state,
            bound=unit.pk in binding.bound,
            hidden=is_too_small(state.measured) and not self.sight.sees_small_numbers(unit),
            opens_rows=self.opens(state.measured),
        )

    def opens(self, measured: Measured | None) -> bool:
        """Whether the rows behind these numbers open for the reader; asked once for each page that holds rows."""
        if measured is None or not measured.rows_url:
            return False
        page = urlsplit(measured.rows_url).path
        if page not in self._opens:
            route = _route(page)
            self._opens[page] = bool(route) and reader_can_open_rows(self.reader, route)
        return self._opens[page]

    def trend(self, unit: Unit, obligations: list[Obligation], chosen: Period) -> Chart | None:
        """How many duties were kept in the last periods, from what is frozen and counted: nothing is asked anew."""
        periods = last_periods(chosen)
        results = Results([unit], periods[0].start, periods[-1].end, today=self.today)
        counted = []
        for period in periods:
            cells = (self.cell(results, unit, one, period) for one in obligations)
            counted.append(Counter(cell.word for cell in cells))
        words = [word for word in SUMMED_UP[:4] if any(found[word] for found in counted)]
        if not words:
            return None
        series = [Series(str(WORDINGS[word].label), [found[word] for found in counted]) for word in words]
        return stacked_bar(_("Duties of the last periods"), [period.label for period in periods], series)

    def own_trend(self, unit: Unit, obligation: Obligation, chosen: Period) -> tuple[list[Cell], Chart | None]:
        """The last periods of one duty's own kind: its cells, oldest first, and the share done as a chart."""
        kind = obligation.closing_kind
        last = Period.of(kind, min(chosen.end, max(self.today, chosen.start)))
        periods = last_periods(last)
        results = Results([unit], periods[0].start, periods[-1].end, today=self.today, obligation=obligation)
        cells = [self.cell(results, unit, obligation, period) for period in periods]
        shares = [_share(cell.measured) for cell in cells]
        if sum(share is not None for share in shares) < 2:
            return cells, None
        series = [Series(_("Share done"), shares)]
        return cells, line_chart(_("Share done"), [period.label for period in periods], series, unit="%")

    def soon(self) -> list[Soon]:
        """What ends within seven days and is not done yet in the units that this reader sees: soonest first."""
        rows = (
            CurrentCount.objects.filter(bound=True, ends_on__gte=self.today, ends_on__lte=self.today + SOON)
            .filter(done__lt=F("due"))
            .select_related("obligation__regulation", "unit")
            .order_by("ends_on", "obligation__order", "unit__path")
        )
        return [Soon(row, self.today) for row in rows if self._speaks(row)]

    def _speaks(self, row: CurrentCount) -> bool:
        """The reader may see it; it is about a period of the duty's own, not a whole month of its days; its numbers are
        not too few to be shown to this reader."""
        if not self.sight.sees(row.unit, row.obligation) or row.unit_id not in self.tree.by_id:
            return False
        if Period.parse(row.period_code).kind != row.obligation.closing_kind:
            return False
        return not (0 < row.due < row.smallest) or self.sight.sees_small_numbers(row.unit)


@dataclass(frozen=True)
class Soon:
    """A duty that will be missed unless somebody acts."""

    row: CurrentCount
    today: date

    @property
    def days(self) -> int:
        return (self.row.ends_on - self.today).days

    @property
    def open(self) -> int:
        return self.row.due - self.row.done

    @property
    def urgent(self) -> bool:
        return self.days <= 1

    @property
    def url(self) -> str:
        address = reverse("compliance_cell", args=[self.row.unit.code, self.row.obligation.code])
        return f"{address}?{urlencode({'period': self.row.period_code})}"


def _route(path: str) -> str:
    """The name of the route behind an address; "" where nothing answers there."""
    try:
        return resolve(path).url_name or ""
    except Resolver404:
        return ""


def is_too_small(measured: Measured | None) -> bool:
    return measured is not None and 0 < measured.due < measured.smallest


def _share(measured: Measured | None) -> float | None:
    return 100 * measured.done / measured.due if measured and measured.due else None


def last_periods(last: Period) -> list[Period]:
    periods = [last]
    while len(periods) < PERIODS_OF_TREND:
        periods.append(periods[-1].previous())
    return periods[::-1]


def summary(cells: Iterable[Cell]) -> list[tuple[Any, Wording, int]]:
    """How many cells there are of each state, in a fixed order; states that do not occur are left out."""
    found = Counter(cell.word for cell in cells)
    return [(word, WORDINGS[word], found[word]) for word in WORDINGS if found[word] and word != NOT_BOUND]


def grouped(cells: Iterable[Cell]) -> Iterator[tuple[Any, list[Cell]]]:
    """Cells by regulation, in the order of the duties."""
    groups: dict[Any, list[Cell]] = {}
    for cell in cells:
        groups.setdefault(cell.obligation.regulation, []).append(cell)
    yield from groups.items()
