"""Two kinds of child process under one parent: the web server and the worker. Who dies is started again."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

_PR_SET_PDEATHSIG = 1
_QUICK = 5.0  # seconds: a child that lives shorter than this did not really start


def _die_with_parent() -> None:
    """Runs in the child: when the parent is killed outright, the kernel ends the child too."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """A command that shall run, and the process that runs it now."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    quick_deaths: int = 0

    def start(self) -> None:
        self.started_at = time.monotonic()
        # A session of its own: Ctrl-C reaches the parent alone, which then ends its children in order.
        self.process = subprocess.Popen(
            self.command, env=os.environ | self.environment, start_new_session=True, preexec_fn=_die_with_parent
        )

    def note_death(self) -> int | None:
        """The exit code when the process has ended, else None; counts deaths in quick succession."""
        code = self.process.poll() if self.process else None
        if code is not None:
            self.quick_deaths = self.quick_deaths + 1 if time.monotonic() - self.started_at < _QUICK else 0
        return code

    def stop(self, patience: float) -> None:
        """Asks the process to end, and kills its whole session when it does not within `patience` seconds."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def supervise(
    children: list[Child], *, stopping: Callable[[], bool], tell: Callable[[str], None], beat: float = 0.3
) -> str:
    """Keeps the children running until `stopping()`, then ends them.

    Returns "", or the name of a child that three times in a row ended as soon as it began.
    """
    try:
        for child in children:
            child.start()
        while not stopping():
            for child in children:
                code = child.note_death()
                if code is None:
                    continue
                if child.quick_deaths >= 3:
                    return child.name
                tell(f"the {child.name} ended ({code}): it is started again")
                child.start()
            time.sleep(beat)
    finally:
        for child in reversed(children):
            child.stop(patience=15.0)
    return ""
