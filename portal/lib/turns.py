"""Turns at SQLite's one writer.

A connection that finds SQLite's lock taken sleeps and asks again, ever longer; the writer is idle meanwhile. Writers
that queue at a file beside the database wait in steps of a fraction of a millisecond instead. A turn is only an order
of arrival: what keeps the data whole is still the transaction inside it. A process that dies gives its turn back, and
who has waited too long goes on without one.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

STEP = 0.0003  # seconds between two looks
LONGEST_WAIT = 5.0  # seconds; then SQLite's own patience decides
_files: set[str] = set()  # databases known to be files


@contextmanager
def writing_turn() -> Iterator[None]:
    """Waits until it is this transaction's turn. Wrap it round `transaction.atomic()`.

    Nothing happens inside a transaction: who holds SQLite's lock must never wait for one who waits for that lock.
    """
    place = _queue()
    if place is None or connection.in_atomic_block:
        yield
        return
    # Opened anew each time: two threads with one open file would not keep each other out.
    queue = os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _wait(queue)
        yield
    finally:
        os.close(queue)


def _wait(queue: int) -> bool:
    """Whether the turn came."""
    last = time.monotonic() + LONGEST_WAIT
    while True:
        try:
            fcntl.flock(queue, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > last:
                return False
            time.sleep(STEP)
        else:
            return True


def _queue() -> str | None:
    """The file beside the database at which its writers queue; None where none is needed."""
    if connection.vendor != "sqlite":
        return None
    name = str(connection.settings_dict["NAME"])
    if name not in _files:
        if not Path(name).is_file():
            return None
        _files.add(name)
    return f"{name}-turn"
