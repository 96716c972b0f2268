"""Encryption of what must be forgettable, and keyed digests by which it can still be found.

Keys: settings.FIELD_KEYS (Fernet keys; the first writes, all read) and settings.INDEX_KEY (blind indexes).
"""

from __future__ import annotations

from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


@lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    if not keys:
        raise ImproperlyConfigured("Set PORTAL_FIELD_KEYS: personal data cannot be written without a key.")
    return MultiFernet([Fernet(key.encode("ascii")) for key in keys])


def encrypt(text: str) -> str:
    """The text as a Fernet token; '' stays ''."""
    return _fernet(tuple(settings.FIELD_KEYS)).encrypt(text.encode("utf-8")).decode("ascii") if text else ""


def decrypt(token: str) -> str:
    """The text of a token; '' stays ''. A token of a lost key reads as '' - erased is erased, never an error page."""
    if not token:
        return ""
    try:
        return _fernet(tuple(settings.FIELD_KEYS)).decrypt(token.encode("ascii")).decode("utf-8")
    except (InvalidToken, UnicodeEncodeError):
        return ""


def index_key() -> bytes:
    """The key of blind indexes and tracking codes."""
    key: str = settings.INDEX_KEY
    if not key:
        raise ImproperlyConfigured("Set PORTAL_INDEX_KEY.")
    return key.encode("utf-8")
