"""Word documents and web pages made by hand, so that the tests say exactly what stands in them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
SAMPLES = Path(__file__).parent / "samples"
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
    "</Relationships>"
)


def sample(name: str = "hot-work.txt") -> str:
    return (SAMPLES / name).read_text(encoding="utf-8")


def paragraph(text: str, *, num: int | None = None, level: int = 0, style: str = "") -> str:
    """One w:p; `num` and `level` give it an automatic number, `style` a paragraph style."""
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if num is not None:
        properties += f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr>'
    return f'<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def docx(
    body: str | Iterable[str], *, parts: Mapping[str, str] | None = None, numbering: str = "", styles: str = ""
) -> bytes:
    """A DOCX of the given w:body content."""
    content = body if isinstance(body, str) else "".join(body)
    files = {
        "_rels/.rels": _RELATIONS,
        "word/document.xml": f"<w:document {W}><w:body>{content}</w:body></w:document>",
    }
    if numbering:
        files["word/numbering.xml"] = f"<w:numbering {W}>{numbering}</w:numbering>"
    if styles:
        files["word/styles.xml"] = f"<w:styles {W}>{styles}</w:styles>"
    return archive({**files, **(parts or {})})


def archive(files: Mapping[str, str | bytes]) -> bytes:
    """The same bytes whenever it is made: parallel test processes name their tests by them."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def level(index: int, text: str, form: str = "decimal", extra: str = "", start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{index}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{extra}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def abstract(identity: int, *levels: str, extra: str = "") -> str:
    return f'<w:abstractNum w:abstractNumId="{identity}">{extra}{"".join(levels)}</w:abstractNum>'


def num(identity: int, of: int, overrides: str = "") -> str:
    return f'<w:num w:numId="{identity}"><w:abstractNumId w:val="{of}"/>{overrides}</w:num>'


def style(identity: str, name: str, more: str = "") -> str:
    return f'<w:style w:type="paragraph" w:styleId="{identity}"><w:name w:val="{name}"/>{more}</w:style>'


def docx_of(text: str) -> bytes:
    """A DOCX with one paragraph per line of a text, empty lines too."""
    return docx(paragraph(line) for line in text.split("\n"))


def html_of(text: str) -> bytes:
    """A page with one <p> per line of a text."""
    lines = "\n".join(f"<p>{escape(line)}</p>" for line in text.split("\n") if line.strip())
    page = f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>頁</title></head><body>{lines}</body></html>'
    return page.encode()
