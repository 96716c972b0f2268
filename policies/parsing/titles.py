"""Titles: which line names a regulation, which begins the next text of a collection, which repeats a title."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher

from policies.parsing import markers, numerals

TITLE_LENGTH = 60
_HAN = numerals.HAN_NUMERALS
_NUMBER = rf"(?P<n>\d{{1,3}}|[{_HAN}]{{1,4}})"
# "篇2:title" of a collection; "第二篇：…制度" only with the name of a regulation, because a book has parts too.
_PIECE = re.compile(rf"[【\[]?篇\s*{_NUMBER}\s*[】\]:：、.\s]\s*[:：]?\s*(?P<title>.+)", re.S)
_NUMBERED_PIECE = re.compile(rf"[【\[]?第\s*{_NUMBER}\s*篇\s*[】\]:：]\s*[:：]?\s*(?P<title>.+)", re.S)
_NAMES = (
    r"(?:制度|規定|规定|規範|规范|規范|辦法|办法|細則|细则|手冊|手册|守則|守则|條例|条例|規程|规程|準則|准则|章程|指南"
    r"|須知|须知|規則|规则|標準|标准|公約|公约|流程|指引|方案|要求|程序|規章|规章)"
)
_TITLE_END = re.compile(rf"{_NAMES}(?:\s*[(（].{{1,20}}[)）])?$")
# "車輛管理制度 3": the third of several texts under one title.
_SERIES = re.compile(rf"(?P<title>.{{2,50}}{_NAMES})\s*{_NUMBER}")
_SAME_TITLE = 0.85
_PAGE_HEAD_LENGTH = 6


@dataclass(frozen=True)
class Piece:
    """The beginning of the next text of a collection: its number, title, and the name all of the series share."""

    number: int
    title: str
    series: str = ""


def piece_of(text: str) -> Piece | None:
    """The next text of a collection, when a line begins one by itself ("篇2:…", "第二篇：…制度")."""
    found = _PIECE.fullmatch(text)
    if not found:
        found = _NUMBERED_PIECE.fullmatch(text)
        if not found or not names_regulation(found["title"].strip()):
            return None
    title = found["title"].strip()
    if len(title) > TITLE_LENGTH or re.search(r"[。；;]", title):
        return None
    return Piece(_value(found["n"]), title)


def series_piece_of(text: str, before: Piece, title: str) -> Piece | None:
    """The next text of a series ("車輛管理制度 2") after the one before; the first needs the collection's title."""
    found = _SERIES.fullmatch(text)
    if not found:
        return None
    number, series = _value(found["n"]), found["title"]
    follows = series == before.series and number == before.number + 1
    begins = number == 1 and not before.series and series in title
    return Piece(number, text, series) if follows or begins else None


def names_regulation(text: str) -> bool:
    """Whether a short line ends as names of regulations do (…制度, …管理規定)."""
    return bool(_TITLE_END.search(text))


def may_be_title(text: str) -> bool:
    """Whether a line could be a title: short, no sentence, no number, no star."""
    if len(text) > TITLE_LENGTH or re.search(r"[。；;！!？?]|[,，:：]$", text) or markers.star_text(text) is not None:
        return False
    return all(marker.quantity for marker in markers.markers_of(text))


def same_title(text: str, title: str, *, exactly: bool) -> bool:
    """Whether a line says the title again: above the text also in slightly other words (X房產… for 房產公司…), in it
    (`exactly`) only word for word, as the head of a printed page does."""
    if len(text) > 2 * TITLE_LENGTH:
        return False
    one, other = _letters(text), _letters(title)
    if one and one == other:
        return len(one) >= _PAGE_HEAD_LENGTH or not exactly
    if exactly or min(len(one), len(other)) < 8 or not markers.is_short(text, TITLE_LENGTH):
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _SAME_TITLE


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text))


def _value(number: str) -> int:
    return int(number) if number.isdigit() else numerals.han_value(number) or 0
