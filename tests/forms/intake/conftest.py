"""An entrance to hand things in at; complaints stand for every kind."""

from __future__ import annotations

from tests.forms.complaints import fields, file_case, nothing_kept, page, private_place

__all__ = ["fields", "file_case", "nothing_kept", "page", "private_place"]
