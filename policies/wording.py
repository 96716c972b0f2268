"""What an edition says in a clause and in everything below it, as lines to show."""

from __future__ import annotations

from collections.abc import Sequence

from policies import clause_tree
from policies.models import EditionClause


def lines_below(rows: Sequence[EditionClause], pk: int) -> list[str]:
    """One line a row, from the row with this key on; `rows` are those of its edition in reading order."""
    start = clause_tree.index_of(rows, pk)
    below = rows[start : clause_tree.end_of_subtree(rows, start)]
    return [" ".join(part for part in (row.number, said(row)) if part) for row in below]


def said(row: EditionClause) -> str:
    """The words of one row: its heading, a colon, its text."""
    return "：".join(part for part in (row.heading, row.text) if part)
