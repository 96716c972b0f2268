"""Appendix B: what the planned cards of a unit, and of each unit below it, add up to in a period.

Four queries, however many units. Planned and random cards are never added (SAF-03); a ratio is the ratio of the sums.
The sums are those of forms.cards.statistics, divided by unit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

from django_scopes import scopes_disabled

from forms.cards.enums import Category
from forms.cards.measures import SMALLEST_CELL
from forms.cards.permissions import FIELD_UNITS
from forms.cards.statistics import Totals, days_of, observers_by_unit, rows_url, summed, totals_of
from portal.lib.intervals import rate_interval, wilson_interval
from portal.lib.periods import Period
from portal.org.models import Appointment, Unit

NO_TOTALS: Mapping[Category, Totals] = dict.fromkeys(Category, Totals())
HOUR = 3600


@dataclass(frozen=True)
class UnitRow:
    """One row of appendix B. `hidden`: it rests on too few cards to be shown to this reader."""

    unit: Unit
    cards: int = 0
    seconds: int = 0
    due: int = 0  # people who hold a post in a field unit within the period
    done: int = 0  # of those: people who observed, by plan
    categories: Mapping[Category, Totals] = field(default_factory=lambda: NO_TOTALS)
    only_itself: bool = False  # without the units below
    hidden: bool = False
    rows_url: str = ""

    @cached_property
    def totals(self) -> Totals:
        return sum(self.categories.values(), Totals())

    @property
    def hours(self) -> float:
        return self.seconds / HOUR

    @property
    def exact_hours(self) -> Fraction:
        return Fraction(self.seconds, HOUR)

    @property
    def safe_per_hour(self) -> float | None:
        return self.totals.safe / self.hours if self.seconds else None

    @property
    def unsafe_per_hour(self) -> float | None:
        return self.totals.unsafe / self.hours if self.seconds else None

    @property
    def unsafe_interval(self) -> tuple[float, float] | None:
        """95% interval of the unsafe things an hour."""
        return rate_interval(self.totals.unsafe, self.hours)

    @property
    def safe_share(self) -> float | None:
        return self.totals.safe_share

    @property
    def safe_interval(self) -> tuple[float, float] | None:
        """Wilson's 95% interval of the share of safe things."""
        return wilson_interval(self.totals.safe, self.totals.observed)

    @property
    def participation(self) -> float | None:
        return self.done / self.due if self.due else None

    @property
    def unsafe_by_category(self) -> list[int]:
        return [self.categories[category].unsafe for category in Category]


@dataclass(frozen=True)
class UnitTable:
    """`rows`: the unit itself where it has cards or people of its own, then the units right below it, each with all
    below; `total` all together; `random` apart, for learning only."""

    unit: Unit
    period: Period
    rows: tuple[UnitRow, ...]
    total: UnitRow
    random: UnitRow


@dataclass
class _Sums:
    cards: int = 0
    seconds: int = 0
    categories: dict[Category, Totals] = field(default_factory=lambda: dict(NO_TOTALS))
    due: set[int] = field(default_factory=set)
    done: set[int] = field(default_factory=set)

    def add(self, other: _Sums) -> None:
        self.cards += other.cards
        self.seconds += other.seconds
        for category, totals in other.categories.items():
            self.categories[category] += totals
        self.due |= other.due
        self.done |= other.done


def unit_table(unit: Unit, period: Period) -> UnitTable:
    with scopes_disabled():
        units = list(Unit.objects.filter(path__startswith=unit.path))
        planned, random = _sums_by_unit(unit, period)
        _add_people(planned, unit, period)
    rows = []
    for branch in [one for one in units if one.depth == unit.depth + 1]:
        sums = _together(planned, [one for one in units if one.path.startswith(branch.path)])
        if (branch.closed_on is None and branch.kind in FIELD_UNITS) or sums.cards or sums.due:
            rows.append(_row(branch, period, sums))
    own = planned[unit.pk]
    if rows and (own.cards or own.due):
        rows.insert(0, replace(_row(unit, period, own), only_itself=True, rows_url=""))
    total = _row(unit, period, _together(planned, units))
    apart = _row(unit, period, _together(random, units), planned=False)
    return UnitTable(unit, period, tuple(rows), total, apart)


def _together(sums: Mapping[int, _Sums], units: Iterable[Unit]) -> _Sums:
    whole = _Sums()
    for unit in units:
        whole.add(sums[unit.pk])
    return whole


def _row(unit: Unit, period: Period, sums: _Sums, planned: bool = True) -> UnitRow:
    return UnitRow(
        unit,
        sums.cards,
        sums.seconds,
        len(sums.due),
        len(sums.due & sums.done),
        sums.categories,
        rows_url=rows_url(unit, period, planned),
    )


def _sums_by_unit(unit: Unit, period: Period) -> tuple[dict[int, _Sums], dict[int, _Sums]]:
    """(planned, random), each by the key of the unit that the cards belong to."""
    found: tuple[dict[int, _Sums], dict[int, _Sums]] = (defaultdict(_Sums), defaultdict(_Sums))
    for row in summed(days_of(unit, period), "unit_id", "planned"):
        found[not row["planned"]][row["unit_id"]] = _Sums(row["cards"], row["seconds"], totals_of(row))
    return found


def _add_people(sums: dict[int, _Sums], unit: Unit, period: Period) -> None:
    """Due: everybody with a post in a field unit on a day of the period. Done: observers of planned cards."""
    held = Appointment.objects.filter(
        unit__path__startswith=unit.path, unit__kind__in=FIELD_UNITS, starts_on__lte=period.end
    ).exclude(ends_on__lt=period.start)
    for unit_id, person_id in held.values_list("unit_id", "person_id"):
        sums[unit_id].due.add(person_id)
    for unit_id, person_id in observers_by_unit(unit, period):
        sums[unit_id].done.add(person_id)


def for_reader(table: UnitTable, inside: frozenset[int]) -> UnitTable:
    """What may be shown to somebody who may read the cards of the units `inside` only: no row of fewer than
    SMALLEST_CELL cards, and no such row by subtraction from the total either."""
    rows = [_hidden_if_small(row, inside) for row in table.rows]
    if _tells(rows):
        outside = [i for i, row in enumerate(rows) if not row.hidden and row.cards and row.unit.pk not in inside]
        if outside:
            smallest = min(outside, key=lambda i: rows[i].cards)
            rows[smallest] = replace(rows[smallest], hidden=True)
    total = _hidden_if_small(table.total, inside)
    if _tells(rows) and table.unit.pk not in inside:
        total = replace(total, hidden=True)
    return replace(table, rows=tuple(rows), total=total, random=_hidden_if_small(table.random, inside))


def _hidden_if_small(row: UnitRow, inside: frozenset[int]) -> UnitRow:
    small = 0 < row.cards < SMALLEST_CELL and row.unit.pk not in inside
    return replace(row, hidden=True) if small else row


def _tells(rows: list[UnitRow]) -> bool:
    """Whether what is hidden can be found by subtraction: one row alone, or too few cards in all."""
    hidden = [row for row in rows if row.hidden]
    return bool(hidden) and (len(hidden) == 1 or sum(row.cards for row in hidden) < SMALLEST_CELL)
