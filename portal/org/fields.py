"""A text column whose content is encrypted in the database, for what must be forgettable."""

from __future__ import annotations

from typing import Any

from django.db import models

from portal.lib import encryption


class EncryptedTextField(models.TextField):
    """Reads and writes plain text; the row holds a Fernet token. It cannot be searched: use a keyed digest beside it."""

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return None if value is None else encryption.decrypt(value)

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return None if value is None else encryption.encrypt(value)
