"""The clause tree of one edition in memory: reading order, subtrees, moves. Pure: rows in, changed rows out.

A tree is the list of an edition's rows in reading order; a row's subtree follows it without gaps. Rows need the
attributes pk, parent_id, depth, order (policies.models.EditionClause has them).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol, TypeVar

Direction = Literal["up", "down", "in", "out"]


class Node(Protocol):
    pk: int
    parent_id: int | None
    depth: int
    order: int


N = TypeVar("N", bound=Node)


class NoSuchMove(ValueError):
    """There is nothing on that side to move past, into or out of."""


def index_of(rows: Sequence[N], pk: int) -> int:
    return next(i for i, row in enumerate(rows) if row.pk == pk)


def end_of_subtree(rows: Sequence[N], start: int) -> int:
    """The index after the last row that lies under rows[start]."""
    ids = {rows[start].pk}
    end = start + 1
    while end < len(rows) and rows[end].parent_id in ids:
        ids.add(rows[end].pk)
        end += 1
    return end


def siblings(rows: Sequence[N], row: N) -> list[N]:
    """The rows under the same parent, the row included, in reading order."""
    return [other for other in rows if other.parent_id == row.parent_id]


def moved(rows: list[N], pk: int, to: Direction) -> list[N]:
    """The rows in their new order, with `parent_id` and `depth` of the moved subtree set; `order` is left to
    `renumbered`.

    up, down: past the neighbour on the same level, with everything under both. in: under the neighbour before.
    out: to the level of its parent, right after what the parent holds. Raises NoSuchMove.
    """
    start = index_of(rows, pk)
    row = rows[start]
    block = rows[start : end_of_subtree(rows, start)]
    rest = rows[:start] + rows[start + len(block) :]
    family = siblings(rows, row)
    place = family.index(row)
    if to == "up" and place > 0:
        target = index_of(rest, family[place - 1].pk)
    elif to == "down" and place < len(family) - 1:
        target = end_of_subtree(rest, index_of(rest, family[place + 1].pk))
    elif to == "in" and place > 0:
        above = family[place - 1]
        target = end_of_subtree(rest, index_of(rest, above.pk))
        _rehang(block, above.pk, above.depth + 1)
    elif to == "out" and row.parent_id is not None:
        parent = rows[index_of(rows, row.parent_id)]
        target = end_of_subtree(rest, index_of(rest, parent.pk))
        _rehang(block, parent.parent_id, parent.depth)
    else:
        raise NoSuchMove(to)
    return rest[:target] + block + rest[target:]


def _rehang(block: list[N], parent_id: int | None, depth: int) -> None:
    shift = depth - block[0].depth
    block[0].parent_id = parent_id
    for row in block:
        row.depth += shift


def renumbered(rows: Sequence[N]) -> list[N]:
    """Sets `order` to 1, 2, 3 ... and returns the rows whose order changed."""
    changed = []
    for order, row in enumerate(rows, start=1):
        if row.order != order:
            row.order = order
            changed.append(row)
    return changed
