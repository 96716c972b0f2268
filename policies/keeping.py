"""A small memory of one process: the entries used last, for what never changes under its key."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from contextlib import suppress
from typing import Generic, TypeVar

V = TypeVar("V")


class Kept(Generic[V]):
    """At most `most` entries; the one unused for longest goes first. Safe among threads: at worst an entry is made
    twice."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._entries: OrderedDict[Hashable, V] = OrderedDict()

    def get(self, key: Hashable) -> V | None:
        entry = self._entries.get(key)
        if entry is not None:
            with suppress(KeyError):  # another thread dropped it meanwhile
                self._entries.move_to_end(key)
        return entry

    def put(self, key: Hashable, entry: V) -> V:
        self._entries[key] = entry
        while len(self._entries) > self.most:
            self._entries.popitem(last=False)
        return entry

    def clear(self) -> None:
        self._entries.clear()
