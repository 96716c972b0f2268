"""Two sites on loopback: the portal with its demo company, and a project as `wagtail start` makes it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).resolve().parents[2]
WORKERS = 2


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Site:
    """A WSGI application under granian; `folder` is where its Python lies, `environment` what it needs to know."""

    name: str
    application: str
    folder: Path
    environment: dict[str, str]
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def run(self, *arguments: str) -> str:
        """A manage.py command or any Python of this site; what it printed."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env=os.environ | self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"{self.name}: {' '.join(arguments)[:80]} failed:\n{done.stderr[-3000:]}")
        return done.stdout

    def __enter__(self) -> Site:
        command = [sys.executable, "-m", "granian", self.application, "--interface", "wsgi", "--host", "127.0.0.1"]
        command += ["--port", str(self.port), "--workers", str(WORKERS), "--blocking-threads", "1"]
        command += ["--backlog", "1024", "--backpressure", "64", "--no-ws", "--log-level", "warning"]
        self.process = subprocess.Popen(command, cwd=self.folder, env=os.environ | self.environment)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(self.url + "/", timeout=5):
                    return self
            except urllib.error.HTTPError:
                return self
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.2)
        self.__exit__(None, None, None)
        raise SystemExit(f"{self.name} did not start.")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


SESSION_OF = """
import django; django.setup()
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
user = get_user_model().objects.get(username={username!r})
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.save()
print(session.session_key)
"""


def session_of(site: Site, username: str) -> str:
    """The cookie of somebody who signed in."""
    return site.run("-c", SESSION_OF.format(username=username)).split()[-1]


def portal(folder: Path) -> Site:
    """The portal with its demo company, in a data folder of its own."""
    environment = {"PORTAL_DATA_DIR": str(folder / "portal"), "DJANGO_SETTINGS_MODULE": "portal.settings.dev"}
    (folder / "portal").mkdir(parents=True, exist_ok=True)
    site = Site("portal", "tests.bench.portal_wsgi:application", ROOT, environment)
    for command in (["migrate", "-v0"], ["load_demo"], ["collectstatic", "--noinput", "-v0"]):
        site.run("manage.py", *command)
    return site
