"""What of the map is planned and what was observed, in queries whose number depends on nothing.

Only planned cards count (SAF-03). The times of day are cut in SQL, so that a year of cards comes back as its cells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import time

from django.db.models import Case, Count, F, IntegerField, Value, When
from django_scopes import scopes_disabled

from forms.cards.models import Area, Card
from forms.cards.plans.cells import Cell, Pair, band_at, cells_of, cuts_of, pairs_of, shift_at
from forms.cards.plans.models import PlanSlot
from portal.lib.periods import Period
from portal.org.models import Shift, Unit


@dataclass(frozen=True)
class CellView:
    planned: int
    done: int

    @property
    def is_hole(self) -> bool:
        """Nothing planned and nothing observed."""
        return not self.planned and not self.done


@dataclass(frozen=True)
class Coverage:
    """The map of one unit and period."""

    unit: Unit
    period: Period
    areas: list[Area]
    pairs: list[Pair]
    planned: Counter[Cell] = field(default_factory=Counter)
    done: Counter[Cell] = field(default_factory=Counter)

    @property
    def cells(self) -> list[Cell]:
        return [(a.pk, s.pk if s else None, b.value) for a in self.areas for s, b in self.pairs]

    @property
    def rows(self) -> list[tuple[Area, list[tuple[Pair, CellView]]]]:
        return [
            (
                area,
                [
                    ((shift, band), self.at((area.pk, shift.pk if shift else None, band.value)))
                    for shift, band in self.pairs
                ],
            )
            for area in self.areas
        ]

    def at(self, cell: Cell) -> CellView:
        return CellView(self.planned[cell], self.done[cell])

    @property
    def planned_cells(self) -> int:
        return sum(1 for cell in self.cells if self.planned[cell])

    @property
    def done_cells(self) -> int:
        return sum(1 for cell in self.cells if self.done[cell])

    @property
    def holes(self) -> int:
        return sum(1 for cell in self.cells if self.at(cell).is_hole)


def coverage_of(unit: Unit, period: Period) -> Coverage:
    """The map of a unit: four queries."""
    areas, shifts = areas_and_shifts(unit)
    with scopes_disabled():
        slots = PlanSlot.objects.standing().filter(team__plan__unit=unit).touching(period)
        planned = Counter({row[:3]: row[3] for row in _counted(slots)})
    observed = cells_observed([unit], period, shifts)
    done = Counter({cell: count for (_unit, cell), count in observed.items()})
    return Coverage(unit, period, areas, pairs_of(shifts), planned, done)


def areas_and_shifts(unit: Unit) -> tuple[list[Area], list[Shift]]:
    with scopes_disabled():
        areas = list(Area.objects.open().filter(unit=unit).order_by("pk"))
        return areas, list(Shift.objects.filter(unit=unit).order_by("pk"))


def cells_observed(units: Sequence[Unit], period: Period, shifts: Sequence[Shift]) -> Counter[tuple[int, Cell]]:
    """(unit, cell) -> planned cards. One query; a card that names no shift belongs to the one that ran at its time."""
    by_unit: dict[int, list[Shift]] = {}
    for shift in shifts:
        by_unit.setdefault(shift.unit_id, []).append(shift)
    cuts = cuts_of(shifts)
    segment = Case(
        *[When(observed_at__gte=cut, then=Value(number)) for number, cut in reversed(list(enumerate(cuts)))],
        default=Value(0),
        output_field=IntegerField(),
    )
    with scopes_disabled():
        rows = list(
            Card.objects.counted()
            .planned()
            .in_period(period)
            .filter(unit__in=[unit.pk for unit in units])
            .values("unit_id", "area_id", "shift_id")
            .annotate(segment=segment)
            .annotate(cards=Count("pk"))
            .order_by()
            .values_list("unit_id", "area_id", "shift_id", "segment", "cards")
        )
    found: Counter[tuple[int, Cell]] = Counter()
    for unit_id, area_id, shift_id, number, cards in rows:
        at: time = cuts[number]
        ran = shift_id if shift_id is not None else shift_at(by_unit.get(unit_id, ()), at)
        found[unit_id, (area_id, ran, band_at(at).value)] += cards
    return found


def map_share(units: Sequence[Unit], period: Period) -> tuple[int, int, int]:
    """Cells to be covered, cells in approved plans, cells observed, over all these units: four queries."""
    with scopes_disabled():
        ids = [unit.pk for unit in units]
        shifts = list(Shift.objects.filter(unit__in=ids).order_by("pk"))
        areas = list(Area.objects.open().filter(unit__in=ids))
        slots = PlanSlot.objects.binding().filter(team__plan__unit__in=ids).touching(period)
        planned = {row[:3] for row in _counted(slots)}
    observed = {cell for _unit, cell in cells_observed(units, period, shifts)}
    due: set[Cell] = set()
    for unit in units:
        own = [shift for shift in shifts if shift.unit_id == unit.pk]
        due |= set(cells_of((area for area in areas if area.unit_id == unit.pk), own))
    return len(due), len(due & planned), len(due & observed)


def _counted(slots: object) -> list[tuple[int, int | None, str, int]]:
    rows = slots.order_by().values("area_id", "shift_id", "band").annotate(n=Count("pk"))  # type: ignore[attr-defined]
    return list(rows.values_list("area_id", "shift_id", "band", F("n")))
