"""Word and Excel files (DOCX, XLSX) from outside: what they are, whether they carry programs along, what they say.

Both are ZIP archives. They are looked into before a library unpacks them: number of parts, size, ratio.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Final, Literal

import openpyxl
from django.utils.translation import gettext as _
from lxml import etree

OfficeKind = Literal["docx", "xlsx"]

CONTENT_TYPES: Final[dict[str, str]] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MAX_ENTRIES: Final = 2_000
MAX_UNPACKED: Final = 64 * 1024 * 1024
MAX_RATIO: Final = 200
LONGEST_TEXT: Final = 200_000  # characters that search keeps of one file
_MAIN_PART: dict[str, OfficeKind] = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
_DAMAGED = (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, NotImplementedError, OSError, EOFError, RuntimeError)
_DANGERS = ("vbaproject", "activex", "oleobject", "externallinks", "macrosheet")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class OfficeFileRefused(ValueError):
    """A file we do not take. The message is a sentence that says why and what to do."""


def examine_office_file(data: bytes) -> OfficeKind:
    """Whether it is a DOCX or an XLSX. Raises OfficeFileRefused for what is neither, damaged, locked or active."""
    archive = _opened(data)
    names = {entry.filename for entry in archive.infolist()}
    kind = next((kind for part, kind in _MAIN_PART.items() if part in names), None)
    if kind is None:
        raise OfficeFileRefused(_("The file is neither a Word document (DOCX) nor an Excel workbook (XLSX)."))
    if any(danger in name.lower() for name in names for danger in _DANGERS):
        raise OfficeFileRefused(_("The file carries macros, programs or links to other files. Save it without them."))
    return kind


def _opened(data: bytes) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
    except _DAMAGED:
        raise OfficeFileRefused(_("The file is damaged. Save it again and send that.")) from None
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise OfficeFileRefused(_("The file is locked with a password. Save it without one."))
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(len(data), 10_000):
        raise OfficeFileRefused(_("The file unpacks to far too much data. Save it again with less in it."))
    return archive


def text_of(kind: str, data: bytes) -> str:
    """The words of an examined file, one line a paragraph or row; "" where none can be had. Never raises."""
    try:
        lines = _docx_lines(data) if kind == "docx" else _xlsx_lines(data)
        return _capped(line for line in lines if line.strip())
    except Exception:  # whatever a damaged part leads to: the file is kept, only its words are not found
        return ""


def _capped(lines: Iterator[str]) -> str:
    kept: list[str] = []
    length = 0
    for line in lines:
        kept.append(line.strip())
        length += len(kept[-1]) + 1
        if length > LONGEST_TEXT:
            break
    return "\n".join(kept)[:LONGEST_TEXT]


def _docx_lines(data: bytes) -> Iterator[str]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    with _opened(data) as archive:
        root = etree.fromstring(archive.read("word/document.xml"), parser)
    for paragraph in root.iter(f"{_W}p"):
        pieces = [part.text or "" if part.tag == f"{_W}t" else " " for part in paragraph.iter(f"{_W}t", f"{_W}tab")]
        yield "".join(pieces)


def _xlsx_lines(data: bytes) -> Iterator[str]:
    _opened(data)
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        for page in book.worksheets:
            page.reset_dimensions()  # the file's own word about its size is not to be trusted
            yield page.title
            for row in page.iter_rows(max_row=5_000, max_col=60, values_only=True):
                yield " ".join(str(value) for value in row if value is not None)
    finally:
        book.close()
