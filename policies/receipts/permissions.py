"""Who sees whose receipts, and who witnesses a reading on paper. The only place in this app that names roles.

Managers and the safety officers of a unit see the people of their units and of those below; the owner department of a
regulation sees everybody's receipts for it; administrators and quality officers see all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django_scopes import scopes_disabled

from policies.audience import Asking
from policies.receipts.models import Batch
from portal.org.enums import MANAGING, Role
from portal.org.models import Unit
from portal.org.readers import Reader

# Who answers for a regulation in the department that owns it.
OWNING = frozenset({*MANAGING, Role.EDITOR, Role.APPROVER})
SAFETY_POSTS = frozenset({"safety_officer"})  # a post without a role of its own: it is known by its code


@dataclass(frozen=True)
class Scope:
    """Whose receipts a reader sees: everybody's, those of people at or below `paths`, and everybody's for regulations
    whose owner is at or below `owned`."""

    everything: bool
    paths: tuple[str, ...]
    owned: tuple[str, ...]

    def __bool__(self) -> bool:
        return self.everything or bool(self.paths or self.owned)

    def paths_for(self, asking: Asking) -> tuple[str, ...] | None:
        """The units whose people are seen for this edition: None for all units, () for none."""
        if self.everything or (asking.owner_path and asking.owner_path.startswith(self.owned or ("\x00",))):
            return None
        return self.paths


def _paths(units: Sequence[Unit]) -> tuple[str, ...]:
    """The places of these units in the tree, those below others left out."""
    paths = sorted({unit.path for unit in units})
    return tuple(path for path in paths if not any(path != other and path.startswith(other) for other in paths))


def managed_paths(reader: Reader) -> tuple[str, ...]:
    """Where the reader is manager or safety officer."""
    held = [a.unit for a in reader.appointments if a.post.role in MANAGING or a.post.code in SAFETY_POSTS]
    return _paths(held)


def scope_of(reader: Reader) -> Scope:
    if not reader.is_signed_in:
        return Scope(False, (), ())
    owned = [a.unit for a in reader.appointments if a.post.role in OWNING]
    return Scope(reader.sees_every_unit, managed_paths(reader), _paths(owned))


def reader_can_see_receipts(reader: Reader) -> bool:
    return bool(scope_of(reader))


def reader_can_witness_somewhere(reader: Reader) -> bool:
    return bool(managed_paths(reader))


def witness_units(reader: Reader) -> QuerySet[Unit]:
    """The units whose readings the reader may witness."""
    return _at_or_below(Unit.objects.order_by("path"), managed_paths(reader), "path")


def reader_can_witness(reader: Reader, unit: Unit) -> bool:
    return any(unit.path.startswith(path) for path in managed_paths(reader))


def _at_or_below(rows: QuerySet[Any], paths: Sequence[str], field: str) -> QuerySet[Any]:
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(**{f"{field}__startswith": path})
    return rows.filter(condition)


def visible_batches(reader: Reader) -> QuerySet[Batch]:
    """Readings on paper of the units whose people the reader sees, and of the regulations that the own department
    owns, wherever they were held."""
    scope = scope_of(reader)
    with scopes_disabled():
        batches = Batch.objects.select_related("unit", "edition__regulation", "edition__owner_unit", "witness")
        if scope.everything:
            return batches
        below = _at_or_below(batches, scope.paths, "unit__path").values("pk")
        owned = _at_or_below(batches, scope.owned, "edition__owner_unit__path").values("pk")
        return batches.filter(Q(pk__in=below) | Q(pk__in=owned))


def reader_can_see_sheet(reader: Reader, key: str) -> bool:
    """The guard of a batch's scanned sheet."""
    return bool(reader.is_signed_in) and visible_batches(reader).filter(pk=key).exists()
