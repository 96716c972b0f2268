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
from itertools import pairwise
from typing import Protocol

from portal.lib.chinese import fold, original_span
from portal.lib.names_guard_address import Addresses, posts_on_shift
from portal.lib.names_guard_latin import LatinNames
from portal.lib.names_guard_numbers import StaffNumbers, identities, phones
from portal.lib.names_guard_text import GAPS, SENTENCE_ENDS, Text, common_words, same_shape
from portal.lib.names_guard_words import NOT_BEFORE_SURNAME, ORDINARY, SAME_SURNAMES, SURNAMES, WORDS_LIKE_NAMES


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


class FindsNames(Protocol):
    """What rules ask of a guard; one that remembers what it found will do as well."""

    def find(self, text: str) -> list[Finding]: ...


Hit = tuple[int, int, FindingKind]
_HAN_NAME = re.compile(r"[\u3400-\u9fff]{2,6}")
_DOUBLE = frozenset(fold(name) for name in SURNAMES if len(name) > 1)
_BEFORE = {fold(name): frozenset(fold(signs)) for name, signs in NOT_BEFORE_SURNAME.items()}
_ORDINARY = frozenset(fold(name) for name in ORDINARY)
# Strokes that stand between characters like a dash.
_STROKES = frozenset("一ー丨丶ㄧ")


def _parts(name: str) -> tuple[str, str]:
    """Surname and given name."""
    cut = 2 if len(name) > 2 and name[:2] in _DOUBLE else 1
    return name[:cut], name[cut:]


def _words_like_names() -> frozenset[str]:
    return frozenset(fold(word) for word in WORDS_LIKE_NAMES) | common_words()


class NameGuard:
    """Finds what points at a person. Building it folds the whole directory: build once, keep it, build anew on change.

    `staff` are (name, staff number) pairs; either may be empty. Names of one character and names that are also common
    words (安全, 高峰: see names_guard_words) raise no alarm by themselves.
    """

    def __init__(self, staff: Iterable[tuple[str, str]]) -> None:
        people = list(staff)
        self._staff_numbers = StaffNumbers(number for _name, number in people)
        words = _words_like_names()
        folded = {same_shape(fold(name)) for name, _number in people}
        names = {GAPS.sub("", name) for name in folded}
        han = {name for name in names if _HAN_NAME.fullmatch(name)}
        foreign = {" ".join(GAPS.sub(" ", name).split()) for name in folded if name.isascii()}
        other = {name for name in names - han if len(name) >= 2 and not name.isascii()}
        self._names: dict[str, list[str]] = {}
        for name in sorted((han - words) | other, key=lambda n: (-len(n), n)):
            for spelling in _spellings(name):
                self._names.setdefault(spelling[:2], []).append(spelling)
        people_by_parts = [_parts(name) for name in sorted(han)]
        self._latin = LatinNames(people_by_parts, (name for name in foreign if len(name) >= 2))
        self._addresses = Addresses(people_by_parts, words)

    def find(self, text: str) -> list[Finding]:
        """Everything in `text` that points at a person, in order, without overlaps (the longer finding stays)."""
        if not text:
            return []
        seen = Text(text)
        findings: list[Finding] = []
        for start, end, kind in sorted(self._hits(seen), key=_weight):
            first, last = original_span(seen.positions, start, end)
            if all(last <= other.start or first >= other.end for other in findings):
                findings.append(Finding(first, last, kind, text[first:last]))
        return sorted(findings, key=lambda finding: finding.start)

    def _hits(self, seen: Text) -> Iterator[Hit]:
        sources = (
            (FindingKind.NAME, self._han_names(seen)),
            (FindingKind.NAME, self._latin.find(seen)),
            (FindingKind.NAME, self._addresses.masked(seen)),
            (FindingKind.STAFF_NUMBER, self._staff_numbers.find(seen)),
            (FindingKind.IDENTITY_NUMBER, identities(seen)),
            (FindingKind.PHONE, phones(seen)),
            (FindingKind.POST_ON_SHIFT, posts_on_shift(seen)),
            (FindingKind.FORM_OF_ADDRESS, self._addresses.find(seen)),
        )
        for kind, spans in sources:
            yield from ((start, end, kind) for start, end in spans)

    def _han_names(self, seen: Text) -> Iterator[tuple[int, int]]:
        for start, name in self._candidates(seen.compact):
            end = start + len(name)
            if self._is_one_name(seen, start, name):
                yield seen.span(start, end)
        # 王1小1明, 王一小一明, <b>王</b>小明: letters, strokes and marks of a page between the characters.
        apart = [at for at in seen.kept if "\u3400" <= seen.folded[at] <= "\u9fff" and seen.folded[at] not in _STROKES]
        if len(apart) < len(seen.kept):
            for start, name in self._candidates("".join([seen.folded[at] for at in apart])):
                places = apart[start : start + len(name)]
                gaps = [after - before - 1 for before, after in pairwise(places)]
                if len(name) >= 3 and (all(0 < gap <= 3 for gap in gaps) or _is_marked_up(seen, places, gaps)):
                    yield places[0], places[-1] + 1

    def _candidates(self, compact: str) -> Iterator[tuple[int, str]]:
        get = self._names.get
        for at in range(len(compact) - 1):
            for name in get(compact[at : at + 2], ()):
                if compact.startswith(name, at):
                    yield at, name
                    break

    @staticmethod
    def _is_one_name(seen: Text, start: int, name: str) -> bool:
        """Whether the characters found belong together, and are not parts of the words around them (提高|平台)."""
        compact, end = seen.compact, start + len(name)
        around = compact[start - 1 : start + 1] if start else ""
        ends_a_word = bool(around) and (around in common_words() or around[0] in _BEFORE.get(around[1], ()))
        if len(name) > 2:
            return seen.is_together(start, end)
        starts_a_word = compact[start + 1 : start + 3] in common_words()
        if ends_a_word and starts_a_word:
            return False
        if SENTENCE_ENDS.search(_between(seen, start, end)):
            return not ends_a_word and not starts_a_word
        return True


_MARKUP = re.compile(r"</?[a-z]{1,6}\s?/?>|&(?:[a-z]{2,8}|#\d{1,5});")


def _is_marked_up(seen: Text, places: list[int], gaps: list[int]) -> bool:
    """Whether what stands between the characters is nothing but marks of a page."""
    parts = [seen.folded[before + 1 : after] for before, after in pairwise(places)]
    return any(gaps) and all(not _MARKUP.sub("", part) for part in parts)


def _weight(hit: Hit) -> tuple[bool, int, int]:
    """The longer finding stays; a whole name before the form of address in it."""
    start, end, kind = hit
    return kind == FindingKind.FORM_OF_ADDRESS, start - end, start


def _between(seen: Text, start: int, end: int) -> str:
    first, last = seen.span(start, end)
    return seen.folded[first:last]


def _spellings(name: str) -> Iterator[str]:
    """The name, and the same with the surname as it is also written: 傅 and 付, 蕭 and 肖."""
    yield name
    for group in SAME_SURNAMES:
        if name[0] in group:
            yield from (other + name[1:] for other in group if other != name[0])
