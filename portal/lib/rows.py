"""Rows written with a statement prepared once per table: for tables on the path of every submission.

Building the SQL of an INSERT costs Django several times what the database needs to run it. What is lost is what these
tables do not use: signals, multi-table parents, defaults of the database. A row may be prepared before its transaction
begins, so that others write meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

from portal.lib.statements import run

# Django's own columns whose value goes to the database as it is, where it is of this very type. All others are asked.
PLAIN: dict[str, type] = {
    "CharField": str,
    "TextField": str,
    "BooleanField": bool,
    "IntegerField": int,
    "BigIntegerField": int,
    "PositiveIntegerField": int,
    "PositiveSmallIntegerField": int,
}
COUNTED_KEYS = {"AutoField", "BigAutoField"}


@dataclass
class Prepared:
    """A row whose values are as the database takes them; `row`: the instance, where somebody goes on with it."""

    model: Any
    values: list[Any]
    row: Any = None


@dataclass(frozen=True)
class _Statement:
    """`sql` gives back the key that the database makes, `bare` does not."""

    sql: str
    bare: str
    columns: tuple[_Column, ...]
    places: dict[str, int]  # attribute: which of the values
    returns_key: bool


@dataclass(frozen=True)
class _Column:
    """`plain`: the type whose values go as they are; `is_moment`: a moment as it is given, never set by itself."""

    field: Any
    name: str
    plain: type | None
    is_moment: bool
    none_is_null: bool
    default: Callable[[], Any]


def insert(row: Any) -> None:
    """Inserts a new instance of a model as `save(force_insert=True)` would; a key made by the database is set.

    Raises what the database raises (IntegrityError for a known key). Sends no signals.
    """
    write(prepare(row))


def insert_values(model: Any, **values: Any) -> None:
    """Inserts a row that nobody needs as an instance. Attributes not named (`case_id`, not `case`) take their default.

    TypeError for a name that is no attribute of the table.
    """
    write(prepare_values(model, **values))


def prepare(row: Any) -> Prepared:
    """All that can be done for the row without the database."""
    connection = connections[DEFAULT_DB_ALIAS]
    moment = connection.ops.adapt_datetimefield_value
    values = []
    kept = row.__dict__
    for column in _statement(row.__class__, connection.vendor).columns:
        value = kept[column.name] if column.name in kept else getattr(row, column.name)
        if type(value) is column.plain or (value is None and column.none_is_null):
            values.append(value)
        elif column.is_moment and type(value) is datetime and value.tzinfo is not None:
            values.append(moment(value))
        elif column.plain is str and isinstance(value, str):  # a choice: an Enum of words
            values.append(str(value))
        else:
            values.append(column.field.get_db_prep_save(column.field.pre_save(row, True), connection))
    return Prepared(row.__class__, values, row)


def prepare_values(model: Any, **values: Any) -> Prepared:
    """As `prepare`, for a row that nobody needs as an instance."""
    connection = connections[DEFAULT_DB_ALIAS]
    statement = _statement(model, connection.vendor)
    if not values.keys() <= statement.places.keys():
        raise TypeError(f"{model.__name__} has no {', '.join(sorted(values.keys() - statement.places.keys()))}")
    return Prepared(
        model,
        [
            _for_database(column, values[column.name] if column.name in values else column.default(), connection)
            for column in statement.columns
        ],
    )


def write(prepared: Prepared, **late: Any) -> None:
    """Inserts a prepared row; `late` are attributes that were not known before ("number", "case_id")."""
    connection = connections[DEFAULT_DB_ALIAS]
    statement = _complete(prepared, late, connection)
    row = prepared.row
    if row is None:
        run(statement.bare, prepared.values)
        return
    found = run(statement.sql, prepared.values)
    if statement.returns_key:
        row.pk = found[0]
    row._state.adding = False
    row._state.db = connection.alias


def write_together(several: Sequence[Prepared], **late: Any) -> None:
    """Inserts prepared rows of one table by one statement; `late` as in `write`, for each of them.

    Keys made by the database are not read back: the rows are written, not used further.
    """
    if not several:
        return
    connection = connections[DEFAULT_DB_ALIAS]
    model = several[0].model
    if any(prepared.model is not model for prepared in several):
        raise TypeError("rows of one table are written together")
    for prepared in several:
        _complete(prepared, late, connection)
    run(
        _statement_for_several(model, connection.vendor, len(several)),
        [value for prepared in several for value in prepared.values],
    )


def _complete(prepared: Prepared, late: dict[str, Any], connection: Any) -> _Statement:
    row, values = prepared.row, prepared.values
    statement = _statement(prepared.model, connection.vendor)
    for name, value in late.items():
        place = statement.places[name]
        column = statement.columns[place]
        if row is None:
            values[place] = _for_database(column, value, connection)
            continue
        setattr(row, name, value)
        if type(value) is not column.plain:
            value = column.field.get_db_prep_save(column.field.pre_save(row, True), connection)
        values[place] = value
    return statement


def _for_database(column: _Column, value: Any, connection: Any) -> Any:
    if type(value) is column.plain or (value is None and column.none_is_null):
        return value
    if column.is_moment and type(value) is datetime and value.tzinfo is not None:
        return connection.ops.adapt_datetimefield_value(value)
    if column.plain is str and isinstance(value, str):
        return str(value)
    return column.field.get_db_prep_save(value, connection)


@lru_cache(maxsize=64)
def _statement(model: Any, vendor: str) -> _Statement:
    """The INSERT of a model; it depends on the vendor of the database."""
    if model._meta.parents:
        raise TypeError(f"{model.__name__} lies in more than one table: save it instead")
    fields = [field for field in model._meta.concrete_fields if not field.db_returning]
    sql = bare = _insert(model, fields, rows=1)
    returns_key = model._meta.pk.db_returning  # then the database makes the key
    if returns_key:
        quote = connections[DEFAULT_DB_ALIAS].ops.quote_name
        sql = f"{sql} RETURNING {quote(str(model._meta.pk.column))}"
    return _Statement(
        sql,
        bare,
        tuple(_column(field) for field in fields),
        {field.attname: place for place, field in enumerate(fields)},
        returns_key,
    )


@lru_cache(maxsize=64)
def _statement_for_several(model: Any, vendor: str, rows: int) -> str:
    return _insert(model, [column.field for column in _statement(model, vendor).columns], rows)


def _insert(model: Any, fields: list[Any], rows: int) -> str:
    quote = connections[DEFAULT_DB_ALIAS].ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = "(" + ", ".join(["%s"] * len(fields)) + ")"
    table = quote(model._meta.db_table)
    return f"INSERT INTO {table} ({columns}) VALUES {', '.join([marks] * rows)}"  # noqa: S608 - our own names


def _column(field: Any) -> _Column:
    of_django = type(field).__module__.startswith("django.db.models.fields")
    named = type(field).__name__
    is_moment = of_django and named == "DateTimeField" and not (field.auto_now or field.auto_now_add)
    target = field.target_field if field.is_relation else field
    counted = target.get_internal_type() in COUNTED_KEYS
    plain = (int if counted else None) if field.is_relation else PLAIN.get(named) if of_django else None
    by_itself = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    default = (lambda: field.pre_save(field.model(), True)) if by_itself else field.get_default
    return _Column(field, field.attname, plain, is_moment, plain is not None or is_moment, default)
