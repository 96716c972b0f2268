"""Queries compiled once: Django builds the SQL at first use, later calls only bind values. For what runs at every
request."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler

# Values that stand for the first, second ... argument while the SQL is built; none occurs in a real query.
_STANDINS: dict[type, list[Any]] = {
    str: ["\x1astand-in-0", "\x1astand-in-1"],
    int: [-7_340_001, -7_340_002],
    date: [date(1789, 7, 14), date(1789, 7, 15)],
    datetime: [],
}


class PreparedRows:
    """`PreparedRows(build, str, int)` takes a function of as many values and returns, for `rows("x", 1)`, the same
    rows as `list(build("x", 1))`, a values_list queryset, without building it anew. A value may occur in it several
    times."""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], *kinds: type) -> None:
        self._build = build
        self._kinds = kinds
        self._local = threading.local()

    def rows(self, *values: Any) -> list[Any]:
        compiled = getattr(self._local, "compiled", None)
        if compiled is None or compiled.vendor != connection.vendor:
            compiled = self._local.compiled = _Compiled(self._build, self._kinds)
        return compiled.rows(values)


class _Compiled:
    def __init__(self, build: Callable[..., QuerySet[Any, Any]], kinds: tuple[type, ...]) -> None:
        taken: dict[type, int] = {}
        standins = []
        for kind in kinds:
            place = taken.get(kind, 0)
            taken[kind] = place + 1
            standins.append(_standin(kind, place))
        self.vendor = connection.vendor
        self.compiler: SQLCompiler = build(*standins).query.get_compiler(connection=connection)
        self.sql, given = self.compiler.as_sql()
        bound = [adapted(value) for value in standins]
        self.places = [bound.index(value) if value in bound else None for value in given]
        self.given = list(given)
        missing = set(range(len(kinds))) - set(self.places)
        if missing:
            raise RuntimeError(f"arguments {sorted(missing)} do not occur in the query")
        self.converters = self.compiler.get_converters([column for column, _sql, _alias in self.compiler.select])

    def rows(self, values: tuple[Any, ...]) -> list[Any]:
        bound = [adapted(value) for value in values]
        parameters = [
            given if place is None else bound[place] for given, place in zip(self.given, self.places, strict=True)
        ]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            found = cursor.fetchall()
        return [tuple(row) for row in self.compiler.apply_converters(found, self.converters)] if found else []


def _standin(kind: type, place: int) -> Any:
    if kind is datetime:
        from django.utils import timezone

        return timezone.make_aware(datetime(1789, 7, 14 + place), timezone.get_fixed_timezone(0))
    return _STANDINS[kind][place]


def adapted(value: Any) -> Any:
    """The value as Django hands it to the database driver."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    return value
