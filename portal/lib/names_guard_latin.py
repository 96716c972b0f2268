"""Names in Latin letters: pinyin, whole or shortened to initials, mixed with characters, in either order.

Every name is put into an index in the forms in which people write it; a text is read in runs of letters, each run whole
("johnsmithson" is no John Smith), and the runs are put together until the index knows them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product
from pathlib import Path

from anyascii import anyascii

from portal.lib.chinese import fold
from portal.lib.names_guard_text import Text, common_words
from portal.lib.names_guard_words import LINKS

# Surnames with another sound than the character has elsewhere, and given names that are read in two ways.
_SOUNDS = {
    "单": "shan dan", "曾": "zeng ceng", "解": "xie jie", "仇": "qiu chou", "区": "ou qu", "覃": "qin tan",
    "查": "zha cha", "盖": "ge gai", "乐": "le yue", "朴": "piao pu", "任": "ren", "华": "hua",
    "翟": "zhai di", "尉": "wei yu", "缪": "miao mou", "种": "chong zhong", "秘": "bi mi", "冼": "xian",
    "洗": "xian xi", "折": "she zhe", "纪": "ji", "燕": "yan", "宁": "ning", "葛": "ge", "那": "na",
    "万": "wan", "尹": "yin", "卜": "bu", "沈": "shen", "郗": "xi chi", "召": "shao zhao", "繁": "po fan",
    "重": "chong zhong", "长": "chang zhang", "朝": "chao zhao", "盛": "sheng cheng", "晟": "sheng cheng",
    "茜": "qian xi", "娜": "na nuo", "行": "xing hang", "兴": "xing", "地": "di", "石": "shi", "柏": "bai bo",
    "贾": "jia gu", "阿": "a", "厦": "sha xia", "还": "huan hai", "冯": "feng", "吕": "lv lu lyu",
    "女": "nv nu", "绿": "lv lu", "律": "lv lu", "率": "lv", "旅": "lv lu", "闾": "lv lu", "略": "lve lue",
    "车": "che ju", "都": "du", "过": "guo", "哈": "ha", "令": "ling", "相": "xiang", "应": "ying",
    "子": "zi", "大": "da", "少": "shao", "好": "hao", "正": "zheng", "中": "zhong", "晓": "xiao",
    "佳": "jia", "婷": "ting", "琪": "qi", "奇": "qi ji", "祺": "qi", "瑶": "yao", "曦": "xi", "炜": "wei",
    "玮": "wei", "祎": "yi", "颉": "jie xie", "谌": "chen shen", "逄": "pang", "员": "yun yuan",
    "宓": "mi fu", "隗": "wei kui", "教": "jiao", "黑": "hei", "角": "jue jiao", "仝": "tong", "臧": "zang",
    "眭": "sui", "晁": "chao", "郦": "li", "褚": "chu", "亓": "qi", "昝": "zan", "佟": "tong",
}  # fmt: skip
_UNITS = re.compile(r"[a-z]+|[\u3400-\u9fff]")
_DOUBLE_INITIALS = ("zh", "ch", "sh")
_MOST_UNITS = 12
_LETTERS_APART = re.compile(r"(?<![a-z])[a-z](?:[\W_]{1,2}[a-z]){3,}(?![a-z])")
_TONE = re.compile(r"(?<=[a-z])[0-5](?![0-9])")
# After a single letter these make it a place or a kind: 江A区.
_KINDS_OF_LETTER = frozenset("区座栋楼段线班组级型类号点面侧端门井队层款版相股口柱罐站")
# Letters that stand for no person, though some names begin with them.
_ABBREVIATIONS = re.compile(
    r"q?hs{1,2}e|ppe|jsa|sop|bop|gps|led|lng|lpg|cng|usb|pvc|ohs|sds|rpm|psi|[km]pa|sos|gas|dna"
)


def sounds_of(character: str) -> list[str]:
    """The syllables by which a character of a name may be read."""
    if known := _SOUNDS.get(character):
        return known.split()
    sound = anyascii(character).lower()
    return [sound] if sound.isascii() and sound.isalpha() else []


def _initials(sound: str) -> list[str]:
    return [sound[0], sound[:2]] if sound.startswith(_DOUBLE_INITIALS) else [sound[0]]


@cache
def english() -> frozenset[str]:
    lines = Path(__file__).with_name("names_guard_english.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def forms(surname: str, given: str) -> Iterator[str]:
    """The ways to write a name with at least one Latin part, without anything between the parts."""
    family = ["".join(parts) for parts in product(*map(sounds_of, surname))]
    if not family or not all(map(sounds_of, given)):
        return
    initial_of_family = {initial for sound in family for initial in _initials(sound)}
    whole = ["".join(parts) for parts in product(*map(sounds_of, given))]
    short = ["".join(parts) for parts in product(*[{i for s in sounds_of(c) for i in _initials(s)} for c in given])]
    mixed = set(product(*[[c, *sounds_of(c), *{i for s in sounds_of(c) for i in _initials(s)}] for c in given]))
    for parts in mixed:  # 王XM, 王小M, Wang小明, 王xiao明
        text = "".join(parts)
        if text != given:
            yield surname + text
        for sound in family:
            yield sound + text
    for text in whole:
        yield from (initial + text for initial in initial_of_family)  # W. Xiaoming
        yield from (text + initial for initial in initial_of_family)
        yield from (text + sound for sound in family)
        yield text + surname
    yield from (initial + given for initial in initial_of_family)  # W小明
    for text in short:
        yield from (text + sound for sound in family)  # X.M. Wang
        if len(given) >= 2:  # W.X.M., with something between the letters: see LatinNames.find
            yield from (f".{initial}{text}" for initial in initial_of_family)


def _whole_forms(surname: str, given: str) -> Iterator[str]:
    for sounds in product(*map(sounds_of, surname + given)):
        cut = len(surname)
        yield "".join(sounds)
        yield "".join((*sounds[cut:], *sounds[:cut]))


@cache
def _syllables() -> frozenset[str]:
    return frozenset(anyascii(chr(point)).lower() for point in range(0x4E00, 0x9FA6))


class LatinNames:
    """An index of names by their forms in Latin letters."""

    def __init__(self, names: Iterable[tuple[str, str]], foreign: Iterable[str]) -> None:
        self._forms: set[str] = set()
        self._whole: set[str] = set()
        for surname, given in names:
            self._forms.update(forms(surname, given))
            self._whole.update(_whole_forms(surname, given))
        for name in foreign:
            words = name.split()
            self._forms.add("".join(words))
            if len(words) == 2 and len(words[1]) >= 3:
                first, last = words
                self._forms |= {last + first, first[0] + last, last + first[0]}
        self._first = {form[0] for form in self._forms}
        self._longest = max(map(len, self._forms), default=0)

    def find(self, text: Text) -> Iterator[tuple[int, int]]:
        """Spans of `text.folded` that are a name with Latin letters in it."""
        folded = text.folded
        if not self._forms or not re.search("[a-z]", folded):
            return
        units = [(m.start(), m.end(), m[0]) for m in _UNITS.finditer(folded)]
        for index, (start, _end, first) in enumerate(units):
            if first[0] in self._first and (end := self._longest_from(folded, units, index)) is not None:
                yield start, end
        for run in _LETTERS_APART.finditer(folded):
            letters = "".join(re.findall("[a-z]", run[0]))
            yield from ((run.start(), run.end()) for form in (letters,) if len(form) >= 4 and form in self._forms)

    def _longest_from(self, folded: str, units: list[tuple[int, int, str]], index: int) -> int | None:
        joined, found, parts, before = "", None, [], -1
        for at, end, unit in units[index : index + _MOST_UNITS]:
            if before >= 0 and not _near(folded[before:at]):
                break
            joined += unit
            parts.append(unit)
            before = end
            if len(joined) > self._longest:
                break
            start_of_all = units[index][0]
            named = joined in self._forms and self._says_a_name(folded, parts, start_of_all, end)
            if named or (
                len(parts) >= 3 and "." + joined in self._forms and self._dotted(folded, parts, start_of_all, end)
            ):
                found = end
        return found

    @staticmethod
    def _dotted(folded: str, parts: list[str], start: int, end: int) -> bool:
        """W.X.M.: single letters, a full stop after each; H.S.E. is none."""
        letters = [re.escape(part) for part in parts]
        pattern = r"\s?[.·]\s?".join(letters)
        alone = all(len(part) <= 2 for part in parts)
        return alone and not _ABBREVIATIONS.fullmatch("".join(parts)) and bool(re.fullmatch(pattern, folded[start:end]))

    def _says_a_name(self, folded: str, parts: list[str], start: int, end: int) -> bool:
        latin = [part for part in parts if part.isascii()]
        if not latin:
            return False
        if len(latin) == len(parts):
            if all(part in english() for part in parts):
                return False
            if len(parts) == 1:  # qing is a syllable, though somebody's Qi N. G. could be written so
                if _ABBREVIATIONS.fullmatch(parts[0]):
                    return False
                return len(parts[0]) >= 3 and (parts[0] in self._whole or parts[0] not in _syllables())
            return max(map(len, latin)) >= 2
        if parts[0].isascii():
            return len(parts) > 2 or len(parts[0]) > 1 or not parts[-1].isascii()
        # A character before Latin letters: 下方DC电源 and 沿江A区 name nobody.
        around, before = folded[start - 1 : start + 1], folded[start - 2 : start]
        if around in common_words() and around[0] not in fold(LINKS) and before not in common_words():
            return False
        return not (len("".join(latin)) == 1 and len(parts) == 2 and folded[end : end + 1] in _KINDS_OF_LETTER)


def _near(gap: str) -> bool:
    """Whether two runs may be parts of one name: a few signs, no end of a sentence but for the comma of "Wang, X."."""
    gap = _TONE_ALONE.sub("", gap)
    return len(gap) <= 3 and not re.search(r"[;:!?。、()\[\]<>《》「」『』“”\"]", gap) and not re.search("[0-9]", gap)


_TONE_ALONE = re.compile(r"^[0-5](?![0-9])")
