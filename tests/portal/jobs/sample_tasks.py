"""Jobs for the tests of the worker; a worker process imports them by this path."""

from __future__ import annotations

import os
import time
from pathlib import Path

from django_tasks import task


@task()
def write_down(path: str, word: str) -> None:
    """Adds a line to a file."""
    with Path(path).open("a", encoding="utf-8") as file:
        file.write(f"{word}\n")


@task()
def wait_for_permission(folder: str) -> None:
    """Says that it began, then waits until the file `go` appears: the moment to kill its worker."""
    place = Path(folder)
    with (place / "begun").open("a", encoding="utf-8") as file:
        file.write(f"{os.getpid()}\n")
    deadline = time.monotonic() + 120
    while not (place / "go").exists() and time.monotonic() < deadline:
        time.sleep(0.05)


@task()
def fail() -> None:
    raise ValueError("this job always fails")
