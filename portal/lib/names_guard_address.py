"""Forms of address (王師傅, 老王, Mr Wang, 王某) and posts of a shift (當班的司鑽): one person each, without a name.

All of it is looked for among the letters and characters alone, so that nothing between them hides anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from itertools import product

from portal.lib.chinese import fold
from portal.lib.names_guard_latin import sounds_of
from portal.lib.names_guard_text import SENTENCE_ENDS, Text, common_words
from portal.lib.names_guard_words import (
    AFTER_LITTLE,
    AFTER_OLD,
    LINKS,
    NOT_AFTER_A,
    NOT_AFTER_TITLE,
    NOT_BEFORE_SURNAME,
    ORDINARY,
    PERSONAL_TITLES,
    PLACE_ENDS,
    POLITE_TITLES,
    POSTS,
    SHIFTS,
    SURNAMES,
    TITLES,
)


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted({fold(word) for word in words}, key=lambda w: (-len(w), w)))


def _guarded(words: Iterable[str]) -> str:
    """Either of `words`, none of them as the beginning of another word (主任 but not 主任務)."""
    after = {fold(title): fold(signs) for title, signs in NOT_AFTER_TITLE.items()}
    ordered = sorted({fold(word) for word in words}, key=lambda word: (-len(word), word))
    return "|".join(re.escape(word) + (f"(?!{after[word]})" if word in after else "") for word in ordered)


_ALL_TITLES = (*TITLES, *(title for title in NOT_AFTER_TITLE if len(title) == 1))
_TITLE = re.compile(_guarded(_ALL_TITLES))
_SHIFT = _either(SHIFTS)
_POST = _guarded(POSTS)
_POST_ON_SHIFT = re.compile(
    rf"(?<![每各任同])(?:{_SHIFT}|(?<![早晚])上班|(?<!交)接班)[的之]?[那这该]?(?:一?[个位名])?(?:{_POST})"
)
_POST_IN_BRACKETS = re.compile(rf"(?:{_POST})\s?\((?:{_SHIFT})[的]?\)")
_PERSONAL = re.compile(_guarded(PERSONAL_TITLES))
_POLITE = frozenset(fold(title) for title in POLITE_TITLES)
_ORDINARY = frozenset(fold(name) for name in ORDINARY)
_SURNAMES = frozenset(fold(name) for name in SURNAMES)
_CLASSIFIED = frozenset(fold("一兩两每這那哪幾半數十此該整各0123456789"))
_LETTER = re.compile("[a-z]")
_LINKS = frozenset(fold(LINKS))
# Before a title these are the words they are: 向班長報告, 連司鑽也.
_WORDS_FIRST = frozenset(fold("向於和同由連那都但應常全能對位就把從讓令使"))
_NOT_AFTER_A = frozenset(fold(NOT_AFTER_A))
_PLACE_ENDS = re.compile(fold(PLACE_ENDS))
_NO_NAME = re.compile("[某x×○〇□*?]")


class Addresses:
    """Forms of address that go with the surnames of the directory and with those that everybody knows."""

    def __init__(self, names: Iterable[tuple[str, str]], words: Set[str]) -> None:
        staff = list(names)
        self._ordinary = {surname for surname, _given in staff} & _ORDINARY
        self._known = _SURNAMES | {surname for surname, _given in staff}
        self._before = {fold(name): frozenset(fold(signs)) for name, signs in NOT_BEFORE_SURNAME.items()}
        self._little = {fold(name): fold(signs) for name, signs in AFTER_LITTLE.items()}
        self._old = {fold(name): fold(signs) for name, signs in AFTER_OLD.items()}
        single = "".join(sorted(name for name in self._known if len(name) == 1))
        double = _either(name for name in self._known if len(name) > 1)
        any_of = f"(?:{double}|[{single}])"
        self._nickname = re.compile(rf"(?P<how>[老小阿])(?P<name>{any_of})")
        self._called = re.compile(
            rf"(?<!百)姓(?P<name>{any_of})(?=[的那这叫]|$)|(?P<other>{any_of})姓(?=[的员工师男女司同])"
        )
        self._someone = re.compile(
            rf"(?P<name>{any_of})(?:某(?![些个個一种段处天日时地次项年月类])[某人]?|[x]{{2}}(?![a-z]))"
        )
        self._hidden = re.compile(rf"(?P<name>{any_of})\s?[×○〇□*?]{{2}}")
        thirds = {(surname, given[-1]) for surname, given in staff if len(given) == 2}
        self._masked = {surname[-1] + last for surname, last in thirds}
        lasts = "".join(sorted({given[-1] for _surname, given in staff if given and "\u4e00" <= given[-1] <= "\u9fff"}))
        self._by_given = (
            re.compile(rf"(?<![\u4e00-\u9fff][大二三四五小表八])[{lasts}](?:哥|姐)(?!们)") if lasts else None
        )
        self._called_a = re.compile(rf"阿[{lasts}]") if lasts else None
        given = {given for _surname, given in staff if len(given) == 2}
        polite = given | {surname + given for surname, given in staff if surname + given in words}
        self._given, self._polite = frozenset(given - words), frozenset(polite)
        sounds = _either("".join(parts) for name in self._known for parts in product(*map(sounds_of, name)))
        self._latin = re.compile(
            rf"(?<![a-z])(?:(?:mr|mrs|ms|miss|sir|lao|xiao)[\s.]{{0,2}}(?:{sounds})|[老小](?:{sounds})|"
            rf"(?:{sounds})[\s.]{{0,2}}(?:shifu|{_guarded(_ALL_TITLES)})|"
            rf"{any_of}\s?sir)(?![a-z])"
        )

    def find(self, text: Text) -> Iterator[tuple[int, int]]:
        """Spans of `text.folded` that address one person."""
        for start, end in (*self._titles(text), *self._others(text)):
            if text.is_together(start, end):
                yield text.span(start, end)
        if text.folded.isascii() or _LETTER.search(text.folded):
            yield from ((found.start(), found.end()) for found in self._latin.finditer(text.folded))
        for found in self._hidden.finditer(text.folded):
            before = found.start("name")
            around = text.folded[before - 1 : before + 1]
            if (
                around not in common_words()
                or around[0] in _LINKS
                or text.folded[before - 2 : before] in common_words()
            ):
                yield found.start(), found.end()

    def _titles(self, text: Text) -> Iterator[tuple[int, int]]:
        for found in _TITLE.finditer(text.compact):
            at = found.start()
            if (start := self._surname_before(text, at, found.end() - at == 1)) is not None:
                yield start, found.end()

    def _surname_before(self, text: Text, at: int, one_sign: bool) -> int | None:
        """Where the surname before a title begins."""
        compact = text.compact
        if at >= 2 and compact[at - 2 : at] in self._known:
            return at - 2
        name = compact[at - 1 : at]
        if not name or name not in self._known or name in _WORDS_FIRST:
            return None
        if name in _ORDINARY and (one_sign or name not in self._ordinary):
            return None
        if one_sign and name == "张" and compact[at - 2 : at - 1] in _CLASSIFIED:
            return None
        return at - 1 if self._may_stand(text, at - 1, name) else None

    def _may_stand(self, text: Text, at: int, name: str) -> bool:
        """Whether compact[at] is a surname there, and not the end of a word (每周, 工程, 對方)."""
        before = text.compact[at - 1] if at else ""
        if not before or len(name) > 1 or SENTENCE_ENDS.search(text.folded[text.kept[at - 1] : text.kept[at]]):
            return True
        if at >= 2 and text.compact[at - 2 : at] in common_words():
            return True  # 发现|任师傅: the character before belongs to another word
        if before in self._before.get(name, ()):
            return False
        return before in _LINKS or before + name not in common_words()

    def _others(self, text: Text) -> Iterator[tuple[int, int]]:
        compact = text.compact
        for found in self._nickname.finditer(compact):
            if self._is_nickname(compact, found):
                yield found.start(), found.end()
        for found in self._called.finditer(compact):
            if found["name"] or self._may_stand(text, found.start(), found["other"]):
                yield found.start(), found.end()
        for found in self._someone.finditer(compact):
            name = found["name"]
            if name not in _ORDINARY - self._ordinary and self._may_stand(text, found.start(), name):
                yield found.start(), found.end()
        if self._by_given is not None:
            yield from ((found.start(), found.end()) for found in self._by_given.finditer(compact))
        if self._called_a is not None:
            for found in self._called_a.finditer(compact):
                if found[0][1] not in _NOT_AFTER_A and found[0] not in common_words():
                    yield found.start(), found.end()
        for found in _PERSONAL.finditer(compact):
            name = compact[max(found.start() - 2, 0) : found.start()]
            if name in self._given or (found[0] in _POLITE and name in self._polite):
                yield found.start() - 2, found.end()

    def _is_nickname(self, compact: str, found: re.Match[str]) -> bool:
        how, name = found["how"], found["name"]
        before, after = compact[: found.start()][-1:], compact[found.end() :]
        if how in "老小" and _PLACE_ENDS.match(after):
            return False
        if how == "小":
            ends = self._little.get(name, "(?!)" if name not in _ORDINARY else "")
            return before not in set("大最缩减狭较微细矮弱从渺") and bool(ends) and not re.match(ends, after)
        if how == "老":
            ends = self._old.get(name, "(?!)" if name not in _ORDINARY else "")
            return (
                before not in set("古陈衰年养敬月长")
                and bool(ends)
                and not re.match(ends + "|[\u4e00-\u9fff]?[化式旧]", after)
            )
        return name not in _ORDINARY and before + how not in common_words()

    def masked(self, text: Text) -> Iterator[tuple[int, int]]:
        """王*明 and 王某明, when somebody is called 王小明."""
        folded = text.folded
        for found in _NO_NAME.finditer(folded):
            before, after = folded[found.start() - 1 : found.start()], folded[found.end() : found.end() + 1]
            if before + after in self._masked and before:
                yield found.start() - 1, found.end() + 1


def posts_on_shift(text: Text) -> Iterator[tuple[int, int]]:
    for found in _POST_ON_SHIFT.finditer(text.compact):
        if text.is_together(found.start(), found.end()):
            yield text.span(found.start(), found.end())
    yield from ((found.start(), found.end()) for found in _POST_IN_BRACKETS.finditer(text.folded))
