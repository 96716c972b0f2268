"""The sound of Chinese words, for an index that readers look words up in: pinyin without tones.

The table is anyascii's (it comes with Wagtail): one reading a character. Words in which a character is read otherwise
stand in `_WORDS`; whoever writes a name may give its sound by hand where the table is still wrong.
"""

from __future__ import annotations

import re

from anyascii import anyascii

from portal.lib.chinese import fold

# Simplified, as `fold` leaves it. The longest word that fits is taken first.
_WORDS = {
    "空调": "kong tiao",
    "调解": "tiao jie",
    "调整": "tiao zheng",
    "长期": "chang qi",
    "长途": "chang tu",
    "延长": "yan chang",
    "重装": "chong zhuang",
    "重新": "chong xin",
    "地": "di",
    "银行": "yin hang",
    "行业": "hang ye",
    "参差": "cen ci",
    "便宜": "pian yi",
    "音乐": "yin yue",
    "乐队": "yue dui",
    "会计": "kuai ji",
    "单据": "dan ju",
    "重庆": "chong qing",
    "给水": "ji shui",
    "供给": "gong ji",
    "开处": "kai chu",
    "觉": "jue",
    "都江": "du jiang",
    "着火": "zhao huo",
    "弹子": "dan zi",
    "石": "shi",
    "率": "lv",
}
_FIRST = re.compile("|".join(sorted(_WORDS, key=len, reverse=True)))
_SYLLABLE = re.compile(r"[a-z0-9]+")


def pinyin(text: str) -> str:
    """The sound of `text`, small letters, one blank between syllables: 空調清洗 -> "kong tiao qing xi"."""
    folded = fold(text)
    spoken: list[str] = []
    position = 0
    while position < len(folded):
        if found := _FIRST.match(folded, position):
            spoken.append(_WORDS[found.group()])
            position = found.end()
        else:
            sign = folded[position]
            spoken.append(sign if sign.isascii() else f" {anyascii(sign).lower()} ")
            position += 1
        if not spoken[-1].isascii() or len(spoken[-1]) > 1:
            spoken[-1] = f" {spoken[-1]} "
    return " ".join(_SYLLABLE.findall("".join(spoken)))


def initial(sound: str) -> str:
    """The letter under which a word with this sound stands in an index; "#" for what begins with a digit or nothing."""
    first = sound[:1].upper()
    return first if "A" <= first <= "Z" else "#"
