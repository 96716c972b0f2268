"""Who sees how which unit stands. The only place in this app that names roles.

Employees see their own unit, managers theirs and those below, the quality department and administrators all. Who works
in the department that owns or interprets a regulation sees its duties in every unit.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from policies.binding import UnitTree
from policies.models import Obligation, RegulationPage
from portal.lib.registries import rows_guards
from portal.org.enums import MANAGING, Role
from portal.org.models import Unit
from portal.org.readers import Reader

# Those who may read the rows behind small numbers wherever they arise.
READS_SMALL_NUMBERS = frozenset({Role.QUALITY_OFFICER})


@dataclass(frozen=True)
class Sight:
    """What one reader sees. `below` are paths of units seen with all that lies under them, `own` single units,
    `regulations` keys of those whose duties are seen everywhere."""

    everything: bool
    below: tuple[str, ...]
    own: frozenset[int]
    regulations: frozenset[int]
    small_numbers: bool

    def is_within(self, unit: Unit) -> bool:
        """Whether the unit is the reader's own, or below one the reader manages."""
        return unit.pk in self.own or any(unit.path.startswith(path) for path in self.below)

    def sees_unit(self, unit: Unit) -> bool:
        return self.everything or bool(self.regulations) or self.is_within(unit)

    def sees(self, unit: Unit, obligation: Obligation) -> bool:
        return self.everything or self.is_within(unit) or obligation.regulation_id in self.regulations

    def sees_small_numbers(self, unit: Unit) -> bool:
        return self.small_numbers or self.is_within(unit)


NOTHING = Sight(False, (), frozenset(), frozenset(), False)


def reader_can_see_compliance(reader: Reader) -> bool:
    return reader.is_staff_member


def reader_can_see_soon_tile(reader: Reader) -> bool:
    """Who can make somebody act: managers, directors, crew leaders for their own unit, the quality department."""
    return reader.has_role(*MANAGING, Role.CREW_LEADER, Role.QUALITY_OFFICER)


def sight_of(reader: Reader) -> Sight:
    """One query beyond the reader's appointments: which regulations the reader's departments own."""
    if not reader_can_see_compliance(reader):
        return NOTHING
    ids = [unit.pk for unit in reader.units]
    owned: frozenset[int] = frozenset()
    if ids and not reader.sees_every_unit:
        pages = RegulationPage.objects.filter(Q(owner_unit__in=ids) | Q(interpreting_unit__in=ids))
        owned = frozenset(pages.values_list("pk", flat=True))
    return Sight(
        everything=reader.sees_every_unit,
        below=tuple(unit.path for unit in reader.units_as(*MANAGING)),
        own=frozenset(ids),
        regulations=owned,
        small_numbers=reader.has_role(*READS_SMALL_NUMBERS),
    )


def home_unit(reader: Reader, sight: Sight, tree: UnitTree) -> Unit | None:
    """The unit that the reader's page opens with."""
    managed = reader.units_as(*MANAGING)
    if managed:
        return tree.by_id.get(managed[0].pk, managed[0])
    if sight.everything or sight.regulations:
        return tree.root
    return next((tree.by_id[unit.pk] for unit in reader.units if unit.pk in tree.by_id), None)


def reader_can_open_rows(reader: Reader, route: str) -> bool:
    """Whether the page that holds the rows opens for this reader: its app says for whom (registries.rows_guards)."""
    guard = rows_guards.get(route)
    return guard is None or guard(reader)
