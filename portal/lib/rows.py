"""Rows written with a statement prepared once per table: for tables on the path of every submission.

Building the SQL of an INSERT costs Django several times what the database needs to run it. What is lost is what these
tables do not use: signals, multi-table parents, defaults of the database.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db import connection


def insert(row: Any) -> None:
    """Inserts a new instance of a model as `save(force_insert=True)` would; a key made by the database is set.

    Raises what the database raises (IntegrityError for a known key). Sends no signals.
    """
    statement, fields, key = _prepared(row.__class__, connection.vendor)
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        if key is not None:
            row.pk = cursor.fetchone()[0]
    row._state.adding = False
    row._state.db = connection.alias


@lru_cache(maxsize=64)
def _prepared(model: Any, vendor: str) -> tuple[str, list[Any], str | None]:
    """(statement, fields it takes, key it gives back or None). The statement depends on the vendor of the database."""
    if model._meta.parents:
        raise TypeError(f"{model.__name__} lies in more than one table: save it instead")
    quote = connection.ops.quote_name
    fields = [field for field in model._meta.concrete_fields if not field.db_returning]
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks})"  # noqa: S608 - our own names
    if not model._meta.pk.db_returning:  # else the database makes the key
        return statement, fields, None
    key = str(model._meta.pk.column)
    return f"{statement} RETURNING {quote(key)}", fields, key
