"""What a process keeps for some seconds: what changes a few times a year, and what takes long to count."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from django.conf import settings

from portal.lib import clock

T = TypeVar("T")


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

    @property
    def is_old(self) -> bool:
        """Whether a page should say of when they are."""
        return clock.now() - self.at > timedelta(seconds=5)


class CostlyFigures(Generic[T]):
    """Figures of some thousand people, shared by the requests of a process for a time in proportion to their cost.

    What is counted in less than settings.FIGURES_KEPT_FROM seconds is never kept: a small organisation always sees the
    figures of this moment. The rest is kept for twenty times as long as it took, a minute at most. The figures belong
    to all who ask for the same: nobody changes them. `key` says all they depend on but the rows counted.
    """

    TIMES, LONGEST = 20, 60.0

    def __init__(self, *, most: int = 3) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, Counted[T]] = OrderedDict()

    def get(self, key: Hashable, count: Callable[[], T]) -> Counted[T]:
        begun = time.monotonic()
        kept = self._kept.get(key)
        if kept is not None and kept.keep_until > begun:
            return kept
        at = clock.now()
        figures = count()
        cost = time.monotonic() - begun
        made = Counted(figures, at, begun + cost + min(self.TIMES * cost, self.LONGEST))
        self._kept.pop(key, None)
        if settings.FIGURES_KEPT_FROM is not None and cost >= settings.FIGURES_KEPT_FROM:
            self._kept[key] = made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made

    def forget(self) -> None:
        self._kept.clear()
