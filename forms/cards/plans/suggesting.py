"""A suggested plan: which cells to look at next, and why. The same rows give the same suggestion.

First the holes, those of the areas at risk before the others; every third observation goes where something happened or
where unsafe things were frequent, in proportion to the weight. Pure: counts in, choices out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from forms.cards.plans.cells import Cell
from forms.cards.plans.enums import Why

RISK_TURN = 3


@dataclass
class Evidence:
    """What is known: slots there already are by cell, cards of the last period by cell; by area the weight and number
    of injuries and near misses, and what was unsafe most often (category, count)."""

    planned: Counter[Cell] = field(default_factory=Counter)
    seen: Counter[Cell] = field(default_factory=Counter)
    incident_weight: Counter[int] = field(default_factory=Counter)
    incidents: Counter[int] = field(default_factory=Counter)
    frequent: dict[int, tuple[str, int]] = field(default_factory=dict)

    def weight(self, area: int) -> int:
        return self.incident_weight[area] * 2 + self.frequent.get(area, ("", 0))[1]


@dataclass(frozen=True)
class Choice:
    cell: Cell
    why: Why
    count: int = 0
    category: str = ""


def choose(cells: Sequence[Cell], count: int, evidence: Evidence) -> list[Choice]:
    """The next `count` cells. `cells` in the order of the map, which settles what weighs the same."""
    if not cells:
        return []
    planned = Counter(evidence.planned)
    areas = Counter(cell[0] for cell in planned.elements())
    place = {cell: number for number, cell in enumerate(cells)}
    at_risk = [area for area in dict.fromkeys(cell[0] for cell in cells) if evidence.weight(area)]
    found: list[Choice] = []
    for turn in range(1, count + 1):
        holes = [cell for cell in cells if not planned[cell]]
        if at_risk and (turn % RISK_TURN == 0 or not holes):
            area = max(at_risk, key=lambda one: (evidence.weight(one) / (areas[one] + 1), -place[_first(cells, one)]))
            inside = [cell for cell in cells if cell[0] == area]
            cell = min(inside, key=lambda one: (planned[one], evidence.seen[one], place[one]))
            found.append(_at_risk(cell, evidence))
        elif holes:
            cell = min(
                holes, key=lambda one: (areas[one[0]], evidence.seen[one] > 0, -evidence.weight(one[0]), place[one])
            )
            found.append(Choice(cell, Why.HOLE if evidence.seen[cell] else Why.UNSEEN))
        else:
            cell = min(cells, key=lambda one: (planned[one], evidence.seen[one], place[one]))
            found.append(Choice(cell, Why.REPEAT))
        planned[cell] += 1
        areas[cell[0]] += 1
    return found


def _first(cells: Sequence[Cell], area: int) -> Cell:
    return next(cell for cell in cells if cell[0] == area)


def _at_risk(cell: Cell, evidence: Evidence) -> Choice:
    area = cell[0]
    category, unsafe = evidence.frequent.get(area, ("", 0))
    if evidence.incidents[area] and evidence.incident_weight[area] * 2 >= unsafe:
        return Choice(cell, Why.INCIDENT, evidence.incidents[area])
    return Choice(cell, Why.FREQUENT, unsafe, category)
