"""Serves the portal on this machine, web server and worker, until Ctrl-C; in demo mode with a login for every role."""

from __future__ import annotations

import signal
import socket
import sys
import threading
import urllib.error
import urllib.request
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils import translation

from portal.jobs.supervisor import Child, supervise
from portal.lib.registries import demo_logins


def web_server(host: str, port: int, workers: int) -> list[str]:
    """The granian command. One blocking thread a worker serves pages fastest here; what exceeds the backlog waits."""
    images = Path(settings.MEDIA_ROOT) / "images"  # renditions only: documents go through Wagtail's permission
    images.mkdir(parents=True, exist_ok=True)
    return [
        *(sys.executable, "-m", "granian", "portal.wsgi:application"),
        *("--working-dir", str(settings.BASE_DIR)),
        *("--interface", "wsgi", "--host", host, "--port", str(port)),
        *("--workers", str(workers), "--blocking-threads", "1", "--backlog", "1024", "--backpressure", "64"),
        *("--respawn-failed-workers", "--workers-kill-timeout", "10", "--no-ws", "--log-level", "warning"),
        *("--static-path-route", f"{settings.MEDIA_URL.rstrip('/')}/images", "--static-path-mount", str(images)),
    ]


def require_free_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise CommandError(
                f"{host}:{port} cannot be used ({problem.strerror}): stop what serves there, or take another port with"
                " `make run PORT=8010`."
            ) from None


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []  # `migrate` makes them

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--prepare", action="store_true", help="run prepare_portal first")
        parser.add_argument("--workers", type=int, default=2, help="processes of the web server")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        require_free_port(host, port)
        if options["prepare"]:
            call_command("prepare_portal", stdout=self.stdout, stderr=self.stderr)
            connections.close_all()  # a child must not inherit an open database file
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        children = [
            Child("web server", web_server(host, port, options["workers"])),
            Child("worker", [sys.executable, str(settings.BASE_DIR / "manage.py"), "run_worker"]),
        ]
        address = f"http://{host}:{port}"
        threading.Thread(target=self._welcome, args=(address, stopping), daemon=True).start()
        failed = supervise(children, stopping=stopping.is_set, tell=self.stderr.write)
        stopping.set()
        if failed:
            raise CommandError(f"The {failed} could not be started; what it printed above says why.")
        self.stdout.write("The portal has stopped.")

    def _welcome(self, address: str, stopping: threading.Event) -> None:
        """Waits until the first page comes, then says where the portal is and who can sign in."""
        while not stopping.wait(0.3):
            try:
                with urllib.request.urlopen(address + "/", timeout=10):  # noqa: S310 - our own address
                    break
            except urllib.error.HTTPError:
                break
            except OSError:
                continue
        else:
            return
        lines = ["", f"The portal is at {address}  (Ctrl-C stops it)"]
        with translation.override("en"):
            logins = list(demo_logins)
            if logins:
                lines += ["", f"Sign in at {address}/accounts/login/ - the password is always {logins[0].password}"]
                lines += [f"  {login.username:<16} {login.try_this}" for login in logins]
                lines += [
                    "",
                    f"Without signing in: {address}/complaint/ takes a complaint, {address}/search/ finds a rule.",
                ]
        self.stdout.write("\n".join([*lines, ""]))
        self.stdout.flush()
