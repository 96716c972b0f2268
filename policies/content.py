"""What an edition says, as one hash: over its title and its clauses in reading order, nothing else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

from policies.enums import ClauseKind
from policies.models import EditionClause
from policies.parsing import ParsedClause, ParsedRegulation


def _digest(content: Any) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def tree_hash(title: str, rows: Sequence[EditionClause]) -> str:
    """SHA-256 over canonical JSON: title, and per clause its identity, parent, depth, kind, number, heading and text.

    An appendix with files of its own adds their names and hashes. `rows` are in reading order with `clause` loaded. The
    same text under the same clauses always gives the same hash.
    """
    identity = {row.pk: str(row.clause.uuid) for row in rows}
    clauses = [
        [
            identity[row.pk],
            identity[row.parent_id] if row.parent_id else None,
            row.depth,
            row.kind,
            row.number,
            row.heading,
            row.text,
            *_files(row),
        ]
        for row in rows
    ]
    return _digest({"title": title, "clauses": clauses})


def _files(row: EditionClause) -> list[Any]:
    """Nothing where the appendix has no file, so that a text without files hashes as it always did."""
    if row.kind != ClauseKind.APPENDIX:
        return []
    files = [[one.file.name, one.sha256] for one in row.appendix_files.all()]
    return [files] if files else []


def source_hash(parsed: ParsedRegulation) -> str:
    """The hash of a parsed text, the same from TXT, DOCX and HTML: line numbers do not count."""

    def plain(nodes: Iterable[ParsedClause]) -> list[Any]:
        return [[n.kind, n.number, n.depth, n.heading, n.text, plain(n.children)] for n in nodes]

    return _digest({"title": parsed.title, "nodes": plain(parsed.nodes)})


def anchors(rows: Sequence[EditionClause]) -> list[str]:
    """The place of each clause on its page: `c-4.5.3`; without a number of its own, or with one used before, `c-` and
    the beginning of its identity. Every anchor occurs once."""
    used: set[str] = set()
    result = []
    for row in rows:
        number = "".join(row.number.split())
        name = f"c-{number}"[:70] if number and row.kind in {"chapter", "clause", "appendix"} else ""
        if not name or name in used:
            name = f"c-{row.clause.uuid.hex[:10]}"
        used.add(name)
        result.append(name)
    return result
