"""The words of a PDF, as far as the file itself says which characters its glyphs are (/ToUnicode).

Files from Word, LibreOffice, browsers and this portal do; a scan has none, and then there is no text. Good enough to
find a file by its words, not to quote from it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any, Final

import pikepdf

LONGEST_TEXT: Final = 200_000
MAX_PAGES: Final = 200
_MOVES = {"Td", "TD", "T*", "Tm", "ET"}
_SHOWS = {"Tj", "TJ", "'", '"'}
_BLOCK = re.compile(rb"begin(bfchar|bfrange|codespacerange)(.*?)end\1", re.DOTALL)
_HEX = re.compile(rb"<([0-9A-Fa-f\s]*)>|(\[)|(\])")
# A gap of more than this many thousandths of the size stands for a blank between words.
_WORD_GAP = -180


class GlyphMap:
    """From the codes of one font to characters."""

    def __init__(self, cmap: bytes) -> None:
        self.characters: dict[int, str] = {}
        self.width = 2
        for kind, body in _BLOCK.findall(cmap):
            if kind == b"codespacerange":
                first = _HEX.search(body)
                if first and first.group(1) is not None:
                    self.width = max(1, len(bytes.fromhex(first.group(1).decode())))
            elif kind == b"bfchar":
                codes = [found for found in _values(body) if isinstance(found, bytes)]
                for code, target in zip(codes[::2], codes[1::2], strict=False):
                    self.characters[int.from_bytes(code)] = _character(target)
            else:
                self._take_ranges(list(_values(body)))

    def _take_ranges(self, values: list[Any]) -> None:
        for start, end, target in zip(values[::3], values[1::3], values[2::3], strict=False):
            first, last = int.from_bytes(start), min(int.from_bytes(end), int.from_bytes(start) + 65_535)
            for offset, code in enumerate(range(first, last + 1)):
                if isinstance(target, list):
                    if offset < len(target):
                        self.characters[code] = _character(target[offset])
                elif target:
                    text = _character(target)
                    self.characters[code] = text[:-1] + chr(ord(text[-1]) + offset) if text else ""

    def decode(self, codes: bytes) -> str:
        step = self.width
        return "".join(
            self.characters.get(int.from_bytes(codes[place : place + step]), "") for place in range(0, len(codes), step)
        )


def _values(body: bytes) -> Iterator[bytes | list[bytes]]:
    """The <...> strings of a block, and [<...> ...] as lists."""
    inside: list[bytes] | None = None
    for found in _HEX.finditer(body):
        if found.group(2):
            inside = []
        elif found.group(3):
            if inside is not None:
                yield inside
            inside = None
        else:
            digits = b"".join(found.group(1).split())
            value = bytes.fromhex((digits + b"0" if len(digits) % 2 else digits).decode())
            if inside is None:
                yield value
            else:
                inside.append(value)


def _character(code: bytes) -> str:
    return code.decode("utf-16-be", "ignore")


def text_of_pdf(data: bytes) -> str:
    """The words of an examined PDF, page after page; "" where none can be had. Never raises."""
    try:
        pieces: list[str] = []
        length = 0
        with pikepdf.open(io.BytesIO(data)) as pdf:
            for page in list(pdf.pages)[:MAX_PAGES]:
                for piece in _page_text(page):
                    pieces.append(piece)
                    length += len(piece)
                    if length > LONGEST_TEXT:
                        return _tidy(pieces)
                pieces.append("\n")
        return _tidy(pieces)
    except Exception:  # whatever a strange file leads to: it is kept, only its words are not found
        return ""


def _tidy(pieces: list[str]) -> str:
    lines = (" ".join(line.split()) for line in "".join(pieces).replace("\0", "").splitlines())
    return "\n".join(line for line in lines if line)[:LONGEST_TEXT]


def _page_text(page: pikepdf.Page) -> Iterator[str]:
    fonts = _fonts(page)
    current: GlyphMap | None = None
    for step in pikepdf.parse_content_stream(page):
        operands, name = step.operands, str(step.operator)
        if name == "Tf":
            current = fonts.get(str(operands[0]))
        elif name in _MOVES:
            yield "\n"
        elif name in _SHOWS and current is not None:
            if name != "Tj" and name != "TJ":
                yield "\n"
            for part in operands[-1] if name == "TJ" else [operands[-1]]:
                if isinstance(part, pikepdf.String):
                    yield current.decode(bytes(part))
                elif float(part) < _WORD_GAP:
                    yield " "


def _fonts(page: pikepdf.Page) -> dict[str, GlyphMap]:
    """Those fonts of a page that say which characters their codes are."""
    found: dict[str, GlyphMap] = {}
    resources = page.obj.get("/Resources", pikepdf.Dictionary())
    for name, font in resources.get("/Font", pikepdf.Dictionary()).items():
        if "/ToUnicode" in font:
            found[str(name)] = GlyphMap(font["/ToUnicode"].read_bytes())
    return found
