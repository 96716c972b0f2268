"""What many tests begin with is built once a process and put back as rows: a company of seventeen people is some 170
queries by its verbs, and a few statements from a copy.

`made_once(name, build)` runs `build()` the first time and notes which rows it added or changed; later it writes those
rows with their keys and gives a copy of what `build` gave. Only for what is the same in every test.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.apps import apps
from django.db import connection, transaction

T = TypeVar("T")
Rows = dict[Any, tuple[Any, ...]]


@dataclass(frozen=True)
class Table:
    name: str
    key: int  # the place of the primary key among the columns
    columns: tuple[str, ...]


@dataclass
class Kept:
    made: bytes
    added: list[tuple[Table, list[tuple[Any, ...]]]]
    changed: list[tuple[Table, list[tuple[Any, ...]]]]


_kept: dict[str, Kept] = {}


def made_once(name: str, build: Callable[[], T]) -> T:
    """What `build()` makes: by itself the first time in a process, from its rows afterwards."""
    kept = _kept.get(name)
    if kept is not None:
        _put_back(kept)
        return pickle.loads(kept.made)
    before = _all_rows()
    made = build()
    after = _all_rows()
    added, changed = [], []
    for table, rows in after.items():
        old = before[table]
        if gone := old.keys() - rows.keys():
            raise AssertionError(f"{name} removed rows of {table.name}: {sorted(gone)}")
        added.append((table, [row for key, row in rows.items() if key not in old]))
        changed.append((table, [row for key, row in rows.items() if key in old and old[key] != row]))
    _kept[name] = Kept(pickle.dumps(made), [one for one in added if one[1]], [one for one in changed if one[1]])
    return made


def forget() -> None:
    """The database was made anew: on PostgreSQL its sequences count from the start, and kept keys would be given out
    again."""
    _kept.clear()


def _all_rows() -> dict[Table, Rows]:
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            fields = model._meta.local_concrete_fields
            if model._meta.proxy or not model._meta.managed or not fields or model._meta.pk is None:
                continue
            columns = tuple(field.column for field in fields)
            table = Table(model._meta.db_table, columns.index(model._meta.pk.column), columns)
            cursor.execute(f"SELECT {_listed(columns)} FROM {_quoted(table.name)}")
            found[table] = {row[table.key]: tuple(row) for row in cursor.fetchall()}
    return found


def _put_back(kept: Kept) -> None:
    """Keys that point at each other are looked at when all rows are there."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table, rows in kept.added:
            places = ", ".join(["%s"] * len(table.columns))
            cursor.executemany(
                f"INSERT INTO {_quoted(table.name)} ({_listed(table.columns)}) VALUES ({places})",
                rows,
            )
        for table, rows in kept.changed:
            sets = ", ".join(f"{_quoted(column)} = %s" for column in table.columns)
            where = f"{_quoted(table.columns[table.key])} = %s"
            cursor.executemany(
                f"UPDATE {_quoted(table.name)} SET {sets} WHERE {where}",
                [(*row, row[table.key]) for row in rows],
            )


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _listed(columns: tuple[str, ...]) -> str:
    return ", ".join(_quoted(column) for column in columns)
