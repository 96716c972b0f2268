"""Two editions side by side: which clauses are new, gone, changed or moved, and which words differ."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from policies.enums import ClauseKind
from policies.models import Edition, EditionClause

Change = Literal["same", "changed", "added", "removed"]
# Han characters one by one, everything else by words and single marks.
_WORDS = re.compile(r"[A-Za-z0-9]+(?:\.[A-Za-z0-9]+)*|\s+|.", re.DOTALL)


@dataclass(frozen=True)
class Compared:
    """One clause in both editions. `pieces` is the text of both: (what, words), what being same, gone or new."""

    change: Change
    moved: bool
    old: EditionClause | None
    new: EditionClause | None
    pieces: list[tuple[str, str]]

    @property
    def row(self) -> EditionClause:
        """The clause as it stands now, or as it stood last."""
        return self.new or self.old  # type: ignore[return-value]


def words_compared(old: str, new: str) -> list[tuple[str, str]]:
    """Both texts as pieces in order: ("same" | "gone" | "new", words). Joining same and new gives `new` again."""
    if old == new:
        return [("same", new)] if new else []
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    pieces: list[tuple[str, str]] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(("same", "".join(before[i1:i2])))
            continue
        if i2 > i1:
            pieces.append(("gone", "".join(before[i1:i2])))
        if j2 > j1:
            pieces.append(("new", "".join(after[j1:j2])))
    return _readable(pieces)


def _readable(pieces: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """A single character left standing between two changes says nothing: the changes around it become one."""
    result: list[tuple[str, str]] = []
    gone = new = ""
    for place, (kind, words) in enumerate(pieces):
        between = 0 < place < len(pieces) - 1
        if kind == "gone":
            gone += words
        elif kind == "new":
            new += words
        elif between and len(words) == 1 and (gone or new):
            gone, new = gone + words, new + words
        else:
            result += _changed(gone, new)
            gone = new = ""
            result.append((kind, words))
    return result + _changed(gone, new)


def _changed(gone: str, new: str) -> list[tuple[str, str]]:
    return [(kind, words) for kind, words in (("gone", gone), ("new", new)) if words]


def rows_to_compare(edition: Edition) -> list[EditionClause]:
    """The clauses of an edition in reading order, with the files of its appendices."""
    return list(edition.clauses.prefetch_related("appendix_files__file").order_by("order"))


def _wording(row: EditionClause) -> str:
    """Number, heading and text; for an appendix also its files, each with the beginning of its hash, so that another
    file under the same name shows."""
    files: tuple[str, ...] = ()
    if row.kind == ClauseKind.APPENDIX:
        files = tuple(f"〔{one.file.name} {one.sha256[:8]}〕" for one in row.appendix_files.all())
    return " ".join(part for part in (row.number, row.heading, row.text, *files) if part)


def compare(old: Sequence[EditionClause], new: Sequence[EditionClause]) -> list[Compared]:
    """Every clause of both editions (rows in reading order), in the order of the new one; clauses that are gone stand
    after the clause that was before them. A clause counts as moved when its parent or its order among those kept
    changed."""
    old_by_clause = {row.clause_id: row for row in old}
    new_ids = {row.clause_id for row in new}
    moved = _moved(old, new)
    result: list[Compared] = []
    gone_after = _gone_after(old, new_ids)
    result += gone_after.get(None, [])
    for row in new:
        before = old_by_clause.get(row.clause_id)
        if before is None:
            result.append(Compared("added", False, None, row, [("new", _wording(row))]))
        else:
            pieces = words_compared(_wording(before), _wording(row))
            same = all(kind == "same" for kind, _words in pieces) and before.kind == row.kind
            result.append(Compared("same" if same else "changed", row.clause_id in moved, before, row, pieces))
        result += gone_after.get(row.clause_id, [])
    return result


def _gone_after(old: Sequence[EditionClause], new_ids: set[int]) -> dict[int | None, list[Compared]]:
    found: dict[int | None, list[Compared]] = {}
    last: int | None = None
    for row in old:
        if row.clause_id in new_ids:
            last = row.clause_id
        else:
            found.setdefault(last, []).append(Compared("removed", False, row, None, [("gone", _wording(row))]))
    return found


def _moved(old: Sequence[EditionClause], new: Sequence[EditionClause]) -> set[int]:
    """Clauses under another parent, or out of the longest order that both editions share."""
    old_parent, new_parent = _parents(old), _parents(new)
    kept_old = [row.clause_id for row in old if row.clause_id in new_parent]
    kept_new = [row.clause_id for row in new if row.clause_id in old_parent]
    in_order: set[int] = set()
    for block in SequenceMatcher(None, kept_old, kept_new, autojunk=False).get_matching_blocks():
        in_order.update(kept_old[block.a : block.a + block.size])
    return {key for key in kept_new if key not in in_order or old_parent[key] != new_parent[key]}


def _parents(rows: Sequence[EditionClause]) -> dict[int, int | None]:
    clause_of = {row.pk: row.clause_id for row in rows}
    return {row.clause_id: clause_of.get(row.parent_id) if row.parent_id else None for row in rows}


def counted(compared: Sequence[Compared]) -> dict[str, int]:
    """How many clauses are new, gone, changed, moved, and how many of any kind there are."""
    counts = {name: sum(one.change == name for one in compared) for name in ("added", "removed", "changed")}
    return counts | {"moved": sum(one.moved for one in compared), "all": len(compared)}


@dataclass(frozen=True)
class Changes:
    """What a reader of the old edition has to read of the new one, in the order of the new one; `moved` are clauses
    that stand elsewhere or under another number and say the same."""

    changed: list[Compared]
    added: list[Compared]
    removed: list[Compared]
    moved: list[Compared]

    def __bool__(self) -> bool:
        return bool(self.changed or self.added or self.removed or self.moved)


def changes_only(old: Sequence[EditionClause], new: Sequence[EditionClause]) -> Changes:
    """Of `compare`: what differs. A clause whose number alone differs counts as moved, not as changed; its pieces, like
    those of changed ones, compare heading and text without the number, which stands beside them."""
    found = Changes([], [], [], [])
    for one in compare(old, new):
        if one.change == "added":
            found.added.append(one)
        elif one.change == "removed":
            found.removed.append(one)
        elif one.old is not None and one.new is not None and (one.change == "changed" or one.moved):
            pieces = words_compared(_said(one.old), _said(one.new))
            same = all(kind == "same" for kind, _words in pieces) and one.old.kind == one.new.kind
            (found.moved if same else found.changed).append(Compared(one.change, one.moved, one.old, one.new, pieces))
    return found


def _said(row: EditionClause) -> str:
    return " ".join(part for part in (row.heading, row.text) if part)
