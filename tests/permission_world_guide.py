"""The entries of the library that tests/permission_table_guide.py speaks of, made by the verbs when first asked for."""

from __future__ import annotations

import uuid
from typing import Any

from home.library.actions import EntryDraft, publish_entry
from home.library.models import LibraryEntry
from portal.files.actions import files_of
from portal.files.storage import examine_files
from portal.org.models import Estate
from tests.forms.complaints import picture
from tests.people import Company

NOTE, PAPER = "用電須知", "底價表"


def build(company: Company) -> None:
    """A note for the customers of the first estate, in the first office's name; a paper for the sales site alone."""
    note = EntryDraft(
        kind="customer_note",
        title=NOTE,
        summary="一句話",
        unit=company.units["OFFICE1"],
        audience="customers",
        estate=Estate.objects.get(code="CUIHU"),
    )
    publish_entry(by=company.users["editor"], submission_id=uuid.uuid4(), draft=note)
    paper = EntryDraft(
        kind="internal",
        title=PAPER,
        summary="一句話",
        unit=company.units["SALES1"],
        audience="named",
        confidential=True,
        named=(company.units["SALES1"],),
    )
    publish_entry(by=company.users["editor"], submission_id=uuid.uuid4(), draft=paper, files=examine_files([picture()]))


def note_of(world: Any) -> LibraryEntry:
    return LibraryEntry.objects.get(title=NOTE)


def paper_of(world: Any) -> LibraryEntry:
    return LibraryEntry.objects.get(title=PAPER)


def papers_file(world: Any) -> dict[str, Any]:
    return {"file_id": files_of(paper_of(world)).get().pk}
