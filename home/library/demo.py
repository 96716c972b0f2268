"""The demo company's library: every kind for every estate, one that has expired, one confidential paper of the sales
site with its readings."""

from __future__ import annotations

import io
import uuid
from pathlib import Path
from typing import Any

import yaml
from django.template.loader import render_to_string

from home import paper
from home.library.actions import EntryDraft, publish_entry, read_confidential_entry
from home.library.enums import EntryAudience, ReadOf
from home.library.models import LibraryEntry
from portal.files.actions import files_of
from portal.files.storage import PICTURES_AND_PDF, Upload, examine_files
from portal.lib.spreadsheets import write_xlsx
from portal.lib.uploads import OFFICE_KINDS
from portal.org.readers import reader_for

DATA = Path(__file__).resolve().parent.parent / "data" / "library.yaml"
NAMESPACE = uuid.UUID("6f0f3b9e-7a46-4f5e-9a55-0d5f3f0f2b11")


def build(stage: Any) -> None:
    """Published by the editor in the names of the units, each at its day."""
    told = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    for row in told["entries"]:
        _publish(stage, row)
    secret = LibraryEntry.objects.filter(confidential=True).first()
    for reading in told["readings"] if secret else []:
        read_confidential_entry(
            by=reader_for(stage.company.users[reading["who"]]),
            entry=secret,  # type: ignore[arg-type]
            what=ReadOf.FILE if reading.get("file") else ReadOf.PAGE,
            file=files_of(secret).first() if reading.get("file") else None,  # type: ignore[arg-type]
            now=stage.moment(reading["day"], reading["hour"]),
        )


def _publish(stage: Any, row: dict[str, Any]) -> None:
    company, names = stage.company, row.get("named", {})
    draft = EntryDraft(
        kind=row["kind"],
        title=row["title"],
        summary=row["summary"],
        body=row["body"].strip(),
        number=row.get("number", ""),
        source=row.get("source", ""),
        unit=company.units[row["unit"]],
        estate=company.estates[row["estate"]] if "estate" in row else None,
        audience=row.get("audience", EntryAudience.PUBLIC),
        confidential=row.get("confidential", False),
        publish_on=stage.day(row["day"]),
        expires_on=stage.day(row["until"]) if "until" in row else None,
        named=(
            *(company.units[code] for code in names.get("units", [])),
            *(company.users[username] for username in names.get("people", [])),
        ),
    )
    publish_entry(
        by=company.users["editor"],
        submission_id=uuid.uuid5(NAMESPACE, row["title"]),
        draft=draft,
        files=_files(row),
        now=stage.moment(row["day"]),
    )


def _files(row: dict[str, Any]) -> list[Upload]:
    """What the entry carries along: its text as PDF, its figures as a workbook."""
    made = []
    if row.get("paper"):
        from portal.lib.pdf import render_pdf  # loads fonts and styles

        html = render_to_string("print/library_document.html", {"title": row["title"], "body": row["body"]})
        made.append(_named(render_pdf(html, assets=paper.assets()), f"{row['title']}.pdf"))
    if "sheet" in row:
        out = io.BytesIO()
        titles, *rows = row["sheet"]
        write_xlsx(rows, out, [str(title) for title in titles])
        made.append(_named(out.getvalue(), f"{row['title']}.xlsx"))
    return examine_files(made, kinds=PICTURES_AND_PDF | OFFICE_KINDS)


def _named(data: bytes, name: str) -> io.BytesIO:
    file = io.BytesIO(data)
    file.name = name
    return file
