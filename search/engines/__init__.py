"""The engine of this installation: SEARCH_URL chooses it; without one it is the database itself."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from search.engines.base import Engine


def engine() -> Engine:
    """The engine to ask and to write to. Raises ImproperlyConfigured for a SEARCH_URL or database without an engine."""
    if settings.SEARCH_URL not in {"", "database"}:
        raise ImproperlyConfigured(
            f"SEARCH_URL={settings.SEARCH_URL!r} names no search engine: leave it empty to search in the database."
        )
    if connection.vendor == "sqlite":
        from search.engines.sqlite import SqliteEngine

        return SqliteEngine()
    if connection.vendor == "postgresql":
        from search.engines.postgresql import PostgresqlEngine

        return PostgresqlEngine()
    raise ImproperlyConfigured(f"There is no search engine for the database {connection.vendor}.")
