"""Who may see which statistics, write the analysis, propose, review. The only place in this app that names roles.

Figures are for whoever works in the field units and above them, and for the safety department. What rests on fewer than
SMALLEST_CELL cards is shown only to those who may read the unit's cards anyway.
"""

from __future__ import annotations

from typing import Any

from forms.cards.analysis.models import CoachingTask, Proposal, ProposalQuerySet
from forms.cards.permissions import FIELD_UNITS, LEADING, SAFETY_DEPARTMENT, readable_unit_ids
from portal.org.enums import MANAGING, Role
from portal.org.models import Unit
from portal.org.readers import Reader, reader_for


def reader_can_see_statistics(reader: Reader) -> bool:
    """Costs no query beyond the reader's appointments."""
    if not reader.is_staff_member:
        return False
    leads = reader.has_role(*SAFETY_DEPARTMENT, Role.UNIT_MANAGER)
    return leads or any(unit.kind in FIELD_UNITS for unit in reader.units)


def statistic_units(reader: Reader) -> list[Unit]:
    """The units whose statistics this reader may open, in the order of the tree: one's own and those below; the safety
    department all. Only branches that work in the field."""
    if not reader_can_see_statistics(reader):
        return []
    units = list(Unit.objects.filter(closed_on=None))
    if not reader.has_role(*SAFETY_DEPARTMENT):
        own = [unit.path for unit in reader.units]
        units = [unit for unit in units if any(unit.path.startswith(path) for path in own)]
    fields = [unit.path for unit in units if unit.kind in FIELD_UNITS]
    return [unit for unit in units if any(path.startswith(unit.path) for path in fields)]


def inside_unit_ids(reader: Reader) -> frozenset[int]:
    """Units whose small numbers this reader may see: those whose cards the reader may read."""
    return frozenset(readable_unit_ids(reader))


def reader_is_inside(reader: Reader, unit: Unit) -> bool:
    """Whether trends and single cards of the unit are for this reader."""
    return reader_can_see_statistics(reader) and unit.pk in inside_unit_ids(reader)


def user_can_write_analysis(user: Any, unit: Unit) -> bool:
    """Who leads the unit itself signs for it; for the company the safety department."""
    reader = reader_for(user)
    if unit.pk in {one.pk for one in reader.units_as(*LEADING)}:
        return reader_can_see_statistics(reader)
    return unit.is_root() and reader.has_role(*SAFETY_DEPARTMENT)


def user_can_propose(user: Any, unit: Unit) -> bool:
    """Who leads the unit or a unit above it, and the safety department."""
    reader = reader_for(user)
    return reader.has_role(*SAFETY_DEPARTMENT) or unit.pk in reader.unit_ids_as(*LEADING)


def user_can_decide_proposal(user: Any, proposal: Proposal) -> bool:
    """A manager at or above the unit."""
    return proposal.unit_id in reader_for(user).unit_ids_as(*MANAGING)


def user_can_finish_proposal(user: Any, proposal: Proposal) -> bool:
    """Whoever does it, and the managers."""
    return proposal.owner.user_id == user.pk or user_can_decide_proposal(user, proposal)


def visible_proposals(reader: Reader) -> ProposalQuerySet:
    """Of the units whose cards the reader may read, and what the reader is to do."""
    if not reader.is_staff_member:
        return Proposal.objects.none()
    found: ProposalQuerySet = Proposal.objects.filter(unit__in=inside_unit_ids(reader))
    if reader.person is not None:
        found = found | Proposal.objects.filter(owner=reader.person)
    return found


def user_can_review(user: Any, unit: Unit) -> bool:
    """Managers and crew leaders at or above the unit, and the safety department, review a sample of its cards."""
    reader = reader_for(user)
    return reader.has_role(*SAFETY_DEPARTMENT) or unit.pk in reader.unit_ids_as(*LEADING)


def user_can_coach(user: Any, unit: Unit) -> bool:
    """The managers at or above the unit see who is to be helped, nobody else: it is no list of the good and the bad."""
    return unit.pk in reader_for(user).unit_ids_as(*MANAGING)


def user_can_finish_coaching(user: Any, task: CoachingTask) -> bool:
    return user_can_coach(user, task.unit)
