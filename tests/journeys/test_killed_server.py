"""A server that is killed while customers send: who was answered is kept, who tried again is kept once."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.database import ROOT

pytestmark = pytest.mark.concurrency
SUBMISSIONS = 100
CLIENTS = 4
KILL_AFTER = (15, 40, 70)  # so many answers
BOUNDARY = "a-boundary-that-stands-in-no-text"


class KilledServer:
    """Granian with two workers on a database of its own; `kill` ends all its processes at once, as power cuts do."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "portal.settings.test",
            "DATABASE_URL": f"sqlite:///{folder / 'portal.sqlite3'}",
            "PORTAL_TEST_DIR": str(folder),
            "PORTAL_TRUSTED_PROXIES": "127.0.0.1",
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--host", "127.0.0.1"]
        command += ["--port", str(self.port), "--workers", "2", "--blocking-threads", "1", "portal.wsgi:application"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip

    def kill(self) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def manage(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def server(demo_template: Path, tmp_path: Path) -> Iterator[KilledServer]:
    shutil.copyfile(demo_template / "portal.sqlite3", tmp_path / "portal.sqlite3")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = KilledServer(tmp_path, port)
    running.start()
    try:
        yield running
    finally:
        running.kill()


class Sender:
    """A customer's browser that tries again until it is answered, always with the same id."""

    def __init__(self, port: int, number: int) -> None:
        self.port, self.address = port, f"203.0.113.{number % 250 + 1}"
        self.cookie = self.token = ""

    def request(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=15)
        try:
            connection.request(method, path, body, {"X-Forwarded-For": self.address, **headers})
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.getheader("Set-Cookie") or ""
        finally:
            connection.close()

    def until_answered(self, method: str, path: str, wanted: int, body: bytes = b"", **headers: str) -> Any:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                status, answer, cookie = self.request(method, path, body, **headers)
            except (OSError, HTTPException):
                time.sleep(0.2)
                continue
            if status == wanted:
                return answer, cookie
            assert status >= 500, f"{status}: {answer[:300]!r}"
            time.sleep(0.2)
        raise AssertionError("no answer within two minutes")

    def send(self, submission_id: uuid.UUID, photo: bytes) -> str:
        if not self.token:
            page, cookie = self.until_answered("GET", "/complaint/", 200)
            self.cookie = cookie.split(";")[0]
            self.token = page.decode().split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        answer, _cookie = self.until_answered(
            "POST",
            "/complaint/",
            201,
            form_body(submission_id, self.token, photo),
            **{
                "Cookie": self.cookie,
                "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
                "X-Requested-With": "fetch",
            },
        )
        return json.loads(answer)["location"]


def form_body(submission_id: uuid.UUID, token: str, photo: bytes) -> bytes:
    fields = {
        "csrfmiddlewaretoken": token,
        "submission_id": str(submission_id),
        "kind": "complaint",
        "subject": f"斷電測試 {submission_id}",
        "text": "伺服器被中斷時寄出。",
    }
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    if photo:
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="a.jpg"\r\n\r\n'
        parts.append(head.encode() + photo + b"\r\n")
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def test_kill_9_loses_nobody_and_doubles_nobody(server: KilledServer) -> None:
    out = io.BytesIO()
    Image.new("RGB", (400, 300), (90, 120, 60)).save(out, "JPEG")
    ids = [uuid.uuid4() for _number in range(SUBMISSIONS)]
    answered: dict[uuid.UUID, str] = {}
    lock, kills = threading.Lock(), list(KILL_AFTER)

    def one(number: int) -> None:
        sender = Sender(server.port, number)
        photo = out.getvalue() if number % 10 == 0 else b""
        first = sender.send(ids[number], photo)
        with lock:
            answered[ids[number]] = first
            if kills and len(answered) >= kills[0]:
                kills.pop(0)
                server.kill()
                server.start()
        assert sender.send(ids[number], photo) == first

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(one, range(SUBMISSIONS)))
    server.kill()
    assert not kills
    rows = _rows(server.folder / "portal.sqlite3", [number.hex for number in ids])
    assert len(answered) == SUBMISSIONS
    assert len(rows) == SUBMISSIONS
    assert len({number for number, _files in rows}) == SUBMISSIONS
    paths = [path for _number, files in rows for path in files]
    assert len(paths) == SUBMISSIONS // 10
    assert all((server.folder / "private" / path).stat().st_size for path in paths)
    checked = server.manage("verify_journal")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def _rows(database: Path, ids: list[str]) -> list[tuple[str, list[str]]]:
    """(case number, paths of its files) of every case that came from these submissions."""
    with sqlite3.connect(database) as connection:
        marks = ",".join("?" * len(ids))
        cases = connection.execute(
            f"SELECT number, submission_id FROM cases_case WHERE submission_id IN ({marks})", ids
        ).fetchall()
        return [
            (
                number,
                [
                    path
                    for (path,) in connection.execute(
                        "SELECT path FROM intake_attachment WHERE submission_id = ?", [submission]
                    )
                ],
            )
            for number, submission in cases
        ]
