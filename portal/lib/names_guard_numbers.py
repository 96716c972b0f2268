"""Staff numbers, telephone and identity numbers, also in Chinese digits and with anything between the digits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from portal.lib.chinese import fold
from portal.lib.names_guard_text import GAPS, Text

_CHINESE_DIGITS = str.maketrans("零〇○洞一二三四五六七八九幺壹贰叁肆伍陆柒捌玖两拐", "00001234567891123456789" + "27")
_DIGIT_GAP = r"[ \-.·_()/]{0,2}"


def _digits(pattern: str) -> str:
    """`pattern`'s pieces with one separator allowed between any two digits; pieces are divided by white space."""
    return _DIGIT_GAP.join(pattern.split())


_D = r"\d"
_MOBILE = re.compile(rf"(?<!\d)(?:\+?86{_DIGIT_GAP})?{_digits('1 [3-9] ' + ' '.join([_D] * 9))}(?!\d)")
_LANDLINE = re.compile(
    r"(?<![\d.])(?:\+?86[ \-]?)?\(?0(?:10|2\d|[3-9]\d{2})\)?"
    r"[ \-]{0,3}[2-9]\d{2,3}[ \-]?\d{4}(?:[ \-]?(?:转|ext\.?)\d{1,5})?(?!\d)"
)
_CALLED = re.compile(
    r"(?:电话|手机|座机|分机|微信|qq|wechat|tel|phone|mobile)(?:号码|号)?[\s:是为.,]{0,3}(\+?\d[\d \-]{5,15}\d)(?!\d)"
)
_IDENTITY = re.compile(
    r"(?<!\d)[1-9]\d{5}[ \-]?(?:19|20)\d{2}[ \-]?(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ \-]?\d{3}[\dx](?![\da-z])"
    r"|(?<!\d)[1-9]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?!\d)"
    r"|(?<![a-z0-9])[a-z]{1,2}\d{6}\([\da]\)"
)
_WHOLE_IDENTITY = re.compile(r"[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dx]")
_RUN = re.compile(r"(?<![\da-z])\d(?:[\W_]{0,3}\d){9,24}(?:[\W_]{0,3}x)?(?![\da-z])")
_DIGIT = re.compile(r"\d")
_PIECES = re.compile(r"\d+x?|x")

_NUMBER_LIKE = re.compile(r"[a-z0-9]+(?:[\W_]{1,2}[a-z0-9]+){0,14}")
_PIECE = re.compile(r"[a-z0-9]+")
_NUMBERED = re.compile(
    r"(?:工号|员工号|员工编号|人员编号|工牌号?|staff ?(?:no\.?|number))[\s:是为#]{0,3}([a-z0-9\-]{1,20})"
)
# After a bare number these say that it measures or counts something.
_MEASURES = re.compile(
    r"[\s]?(?:年|月|日|天|时|点|分|秒|周|米|毫|公|千|克|吨|度|元|兆|帕|伏|安|瓦|个|人|次|项|件|台|套|根|条|只|块|张|页|号文|级|层|倍|升|转|卡|份|"
    r"%|°|℃|mm|cm|kg|km|m|h|s|v|a|w|pa|mpa|kpa|l|t|rpm|psi|hz)"
)


def as_digits(folded: str) -> str:
    """`folded` with Chinese digits as digits; as long as before."""
    return folded if folded.isascii() else folded.translate(_CHINESE_DIGITS)


class StaffNumbers:
    def __init__(self, numbers: Iterable[str]) -> None:
        self._numbers = {folded for number in numbers if (folded := GAPS.sub("", fold(number)))}
        self._shortest = min(map(len, self._numbers), default=0)
        self._bare = {number.lstrip("abcdefghijklmnopqrstuvwxyz").lstrip("0") for number in self._numbers} - {""}

    def find(self, text: Text) -> Iterator[tuple[int, int]]:
        if not self._numbers or not _DIGIT.search(text.folded + as_digits(text.folded)):
            return
        digits = as_digits(text.folded)
        for written in {text.folded, digits}:
            yield from self._whole(written)
        for found in _NUMBERED.finditer(digits):
            said = GAPS.sub("", found[1])
            if said in self._numbers or said.lstrip("0") in self._bare:
                yield found.start(1), found.end(1)

    def _whole(self, folded: str) -> Iterator[tuple[int, int]]:
        for found in _NUMBER_LIKE.finditer(folded):
            word = found[0]
            if len(word) < self._shortest:
                continue
            starts = [m.start() for m in _PIECE.finditer(word)]
            ends = [m.end() for m in _PIECE.finditer(word)]
            for first, start in enumerate(starts):
                for end in reversed(ends[first:]):
                    number = GAPS.sub("", word[start:end])
                    if number in self._numbers and not self._counts(
                        folded, number, found.start() + start, found.start() + end
                    ):
                        yield found.start() + start, found.start() + end
                        break

    @staticmethod
    def _counts(folded: str, number: str, start: int, end: int) -> bool:
        """Whether a number of digits alone is more likely a measurement than a person."""
        if not number.isdecimal() or len(number) > 5:
            return False
        beside = folded[end : end + 1] in (".", ":", "-", "/") or folded[start - 1 : start] in (".", ":", "-", "/")
        return len(number) <= 3 or beside or bool(_MEASURES.match(folded, end))


def phones(text: Text) -> Iterator[tuple[int, int]]:
    digits = as_digits(text.folded)
    if len(_DIGIT.findall(digits)) < 6:
        return
    for pattern in (_MOBILE, _LANDLINE):
        yield from ((found.start(), found.end()) for found in pattern.finditer(digits))
    yield from ((found.start(1), found.end(1)) for found in _CALLED.finditer(digits))
    for start, end, whole in _runs(digits):
        if re.fullmatch(r"(?:86|0086)?1[3-9]\d{9}", whole):
            yield start, end


def identities(text: Text) -> Iterator[tuple[int, int]]:
    digits = as_digits(text.folded)
    if len(_DIGIT.findall(digits)) < 7:
        return
    yield from ((found.start(), found.end()) for found in _IDENTITY.finditer(digits))
    for start, end, whole in _runs(digits):
        if _WHOLE_IDENTITY.fullmatch(whole):
            yield start, end


def _runs(digits: str) -> Iterator[tuple[int, int, str]]:
    """Digits with one and the same thing between them, each apart or in a few groups: 138*1234*5678, 1、3、8、1…"""
    for found in _RUN.finditer(digits):
        pieces = _PIECES.findall(found[0])
        gaps = {gap.strip() for gap in re.findall(r"[\W_]+", found[0])}
        if len(gaps) <= 1 and (len(pieces) <= 6 or all(len(piece) == 1 for piece in pieces)):
            yield found.start(), found.end(), "".join(pieces)
