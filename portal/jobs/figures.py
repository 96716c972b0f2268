"""Figures of some thousand people: counted once, shared by the requests of a process, by all processes, and kept fresh.

What is counted in less than settings.FIGURES_KEPT_FROM seconds is never kept: a small organisation always sees the
figures of this moment. The rest is kept for twenty times as long as it took, a minute at most. Who asks after that gets
what is there, for half an hour, while a thread counts anew; before it does, a process looks whether another one counted
meanwhile. The worker counts anew every few minutes what somebody asked for lately (`renew`), so that nobody waits after
a restart or in the morning. The figures belong to all who ask for the same: nobody changes them.

Stored are numbers and columns of bytes (`Parts`), nothing that runs when it is read. What is broken, too old or of
other code is counted anew.
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from contextvars import copy_context
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any, Generic, NamedTuple, TypeVar

from django.conf import settings
from django.db import DatabaseError, connections, transaction
from django_scopes import scopes_disabled

from portal.jobs.models import KeptFigures
from portal.lib import clock
from portal.lib.turns import writing_turn

T = TypeVar("T")
Question = dict[str, Any]  # as JSON holds it: what is asked, whatever the day
logger = logging.getLogger(__name__)
ASKED_LATELY = timedelta(days=14)
NOTED_EVERY = timedelta(hours=1)  # that somebody asked
RENEWED_AFTER = timedelta(minutes=4)
RENEWAL_MAY_TAKE = 60.0  # seconds of one turn


class Parts(NamedTuple):
    """Figures as they are stored: what JSON holds, and columns of bytes."""

    head: dict[str, Any]
    columns: Sequence[bytes] = ()


@dataclass(frozen=True)
class Counted(Generic[T]):
    """Figures, when they were counted, and how many seconds that took."""

    figures: T
    at: datetime
    took: float
    keep_until: float  # on the monotonic clock
    use_until: float

    @property
    def is_old(self) -> bool:
        """Whether a page should say of when they are."""
        return clock.now() - self.at > timedelta(seconds=5)

    @property
    def is_costly(self) -> bool:
        return settings.FIGURES_KEPT_FROM is not None and self.took >= settings.FIGURES_KEPT_FROM


@dataclass(frozen=True)
class Count(Generic[T]):
    """How a question is answered now: `key` says all that the figures depend on but the rows counted; `pack` makes
    parts of what `make` made, `read` the same figures of these parts. `read` raises for parts that do not fit."""

    key: Hashable
    make: Callable[[], T]
    pack: Callable[[T], Parts]
    read: Callable[[Parts], T]


class CostlyFigures(Generic[T]):
    """Figures of one kind, by question. `count(question)` says how a question is answered now, for the worker.

    `code`: the modules by which they are made. When one of them changes, what was stored before is not read any more.
    """

    TIMES, LONGEST, USABLE = 20, 60.0, 1800.0
    known: dict[str, CostlyFigures[Any]] = {}

    def __init__(
        self, name: str, count: Callable[[Question], Count[T]], *, code: Sequence[ModuleType] = (), most: int = 3
    ) -> None:
        self.name, self.count, self._code, self._most = name, count, code, most
        self._kept: OrderedDict[Hashable, Counted[T]] = OrderedDict()
        self._under_way: set[Hashable] = set()
        self._turn = threading.Lock()

    def register(self) -> None:
        """The worker counts them anew; from AppConfig.ready."""
        self.known[self.name] = self

    def get(self, question: Question, count: Count[T]) -> Counted[T]:
        """The figures for this question, counted by `count` where none are kept for its key."""
        if settings.FIGURES_KEPT_FROM is None:
            return self._measure(count)
        now = time.monotonic()
        kept = self._kept.get(count.key)
        if kept is None or kept.keep_until <= now:
            kept = self._stored(question, count, kept) or kept
        if kept is not None and kept.keep_until > now:
            return kept
        if kept is not None and kept.use_until > now:
            self._count_beside(question, count)
            return kept
        made = self._measure(count)
        if self._keep(count.key, made):
            beside(lambda: self.store(question, count, made), name="store figures")  # the reader need not wait
        return made

    def forget(self) -> None:
        """What this process keeps; what is stored stays."""
        with self._turn:
            self._kept.clear()

    def count_and_store(self, question: Question, count: Count[T]) -> Counted[T]:
        """Counts and stores, whatever is kept; keeps nothing in this process."""
        made = self._measure(count)
        if made.is_costly:
            self.store(question, count, made)
        return made

    def _measure(self, count: Count[T]) -> Counted[T]:
        begun, at = time.monotonic(), clock.now()
        figures = count.make()
        return self._counted(figures, at, time.monotonic() - begun, age=0.0)

    def _counted(self, figures: T, at: datetime, took: float, *, age: float) -> Counted[T]:
        end = time.monotonic() - age
        return Counted(figures, at, took, end + min(self.TIMES * took, self.LONGEST), end + self.USABLE)

    def _keep(self, key: Hashable, made: Counted[T]) -> bool:
        """Whether they are worth keeping."""
        with self._turn:
            self._kept.pop(key, None)
            if made.is_costly:
                self._kept[key] = made
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        return made.is_costly

    def _count_beside(self, question: Question, count: Count[T]) -> None:
        """Once, however many ask."""
        with self._turn:
            if count.key in self._under_way:
                return
            self._under_way.add(count.key)

        def work() -> None:
            try:
                self._keep(count.key, self.count_and_store(question, count))
            finally:
                self._under_way.discard(count.key)

        beside(work, name="count figures")

    # ---- what all processes share ------------------------------------------------------------------------------------
    def _stored(self, question: Question, count: Count[T], kept: Counted[T] | None) -> Counted[T] | None:
        """What another process counted: of the same key, usable, newer than what is kept. A query, two where it is."""
        now = clock.now()
        rows = KeptFigures.objects.filter(name=self.name, question_digest=digest_of(question))
        found = rows.values_list("pk", "key_digest", "counted_at", "asked_at").first()
        if found is None:
            return None
        key, key_digest, counted_at, asked_at = found
        if now - asked_at > NOTED_EVERY:
            KeptFigures.objects.filter(pk=key).update(asked_at=now)
        age = (now - counted_at).total_seconds()
        if key_digest != self._key_digest(count.key) or not 0 <= age < self.USABLE:
            return None
        if kept is not None and counted_at <= kept.at:
            return None
        row = KeptFigures.objects.filter(pk=key, key_digest=key_digest, counted_at=counted_at)
        data = row.values_list("data", flat=True).first()
        if data is None:
            return None
        try:
            took, parts = unpacked(bytes(data))
            figures = count.read(parts)
        except Exception:
            logger.exception("stored figures %s could not be read", self.name)
            return None
        made = self._counted(figures, counted_at, took, age=age)
        self._keep(count.key, made)
        return made

    def store(self, question: Question, count: Count[T], made: Counted[T]) -> None:
        """Figures are shown whether or not they can be stored."""
        row = {
            "question": question,
            "key_digest": self._key_digest(count.key),
            "counted_at": made.at,
            "data": packed(made.took, count.pack(made.figures)),
        }
        try:
            with writing_turn(), transaction.atomic():
                KeptFigures.objects.bulk_create(
                    [KeptFigures(name=self.name, question_digest=digest_of(question), asked_at=made.at, **row)],
                    update_conflicts=True,
                    unique_fields=["name", "question_digest"],
                    update_fields=list(row),
                )
        except DatabaseError:
            logger.exception("figures were not stored")

    def _key_digest(self, key: Hashable) -> str:
        return digest_of([self._version, key])

    @cached_property
    def _version(self) -> str:
        files = [__file__, *(str(module.__file__) for module in self._code)]
        return hashlib.sha256(b"".join(Path(file).read_bytes() for file in files)).hexdigest()


# ---- the worker ------------------------------------------------------------------------------------------------------
def renew(now: datetime | None = None) -> int:
    """Counts anew what somebody asked for lately, the oldest first; removes what nobody asks for. Returns how many.

    What takes too long together for one turn waits for the next. Outside of any transaction: on SQLite nobody could
    write while it counts.
    """
    now = now or clock.now()
    KeptFigures.objects.filter(asked_at__lt=now - ASKED_LATELY).delete()
    waiting = KeptFigures.objects.filter(counted_at__lt=now - RENEWED_AFTER).order_by("counted_at")
    last = time.monotonic() + RENEWAL_MAY_TAKE
    renewed = 0
    for key, name, question in list(waiting.values_list("pk", "name", "question")):
        costly = CostlyFigures.known.get(name)
        if costly is None or time.monotonic() > last:
            continue
        try:
            with scopes_disabled():
                made = costly.count_and_store(question, costly.count(question))
        except DatabaseError:  # it may be there again at the next turn
            logger.exception("the figures %s were not counted anew", name)
            continue
        except Exception:  # the others are counted all the same
            logger.exception("the figures %s cannot be counted anew", name)
            KeptFigures.objects.filter(pk=key).delete()
        else:
            if not made.is_costly:
                KeptFigures.objects.filter(pk=key).delete()
        renewed += 1
    return renewed


def beside(work: Callable[[], None], *, name: str) -> None:
    """Runs `work` in a thread with the language and scope of who asked. A fault of it is nobody's but the log's."""

    def guarded() -> None:
        try:
            work()
        except Exception:
            logger.exception("figures were not counted anew")
        finally:
            connections.close_all()

    threading.Thread(target=copy_context().run, args=(guarded,), name=name, daemon=True).start()


# ---- bytes -----------------------------------------------------------------------------------------------------------
def packed(took: float, parts: Parts) -> bytes:
    """A line of JSON that knows the lengths of the columns behind it; all of it compressed."""
    head = {"took": took, "head": parts.head, "columns": [len(column) for column in parts.columns]}
    line = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
    return zlib.compress(b"".join([line, b"\n", *parts.columns]), 1)


def unpacked(stored: bytes) -> tuple[float, Parts]:
    """Seconds it took, and the parts; raises where they are not whole (zlib carries a checksum)."""
    line, _, rest = zlib.decompress(stored).partition(b"\n")
    head = json.loads(line)
    columns, first = [], 0
    for length in head["columns"]:
        columns.append(rest[first : first + length])
        first += length
    if first != len(rest):
        raise ValueError("the columns are not as long as their head says")
    return float(head["took"]), Parts(head["head"], columns)


def digest_of(value: Any) -> str:
    """The same for equal values in every process."""
    return hashlib.sha256(json.dumps(_plain(value), ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return [type(value).__name__, *(_plain(getattr(value, field.name)) for field in fields(value))]
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, set | frozenset):
        return sorted((_plain(one) for one in value), key=repr)
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    return value.isoformat() if isinstance(value, date) else value
