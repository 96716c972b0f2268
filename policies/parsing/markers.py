"""What a line's beginning says about its number: "4.5.3", "第三條", "一、", "(1)", "①", "附錄A", a star.

A marker is only a possibility. Whether the number is one depends on what stands before it: see numbering.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from policies.parsing import numerals, quantities
from policies.parsing.numerals import HAN_NUMERALS as HAN

# The longest line that may be a heading, and the longest beginning that a colon makes one.
HEADING_LENGTH = 30
COLON_HEADING_LENGTH = 20
SENTENCE_PUNCTUATION = re.compile(r"[。．；;！!？?，,…]")
BULLETS = "*＊•●■◆◇○□▲△▪∙·‧★☆➢►"

_S = r"[\s\u3000]"
_HALF_WIDTH = str.maketrans("．，：", ".,:")
_DOT = "[.．]"
_STAR = re.compile(rf"(?:[{BULLETS}]+|[-–]{_S}+|—+){_S}*(?P<rest>.+)", re.S)
_DOTTED = re.compile(
    rf"(?P<number>\d{{1,3}}(?:{_DOT}\d{{1,3}}){{0,7}})(?![\d])(?P<gap>{_S}*)(?P<sign>[.．、,，:：]?)(?P<rest>.*)", re.S
)
_LETTERED = re.compile(
    rf"(?P<letter>[A-Z]){_DOT}(?P<number>\d{{1,2}}(?:{_DOT}\d{{1,2}}){{0,5}})(?!\d){_DOT}?{_S}*(?P<rest>.+)", re.S
)
_DIVISION = re.compile(
    rf"第{_S}*(?:(?P<digits>\d{{1,4}})|(?P<han>[{HAN}]{{1,7}})){_S}*(?P<unit>部分|部份|[編编篇章節节條条款項项])"
    rf"(?P<gap>[\s\u3000:：、.．]*)(?P<rest>.*)",
    re.S,
)
_HAN = re.compile(rf"(?P<han>[{HAN}]{{1,5}})(?:{_S}?(?P<sign>[、.．,，:：])|{_S}+){_S}*(?P<rest>.+)", re.S)
_BRACKETED = re.compile(
    rf"[(（]{_S}*(?:(?P<digits>\d{{1,3}})|(?P<han>[{HAN}]{{1,5}})|(?P<latin>[A-Za-z]{{1,5}})){_S}*[)）]"
    rf"{_S}*[、.．:：,，]?{_S}*(?P<rest>.+)",
    re.S,
)
_HALF_BRACKET = re.compile(rf"(?P<digits>\d{{1,3}}){_S}?[)）]{_S}*[、.．:：]?{_S}*(?P<rest>.+)", re.S)
_LATIN = re.compile(rf"(?P<latin>[A-Za-z]|[IVXivx]{{2,5}}|[Ⅰ-Ⅻⅰ-ⅻ]){_S}?(?P<sign>[.．、)）:：]){_S}*(?P<rest>.+)", re.S)
_ENCLOSED = re.compile(rf"(?P<sign>[①-⑳㉑-㉟⑴-⒇⒈-⒛㈠-㈩❶-❿]){_S}*[、.．]?{_S}*(?P<rest>.+)", re.S)
_APPENDIX = re.compile(
    rf"(?P<word>附(?:錄|录|件|表|圖|图)){_S}*(?P<label>[A-Z](?![A-Za-z])|\d{{1,2}}(?!\d)|[{HAN}]{{1,3}})?"
    rf"(?P<gap>[\s\u3000:：、.．]*)(?P<rest>.*)",
    re.S,
)
_RANKS = {"編": 1, "编": 1, "篇": 1, "部分": 1, "部份": 1, "章": 2, "節": 3, "节": 3, "條": 4, "条": 4}
_RANKS |= {"款": 5, "項": 6, "项": 6}
# What makes another word of "第三條", or a mention of an article in a sentence.
_OTHER_WORD = {"節": "省約課能", "节": "省约课能", "條": "件例", "条": "件例", "章": "程", "篇": "幅章"}
_MENTION = re.compile(r"規定|规定|所[述列稱称指規规]|中[的所]|第|的|之|[及和與与、至或]第|[,，)）》」]")
_BRACKET_MENTION = re.compile(r"[至和及與与或、~～-]\s*[(（]|[項项款](?![目項项])")
_APPENDIX_MENTION = re.compile(r"[中所的和與与及或至、,，。;；)）為为是]|規定|规定")


@dataclass(frozen=True)
class Marker:
    """A possible number of a line.

    `style` names the way of numbering, `path` its value(s): (4, 5, 3) for 4.5.3, (3,) for 第三條. `delimiter` is what
    divides number and text ("." for a dot, a blank or nothing). `weak`: nothing divides them. `quantity`: it looks
    like "24小時". `rank` orders divisions (編 1, 章 2, 節 3, 條 4; appendix 0); 9 is a style of any level.
    """

    style: str
    path: tuple[int, ...]
    number: str
    rest: str
    delimiter: str = "."
    weak: bool = False
    quantity: bool = False
    rank: int = 9


def star_text(text: str) -> str | None:
    """The rule behind a star or another bullet; None when the line has none."""
    found = _STAR.match(text)
    return found["rest"].strip() if found and found["rest"].strip(BULLETS + " -–—　") else None


def is_short(text: str, length: int = HEADING_LENGTH) -> bool:
    """Whether the text could be a heading: short and without punctuation of sentences."""
    return 0 < len(text) <= length and not SENTENCE_PUNCTUATION.search(text)


def split_heading(text: str) -> tuple[str, str]:
    """(heading, text) of a numbered line: divided at a colon after few words; a short line is a heading only."""
    colon = re.search(r"[:：]", text)
    if colon and not re.match(r"\d[:：]\d", text[max(colon.start() - 1, 0) : colon.end() + 1]):
        before = text[: colon.start()].strip()
        balanced = all(before.count(a) == before.count(b) for a, b in ("()", "（）", "《》", "「」", "“”"))
        if balanced and is_short(before, COLON_HEADING_LENGTH):
            return before, text[colon.end() :].strip()
    if is_short(text):
        return text.rstrip(":： "), ""
    return "", text


def markers_of(text: str, *, automatic: bool = False) -> list[Marker]:
    """The numbers that a line may begin with, likeliest first. `automatic`: a word processor or browser made it."""
    found = [marker for read in _READERS for marker in read(text)]
    if automatic:
        found = [Marker(m.style, m.path, m.number, m.rest, m.delimiter, rank=m.rank) for m in found]
    return found


def _appendix(text: str) -> Iterator[Marker]:
    found = _APPENDIX.fullmatch(text)
    if not found:
        return
    label, gap, rest = found["label"] or "", found["gap"], found["rest"].strip()
    if rest and (not is_short(rest, 40) or (not gap and _APPENDIX_MENTION.match(rest))):
        return
    if not label and rest and (not re.search("[:：]", gap) or rest[0].isdigit()):
        return
    if not label:
        value = 1
    elif label.isdigit():
        value = int(label)
    else:
        value = numerals.han_value(label) or ord(label[0]) - ord("A") + 1
    label = str(value) if label.isdigit() else label
    yield Marker("appendix:" + found["word"], (value,), found["word"] + label, rest, rank=0)


def _division(text: str) -> Iterator[Marker]:
    found = _DIVISION.fullmatch(text)
    if not found:
        return
    unit, gap, rest = found["unit"], found["gap"], found["rest"].strip()
    value = int(found["digits"]) if found["digits"] else numerals.han_value(found["han"])
    if value is None:
        return
    if not gap and rest and (rest[0] in _OTHER_WORD.get(unit, "") or _MENTION.match(rest) or _RANKS[unit] > 4):
        return
    number = f"第{value if found['digits'] else found['han']}{unit}"
    yield Marker(f"division:{_RANKS[unit]}", (value,), number, rest, rank=_RANKS[unit])


def _dotted(text: str) -> Iterator[Marker]:
    found = _DOTTED.fullmatch(text)
    if not found:
        return
    sign, gap, after = found["sign"].translate(_HALF_WIDTH), found["gap"], found["rest"]
    rest = after.strip()
    path = tuple(int(part) for part in re.split(_DOT, found["number"]))
    if not rest or (sign and sign != "、" and after[0].isdigit()):
        return  # nothing behind the number, or 8:30 and 1,000
    quantity = not sign and quantities.is_quantity(gap + after)
    if sign == "、" and quantities.enumerated_number(rest) == str(path[-1] + 1):
        quantity = True
    if not sign and not quantity and not (rest[0].isalnum() or rest[0] in "《「“\"'"):
        return
    weak = not sign and not gap and len(path) == 1
    yield Marker("dotted", path, ".".join(map(str, path)), rest, sign or ".", weak, quantity)


def _lettered(text: str) -> Iterator[Marker]:
    found = _LETTERED.fullmatch(text)
    if found:
        numbers = [int(part) for part in re.split(_DOT, found["number"])]
        number = ".".join([found["letter"], *map(str, numbers)])
        yield Marker("lettered", (ord(found["letter"]) - ord("A") + 1, *numbers), number, found["rest"].strip())


def _han(text: str) -> Iterator[Marker]:
    found = _HAN.fullmatch(text)
    value = numerals.han_value(found["han"]) if found else None
    if not found or not value:
        return
    rest, sign = found["rest"].strip(), found["sign"]
    enumerated = numerals.han_value(quantities.enumerated_number(rest)) == value + 1 if sign else False
    yield Marker("han", (value,), found["han"], rest, "、" if sign else ".", not sign, enumerated)


def _bracketed(text: str) -> Iterator[Marker]:
    found = _BRACKETED.fullmatch(text)
    if not found or _BRACKET_MENTION.match(found["rest"]):
        return
    rest = found["rest"].strip()
    if found["digits"]:
        yield Marker("(1)", (int(found["digits"]),), f"({int(found['digits'])})", rest)
    elif found["han"]:
        value = numerals.han_value(found["han"])
        if value:
            yield Marker("(一)", (value,), f"({found['han']})", rest)
    else:
        for system, value in _latin_values(found["latin"]):
            yield Marker(f"({system})", (value,), f"({found['latin']})", rest)


def _half_bracket(text: str) -> Iterator[Marker]:
    found = _HALF_BRACKET.fullmatch(text)
    if found:
        yield Marker("1)", (int(found["digits"]),), f"{int(found['digits'])})", found["rest"].strip())


def _latin(text: str) -> Iterator[Marker]:
    found = _LATIN.fullmatch(text)
    if not found or (found["sign"] in ".．:：" and re.match(r"[A-Za-z\d./\\]", found["rest"])):
        return
    closing = ")" if found["sign"] in ")）" else ""
    for system, value in _latin_values(found["latin"]):
        yield Marker(system + closing, (value,), found["latin"] + closing, found["rest"].strip())


def _latin_values(written: str) -> Iterator[tuple[str, int]]:
    if not written.isascii():
        yield ("I" if written < "ⅰ" else "i"), numerals.sign_value(written)
        return
    upper = written.isupper()
    roman = numerals.roman_value(written) if upper or written.islower() else None
    if len(written) == 1:
        yield ("A" if upper else "a"), ord(written.upper()) - ord("A") + 1
    if roman:
        yield ("I" if upper else "i"), roman


def _enclosed(text: str) -> Iterator[Marker]:
    found = _ENCLOSED.fullmatch(text)
    if not found:
        return
    sign, rest = found["sign"], found["rest"].strip()
    value = numerals.sign_value(sign)
    if "⑴" <= sign <= "⒇":
        yield Marker("(1)", (value,), f"({value})", rest)
    elif "⒈" <= sign <= "⒛":
        yield Marker("dotted", (value,), str(value), rest)
    elif "㈠" <= sign <= "㈩":
        yield Marker("(一)", (value,), f"({numerals.han(value)})", rest)
    else:
        yield Marker("①", (value,), sign, rest)


_READERS = (_appendix, _division, _dotted, _lettered, _half_bracket, _bracketed, _han, _latin, _enclosed)
