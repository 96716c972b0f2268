"""A text column whose content is encrypted in the database, for what must be forgettable."""

from __future__ import annotations

from typing import Any

from django.db import models

from portal.lib import encryption


class EncryptedTextField(models.TextField):
    """Plain text to the program, a Fernet token in the row. It cannot be searched: keep a keyed digest beside it."""

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return None if value is None else encryption.decrypt(value)

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return None if value is None else encryption.encrypt(value)
