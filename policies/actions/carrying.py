"""The files of appendices on their way from edition to edition: called by the verbs that write drafts."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from policies.enums import ClauseKind
from policies.models import AppendixFile, Edition, EditionClause
from portal.files.models import PrivateFile


def carry_files(base: Edition | None, rows: Iterable[EditionClause]) -> None:
    """Gives the appendices of a new draft the files that the edition before it has under the same clauses."""
    if base is None:
        return
    by_clause: dict[int, list[AppendixFile]] = {}
    for one in AppendixFile.objects.filter(row__edition=base).select_related("row").order_by("position", "pk"):
        by_clause.setdefault(one.row.clause_id, []).append(one)
    if not by_clause:
        return
    for row in rows:
        if row.kind == ClauseKind.APPENDIX:
            for one in by_clause.get(row.clause_id, []):
                AppendixFile.objects.create(row=row, file_id=one.file_id, sha256=one.sha256, position=one.position)


def drop_unlinked(files: Iterable[UUID]) -> None:
    """Forgets those of the stored files that no appendix has any more; the daily sweep takes their bytes."""
    candidates = set(files)
    linked = set(AppendixFile.objects.filter(file__in=candidates).values_list("file_id", flat=True))
    PrivateFile.objects.filter(pk__in=candidates - linked).delete()
