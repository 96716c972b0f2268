"""Statements on the path of every act, run without the layers a query builder needs.

Django hands a statement through five functions, rewrites its marks for SQLite each time, and opens and closes a cursor;
the transaction, and with it SQLite's only writer, waits meanwhile. What those layers are for is kept: a broken
transaction takes nothing, faults are Django's, and whoever counts or wraps queries sees them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections


def run(sql: str, values: Sequence[Any]) -> Any:
    """Runs one statement, its values marked by `%s`, and gives the first row it returns; None where it returns none.

    The values are as the database takes them. Raises what Django's cursor raises.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    raw = connection.connection
    if raw is None or connection.vendor != "sqlite" or connection.queries_logged or connection.execute_wrappers:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchone() if cursor.description else None
    connection.validate_thread_sharing()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors:
        found = raw.execute(_with_question_marks(sql), values)
        try:
            return found.fetchone()
        finally:
            found.close()


@lru_cache(maxsize=256)
def _with_question_marks(sql: str) -> str:
    """As SQLite marks values. Our own statements: a percent sign stands in them for nothing else."""
    return sql.replace("%s", "?")
