"""A warning when free text on an observation card points at a person.

The card has no field for the person observed; this guard finds the names people write out of habit. It can warn, it
cannot promise: the promise is the missing field and coarse figures. Matching against the staff directory finds names
that a general name recogniser misses, and takes 安全带 for no person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from portal.lib.chinese import fold, fold_with_map, original_span
from portal.lib.names_guard_words import (
    NOT_AFTER_TITLE,
    NOT_BEFORE_SURNAME,
    POSTS,
    SHIFTS,
    SURNAMES,
    SURNAMES_AFTER_LITTLE,
    SURNAMES_AFTER_OLD,
    TITLES,
    WORDS_LIKE_NAMES,
)


class FindingKind(StrEnum):
    """What a finding points at a person with."""

    NAME = "name"
    STAFF_NUMBER = "staff_number"
    PHONE = "phone"
    IDENTITY_NUMBER = "identity_number"
    FORM_OF_ADDRESS = "form_of_address"
    POST_ON_SHIFT = "post_on_shift"


@dataclass(frozen=True, slots=True)
class Finding:
    """A place in the original text, `text[start:end]`, that points at a person."""

    start: int
    end: int
    kind: FindingKind
    text: str


# Between the characters of a name people put these to get past a guard, or because the form was filled by voice.
_GAPS = re.compile(r"[\W_]+")
_SENTENCE_ENDS = re.compile(r"[,;:!?。、()\[\]<>《》「」『』“”\"\n\r]")
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
_IDENTITY = re.compile(
    r"(?<!\d)[1-9]\d{5}[ \-]?(?:19|20)\d{2}[ \-]?(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ \-]?\d{3}[\dx](?![\da-z])"
    r"|(?<!\d)[1-9]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?!\d)"
)


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted({fold(word) for word in words}, key=lambda w: (-len(w), w)))


def _surname_pattern() -> str:
    """Surnames, each with the characters that must not stand before it (每周 + 主任 is no Mr. Zhou)."""
    folded = [fold(name) for name in SURNAMES]
    guarded = {fold(name): fold(before) for name, before in NOT_BEFORE_SURNAME.items()}
    plain = "".join(name for name in folded if len(name) == 1 and name not in guarded)
    double = [name for name in folded if len(name) > 1]
    alternatives = [
        _either(double),
        f"[{plain}]",
        *(rf"(?<![{before}]){name}" for name, before in guarded.items() if name in folded),
    ]
    # One look at a set of first characters spares the alternatives at nearly every place of a text.
    first = "".join(sorted({name[0] for name in folded}))
    return f"(?=[{first}])(?:{'|'.join(alternatives)})"


def _title_pattern() -> str:
    guarded = [rf"{re.escape(fold(title))}(?![{fold(after)}])" for title, after in NOT_AFTER_TITLE.items()]
    return "(?:" + "|".join([_either(TITLES), *guarded]) + ")"


_ADDRESS = re.compile(
    rf"{_surname_pattern()}\s?{_title_pattern()}"
    rf"|(?<![古陈衰年养敬月])老(?:{_either(SURNAMES_AFTER_OLD)})(?![\u4e00-\u9fff]?[化式旧])"
    rf"|(?<![大最缩减狭较微细矮弱])小(?:{_either(SURNAMES_AFTER_LITTLE)})(?![期转])"
)
_POST_ON_SHIFT = re.compile(rf"(?:{_either(SHIFTS)})[的之 ]?(?:{_either(POSTS)})")


class NameGuard:
    """Finds what points at a person. Building it folds the whole directory: build once, keep it, build anew on change.

    `staff` are (name, staff number) pairs; either may be empty. Names of one character and names that are also common
    words (安全, 高峰: see names_guard_words) raise no alarm by themselves.
    """

    def __init__(self, staff: Iterable[tuple[str, str]]) -> None:
        self._names: dict[str, list[str]] = {}
        self._numbers: set[str] = set()
        words = {fold(word) for word in WORDS_LIKE_NAMES}
        names: set[str] = set()
        for name, number in staff:
            folded = _GAPS.sub("", fold(name))
            if len(folded) >= 2 and folded not in words:
                names.add(folded)
            if folded_number := _GAPS.sub("", fold(number)):
                self._numbers.add(folded_number)
        for name in sorted(names, key=lambda n: (-len(n), n)):
            self._names.setdefault(name[:2], []).append(name)
        self._number_lengths = sorted({len(number) for number in self._numbers}, reverse=True)

    def find(self, text: str) -> list[Finding]:
        """Everything in `text` that points at a person, in order, without overlaps (the longer finding stays)."""
        if not text:
            return []
        folded, positions = fold_with_map(text)
        raw = [
            *self._find_names(folded),
            *self._find_numbers(folded),
            *_matches(_IDENTITY, FindingKind.IDENTITY_NUMBER, folded),
            *_matches(_MOBILE, FindingKind.PHONE, folded),
            *_matches(_LANDLINE, FindingKind.PHONE, folded),
            *_matches(_POST_ON_SHIFT, FindingKind.POST_ON_SHIFT, folded),
            *_matches(_ADDRESS, FindingKind.FORM_OF_ADDRESS, folded),
        ]
        findings: list[Finding] = []
        for start, end, kind in sorted(raw, key=lambda hit: (hit[0] - hit[1], hit[0])):
            first, last = original_span(positions, start, end)
            if all(last <= other.start or first >= other.end for other in findings):
                findings.append(Finding(first, last, kind, text[first:last]))
        return sorted(findings, key=lambda finding: finding.start)

    def _find_names(self, folded: str) -> Iterator[tuple[int, int, FindingKind]]:
        kept = [(i, c) for i, c in enumerate(folded) if c.isalnum()]
        compact = "".join(c for _i, c in kept)
        get = self._names.get
        for at in range(len(compact) - 1):
            candidates = get(compact[at : at + 2])
            if candidates is None:
                continue
            for name in candidates:
                if compact.startswith(name, at):
                    start, end = kept[at][0], kept[at + len(name) - 1][0] + 1
                    if _is_one_name(folded, start, end, len(name)):
                        yield start, end, FindingKind.NAME
                        break

    def _find_numbers(self, folded: str) -> Iterator[tuple[int, int, FindingKind]]:
        if not self._numbers:
            return
        for found in _NUMBER_LIKE.finditer(folded):
            word = found[0]
            starts = [m.start() for m in _PIECE.finditer(word)]
            ends = [m.end() for m in _PIECE.finditer(word)]
            for first, start in enumerate(starts):
                for end in reversed(ends[first:]):
                    if _GAPS.sub("", word[start:end]) in self._numbers:
                        yield found.start() + start, found.start() + end, FindingKind.STAFF_NUMBER
                        break


_NUMBER_LIKE = re.compile(r"[a-z0-9]+(?:[ \-_./#]{1,2}[a-z0-9]+){0,12}")
_PIECE = re.compile(r"[a-z0-9]+")


def _is_one_name(folded: str, start: int, end: int, length: int) -> bool:
    """Whether the characters found belong together, and are not the end of one sentence and the start of the next."""
    span = folded[start:end]
    if span.isascii():  # A Latin name: only whole words.
        before, after = folded[start - 1 : start], folded[end : end + 1]
        if (before.isascii() and before.isalnum()) or (after.isascii() and after.isalnum()):
            return False
    if len(span) == length:
        return True
    if not _SENTENCE_ENDS.search(span):
        return True
    # 王,小,明 hides a name; 国王,平时 does not. So every gap must be filled, and two characters are too few.
    return length >= 3 and len(_GAPS.findall(span)) == length - 1


def _matches(pattern: re.Pattern[str], kind: FindingKind, folded: str) -> Iterator[tuple[int, int, FindingKind]]:
    for found in pattern.finditer(folded):
        yield found.start(), found.end(), kind
