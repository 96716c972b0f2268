"""Chinese text as the portal compares, shows and marks it.

Two different needs, two different means:

* **Comparing** (search, names, duplicates): `fold` maps every character by itself - NFKC, Traditional to Simplified by
  OpenCC's character table, lower case. It looks at no neighbours, so the same character always folds to the same
  character, in a text as in a query, and a hit can be shown in the original.
* **Showing** (`to_script`): OpenCC with its phrase tables, because 著作 and 看著 need different answers.

We fold Traditional to Simplified, never back: the texts themselves hold faulty conversions (于, 后, 批準).
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Literal

import opencc

Script = Literal["hant", "hans"]

# Zero-width characters, bidi controls, soft hyphen, byte-order mark, invisible operators, variation selectors. They
# change nothing that a reader sees, and hide words from a search and names from the guard.
_INVISIBLE = (
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFE00, 0xFE10),
    *range(0xE0000, 0xE0080),
    *range(0xE0100, 0xE01F0),
    0x00AD,
    0x034F,
    0x061C,
    0x115F,
    0x1160,
    0x17B4,
    0x17B5,
    0x180E,
    0x3164,
    0xFEFF,
    0xFFA0,
)
_HAN_BLOCKS = ((0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF))
_lock = threading.Lock()


@cache
def _converter(config: str) -> opencc.OpenCC:
    with _lock:
        return opencc.OpenCC(config)


def _convert(config: str, text: str) -> str:
    """OpenCC over `text`; a lone surrogate, which has no UTF-8, becomes U+FFFD instead of an exception."""
    if text.isascii():
        return text
    if "\x00" in text:  # OpenCC stops there and loses the rest.
        return "\x00".join(_convert(config, piece) for piece in text.split("\x00"))
    try:
        return str(_converter(config).convert(text))
    except UnicodeEncodeError:
        return str(_converter(config).convert(_without_surrogates(text)))


def _without_surrogates(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class _FoldTable(dict[int, "int | str | None"]):
    """A `str.translate` table that remembers the characters it leaves alone (a miss costs an exception otherwise)."""

    def __missing__(self, point: int) -> int:
        self[point] = point
        return point


@cache
def _fold_table() -> _FoldTable:
    with _lock:
        converter = opencc.OpenCC("t2s")
        characters = [chr(p) for first, last in _HAN_BLOCKS for p in range(first, last + 1)]
        folded = characters
        for _round in range(3):  # A few characters need a second step; after it nothing moves any more.
            folded = converter.convert("\n".join(folded)).split("\n")
    table = _FoldTable()
    for before, after in zip(characters, folded, strict=True):
        if before != after:
            table[ord(before)] = ord(after)
    # What readers type for one another and OpenCC keeps apart without its phrases.
    table.update({ord("著"): ord("着"), ord("衹"): ord("只"), ord("祇"): ord("只"), ord("ς"): ord("σ")})
    table.update(dict.fromkeys(_INVISIBLE))
    for point, value in list(table.items()):
        if isinstance(value, int) and table.get(value, value) != value:
            table[point] = table[value]
    return table


def fold(text: str) -> str:
    """`text` for comparison: NFKC, Simplified characters, lower case, without invisible characters.

    Folding twice changes nothing more. `fold_with_map` gives the way back to the original.
    """
    if text.isascii():
        return text.lower()
    if unicodedata.is_normalized("NFKC", text):
        return text.lower().translate(_fold_table())
    if (even := _evenly(text)) is not None:
        return even
    return "".join(_fold_cluster(cluster) for _start, cluster in _clusters(text))


def _fold_cluster(cluster: str) -> str:
    lowered = unicodedata.normalize("NFKC", cluster).lower()
    return unicodedata.normalize("NFKC", lowered).translate(_fold_table())


class _Signs(dict[int, str]):
    """A `str.translate` table of what each character folds to by itself, filled as characters come.

    `apart` are those known that do not fold to exactly one, or that combine with the character before them.
    """

    def __init__(self) -> None:
        super().__init__()
        self.apart: set[str] = set()

    def __missing__(self, point: int) -> str:
        sign = chr(point)
        piece = _fold_cluster(sign)
        if len(piece) != 1 or unicodedata.combining(sign) or _JOINS_WITH_PREVIOUS.match(sign):
            self.apart.add(sign)
        self[point] = piece
        return piece


_signs = _Signs()


def _evenly(text: str) -> str | None:
    """`text` folded character by character, where none of them changes its neighbours or the length; else None.

    Full-width commas stand in every Chinese sentence, and would send each the long way through its clusters.
    """
    folded = text.translate(_signs)
    return folded if _signs.apart.isdisjoint(text) else None


_JOINS_WITH_PREVIOUS = re.compile(r"[\u1161-\u1175\u11a8-\u11c2\uff9e\uff9f\u09be\u09d7\u0b3e\u0b56\u0b57\u0bbe\u0bd7]")


def _clusters(text: str) -> list[tuple[int, str]]:
    """Pieces that normalise by themselves: a character and the marks that combine with it, with their positions."""
    starts = [
        position
        for position, character in enumerate(text)
        if position == 0
        or character.isascii()
        or not (unicodedata.combining(character) or _JOINS_WITH_PREVIOUS.match(character))
    ]
    return [(start, text[start:end]) for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


def fold_with_map(text: str) -> tuple[str, Sequence[int]]:
    """`fold(text)` and, for each folded character, the position of its original (plus one entry for the end).

    `positions` has `len(folded) + 1` entries and never falls; give it to `original_span` for the span of a hit.
    """
    if text.isascii():
        return text.lower(), range(len(text) + 1)
    folded = fold(text)
    one_to_one = len(folded) == len(text) and unicodedata.is_normalized("NFKC", text) and "İ" not in text
    if (one_to_one and not _INVISIBLE_PATTERN.search(text)) or _evenly(text) is not None:
        return folded, range(len(text) + 1)
    pieces: list[str] = []
    positions: list[int] = []
    for start, cluster in _clusters(text):
        piece = _fold_cluster(cluster)
        pieces.append(piece)
        positions.extend([start] * len(piece))
    positions.append(len(text))
    return "".join(pieces), positions


def original_span(positions: Sequence[int], start: int, end: int) -> tuple[int, int]:
    """The span of the original for the folded span `[start, end)`, never half a character (㎡, ﬁ)."""
    first = positions[start]
    last = positions[max(end - 1, start)]
    while end < len(positions) - 1 and positions[end] == last:
        end += 1
    return first, positions[end]


def _as_ranges(points: Iterable[int]) -> str:
    """The characters as a class of a regular expression, neighbours as ranges: a long list is tried one by one."""
    ranges: list[list[int]] = []
    for point in sorted(points):
        if ranges and ranges[-1][1] == point - 1:
            ranges[-1][1] = point
        else:
            ranges.append([point, point])
    return "[" + "".join(f"{re.escape(chr(first))}-{re.escape(chr(last))}" for first, last in ranges) + "]"


_INVISIBLE_PATTERN = re.compile(_as_ranges(_INVISIBLE))


def strip_invisible(text: str) -> str:
    """`text` without zero-width characters, bidi controls and other characters that nobody sees."""
    return text if text.isascii() else _INVISIBLE_PATTERN.sub("", text)


# --- Words for the index and for queries ------------------------------------------------------------------------------

# Han, kana and Hangul are written without spaces between words: they are indexed as pairs of characters.
_PAIRED = r"\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = rf"(?:(?![{_PAIRED}_])\w)+"
_UNITS = re.compile(rf"(?P<run>[{_PAIRED}]+)|(?P<word>{_WORD}(?:[.\-/_'’]{_WORD})*)")
_JOINTS = re.compile(r"[.\-/_'’]")
_CLAUSE_NUMBER = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,4})+\Z")


def streams(text: str) -> tuple[list[str], list[str]]:
    """Tokens for the index in two streams: `(in order, apart)`.

    *In order* keeps the sequence of the text, so phrases of it can be asked for: overlapping pairs of each Han run,
    words, the parts of numbers such as QHSE-2024-003. *Apart* holds what is only asked for alone: single Han
    characters, document numbers whole, clause numbers whole and as chapters above them (4.5.3 also as 4.5).
    No token contains white space or quotation marks, except that an apostrophe inside a document number may stay.
    """
    ordered: list[str] = []
    apart: list[str] = []
    for unit in _UNITS.finditer(fold(text)):
        if run := unit["run"]:
            ordered.extend(run[i : i + 2] for i in range(len(run) - 1))
            apart.extend(run)
            continue
        word = unit["word"]
        parts = _JOINTS.split(word)
        ordered.extend(parts)
        if len(parts) > 1:
            apart.append(word.replace("'", "’"))
            if _CLAUSE_NUMBER.match(word):
                apart.extend(".".join(parts[:n]) for n in range(2, len(parts)))
    return ordered, apart


def bigrams(text: str) -> list[str]:
    """All tokens of `text` for an index of one field: the stream in order, then the tokens that stand apart.

    >>> bigrams("投訴4.5.3")
    ['投诉', '4', '5', '3', '投', '诉', '4.5.3', '4.5']
    """
    ordered, apart = streams(text)
    return ordered + apart


def query_terms(query: str) -> list[list[str]]:
    """The plan of a query: phrases that must all occur; the tokens of one phrase stand next to each other.

    A run of two or more Han characters becomes its pairs, a single one that character; a clause number stays whole;
    a document number becomes its parts. Empty when the query holds nothing to look for. Repeats are left out.

    >>> query_terms("投訴處理 STOP卡 4.5.3")
    [['投诉', '诉处', '处理'], ['stop'], ['卡'], ['4.5.3']]
    """
    plan: list[list[str]] = []
    for unit in _UNITS.finditer(fold(query)):
        run, word = unit["run"], unit["word"]
        if run:
            phrase = [run[i : i + 2] for i in range(len(run) - 1)] or [run]
        elif _CLAUSE_NUMBER.match(word):
            phrase = [word]
        else:
            phrase = _JOINTS.split(word)
        if phrase not in plan:
            plan.append(phrase)
    return plan


def mark(text: str, terms: str | Sequence[str]) -> list[tuple[str, bool]]:
    """`text` in pieces, in order and complete, each with whether it is to be marked for the query.

    `terms` is the query as typed, or a list of words. Han runs are found anywhere, Latin words and numbers only as
    whole words (4.5 also at the head of 4.5.3, never inside 14.5). Joining the pieces gives `text` again.
    """
    folded, positions = fold_with_map(text)
    spans = sorted(
        original_span(positions, hit.start(), hit.end())
        for pattern in _patterns(terms)
        for hit in pattern.finditer(folded)
    )
    pieces: list[tuple[str, bool]] = []
    done = 0
    for start, end in _merged(spans):
        if start > done:
            pieces.append((text[done:start], False))
        pieces.append((text[start:end], True))
        done = end
    if done < len(text):
        pieces.append((text[done:], False))
    return pieces


def _patterns(terms: str | Sequence[str]) -> list[re.Pattern[str]]:
    sources: list[str] = []
    for term in [terms] if isinstance(terms, str) else terms:
        for unit in _UNITS.finditer(fold(term)):
            if run := unit["run"]:
                source = re.escape(run)
            else:
                word = unit["word"]
                if _CLAUSE_NUMBER.match(word):
                    source = re.escape(word)
                else:
                    source = r"[\s.\-/_'’]{1,3}".join(re.escape(part) for part in _JOINTS.split(word))
                source = rf"(?<![a-z0-9])(?<![0-9]\.){source}(?![a-z0-9])"
            if source not in sources:
                sources.append(source)
    return [re.compile(source) for source in sources]


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


# --- One script or the other ------------------------------------------------------------------------------------------


@cache
def _only_in(script: Script) -> re.Pattern[str]:
    """Characters that are written only in one script, by OpenCC's tables and the national character sets.

    于, 后, 里 and 干 are Simplified for 於, 後, 裏 and 乾, and Traditional in their own right: they decide nothing.
    """
    config, other_set = ("s2t", "big5") if script == "hans" else ("t2s", "gb2312")
    characters = [chr(p) for first, last in _HAN_BLOCKS[:2] for p in range(first, last + 1)]
    converted = _converter(config).convert("\n".join(characters)).split("\n")
    # Compatibility characters change in both directions: they tell nothing about the script.
    found = [
        a
        for a, b in zip(characters, converted, strict=True)
        if a != b and not "\uf900" <= a <= "\ufaff" and not _encodable(a, other_set)
    ]
    return re.compile("[" + "".join(found) + "]")


def _encodable(character: str, charset: str) -> bool:
    try:
        character.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def looks_simplified(text: str) -> bool:
    """Whether `text` has characters written only in Simplified Chinese and none written only in Traditional."""
    return bool(_only_in("hans").search(text)) and not _only_in("hant").search(text)


_QUOTES_OF_HANS = str.maketrans("「」『』", "“”‘’")
_QUOTES_OF_HANT = str.maketrans("“”", "「」")  # single ones stay: an apostrophe is written with the same sign


def to_script(text: str, script: str) -> str:
    """`text` for a reader of `script`: "hans" or "hant"; any other value gives it as written.

    Towards Traditional only a text that looks Simplified is converted: a Traditional text is left exactly as its
    author wrote it, because 后, 里 and 干 in it may be meant. Towards Simplified we take OpenCC's table for texts from
    Taiwan, characters only: it alone knows 起著 from 著作, and our texts write 起著. Quotation marks, too, go
    with the script: 「」 and “”.
    """
    if text.isascii():
        return text
    if script == "hans":
        return _convert("tw2s", text).translate(_QUOTES_OF_HANS)
    if script == "hant" and looks_simplified(text):
        return _convert("s2t", text).translate(_QUOTES_OF_HANT)
    return text


# --- A finished page in the other script ---------------------------------------------------------------------------

_SEPARATOR = "\x1e"
_TOKENS = re.compile(
    r"(?P<skip><!--.*?-->|<!\[CDATA\[.*?\]\]>|<(?P<raw>script|style|textarea|template)\b(?:[^>\"']|\"[^\"]*\"|'[^']*')*+>.*?</(?P=raw)\s*>)"
    r"|(?P<tag><(?P<close>/?)(?P<name>[a-zA-Z][a-zA-Z0-9:-]*+)(?:[^<>\"']|\"[^\"]*\"|'[^']*')*+>)"
    r"|(?P<text>[^<]++|<)",
    re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTES = re.compile(r"(\s(?:title|alt|aria-label|placeholder)\s*=\s*)(\"[^\"]*\"|'[^']*')", re.IGNORECASE)
_AS_WRITTEN = re.compile(r"\sdata-as-written(?=[\s=/>])")
_VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"])


def convert_html(html: str, script: str) -> str:
    """`html` with its text, and its title, alt, aria-label and placeholder attributes, in `script` (see `to_script`).

    Left as they are: textarea, script, style, template, comments, every other attribute (`value` above all), an
    `<option>` without a value of its own, and any element with `data-as-written`, with all that is in it.
    """
    if html.isascii() or script not in {"hant", "hans"}:
        return html
    pieces: list[str] = []
    chosen: list[int] = []
    quiet_name, depth = "", 0  # Inside an element marked data-as-written: its name, and how deep we are in it.
    bare_option = False
    for token in _TOKENS.finditer(html):
        value = token[0]
        name = (token["name"] or "").lower()
        if depth:
            if name and name == quiet_name and not value.endswith("/>"):
                depth += -1 if token["close"] else 1
        elif name:
            bare_option = name == "option" and not token["close"] and " value" not in value.lower()
            if not token["close"] and _AS_WRITTEN.search(value):
                if name not in _VOID and not value.endswith("/>"):
                    quiet_name, depth = name, 1
            elif not value.isascii():
                _split_tag(value, pieces, chosen)
                continue
        elif token["skip"] is None and not bare_option and not value.isascii():
            chosen.append(len(pieces))
        pieces.append(value)
    _convert_chosen(pieces, chosen, script)
    return "".join(pieces)


def _split_tag(tag: str, pieces: list[str], chosen: list[int]) -> None:
    """Add a tag to `pieces`, the values of its readable attributes as pieces of their own, listed in `chosen`."""
    done = 0
    for attribute in _ATTRIBUTES.finditer(tag):
        start, end = attribute.span(2)
        pieces.append(tag[done : start + 1])
        chosen.append(len(pieces))
        pieces.append(tag[start + 1 : end - 1])
        done = end - 1
    pieces.append(tag[done:])


def _convert_chosen(pieces: list[str], chosen: list[int], script: str) -> None:
    """Convert the chosen pieces in place: OpenCC runs once over all of them joined, since each call has its cost."""
    if script == "hans":
        converted = to_script(_SEPARATOR.join(pieces[i] for i in chosen), script).split(_SEPARATOR)
        if len(converted) == len(chosen):
            for index, value in zip(chosen, converted, strict=True):
                pieces[index] = value
            return
    for index in chosen:
        pieces[index] = to_script(pieces[index], script)
