"""HTML to lines: blocks and line breaks divide, lists get the numbers a browser shows, navigation is left out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from lxml import etree, html

from policies.parsing import markers, numerals
from policies.parsing.source import Source, SourceLine, SourceRefused, check_lines
from policies.parsing.tree import IgnoredLine

_BLOCKS = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
    }
    | {
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "legend",
    }
    | {
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
    }
    | {"tr", "ul"}
)
_UNSEEN = frozenset(
    {
        "script",
        "style",
        "head",
        "noscript",
        "template",
        "svg",
        "math",
        "iframe",
        "object",
        "select",
        "textarea",
        "button",
    }
    | {"input", "audio", "video", "canvas"}
)
_OUTSIDE_TEXT = frozenset({"header", "footer"})
_NAVIGATION_WORDS = frozenset({"breadcrumb", "breadcrumbs", "crumb", "crumbs", "nav", "navbar", "pagination", "pager"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_UNMARKED = re.compile(r"list-style(?:-type)?\s*:[^;]*\bnone\b", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def read_html(text: str, encoding: str) -> Source:
    """The lines of a page; `number` counts its lines of text from 1. `title_hint` is the page's own title.

    Raises SourceRefused when the page is nested too deeply to be read wholly.
    """
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        root = html.document_fromstring(_DECLARATION.sub("", text).encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return Source([], "html", encoding)
    if any("depth" in error.message.lower() for error in parser.error_log):
        raise SourceRefused(_("The page is nested too deeply. Copy its text into a TXT or DOCX file and try again."))
    reader = _Page()
    reader.read(root)
    title = " ".join((root.findtext(".//title") or "").split())
    return Source(reader.lines, "html", encoding, title, reader.left_out)


@dataclass
class _ListState:
    """An open list: `prefix` are the numbers of the ordered lists around it, `value` the number of its last entry."""

    ordered: bool
    type: str = "1"
    value: int = 0
    step: int = 1
    marked: bool = True
    prefix: tuple[int, ...] = ()


@dataclass
class _Page:
    lines: list[SourceLine] = field(default_factory=list)
    left_out: list[IgnoredLine] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    lists: list[_ListState] = field(default_factory=list)
    label: str = ""
    count: int = 0
    preformatted: int = 0
    inside_article: int = 0

    def read(self, root: etree._Element) -> None:
        walk = etree.iterwalk(root, events=("start", "end"))
        skipped: etree._Element | None = None
        for event, element in walk:
            if event == "start":
                skip = self._start(element)
                if skip:
                    walk.skip_subtree()
                    skipped = element
            else:
                if element is skipped:
                    skipped = None
                else:
                    self._end(element)
                self._text(element.tail)
        self._flush()

    def _start(self, element: etree._Element) -> bool:
        """Opens an element; True when it and what it holds are no text of the page."""
        name = str(element.tag).lower()
        if name in _UNSEEN:
            return True
        if name in _BLOCKS or name == "br":
            self._flush()
        why = self._why_left_out(element, name)
        if why:
            self._leave_out(element, why)
            return True
        if name in ("article", "main"):
            self.inside_article += 1
        elif name == "pre":
            self.preformatted += 1
        elif name in ("ol", "ul", "menu"):
            self._open_list(element, name)
        elif name == "li":
            self.label = self._entry(element)
        self._text(element.text)
        return False

    def _end(self, element: etree._Element) -> None:
        name = str(element.tag).lower()
        if name in _BLOCKS:
            self._flush()
        if name in ("article", "main"):
            self.inside_article -= 1
        elif name == "pre":
            self.preformatted -= 1
        elif name in ("ol", "ul", "menu") and self.lists:
            self.lists.pop()
        elif name == "li":
            self.label = ""

    def _why_left_out(self, element: etree._Element, name: str) -> str:
        names = f"{element.get('class', '')} {element.get('id', '')}".lower().split()
        if element.get("hidden") is not None or _HIDDEN.search(element.get("style", "")):
            return _("hidden on the page")
        named = name in _BLOCKS and name != "body" and not _NAVIGATION_WORDS.isdisjoint(names)
        if name == "nav" or element.get("role") == "navigation" or named:
            return _("navigation of a web page")
        if name in _OUTSIDE_TEXT and not self.inside_article:
            return _("header or footer of a web page")
        return ""

    def _leave_out(self, element: etree._Element, why: str) -> None:
        text = " ".join(" ".join(map(str, element.itertext())).split())
        if text:
            self.count += 1
            self.left_out.append(IgnoredLine(self.count, text, why))

    def _open_list(self, element: etree._Element, name: str) -> None:
        if name != "ol":
            self.lists.append(_ListState(ordered=False))
            return
        backwards = element.get("reversed") is not None
        entries = sum(1 for one in element if one.tag == "li")
        start = _integer(element.get("start"), entries if backwards else 1)
        kind = element.get("type", "1")
        outer = self.lists[-1] if self.lists else None
        nested = outer is not None and outer.ordered and outer.type == kind == "1" and outer.marked
        prefix = (*outer.prefix, outer.value) if outer and nested else ()
        step = -1 if backwards else 1
        marked = not _UNMARKED.search(element.get("style", ""))
        self.lists.append(_ListState(True, kind, start - step, step, marked, prefix))

    def _entry(self, element: etree._Element) -> str:
        """The mark that a browser shows before a list entry."""
        if not self.lists:
            return ""
        state = self.lists[-1]
        if not state.ordered:
            return "*"
        state.value = _integer(element.get("value"), state.value + state.step)
        if not state.marked:
            return ""
        value, kind = state.value, element.get("type", state.type)
        if kind == "1":
            return ".".join(map(str, (*state.prefix, value))) + ("" if state.prefix else ".")
        written = numerals.letter(value) if kind in "Aa" else numerals.roman(value)
        return (written if kind in "AI" else written.lower()) + "."

    def _text(self, text: str | None) -> None:
        if not text:
            return
        if not self.preformatted:
            self.pieces.append(re.sub(r"[ \t\r\n\f]+", " ", text))
            return
        first, *others = text.replace("\r\n", "\n").split("\n")
        self.pieces.append(first)
        for other in others:
            self._flush()
            self.pieces.append(other)

    def _flush(self) -> None:
        text = "".join(self.pieces).replace("\xa0", " ").strip(" \t\r\n\f")
        self.pieces.clear()
        if not text.strip():
            return
        self.count += 1
        check_lines(self.count)
        label, self.label = self.label, ""
        if label == "*":
            starred = markers.star_text(text) is not None
            self.lines.append(SourceLine(self.count, text if starred else "*" + text))
        elif label and not _typed_number(text, label):
            self.lines.append(SourceLine(self.count, f"{label} {text}", label))
        else:
            self.lines.append(SourceLine(self.count, text))


def _typed_number(text: str, label: str) -> bool:
    """Whether an entry's text already begins with the number that the list would give it, or a longer one (1.1)."""
    value = label.rstrip(".")
    typed = [m for m in markers.markers_of(text) if m.style == "dotted" and not m.quantity and not m.weak]
    return any(marker.number == value or len(marker.path) > 1 for marker in typed)


def _integer(text: str | None, default: int) -> int:
    found = re.fullmatch(r"\s*(-?\d{1,6})\s*", text or "")
    return int(found[1]) if found else default
