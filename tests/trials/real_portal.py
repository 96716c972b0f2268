"""The portal as it is run, `serve_portal` with web server and worker, on a copy of the demo company; to be killed."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from tests.database import ROOT, copy_file


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def descendants(pid: int) -> list[int]:
    """All living processes below this one, by the kernel's own list."""
    below: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = entry.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        below.setdefault(int(after_name[1]), []).append(int(entry.parent.name))
    found, waiting = [], [pid]
    while waiting:
        children = below.get(waiting.pop(), [])
        found += children
        waiting += children
    return found


def kill_tree(pid: int) -> None:
    """Ends a process and all below it at once, as a power cut does: nobody among them has time to say goodbye."""
    for one in (pid, *descendants(pid)):
        try:
            os.kill(one, signal.SIGKILL)
        except ProcessLookupError:
            continue


class RealPortal:
    """`start`, `kill`, `start` again: always the same database, files and address."""

    def __init__(self, folder: Path, template: Path, *, workers: int = 2) -> None:
        self.folder, self.port, self.workers = folder, free_port(), workers
        self.database = folder / "portal.sqlite3"
        copy_file(template / "portal.sqlite3", self.database)
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "portal.settings.test",
            "DATABASE_URL": f"sqlite:///{self.database}",
            "PORTAL_TEST_DIR": str(folder),
            "PORTAL_SUBMISSIONS_PER_ADDRESS": "5000",
        }
        self.process: subprocess.Popen[bytes] | None = None
        self.kills = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        log = (self.folder / "portal.log").open("ab")
        command = [sys.executable, "manage.py", "serve_portal", "--port", str(self.port)]
        command += ["--workers", str(self.workers)]
        self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        log.close()

    def wait(self, seconds: float = 240.0) -> None:
        """Until it answers."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.url}/observe/manifest.webmanifest", timeout=5):
                    return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.1)
        said = (self.folder / "portal.log").read_text(encoding="utf-8", errors="replace")[-2000:]
        raise AssertionError(f"the portal did not answer within {seconds:.0f} s; it said:\n{said}")

    def kill(self) -> None:
        if self.process is not None:
            kill_tree(self.process.pid)
            self.process.wait()
            self.process = None
            self.kills += 1

    def manage(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with sqlite3.connect(self.database, timeout=30) as connection:
            return connection.execute(query, values).fetchall()
