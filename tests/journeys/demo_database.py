"""The demo company for journeys: built once by `load_demo` in a process of its own, kept, and copied for each test."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import connections

from tests.database import ROOT, TEMPLATES, copy_file, manage, migrated_file, migrations_key, one_at_a_time

KEPT = 3
ROOMS = ("portal", "home", "policies", "forms", "search")


def _key() -> str:
    """Changes with a migration, a requirement, a demo builder, or a verb that builders call."""
    digest = hashlib.sha256(migrations_key().encode())
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            parts = path.relative_to(ROOT).parts
            if "demo" in parts or path.name == "demo.py" or "actions" in path.stem or "actions" in parts:
                digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:24]


def template() -> Path:
    """The folder of the kept template, built when there is none. Several processes may ask at once: one builds."""
    migrated = migrated_file()
    with one_at_a_time("demo"):
        folder = TEMPLATES / f"demo-{_key()}"
        if not folder.exists():
            _build(folder, migrated)
        for old in sorted(TEMPLATES.glob("demo-*/"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
            shutil.rmtree(old, ignore_errors=True)
    return folder


def _build(folder: Path, migrated: Path) -> None:
    draft = folder.with_name(f"draft-{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    copy_file(migrated, draft / "portal.sqlite3")
    try:
        for command in (["load_demo"], ["run_worker", "--once"]):
            manage(*command, url=f"sqlite:///{draft / 'portal.sqlite3'}", PORTAL_TEST_DIR=str(draft))
    except RuntimeError:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    for name in ("-wal", "-shm"):
        (draft / f"portal.sqlite3{name}").unlink(missing_ok=True)
    draft.replace(folder)


def copy(folder: Path, database: Path) -> None:
    """Puts a fresh copy of the template's database and files where this process works."""
    copy_file(folder / "portal.sqlite3", database)
    for name, target in (("media", settings.MEDIA_ROOT), ("private", settings.PRIVATE_ROOT)):
        shutil.rmtree(target, ignore_errors=True)
        if (folder / name).exists():
            shutil.copytree(folder / name, target)


@contextlib.contextmanager
def in_use(database: Path) -> Iterator[None]:
    """The process works on this SQLite file, all its threads, until the block ends."""
    configured = connections.settings["default"]
    if "sqlite3" not in configured["ENGINE"]:
        raise RuntimeError("Journeys run on SQLite: leave DATABASE_URL unset, or deselect them with -m 'not journey'.")
    before = configured["NAME"]
    connections.close_all()
    cache.clear()
    configured["NAME"] = str(database)
    try:
        yield
    finally:
        connections.close_all()
        cache.clear()
        configured["NAME"] = before
