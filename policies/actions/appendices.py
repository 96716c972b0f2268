"""The files of a draft's appendices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from policies.actions.carrying import drop_unlinked
from policies.actions.drafting import draft_for, note_change
from policies.enums import ClauseKind
from policies.models import AppendixFile, EditionClause
from portal.files import actions as files
from portal.files.storage import examine_files
from portal.lib import clock
from portal.lib.refusals import Conflict, Refused
from portal.org.models import User

PURPOSE = "appendix"
MOST_OF_ONE = 10


@transaction.atomic
def attach_appendix_files(
    *, by: User, clause: EditionClause, uploads: Sequence[Any], now: datetime | None = None
) -> list[AppendixFile]:
    """Adds pictures or PDFs to an appendix of a draft. The same file again is the one that is there."""
    now = now or clock.now()
    draft = draft_for(by, clause.edition)
    row = draft.clauses.filter(pk=clause.pk).first()
    if row is None:
        raise Conflict(_("This clause was removed meanwhile: load the draft again."))
    if row.kind != ClauseKind.APPENDIX:
        raise Refused(_("Only an appendix has files: make this clause an appendix first."), field="files")
    if not uploads:
        raise Refused(_("Choose at least one file."), field="files")
    examined = examine_files(uploads)
    there = set(row.appendix_files.values_list("sha256", flat=True))
    added: list[AppendixFile] = []
    for upload in examined:
        if len(there) >= MOST_OF_ONE:
            raise Refused(_("An appendix has at most %(most)s files.") % {"most": MOST_OF_ONE}, field="files")
        attached = AppendixFile(row=row, position=_next_position(row))
        kept = files.keep_files(by=by, owner=attached, uploads=[upload], purpose=PURPOSE, now=now)[0]
        if kept.sha256 in there:
            kept.delete()
            continue
        attached.file, attached.sha256 = kept, kept.sha256
        attached.save(force_insert=True)
        there.add(kept.sha256)
        added.append(attached)
    if added:
        names = [one.file.name for one in added]
        note_change(by=by, edition=draft, action="attach_appendix_files", data={**_which(row), "files": names}, now=now)
    return added


@transaction.atomic
def remove_appendix_file(*, by: User, file: AppendixFile, now: datetime | None = None) -> None:
    """Takes a file out of a draft's appendix. Earlier editions keep it; what none of them has goes for good."""
    draft = draft_for(by, file.row.edition)
    attached = (
        AppendixFile.objects.filter(pk=file.pk, row__edition=draft).select_related("row__edition", "file").first()
    )
    if attached is None:
        raise Conflict(_("This file was removed meanwhile: load the draft again."))
    row, stored = attached.row, attached.file
    attached.delete()
    drop_unlinked([stored.pk])
    note_change(
        by=by, edition=draft, action="remove_appendix_file", data={**_which(row), "files": [stored.name]}, now=now
    )


def _next_position(row: EditionClause) -> int:
    highest = row.appendix_files.aggregate(highest=Max("position"))["highest"]
    return 0 if highest is None else highest + 1


def _which(row: EditionClause) -> dict[str, str]:
    return {"clause": str(row.clause_id), "number": row.number}
