"""What a process keeps for some seconds because it changes a few times a year."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic, TypeVar

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
