"""The entrance for complaints, and cases that came through it."""

from __future__ import annotations

from tests.forms.complaints import fields, file_case, nothing_kept, page, private_place

__all__ = ["fields", "file_case", "nothing_kept", "page", "private_place"]
