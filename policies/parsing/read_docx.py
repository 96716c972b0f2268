"""DOCX to lines: paragraphs and table cells in reading order, with the automatic numbers that Word shows."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

from django.utils.translation import gettext as _
from lxml import etree

from policies.parsing.docx_numbering import AutomaticNumbers
from policies.parsing.docx_xml import attribute, local
from policies.parsing.source import Source, SourceLine, SourceRefused, check_lines
from policies.parsing.tree import IgnoredLine

MAX_ENTRIES = 5_000
MAX_PART_BYTES = 40 * 2**20
MAX_UNPACKED_BYTES = 400 * 2**20
# XML of ordinary documents packs 10 to 60 times smaller; a bomb a thousand times.
MAX_RATIO = 250
_RATIO_FROM_BYTES = 2**20
# NotImplementedError is an unknown way of packing, RuntimeError a password.
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError)
# What stands in a paragraph without being its text: deleted words, and the second copy of a text box for old programs.
_SKIPPED = frozenset({"del", "moveFrom", "Fallback", "instrText", "delText", "pPr", "rPr"})


def read_docx(data: bytes) -> Source:
    """The lines of a DOCX; `number` counts its paragraphs from 1, empty ones too.

    Raises SourceRefused for a damaged file, another kind of archive, one that unpacks to too much, or a DTD.
    """
    parts = _parts(data)
    main = _main_part(parts)
    folder = main.rpartition("/")[0]
    document = _xml(parts, main)
    if document is None:
        raise SourceRefused(_("The archive is not a Word document. Save the text as DOCX, HTML or TXT and try again."))
    near = f"{folder}/" if folder else ""
    numbers = AutomaticNumbers(_xml(parts, near + "styles.xml"), _xml(parts, near + "numbering.xml"))
    lines: list[SourceLine] = []
    left_out: list[IgnoredLine] = []
    count = 0
    for paragraph in _paragraphs(document):
        label = numbers.label(paragraph)
        texts = _lines_of(paragraph)
        contents = numbers.is_contents(paragraph)
        check_lines(count)
        for text in texts:
            count += 1
            used, label = (label, "") if text.strip() else ("", label)
            if contents and text.strip():
                left_out.append(IgnoredLine(count, text.strip(), _("table of contents")))
            elif used == "*":
                lines.append(SourceLine(count, "*" + text))
            else:
                lines.append(SourceLine(count, f"{used} {text}" if used else text, used))
    left_out += _footnotes(_xml(parts, near + "footnotes.xml"), count)
    return Source(lines, "docx", left_out=left_out)


class _Parts:
    """The archive, opened for reading few parts of bounded size."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.names = {info.filename: info for info in archive.infolist()}

    def read(self, name: str) -> bytes | None:
        info = self.names.get(name)
        if info is None:
            return None
        if info.file_size > MAX_PART_BYTES or _packed_too_well(info):
            raise _too_large()
        try:
            with self.archive.open(info) as part:
                return part.read(MAX_PART_BYTES)
        except _DAMAGED:
            raise _damaged() from None


def _parts(data: bytes) -> _Parts:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _DAMAGED:
        raise _damaged() from None
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES or sum(info.file_size for info in entries) > MAX_UNPACKED_BYTES:
        raise _too_large()
    if any(_packed_too_well(info) for info in entries):
        raise _too_large()
    return _Parts(archive)


def _packed_too_well(info: zipfile.ZipInfo) -> bool:
    return info.file_size > _RATIO_FROM_BYTES and info.file_size > MAX_RATIO * max(info.compress_size, 1)


def _main_part(parts: _Parts) -> str:
    relations = _xml(parts, "_rels/.rels")
    for relation in relations if relations is not None else ():
        if str(relation.get("Type", "")).endswith("/officeDocument"):
            name = str(relation.get("Target", "")).lstrip("/")
            if name in parts.names:
                return name
    return "word/document.xml"


def _xml(parts: _Parts, name: str) -> etree._Element | None:
    """The root of one part, None where it is absent. No entities, no DTD, no network."""
    data = parts.read(name)
    if data is None:
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise _damaged() from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise SourceRefused(_("The document holds XML definitions that no Word document has. Save it again as DOCX."))
    return root


def _paragraphs(document: etree._Element) -> Iterator[etree._Element]:
    """Every paragraph in reading order, those of tables, content controls and text boxes too."""
    walk = etree.iterwalk(document, events=("start",))
    for _event, element in walk:
        name = local(element)
        if name in ("del", "moveFrom", "Fallback"):
            walk.skip_subtree()
        elif name == "p":
            yield element


def _lines_of(paragraph: etree._Element) -> list[str]:
    """The visible text of a paragraph, divided at its line breaks. Text boxes in it are paragraphs of their own."""
    pieces: list[str] = []
    walk = etree.iterwalk(paragraph, events=("start",))
    for _event, element in walk:
        name = local(element)
        if element is not paragraph and (name in _SKIPPED or name == "p"):
            walk.skip_subtree()
        elif name == "t":
            pieces.append((element.text or "").replace("\n", " "))
        elif name in ("tab", "ptab"):
            pieces.append("\t")
        elif name in ("br", "cr"):
            pieces.append("\n")
        elif name == "noBreakHyphen":
            pieces.append("-")
    return "".join(pieces).replace("\xa0", " ").split("\n")


def _footnotes(root: etree._Element | None, count: int) -> Iterator[IgnoredLine]:
    for note in root if root is not None else ():
        if attribute(note, "type"):
            continue
        text = " ".join(" ".join(_lines_of(paragraph)).strip() for paragraph in _paragraphs(note)).strip()
        if text:
            count += 1
            yield IgnoredLine(count, text, _("footnote"))


def _damaged() -> SourceRefused:
    return SourceRefused(_("The DOCX file is damaged or incomplete. Save it again in a word processor and try again."))


def _too_large() -> SourceRefused:
    return SourceRefused(_("The DOCX file unpacks to too much data. Remove pictures or divide it and try again."))
