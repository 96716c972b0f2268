"""Entries of the library by short names."""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from home.library.actions import EntryDraft, publish_entry
from home.library.models import LibraryEntry
from portal.files.storage import PICTURES_AND_PDF, examine_files
from portal.lib.uploads import OFFICE_KINDS


def named_file(data: bytes, name: str) -> io.BytesIO:
    file = io.BytesIO(data)
    file.name = name
    return file


def docx(*lines: str) -> bytes:
    """A Word document with these paragraphs."""
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f"<w:document {space}><w:body>{body}</w:body></w:document>")
    return out.getvalue()


@pytest.fixture
def publish(company) -> Callable[..., LibraryEntry]:
    """publish(title, by="editor", files=[(name, bytes)], unit="OFFICE1", **draft) publishes an entry for everybody."""

    def do(title: str = "業主公約", by: str = "editor", files: Any = (), now: Any = None, **more: Any) -> LibraryEntry:
        submission_id = more.pop("submission_id", None) or uuid.uuid4()
        values = {"kind": "convention", "summary": "一句話", "audience": "public", "unit": "OFFICE1"} | more
        values["unit"] = company.units[values["unit"]]
        kept = examine_files([named_file(data, name) for name, data in files], kinds=PICTURES_AND_PDF | OFFICE_KINDS)
        draft = EntryDraft(title=title, **values)
        return publish_entry(by=company.users[by], submission_id=submission_id, draft=draft, files=kept, now=now)

    return do
