"""Database triggers that refuse to change or delete a journal entry, on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any

SQLITE = [
    f"""CREATE TRIGGER IF NOT EXISTS journal_entry_no_{verb.lower()} BEFORE {verb} ON journal_entry
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"""
    for verb in ("UPDATE", "DELETE")
]
POSTGRESQL = [
    """CREATE OR REPLACE FUNCTION journal_is_append_only() RETURNS trigger AS $$
    BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$ LANGUAGE plpgsql""",
    """CREATE OR REPLACE TRIGGER journal_entry_no_change BEFORE UPDATE OR DELETE ON journal_entry
    FOR EACH ROW EXECUTE FUNCTION journal_is_append_only()""",
]


def install(connection: Any) -> None:
    with connection.cursor() as cursor:
        for statement in POSTGRESQL if connection.vendor == "postgresql" else SQLITE:
            cursor.execute(statement)


def remove(connection: Any) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP TRIGGER IF EXISTS journal_entry_no_change ON journal_entry")
        else:
            for verb in ("update", "delete"):
                cursor.execute(f"DROP TRIGGER IF EXISTS journal_entry_no_{verb}")
