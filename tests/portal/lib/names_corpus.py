"""Sentences for the names guard: people of a directory in every disguise we know, and innocent sentences."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from anyascii import anyascii

from portal.lib.chinese import to_script

SURNAMES = (
    "王李張劉陳楊黃趙吳周徐孫馬朱胡郭何高林羅鄭梁謝宋唐許韓馮鄧曹彭曾蕭田董袁潘蔣蔡余杜葉程蘇魏呂丁任沈姚盧姜崔鍾譚陸汪"
    "范金石廖賈夏韋付方白鄒孟熊秦邱江尹薛閻段雷侯龍史陶黎賀顧毛郝龔邵萬錢嚴覃武戴莫孔湯"
)
GIVEN = "偉芳娜秀英敏靜麗強磊軍洋勇艷傑娟濤明超霞剛桂小曉建國志華文海波雪梅玲輝鵬飛浩宇軒慶春燕紅玉德永家俊凱琳斌"
WORD_NAMES = ("安全", "方向", "高明", "文件", "高峰", "平安", "方便", "江山")
TEMPLATES = (
    "看見{}沒有繫安全帶",
    "{}在鑽台上沒戴手套",
    "提醒了{}，對方馬上改正",
    "今天{}作業時站在吊物下方",
    "我和{}談了話。",
    "感謝{}的配合！",
    "泥漿池旁（{}）踩在濕滑的地面",
    "當時，{}正在更換閥門",
    "被觀察人：{}",
    "{}",
)
MARKS = (
    " ",
    ".",
    "·",
    "-",
    "_",
    "*",
    "/",
    "\u3000",
    "~",
    "…",
    "★",
    "|",
    "、",
    "，",
    ",",
    "+",
    "#",
    "\u200b",
    "\u2060",
    "\u00ad",
)
NUMBERS = "零一二三四五六七八九"


def directory(count: int = 200, seed: int = 7) -> list[tuple[str, str]]:
    draw = random.Random(seed)
    names = [f"{draw.choice(SURNAMES)}{draw.choice(GIVEN)}{draw.choice(GIVEN)}" for _n in range(count * 3 // 4)]
    names += [f"{draw.choice(SURNAMES)}{draw.choice(GIVEN)}" for _n in range(count // 4)]
    names += ["歐陽建國", "上官雲", "司馬文靜"]
    return [(name, f"S{10000 + number}") for number, name in enumerate((*names, *WORD_NAMES))]


def split(name: str) -> tuple[str, str]:
    cut = 2 if name[:2] in ("歐陽", "上官", "司馬") else 1
    return name[:cut], name[cut:]


def sound(text: str) -> list[str]:
    odd = {"單": "shan", "曾": "zeng", "覃": "qin", "呂": "lv", "嚴": "yan", "賈": "jia", "石": "shi"}
    return [odd.get(sign) or anyascii(sign).lower() for sign in text]


TONES = {"a": "āáǎà", "e": "ēéěè", "i": "īíǐì", "o": "ōóǒò", "u": "ūúǔù"}


def with_tone(syllable: str, tone: int) -> str:
    for vowel in "aeoiu":
        if vowel in syllable:
            return syllable.replace(vowel, TONES[vowel][tone], 1)
    return syllable


def name_disguises(name: str, draw: random.Random) -> Iterator[tuple[str, str]]:
    """(kind, the name as it is written)"""
    family, given = split(name)
    first, rest = "".join(sound(family)), sound(given)
    initials = "".join(part[0] for part in rest)
    yield "plain", name
    yield "simplified", to_script(name, "hans")
    for mark in draw.sample(MARKS, 6):
        yield f"between {mark!r}", mark.join(name)
    yield "character and initials", family + initials.upper()
    yield "character and small initials", family + initials
    yield "character and dotted initials", family + ".".join(initials.upper()) + "."
    yield "character and pinyin", family + "".join(rest)
    yield "pinyin and characters", first.capitalize() + given
    yield "pinyin", f"{first.capitalize()} {''.join(rest).capitalize()}"
    yield "pinyin together", first + "".join(rest)
    yield "pinyin capitals", (first + "".join(rest)).upper()
    yield "pinyin apart", " ".join((first, *rest))
    yield "pinyin with hyphens", "-".join((first, *rest))
    yield "pinyin humps", first.capitalize() + "".join(part.capitalize() for part in rest)
    yield "pinyin turned", f"{''.join(rest).capitalize()} {first.capitalize()}"
    yield "pinyin comma", f"{first.capitalize()}, {''.join(rest).capitalize()}"
    tones = [with_tone(part, draw.randrange(4)) for part in (first, *rest)]
    yield "tone marks", f"{tones[0]} {''.join(tones[1:])}"
    yield "tone marks apart", " ".join(tones)
    yield "tone numbers", "".join(f"{part}{draw.randrange(1, 5)}" for part in (first, *rest))
    yield "tone numbers apart", " ".join(f"{part}{draw.randrange(1, 5)}" for part in (first, *rest))
    yield "fullwidth pinyin", "".join(chr(ord(c) + 0xFEE0) for c in first + "".join(rest))
    yield "letters apart", " ".join(first + "".join(rest))
    yield "initial and given", f"{first[0].upper()}. {''.join(rest).capitalize()}"
    if len(given) == 2:
        yield "surname and initials", f"{first.capitalize()} {'.'.join(initials.upper())}."
        yield "surname and two letters", f"{first.capitalize()} {initials.upper()}"
        yield "together with two letters", first + initials.upper()
        yield "initials first", f"{'.'.join(initials.upper())}. {first.capitalize()}"
        yield "half and half", family + given[0] + rest[1]
        yield "letter in the middle", family + rest[0][0].upper() + given[1]
        yield "masked", f"{family}*{given[1]}"
        yield "masked with 某", f"{family}某{given[1]}"
        yield "digits between", "1".join(name)
        yield "lines", "\n".join(name)
        yield "given name and title", f"{given}師傅"
    yield "name and title", f"{name}師傅"


def address_disguises(name: str, draw: random.Random) -> Iterator[tuple[str, str]]:
    family, _given = split(name)
    titles = ("師傅", "班長", "隊長", "工", "經理", "司鑽", "副司鑽", "主任", "工程師", "總", "師父", "哥", "同志")
    if family in ("白", "石", "武", "程", "錢"):
        titles = titles[:3]
    for title in titles:
        yield f"surname and {title}", family + title
    mark = draw.choice(MARKS[:9])
    yield "title apart", mark.join(f"{family}師傅")
    yield "title simplified", to_script(f"{family}師傅", "hans")
    if len(family) == 1:
        yield "old", f"老{family}"
        yield "young", f"小{family}"
        yield "old apart", f"老{mark}{family}"
        yield "somebody", f"{family}某"
        yield "somebody twice", f"{family}某某"
    yield "crosses", f"{family}××"
    yield "pinyin title", f"{''.join(sound(family)).capitalize()}師傅"
    yield "Mr", f"Mr. {''.join(sound(family)).capitalize()}"
    yield "surnamed", f"姓{family}的"


def post_disguises(draw: random.Random) -> Iterator[tuple[str, str]]:
    for shift in ("當班", "夜班", "白班", "值班", "中班", "早班", "晚班", "本班", "昨晚"):
        for post in (
            "司鑽",
            "副司鑽",
            "隊長",
            "班長",
            "井架工",
            "鑽工",
            "場地工",
            "電工",
            "焊工",
            "司機",
            "安全員",
            "工程師",
        ):
            for link in ("", "的"):
                yield "post", shift + link + post
            yield "post apart", draw.choice(MARKS[:9]).join(shift + post)
            yield "post simplified", to_script(f"{shift}的{post}", "hans")
            yield "post zero width", "\u200b".join(shift + post)


def number_disguises(number: str, draw: random.Random) -> Iterator[tuple[str, str]]:
    def wide(text: str) -> str:
        return "".join(chr(ord(c) + 0xFEE0) for c in text)

    def chinese(text: str) -> str:
        return "".join(NUMBERS[int(c)] if c.isdigit() else c for c in text)

    phone = f"1{draw.choice('3456789')}{draw.randrange(10**9):09d}"
    year, month, day = draw.randrange(1960, 2005), draw.randrange(1, 13), draw.randrange(1, 29)
    born = f"{year}{month:02d}{day:02d}"
    identity = f"{draw.randrange(110000, 660000)}{born}{draw.randrange(1000):03d}{draw.choice('0123456789X')}"
    for what, plain in (("staff", number), ("phone", phone), ("identity", identity)):
        yield what, plain
        yield f"{what} fullwidth", wide(plain)
        yield f"{what} Chinese", chinese(plain)
        yield f"{what} spaced", " ".join(plain)
        yield f"{what} zero width", "\u200b".join(plain)
        yield f"{what} dashed", "-".join(plain)
        yield f"{what} enumerated", "、".join(plain)
        yield f"{what} Chinese spaced", " ".join(chinese(plain))
    yield "phone in groups", f"{phone[:3]} {phone[3:7]} {phone[7:]}"
    yield "phone in groups with stars", f"{phone[:3]}*{phone[3:7]}*{phone[7:]}"
    yield "phone abroad", f"+86 {phone}"
    yield "phone abroad in groups", f"+86-{phone[:3]}-{phone[3:7]}-{phone[7:]}"
    yield "phone capitals", "".join("零壹貳叁肆伍陸柒捌玖"[int(c)] for c in phone)
    yield "phone by mouth", chinese(phone).replace("一", "幺")
    yield "identity in groups", f"{identity[:6]} {identity[6:14]} {identity[14:]}"


def guilty(staff: list[tuple[str, str]], seed: int = 3) -> Iterator[tuple[str, str]]:
    """(kind, sentence): each points at somebody."""
    draw = random.Random(seed)
    for name, number in staff:
        if name not in WORD_NAMES:
            for kind, written in (*name_disguises(name, draw), *address_disguises(name, draw)):
                yield kind, draw.choice(TEMPLATES).format(written)
        for kind, written in number_disguises(number, draw):
            yield kind, draw.choice(TEMPLATES[:-1]).format(written)
    for kind, written in post_disguises(draw):
        yield kind, draw.choice(TEMPLATES).format(written)


def innocent() -> list[str]:
    """Sentences as people write them on cards, that point at nobody; names_innocent.txt, one a line."""
    lines = Path(__file__).with_name("names_innocent.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
