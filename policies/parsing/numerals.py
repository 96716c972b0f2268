"""Numerals of clause numbers (Chinese, Roman, letters, circled) to integers and, for automatic numbers, back."""

from __future__ import annotations

import unicodedata

_ROWS = ("〇零", "一壹", "二兩两貳贰", "三參叁", "四肆", "五伍", "六陸陆", "七柒", "八捌", "九玖")
_DIGITS = {c: n for n, row in enumerate(_ROWS) for c in row}
_TENS = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
HAN_NUMERALS = "".join(_DIGITS) + "".join(_TENS)
_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_FORMAL = str.maketrans("〇一二三四五六七八九十百千", "零壹貳參肆伍陸柒捌玖拾佰仟")


def han_value(text: str) -> int | None:
    """The value of a Chinese numeral up to 9999 ("二十一", "一百零三", by digits "一〇三"); None for others."""
    if not text:
        return None
    if all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text)) if len(text) <= 4 else None
    total, digit, last_unit = 0, 0, 10_000
    for c in text:
        if c in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[c]
        elif c in _TENS and _TENS[c] < last_unit:
            last_unit = _TENS[c]
            total += (digit or 1) * last_unit
            digit = 0
        else:
            return None
    return total + digit


def roman_value(text: str) -> int | None:
    """The value of a Roman numeral up to 39, None when it is not in its usual form."""
    rest, value = text.upper(), 0
    for worth, sign in _ROMAN:
        while rest.startswith(sign):
            value, rest = value + worth, rest[len(sign) :]
    if rest or not 0 < value < 40:
        return None
    return value if roman(value) == text.upper() else None


def sign_value(sign: str) -> int:
    """The value of one enclosed or Roman numeral sign ("①", "⑴", "㈠", "Ⅳ")."""
    return int(unicodedata.numeric(sign))


def roman(value: int) -> str:
    """5 -> "V"; up to 39, decimal beyond."""
    if not 0 < value < 40:
        return str(value)
    written = ""
    for worth, sign in _ROMAN:
        while value >= worth:
            written, value = written + sign, value - worth
    return written


def letter(value: int) -> str:
    """3 -> "C"; 28 -> "BB", as word processors count."""
    return chr(ord("A") + (value - 1) % 26) * ((value - 1) // 26 + 1) if 0 < value <= 260 else str(value)


def han(value: int) -> str:
    """21 -> "二十一"; up to 9999, decimal beyond."""
    if not 0 < value < 10_000:
        return "〇" if value == 0 else str(value)
    signs, written, gap = "〇一二三四五六七八九", "", False
    for worth, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // worth % 10
        if digit:
            written += ("零" if gap and written else "") + signs[digit] + unit
        gap = digit == 0
    return written[1:] if written.startswith("一十") else written


def circled(value: int) -> str:
    """3 -> "③"; up to 20, in brackets beyond."""
    return chr(ord("①") + value - 1) if 0 < value <= 20 else f"({value})"


def formal(value: int) -> str:
    """21 -> "貳拾壹": the numerals of contracts."""
    return han(value).translate(_FORMAL)
