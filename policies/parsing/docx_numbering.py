"""Automatic numbers of a DOCX: which text Word shows before a paragraph (w:numPr, abstractNum, lvlText)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree

from policies.parsing import numerals
from policies.parsing.docx_xml import attribute, child, local, number

_LEVELS = 9
_FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda n: f"{n:02d}",
    "decimalHalfWidth": str,
    "decimalFullWidth": lambda n: str(n).translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    "decimalFullWidth2": lambda n: str(n).translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    "decimalEnclosedCircle": numerals.circled,
    "decimalEnclosedCircleChinese": numerals.circled,
    "decimalEnclosedParen": lambda n: f"({n})",
    "decimalEnclosedFullstop": lambda n: f"{n}.",
    "upperLetter": numerals.letter,
    "lowerLetter": lambda n: numerals.letter(n).lower(),
    "upperRoman": numerals.roman,
    "lowerRoman": lambda n: numerals.roman(n).lower(),
    "chineseCounting": numerals.han,
    "chineseCountingThousand": numerals.han,
    "taiwaneseCounting": numerals.han,
    "taiwaneseCountingThousand": numerals.han,
    "japaneseCounting": numerals.han,
    "ideographDigital": numerals.han,
    "taiwaneseDigital": numerals.han,
    "chineseLegalSimplified": numerals.formal,
    "ideographLegalTraditional": numerals.formal,
    "none": lambda n: "",
}


@dataclass(frozen=True)
class _Level:
    start: int = 1
    format: str = "decimal"
    text: str = ""
    legal: bool = False
    restart: int | None = None
    style: str = ""


@dataclass
class _Style:
    name: str
    based_on: str
    num_id: str
    level: int | None


@dataclass
class _List:
    """One w:num: its levels, and the abstract list whose counters it shares."""

    abstract: str
    levels: dict[int, _Level]
    starts: dict[int, int] = field(default_factory=dict)


class AutomaticNumbers:
    """The state of all lists while a document is read from beginning to end."""

    def __init__(self, styles: etree._Element | None, numbering: etree._Element | None) -> None:
        self._default_style = ""
        self._styles = self._read_styles(styles)
        self._abstracts = self._read_abstracts(numbering)
        self._lists = self._read_lists(numbering)
        self._counters: dict[str, dict[int, int]] = {}

    def label(self, paragraph: etree._Element) -> str:
        """The automatic number before a paragraph ("3.1", "第三條"), "*" for a bullet, "" for none; counts it."""
        properties = child(paragraph, "pPr")
        style_id = attribute(child(properties, "pStyle"), "val") or self._default_style
        num_id = attribute(child(properties, "numPr", "numId"), "val")
        level = number(attribute(child(properties, "numPr", "ilvl"), "val"))
        if not num_id:
            num_id, styled_level = self._style_list(style_id)
            level = styled_level if level is None else level
        found = self._lists.get(num_id)
        if num_id == "0" or found is None:
            return ""
        level = level or 0
        if level not in found.levels:
            return ""
        return self._count(found, level)

    def is_contents(self, paragraph: etree._Element) -> bool:
        """Whether a paragraph is a line of the table of contents that the word processor made."""
        style = self._styles.get(attribute(child(paragraph, "pPr", "pStyle"), "val"))
        return style is not None and style.name.lower().startswith(("toc ", "toc heading"))

    def _count(self, found: _List, level: int) -> str:
        counters = self._counters.setdefault(found.abstract, {})
        if level in found.starts:
            counters[level] = found.starts.pop(level)
        elif level in counters:
            counters[level] += 1
        else:
            counters[level] = found.levels[level].start
        for deeper in range(level + 1, _LEVELS):
            restart = found.levels[deeper].restart if deeper in found.levels else None
            if restart is None or level < restart:
                counters.pop(deeper, None)
        own = found.levels[level]
        if own.format == "bullet":
            return "*"
        text = own.text
        for one in range(level + 1):
            shown = found.levels.get(one, _Level())
            value = counters.get(one, shown.start)
            written = _FORMATS.get("decimal" if own.legal else shown.format, str)(value)
            text = text.replace(f"%{one + 1}", written)
        return text.strip()

    def _style_list(self, style_id: str) -> tuple[str, int | None]:
        """(numId, level) that a paragraph style gives, its own or that of the styles it is based on."""
        seen: set[str] = set()
        level: int | None = None
        while style_id in self._styles and style_id not in seen:
            seen.add(style_id)
            style = self._styles[style_id]
            level = style.level if level is None else level
            if style.num_id:
                levels = self._lists[style.num_id].levels if style.num_id in self._lists else {}
                named = [one for one, definition in levels.items() if definition.style in seen]
                return style.num_id, named[0] if named else level
            style_id = style.based_on
        return "", None

    def _read_styles(self, root: etree._Element | None) -> dict[str, _Style]:
        styles: dict[str, _Style] = {}
        for element in root if root is not None else ():
            if local(element) != "style":
                continue
            identity = attribute(element, "styleId")
            if attribute(element, "type") == "paragraph" and attribute(element, "default") in ("1", "true"):
                self._default_style = identity
            listed = child(element, "pPr", "numPr")
            styles[identity] = _Style(
                attribute(child(element, "name"), "val"),
                attribute(child(element, "basedOn"), "val"),
                attribute(child(listed, "numId"), "val"),
                number(attribute(child(listed, "ilvl"), "val")),
            )
        return styles

    def _read_abstracts(self, root: etree._Element | None) -> dict[str, dict[int, _Level]]:
        """The levels of each abstract list; one that only names a list style takes the levels of the list it styles."""
        found: dict[str, dict[int, _Level]] = {}
        linked: dict[str, str] = {}
        by_style: dict[str, str] = {}
        for element in root if root is not None else ():
            if local(element) != "abstractNum":
                continue
            identity = attribute(element, "abstractNumId")
            found[identity] = dict(_read_level(one) for one in element if local(one) == "lvl")
            linked[identity] = attribute(child(element, "numStyleLink"), "val")
            style = attribute(child(element, "styleLink"), "val")
            if style:
                by_style[style] = identity
        for identity, style in linked.items():
            if style in by_style and not found[identity]:
                found[identity] = found[by_style[style]]
        return found

    def _read_lists(self, root: etree._Element | None) -> dict[str, _List]:
        lists: dict[str, _List] = {}
        for element in root if root is not None else ():
            if local(element) != "num":
                continue
            abstract = attribute(child(element, "abstractNumId"), "val")
            one = _List(abstract, dict(self._abstracts.get(abstract, {})))
            for override in (e for e in element if local(e) == "lvlOverride"):
                level = number(attribute(override, "ilvl"), 0) or 0
                defined = child(override, "lvl")
                if defined is not None:
                    one.levels[level] = _read_level(defined)[1]
                start = number(attribute(child(override, "startOverride"), "val"))
                if start is not None:
                    one.starts[level] = start
            lists[attribute(element, "numId")] = one
        return lists


def _read_level(element: etree._Element) -> tuple[int, _Level]:
    legal = child(element, "isLgl")
    definition = _Level(
        start=number(attribute(child(element, "start"), "val"), 1) or 0,
        format=attribute(child(element, "numFmt"), "val") or "decimal",
        text=attribute(child(element, "lvlText"), "val"),
        legal=legal is not None and attribute(legal, "val") not in ("0", "false"),
        restart=number(attribute(child(element, "lvlRestart"), "val")),
        style=attribute(child(element, "pStyle"), "val"),
    )
    return number(attribute(element, "ilvl"), 0) or 0, definition
