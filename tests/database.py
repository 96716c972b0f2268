"""A test database without a minute of migrations: on SQLite a migrated template is kept while no migration changes."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "var" / "test-templates"


def migrations_key() -> str:
    """Changes whenever a requirement or one of our migrations changes."""
    digest = hashlib.sha256((ROOT / "requirements.lock").read_bytes())
    for room in ("portal", "home", "policies", "forms", "search"):
        for path in sorted((ROOT / room).rglob("migrations/*.py")):
            digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:24]


def copy_template(target: Path) -> bool:
    """Puts the kept template where the test database is expected; False where there is none for these migrations."""
    template = TEMPLATES / f"{migrations_key()}.sqlite3"
    if not template.exists():
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(template, target)
    return True


def keep_template(connection: Any) -> None:
    """Keeps the freshly migrated database as template, written whole or not at all; older templates go."""
    TEMPLATES.mkdir(parents=True, exist_ok=True)
    template = TEMPLATES / f"{migrations_key()}.sqlite3"
    draft = template.with_suffix(f".{id(connection)}.draft")
    with sqlite3.connect(draft) as copy:
        connection.connection.backup(copy)
    copy.close()
    draft.replace(template)
    for old in sorted(TEMPLATES.glob("*.sqlite3"), key=lambda path: path.stat().st_mtime)[:-4]:
        old.unlink(missing_ok=True)
