"""Rows written with a statement prepared once per table: for tables on the path of every submission.

Building the SQL of an INSERT costs Django several times what the database needs to run it. What is lost is what these
tables do not use: signals, multi-table parents, defaults of the database. A row may be prepared before its transaction
begins, so that others write meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection

# Django's own columns whose value goes to the database as it is, where it is of this very type. All others are asked.
PLAIN: dict[str, type] = {
    "CharField": str,
    "TextField": str,
    "BooleanField": bool,
    "IntegerField": int,
    "PositiveIntegerField": int,
    "PositiveSmallIntegerField": int,
}
COUNTED_KEYS = {"AutoField", "BigAutoField"}


@dataclass
class Prepared:
    """A row whose values are as the database takes them."""

    row: Any
    values: list[Any]


@dataclass(frozen=True)
class _Statement:
    sql: str
    columns: tuple[tuple[Any, str, type | None], ...]  # field, its attribute, its plain type
    places: dict[str, int]  # attribute: which of the values
    returns_key: bool


def insert(row: Any) -> None:
    """Inserts a new instance of a model as `save(force_insert=True)` would; a key made by the database is set.

    Raises what the database raises (IntegrityError for a known key). Sends no signals.
    """
    write(prepare(row))


def prepare(row: Any) -> Prepared:
    """All that can be done for the row without the database."""
    values = []
    for field, name, plain in _statement(row.__class__, connection.vendor).columns:
        value = getattr(row, name)
        if plain is None or (value is not None and type(value) is not plain):
            value = field.get_db_prep_save(field.pre_save(row, True), connection)
        values.append(value)
    return Prepared(row, values)


def write(prepared: Prepared, **late: Any) -> None:
    """Inserts a prepared row; `late` are attributes that were not known before ("number", "case_id")."""
    row, values = prepared.row, prepared.values
    statement = _statement(row.__class__, connection.vendor)
    for name, value in late.items():
        setattr(row, name, value)
        place = statement.places[name]
        field = statement.columns[place][0]
        values[place] = field.get_db_prep_save(field.pre_save(row, True), connection)
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, values)
        if statement.returns_key:
            row.pk = cursor.fetchone()[0]
    row._state.adding = False
    row._state.db = connection.alias


@lru_cache(maxsize=64)
def _statement(model: Any, vendor: str) -> _Statement:
    """The INSERT of a model; it depends on the vendor of the database."""
    if model._meta.parents:
        raise TypeError(f"{model.__name__} lies in more than one table: save it instead")
    quote = connection.ops.quote_name
    fields = [field for field in model._meta.concrete_fields if not field.db_returning]
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks})"  # noqa: S608 - our own names
    returns_key = model._meta.pk.db_returning  # then the database makes the key
    if returns_key:
        sql = f"{sql} RETURNING {quote(str(model._meta.pk.column))}"
    return _Statement(
        sql,
        tuple((field, field.attname, _plain_type(field)) for field in fields),
        {field.attname: place for place, field in enumerate(fields)},
        returns_key,
    )


def _plain_type(field: Any) -> type | None:
    if field.is_relation:
        return int if field.target_field.get_internal_type() in COUNTED_KEYS else None
    of_django = type(field).__module__ == "django.db.models.fields"
    return PLAIN.get(type(field).__name__) if of_django else None
