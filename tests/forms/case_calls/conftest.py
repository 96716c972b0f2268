"""Hotlines, calls and mails of the first office."""

from __future__ import annotations

from tests.forms.calls import hotlines, take
from tests.forms.complaints import file_case, nothing_kept, page, private_place

__all__ = ["file_case", "hotlines", "nothing_kept", "page", "private_place", "take"]
