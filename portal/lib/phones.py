"""Phone numbers as people write them, made comparable."""

from __future__ import annotations

import unicodedata

from portal.lib import codes
from portal.lib.encryption import index_key

# Country code: how many digits a number has behind it, the leading zero of long-distance calls left out.
_COUNTRIES = {"86": range(10, 12), "852": range(8, 9), "853": range(8, 9), "886": range(8, 10)}
_MOBILE_LENGTH = 11  # on the mainland, beginning with 1


def normal_number(text: str) -> str:
    """The digits by which a number is compared; '' for none.

    Full-width digits, spaces, brackets and hyphens do not count, nor do +86, +852, +853, +886 (also written 00…, or
    without a plus where the length tells) and the zero of long-distance calls: "+86 (28) 5550 0111" is "028-5550 0111".
    """
    written = unicodedata.normalize("NFKC", text).strip()
    digits = "".join(str(int(character)) for character in written if character.isdigit())
    abroad = written.startswith("+") or digits.startswith("00")
    digits = digits.removeprefix("00") if digits.startswith("00") else digits
    is_mobile = len(digits) == _MOBILE_LENGTH and digits.startswith("1")
    for code, lengths in _COUNTRIES.items():
        rest = digits.removeprefix(code).lstrip("0")
        told = abroad or (not is_mobile and len(digits) > max(_MOBILE_LENGTH - 1, len(code) + lengths[0] - 1))
        if digits.startswith(code) and len(rest) in lengths and told:
            return rest
    return digits.lstrip("0")


def phone_digest(phone: str) -> str:
    """By which a number is found again without standing in a row; '' for no number."""
    digits = normal_number(phone)
    return codes.digest(index_key(), f"phone:{digits}") if digits else ""
