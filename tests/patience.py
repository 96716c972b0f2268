"""Waiting for another process or thread: look again until it is so, with a deadline, never for a fixed time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any


def until(condition: Callable[[], Any], what: str, seconds: float = 30.0) -> Any:
    """The first true answer of `condition`; AssertionError naming `what` when the deadline passes."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := condition():
            return answer
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds:.0f} s in vain for: {what}")


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Runs the calls in threads that start together, each on its own connection; their answers or exceptions."""
    from django.db import connections

    barrier = threading.Barrier(len(calls))
    answers: list[Any] = [None] * len(calls)

    def run(index: int, call: Callable[[], Any]) -> None:
        barrier.wait(10)
        try:
            answers[index] = call()
        except Exception as problem:
            answers[index] = problem
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers
