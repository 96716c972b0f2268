"""Two editions of the guide, or an edition and the draft: which services are new, gone, dearer, otherwise told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from policies.comparing import words_compared
from policies.models import EditionService
from policies.models.guide_editions import FACTS

ChangeKind = Literal["added", "removed", "price", "changed"]
PRICE_FIELDS = frozenset({"chargeable", "price", "amount", "unit"})
# The day from which a price holds follows from the price itself.
NOT_TOLD = frozenset({"valid_from", "pinyin"})
KIND_ORDER: dict[ChangeKind, int] = {"price": 0, "added": 1, "removed": 2, "changed": 3}


@dataclass(frozen=True)
class Difference:
    """One field that reads otherwise now; `pieces` are both wordings as (same | gone | new, words)."""

    name: str
    label: Any
    pieces: list[tuple[str, str]]


@dataclass(frozen=True)
class ServiceChange:
    """What happened to one service. A new price counts as such, whatever else changed with it."""

    kind: ChangeKind
    old: EditionService | None
    new: EditionService | None
    differences: tuple[Difference, ...] = ()

    @property
    def row(self) -> EditionService:
        """The service as it is told now, or was told last."""
        return self.new or self.old  # type: ignore[return-value]

    @property
    def dearer(self) -> bool | None:
        """Whether the figure rose; None where one of the two has none."""
        old = self.old.amount if self.old else None
        new = self.new.amount if self.new else None
        return None if old is None or new is None or old == new else new > old


def compare(old: Sequence[EditionService], new: Sequence[EditionService]) -> list[ServiceChange]:
    """Changes in the order: prices, new services, services that went, other wording; unchanged ones are left out."""
    before = {row.item_id: row for row in old}
    after = {row.item_id: row for row in new}
    changes = [_change(before.get(key), row) for key, row in after.items()]
    changes += [ServiceChange("removed", row, None) for key, row in before.items() if key not in after]
    found = [change for change in changes if change is not None]
    return sorted(found, key=lambda change: (KIND_ORDER[change.kind], change.row.position))


def _change(old: EditionService | None, new: EditionService) -> ServiceChange | None:
    if old is None:
        return ServiceChange("added", None, new)
    names = [name for name in FACTS if name not in NOT_TOLD and getattr(old, name) != getattr(new, name)]
    told = [_difference(name, old, new) for name in names if name not in PRICE_FIELDS]
    if old.section_name != new.section_name:
        pieces = [("gone", old.section_name), ("new", new.section_name)]
        told.append(Difference("section", EditionService._meta.get_field("section").verbose_name, pieces))
    if price_changed(old, new):
        return ServiceChange("price", old, new, tuple(told))
    return ServiceChange("changed", old, new, tuple(told)) if told else None


def price_changed(old: EditionService, new: EditionService) -> bool:
    return any(getattr(old, name) != getattr(new, name) for name in PRICE_FIELDS)


def _difference(name: str, old: EditionService, new: EditionService) -> Difference:
    label = EditionService._meta.get_field(name).verbose_name  # type: ignore[union-attr]
    pieces = words_compared(_shown(getattr(old, name)), _shown(getattr(new, name)))
    return Difference(name, label, pieces)


def _shown(value: Any) -> str:
    return "" if value is None else str(value)
