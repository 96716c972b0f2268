"""Aggregates that SQLite and PostgreSQL name differently."""

from __future__ import annotations

from typing import Any

from django.db.models import Aggregate, TextField


class JoinedKeys(Aggregate):
    """Whole numbers of a group as one text, "3,17,20": a tenth of the rows, and of the time, for many thousands."""

    function = "GROUP_CONCAT"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        twin = self.copy()
        twin.function, twin.template = "STRING_AGG", "%(function)s((%(expressions)s)::text, ',')"
        return twin.as_sql(compiler, connection, **extra)
