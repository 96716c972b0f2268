"""Numbers and codes that people read aloud, type in, and lose: receipt numbers, tracking codes, survey tokens."""

from __future__ import annotations

import hmac
import re
import secrets
import unicodedata
from datetime import date
from uuid import UUID

# Crockford's base 32: no I, L, O (they are read as 1, 1, 0) and no U.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_CODE_SYMBOLS = 19  # 95 bits, too many to guess; with the check character four groups of five.
_GROUP = 5


def receipt_number(prefix: str, on: date, serial: int) -> str:
    """The number on a receipt: `receipt_number("C", date(2026, 11, 23), 42)` is "C-20261123-0042".

    It is no secret and opens nothing. Serials start at 1 each day; ValueError below that, or for a prefix other than
    capital letters and digits.
    """
    if serial < 1:
        raise ValueError("A receipt's serial number starts at 1.")
    if not re.fullmatch(r"[A-Z][A-Z0-9]{0,5}", prefix):
        raise ValueError("A receipt's prefix is one to six capital letters or digits, a letter first.")
    return f"{prefix}-{on:%Y%m%d}-{serial:04d}"


def tracking_code(key: bytes, submission_id: UUID) -> str:
    """The secret code a customer looks progress up with: four groups of five, the last character a check.

    Deterministic, so that the same submission sent twice gets the same receipt; only who has `key` can compute it.
    Store its `digest`, never the code.
    """
    if not key:
        raise ValueError("A tracking code needs a key.")
    mac = hmac.digest(key, b"tracking-code:" + submission_id.bytes, "sha256")
    number = int.from_bytes(mac, "big") >> (256 - 5 * _CODE_SYMBOLS)
    body = "".join(_ALPHABET[(number >> (5 * place)) & 31] for place in reversed(range(_CODE_SYMBOLS)))
    return _grouped(body + _check_character(body))


def normalise_code(typed: str) -> str | None:
    """A typed tracking code as `tracking_code` writes it, or None when it cannot be one.

    Forgives full-width characters, case, spaces and hyphens of any kind, O for 0, I and L for 1. A single wrong
    character and two swapped ones are always noticed by the check character.
    """
    if len(typed) > 200:
        return None
    kept = "".join(c for c in unicodedata.normalize("NFKC", typed).upper() if unicodedata.category(c)[0] not in "ZPCS")
    code = kept.translate(_MISREAD)
    if len(code) != _CODE_SYMBOLS + 1 or any(c not in _VALUES for c in code):
        return None
    return _grouped(code) if _check_character(code[:-1]) == code[-1] else None


def digest(key: bytes, text: str) -> str:
    """Keyed blind index of `text` (HMAC-SHA256, 64 hex digits): equal texts are found again without storing them."""
    if not key:
        raise ValueError("A blind index needs a key.")
    return hmac.digest(key, text.encode("utf-8", "surrogatepass"), "sha256").hex()


def token(nbytes: int = 16) -> str:
    """A random token for an address in a letter or QR code, 16 bytes (128 bits) unless told; safe in a URL."""
    if nbytes < 8:
        raise ValueError("A token shorter than 8 bytes can be guessed.")
    return secrets.token_urlsafe(nbytes)


def _grouped(code: str) -> str:
    return "-".join(code[i : i + _GROUP] for i in range(0, len(code), _GROUP))


def _times_two(value: int) -> int:
    """Multiply by x in the field of 32 elements (x^5 + x^2 + 1)."""
    value <<= 1
    return value ^ 0b100101 if value & 32 else value


def _check_character(body: str) -> str:
    """The check of `body`: each place has its own weight in GF(32), so a wrong or swapped character changes it."""
    total = 0
    for character in body:
        total = _times_two(total ^ _VALUES[character])
    return _ALPHABET[total]
