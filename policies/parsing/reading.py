"""Opening a file of any format as lines, or refusing it with one sentence that says what to do."""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from policies.parsing.read_docx import read_docx
from policies.parsing.read_html import read_html
from policies.parsing.source import Source, SourceLine, SourceRefused, check_lines, strip_line
from portal.lib.encodings import decode_text

MAX_BYTES = 20 * 2**20
_LONGEST_TITLE = 120
_NAMES = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "gb18030": "GB18030", "big5hkscs": "Big5"}
_HTML_BEGINNING = re.compile(r"<(?:!doctype\s+html|html[\s>])", re.IGNORECASE)
_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_OTHER_FORMATS: tuple[tuple[bytes, str], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "DOC"),
    (b"{\\rtf", "RTF"),
)


def read_file(path_or_bytes: str | Path | bytes | BinaryIO, name: str = "") -> Source:
    """The lines of a regulation's file: TXT (UTF-8, UTF-16, GB18030, Big5), DOCX or HTML, told apart by content.

    `path_or_bytes` is a path, the bytes, or an open binary file (an upload). `name` is the file's name, by default the
    path's; it decides between TXT and HTML in doubt and is the title of a text that has none. At most 20 MB are read.
    Raises SourceRefused with one translated sentence for a file that cannot be read.
    """
    if isinstance(path_or_bytes, str | Path):
        name = name or Path(path_or_bytes).name
    data = _bytes_of(path_or_bytes)
    if not data.strip(b" \t\r\n\x00"):
        raise SourceRefused(_("The file is empty. Choose the file that holds the regulation."))
    source = _source(data, name)
    if not any(strip_line(line.text) for line in source.lines):
        raise SourceRefused(_("The file holds no text. Choose the file that holds the regulation."))
    hint = (source.title_hint or strip_line(Path(name).stem))[:_LONGEST_TITLE]
    return Source(source.lines, source.format, source.encoding, hint, source.left_out)


def check_size(size: int) -> None:
    """Refuses a file by its size in bytes before it is read (20 MB)."""
    if size > MAX_BYTES:
        limit = {"limit": MAX_BYTES // 2**20}
        raise SourceRefused(
            _("The file is larger than %(limit)s MB. Remove pictures or divide it and try again.") % limit
        )


def _bytes_of(given: str | Path | bytes | BinaryIO) -> bytes:
    if isinstance(given, bytes):
        check_size(len(given))
        return given
    if not isinstance(given, str | Path):
        check_size(getattr(given, "size", 0) or 0)
        data = given.read(MAX_BYTES + 1)
        check_size(len(data))
        return data
    try:
        found = Path(given).stat()
        if not stat.S_ISREG(found.st_mode):
            raise SourceRefused(
                _("%(path)s is not a file. Give the path of a TXT, DOCX or HTML file.") % {"path": given}
            )
        check_size(found.st_size)
        with Path(given).open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        if isinstance(error, SourceRefused):
            raise
        raise SourceRefused(
            _("%(path)s cannot be opened. Check that it exists and may be read.") % {"path": given}
        ) from None
    check_size(len(data))
    return data


def _source(data: bytes, name: str) -> Source:
    if b"%PDF-" in data[:1024]:
        raise SourceRefused(_("A PDF cannot be read reliably. Save the regulation as DOCX, HTML or TXT and try again."))
    for beginning, kind in _OTHER_FORMATS:
        if data.startswith(beginning):
            message = _("The file is in the %(kind)s format or locked by a password. Save it as DOCX and try again.")
            raise SourceRefused(message % {"kind": kind})
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return read_docx(data)
    if name.lower().endswith((".docx", ".docm")):
        raise SourceRefused(
            _("The DOCX file is damaged or incomplete. Save it again in a word processor and try again.")
        )
    text, encoding = _decode(data)
    page = text.lstrip().startswith("<") and _HTML_BEGINNING.search(text[:2_000])
    if page or name.lower().endswith((".html", ".htm", ".xhtml")):
        return read_html(text, encoding)
    check_lines(max(text.count("\n"), text.count("\r")))
    numbered = enumerate(re.split(r"\r\n|\n|\r", text), start=1)
    return Source([SourceLine(number, line) for number, line in numbered], "txt", encoding)


def _decode(data: bytes) -> tuple[str, str]:
    """(text, name of the encoding) of a text file or page."""
    try:
        text, codec = decode_text(data)
    except ValueError:
        text, codec = _declared(data) or ("", "")
        if not codec:
            raise _unreadable(binary=b"\x00" in data or _controls(data.decode("latin-1"))) from None
    if codec in ("gb18030", "big5hkscs"):
        text, codec = _declared(data) or (text, codec)
    if _controls(text):
        raise _unreadable(binary=True)
    return text.removeprefix("\ufeff"), _NAMES.get(codec, codec)


def _declared(data: bytes) -> tuple[str, str] | None:
    """(text, codec) by the GB or Big5 encoding that a page declares, None without one or when the bytes are not in it.

    Asked only where the bytes are not UTF-8: a page saved by a browser as UTF-8 keeps its old declaration.
    """
    found = _DECLARED.search(data[:4_096])
    charset = found[1].decode("ascii", "replace").lower() if found else ""
    codec = "gb18030" if charset.startswith("gb") else "big5hkscs" if charset.startswith("big5") else ""
    if not codec or b"\x00" in data:
        return None
    try:
        return data.decode(codec), codec
    except UnicodeDecodeError:
        return None


def _controls(text: str) -> bool:
    """Whether a text holds so many control characters that it is none (a form feed between pages is no sign)."""
    return len(_CONTROL.findall(text[:200_000])) > len(text[:200_000]) // 500


def _unreadable(*, binary: bool) -> SourceRefused:
    if binary:
        return SourceRefused(_("The file is not text. Choose a TXT, DOCX or HTML file."))
    return SourceRefused(_("The encoding of the file is not known. Save it as UTF-8 and try again."))
