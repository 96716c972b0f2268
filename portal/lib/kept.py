"""What a process keeps for some seconds: what changes a few times a year, and what takes long to count."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextvars import Context, copy_context
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from django.conf import settings
from django.db import connections

from portal.lib import clock

T = TypeVar("T")
logger = logging.getLogger(__name__)


class KeptAWhile(Generic[T]):
    """Called, it gives what `make` gave, at most `seconds` old. `forget` it after an edit in this process."""

    def __init__(self, make: Callable[[], T], *, seconds: float) -> None:
        self._make, self._seconds = make, seconds
        self._kept: tuple[float, T] | None = None

    def __call__(self) -> T:
        if self._kept is None or self._kept[0] < time.monotonic():
            self._kept = (time.monotonic() + self._seconds, self._make())
        return self._kept[1]

    def forget(self) -> None:
        self._kept = None


@dataclass(frozen=True)
class Counted(Generic[T]):
    """Figures, and when they were counted."""

    figures: T
    at: datetime
    keep_until: float  # on the monotonic clock
    use_until: float = 0.0

    @property
    def is_old(self) -> bool:
        """Whether a page should say of when they are."""
        return clock.now() - self.at > timedelta(seconds=5)


class CostlyFigures(Generic[T]):
    """Figures of some thousand people, shared by the requests of a process for a time in proportion to their cost.

    What is counted in less than settings.FIGURES_KEPT_FROM seconds is never kept: a small organisation always sees the
    figures of this moment. The rest is kept for twenty times as long as it took, a minute at most. Who asks after that
    gets what is there, for ten minutes, while a thread counts anew: nobody waits but the first. The figures belong to
    all who ask for the same: nobody changes them. `key` says all they depend on but the rows counted.
    """

    TIMES, LONGEST, USABLE = 20, 60.0, 600.0

    def __init__(self, *, most: int = 3) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, Counted[T]] = OrderedDict()
        self._under_way: set[Hashable] = set()
        self._turn = threading.Lock()

    def get(self, key: Hashable, count: Callable[[], T]) -> Counted[T]:
        now = time.monotonic()
        kept = self._kept.get(key)
        if kept is not None and kept.keep_until > now:
            return kept
        if kept is not None and kept.use_until > now:
            self._count_beside(key, count)
            return kept
        return self._count(key, count)

    def forget(self) -> None:
        with self._turn:
            self._kept.clear()

    def _count(self, key: Hashable, count: Callable[[], T]) -> Counted[T]:
        begun, at = time.monotonic(), clock.now()
        figures = count()
        end = time.monotonic()
        made = Counted(figures, at, end + min(self.TIMES * (end - begun), self.LONGEST), end + self.USABLE)
        with self._turn:
            self._kept.pop(key, None)
            if settings.FIGURES_KEPT_FROM is not None and end - begun >= settings.FIGURES_KEPT_FROM:
                self._kept[key] = made
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        return made

    def _count_beside(self, key: Hashable, count: Callable[[], T]) -> None:
        """In a thread of its own with the language and scope of who asked; once, however many ask."""
        with self._turn:
            if key in self._under_way:
                return
            self._under_way.add(key)

        def work() -> None:
            try:
                self._count(key, count)
            except Exception:
                logger.exception("figures were not counted anew")
            finally:
                self._under_way.discard(key)
                connections.close_all()

        start(copy_context(), work)


def start(context: Context, work: Callable[[], None]) -> None:
    """Runs `work` in a thread. A name of its own, so that a test can decide when."""
    threading.Thread(target=context.run, args=(work,), daemon=True).start()
