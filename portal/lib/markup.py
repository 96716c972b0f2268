"""A few marks that people type, made into HTML: everything else is text and stays text.

    # A heading            **strong**            [words](https://example.org/ or /an/address/)
    - an item              1. a numbered item    > a quotation

An empty line parts paragraphs. Nothing that is typed reaches the page as a tag, so there is nothing to clean away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

_INLINE = re.compile(r"\*\*(?P<strong>.+?)\*\*|\[(?P<words>[^\]\n]{1,200})\]\((?P<address>[^)\s]{1,500})\)")
_ITEM = re.compile(r"(?:[-*•]|(?P<number>\d{1,3})[.、])\s+(?P<text>.+)")
_HEADING = re.compile(r"#{1,3}\s*(?P<text>.+)")
# Another site by https, or a place of this one; never javascript:, data: or //elsewhere.
_SAFE_ADDRESS = re.compile(r"https?://[^\s\"'<>]+|/(?!/)[^\s\"'<>\\]*|#[\w.-]+")


def render(text: str, *, level: int = 2) -> SafeString:
    """The text as HTML; its headings are of this level (2 to 6)."""
    return mark_safe("".join(_blocks(text, min(max(level, 2), 6))))


def _blocks(text: str, level: int) -> Iterator[str]:
    paragraph: list[SafeString] = []
    items: list[SafeString] = []
    kind = ""

    def finished() -> Iterator[str]:
        nonlocal kind
        if paragraph:
            yield format_html("<p>{}</p>", mark_safe("<br>".join(paragraph)))
            paragraph.clear()
        if items:
            yield f"<{kind}>{''.join(items)}</{kind}>"
            items.clear()
        kind = ""

    for raw in [*text.splitlines(), ""]:
        line = raw.strip()
        item, heading = _ITEM.fullmatch(line), _HEADING.fullmatch(line)
        wanted = ("ol" if item["number"] else "ul") if item else ""
        if paragraph and (item or heading or not line or line.startswith(">")):
            yield from finished()
        if items and kind != wanted:
            yield from finished()
        if item:
            kind = wanted
            items.append(format_html("<li>{}</li>", _inline(item["text"])))
        elif heading:
            tag = mark_safe(f"h{level}")
            yield format_html("<{}>{}</{}>", tag, _inline(heading["text"]), tag)
        elif line.startswith(">"):
            yield format_html("<blockquote><p>{}</p></blockquote>", _inline(line[1:].strip()))
        elif line:
            paragraph.append(_inline(line))


def _inline(text: str) -> SafeString:
    pieces: list[str] = []
    at = 0
    for found in _INLINE.finditer(text):
        pieces.append(conditional_escape(text[at : found.start()]))
        at = found.end()
        if found["strong"] is not None:
            pieces.append(format_html("<strong>{}</strong>", found["strong"]))
        elif _SAFE_ADDRESS.fullmatch(found["address"]):
            pieces.append(format_html('<a href="{}">{}</a>', found["address"], found["words"]))
        else:
            pieces.append(conditional_escape(found[0]))
    pieces.append(conditional_escape(text[at:]))
    return mark_safe("".join(pieces))
