"""Test databases without a minute of migrations each: a migrated template is kept, and every database is a copy of it.

On SQLite the template is a file under var/test-templates, on PostgreSQL a database of the same server; its name changes
with our migrations and the locked packages, so a stale one is never used. After a test that commits, the database is
copied anew (Django would empty its tables, and with them what migrations wrote: the page tree, the site, the groups).
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "var" / "test-templates"
KEPT = 4


def migrations_key() -> str:
    """Changes whenever a locked package or one of our migrations changes."""
    digest = hashlib.sha256((ROOT / "requirements.lock").read_bytes())
    for room in ("portal", "home", "policies", "forms", "search"):
        for path in sorted((ROOT / room).rglob("migrations/*.py")):
            digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:24]


@contextlib.contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """Parallel test processes build one template, not one each."""
    TEMPLATES.mkdir(parents=True, exist_ok=True)
    with (TEMPLATES / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def manage(*command: str, url: str, **environment: str) -> None:
    """A command of manage.py in a process of its own, with the tests' settings, on the database at `url`."""
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings.test", "DATABASE_URL": url} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"manage.py {command[0]} failed:\n{done.stdout[-1000:]}\n{done.stderr[-4000:]}")


# ---- SQLite ----------------------------------------------------------------------------------------------------------
def migrated_file() -> Path:
    """The kept template, migrated first where there is none for these migrations."""
    template = TEMPLATES / f"{migrations_key()}.sqlite3"
    with one_at_a_time("migrated-sqlite"):
        if not template.exists():
            draft = TEMPLATES / f"draft-{os.getpid()}.sqlite3"
            remove_file(draft)
            manage("migrate", "-v0", url=f"sqlite:///{draft}")
            draft.replace(template)
            for old in sorted(TEMPLATES.glob("*.sqlite3"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
                old.unlink(missing_ok=True)
    return template


def remove_file(database: Path) -> None:
    """A SQLite file with what belongs to it."""
    for suffix in ("", "-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)


def copy_file(template: Path, database: Path) -> None:
    database.parent.mkdir(parents=True, exist_ok=True)
    remove_file(database)
    shutil.copyfile(template, database)


# ---- PostgreSQL ------------------------------------------------------------------------------------------------------
@contextlib.contextmanager
def server(connection: Any) -> Iterator[Any]:
    """A cursor on the server beside the test databases."""
    with connection._nodb_cursor() as cursor:
        yield cursor


def migrated_database(connection: Any) -> str:
    """The name of the kept template database, migrated first where there is none for these migrations."""
    name = f"portal_template_{migrations_key()}"
    with one_at_a_time("migrated-postgresql"), server(connection) as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute("DROP DATABASE IF EXISTS portal_draft WITH (FORCE)")
            cursor.execute("CREATE DATABASE portal_draft")
            manage("migrate", "-v0", url=url_of(connection, "portal_draft"))
            cursor.execute(f'ALTER DATABASE portal_draft RENAME TO "{name}"')
    return name


def url_of(connection: Any, name: str) -> str:
    """DATABASE_URL of another database of the same server."""
    where = {
        key: quote(str(value), safe="") for key, value in connection.settings_dict.items() if isinstance(value, str)
    }
    return "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/".format(**where) + name


# ---- the database of a test run --------------------------------------------------------------------------------------
class TestDatabase:
    """The database that the tests of one process use; `renew` makes it a fresh copy of the template."""

    __test__ = False

    def __init__(self, connection: Any, place: Path) -> None:
        self.connection = connection
        self.on_sqlite = connection.vendor == "sqlite"
        self.template: Any = migrated_file() if self.on_sqlite else migrated_database(connection)
        self.name = str(place / "test.sqlite3") if self.on_sqlite else f"test_portal_{os.getpid()}"
        self.configured_name = connection.settings_dict["NAME"]

    def renew(self) -> None:
        """The journal's triggers are taken off: tests tamper with the journal to see that it shows."""
        from portal.journal import triggers

        self.connection.close()
        if self.on_sqlite:
            copy_file(self.template, Path(self.name))
        else:
            with server(self.connection) as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
                cursor.execute(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.template}" STRATEGY FILE_COPY')
        self.connection.settings_dict["NAME"] = self.name
        triggers.remove(self.connection)

    def drop(self) -> None:
        self.connection.close()
        if self.on_sqlite:
            remove_file(Path(self.name))
        else:
            with server(self.connection) as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
        self.connection.settings_dict["NAME"] = self.configured_name
