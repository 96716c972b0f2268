"""Whom an obligation binds: units by their kind or by what they are to the regulation, and the units above them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from policies.enums import Bound
from policies.models import Obligation
from portal.org.models import Unit


@dataclass(frozen=True)
class Binding:
    """`bound` have the duty themselves; `concerned` are these and every unit above one of them, for which a measure
    counts what lies below."""

    bound: frozenset[int]
    concerned: frozenset[int]


class UnitTree:
    """All units that are open on a day, read once: what a page asks about many obligations."""

    def __init__(self, day: date) -> None:
        self.units = [unit for unit in Unit.objects.all() if unit.closed_on is None or unit.closed_on >= day]
        self.by_id = {unit.pk: unit for unit in self.units}
        self._bindings: dict[int, Binding] = {}

    @property
    def root(self) -> Unit | None:
        return self.units[0] if self.units else None

    def by_code(self, code: str) -> Unit | None:
        return next((unit for unit in self.units if unit.code == code), None)

    def at_or_below(self, unit: Unit) -> list[Unit]:
        return [one for one in self.units if one.path.startswith(unit.path)]

    def children(self, unit: Unit) -> list[Unit]:
        return [one for one in self.units if one.path.startswith(unit.path) and one.depth == unit.depth + 1]

    def above(self, unit: Unit) -> list[Unit]:
        """The units over this one, from the top."""
        return [one for one in self.units if unit.path.startswith(one.path) and one.pk != unit.pk]

    def binding(self, obligation: Obligation) -> Binding:
        """Asks the database nothing when the obligation was read with its regulation."""
        if obligation.pk not in self._bindings:
            self._bindings[obligation.pk] = self._bind(obligation)
        return self._bindings[obligation.pk]

    def _bind(self, obligation: Obligation) -> Binding:
        words, regulation = set(obligation.binds), obligation.regulation
        wanted = set()
        if regulation is not None and Bound.OWNER in words:
            wanted.add(regulation.owner_unit_id)
        if regulation is not None and Bound.INTERPRETER in words:
            wanted.add(regulation.interpreting_unit_id or regulation.owner_unit_id)
        bound = [unit for unit in self.units if unit.kind in words or unit.pk in wanted]
        concerned = {one.pk for unit in bound for one in self.units if unit.path.startswith(one.path)}
        return Binding(frozenset(unit.pk for unit in bound), frozenset(concerned))
