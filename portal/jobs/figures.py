"""Figures of some thousand people: counted once, shared by the requests of a process, by all processes, and kept fresh.

What is counted in less than settings.FIGURES_KEPT_FROM seconds is never kept: a small organisation always sees the
figures of this moment. The rest is kept for twenty times as long as it took, a minute at most. Who asks after that gets
what is there, for ten minutes, while a thread counts anew. A process that has counted nothing yet reads what another
one counted; the worker counts anew every few minutes what somebody asked for lately (`renew`), so that nobody waits
after a restart or in the morning. The figures belong to all who ask for the same: nobody changes them.

Figures are stored signed, because reading them runs what they hold; broken, foreign or outdated ones are counted anew.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import logging
import pickle
import threading
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextvars import copy_context
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.db import DatabaseError, connections, transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django_scopes import scopes_disabled

from portal.jobs.models import KeptFigures
from portal.lib import clock
from portal.lib.turns import writing_turn

T = TypeVar("T")
Question = dict[str, Any]  # as JSON holds it: what is asked, whatever the day
logger = logging.getLogger(__name__)
ASKED_LATELY = timedelta(days=14)
RENEWED_AFTER = timedelta(minutes=4)
RENEWAL_MAY_TAKE = 60.0  # seconds of one turn
SIGNATURE = 32  # bytes


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


@dataclass(frozen=True)
class Count(Generic[T]):
    """How a question is answered now: `key` says all that the figures depend on but the rows counted."""

    key: Hashable
    make: Callable[[], T]


class CostlyFigures(Generic[T]):
    """Figures of one kind, by question. `count(question)` says how a question is answered now, for the worker.

    `of` is the class of the figures: when its module changes, what was stored by the old one is not read any more.
    """

    TIMES, LONGEST, USABLE = 20, 60.0, 600.0
    known: dict[str, CostlyFigures[Any]] = {}

    def __init__(self, name: str, of: type[T], count: Callable[[Question], Count[T]], *, most: int = 3) -> None:
        self.name, self._of, self.count, self._most = name, of, count, most
        self._kept: OrderedDict[Hashable, Counted[T]] = OrderedDict()
        self._under_way: set[Hashable] = set()
        self._turn = threading.Lock()

    def register(self) -> None:
        """The worker counts them anew; from AppConfig.ready."""
        self.known[self.name] = self

    def get(self, question: Question, count: Count[T]) -> Counted[T]:
        """The figures for this question, counted by `count` where none are kept for its key."""
        if settings.FIGURES_KEPT_FROM is None:
            return self._count(count)
        now = time.monotonic()
        kept = self._kept.get(count.key) or self._stored(question, count.key)
        if kept is not None and kept.keep_until > now:
            return kept
        if kept is not None and kept.use_until > now:
            self._count_beside(question, count)
            return kept
        made = self._count(count)
        if self._is_kept(count):
            beside(lambda: self._store(question, count.key, made), name="store figures")  # the reader need not wait
        return made

    def forget(self) -> None:
        """What this process keeps; what is stored stays."""
        with self._turn:
            self._kept.clear()

    def count_now(self, question: Question, count: Count[T]) -> Counted[T]:
        """Counts and stores, whatever is kept."""
        made = self._count(count)
        if self._is_kept(count):
            self._store(question, count.key, made)
        return made

    def _count(self, count: Count[T]) -> Counted[T]:
        begun, at = time.monotonic(), clock.now()
        figures = count.make()
        end = time.monotonic()
        made = Counted(figures, at, end + min(self.TIMES * (end - begun), self.LONGEST), end + self.USABLE)
        is_costly = settings.FIGURES_KEPT_FROM is not None and end - begun >= settings.FIGURES_KEPT_FROM
        self._keep(count.key, made if is_costly else None)
        return made

    def _is_kept(self, count: Count[T]) -> bool:
        return count.key in self._kept

    def _keep(self, key: Hashable, made: Counted[T] | None) -> None:
        with self._turn:
            self._kept.pop(key, None)
            if made is not None:
                self._kept[key] = made
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)

    def _count_beside(self, question: Question, count: Count[T]) -> None:
        """Once, however many ask."""
        with self._turn:
            if count.key in self._under_way:
                return
            self._under_way.add(count.key)

        def work() -> None:
            try:
                self.count_now(question, count)
            finally:
                self._under_way.discard(count.key)

        beside(work, name="count figures")

    # ---- what all processes share ------------------------------------------------------------------------------
    def _stored(self, question: Question, key: Hashable) -> Counted[T] | None:
        """What another process counted, where it is of the same key and young enough."""
        now = clock.now()
        found = KeptFigures.objects.filter(name=self.name, question_digest=digest_of(question)).first()
        if found is None:
            return None
        if now - found.asked_at > timedelta(hours=1):
            KeptFigures.objects.filter(pk=found.pk).update(asked_at=now)
        age = (now - found.counted_at).total_seconds()
        if found.key_digest != self._key_digest(key) or not 0 <= age < self.USABLE:
            return None
        figures = unpacked(bytes(found.data), self._of)
        if figures is None:
            return None
        begun = time.monotonic() - age
        made = Counted(figures, found.counted_at, begun + self.LONGEST, begun + self.USABLE)
        self._keep(key, made)
        return made

    def _store(self, question: Question, key: Hashable, made: Counted[T]) -> None:
        """Figures are shown whether or not they can be stored."""
        row = {
            "question": question,
            "key_digest": self._key_digest(key),
            "counted_at": made.at,
            "data": packed(made.figures),
        }
        row["asked_at"] = made.at
        try:
            with writing_turn(), transaction.atomic():
                KeptFigures.objects.bulk_create(
                    [KeptFigures(name=self.name, question_digest=digest_of(question), **row)],
                    update_conflicts=True,
                    unique_fields=["name", "question_digest"],
                    update_fields=[name for name in row if name != "asked_at"],
                )
        except DatabaseError:
            logger.exception("figures were not stored")

    def _key_digest(self, key: Hashable) -> str:
        return digest_of([self._version, key])

    @cached_property
    def _version(self) -> str:
        return hashlib.sha256(inspect.getsource(inspect.getmodule(self._of) or self._of).encode()).hexdigest()


def renew(now: datetime | None = None) -> int:
    """Counts anew what somebody asked for lately, the oldest first; removes what nobody asks for. Returns how many.

    What takes too long together for one turn waits for the next.
    """
    now = now or clock.now()
    KeptFigures.objects.filter(asked_at__lt=now - ASKED_LATELY).delete()
    waiting = KeptFigures.objects.filter(counted_at__lt=now - RENEWED_AFTER).order_by("counted_at")
    last = time.monotonic() + RENEWAL_MAY_TAKE
    renewed = 0
    for name, question in waiting.values_list("name", "question"):
        costly = CostlyFigures.known.get(name)
        if costly is None or time.monotonic() > last:
            continue
        row = KeptFigures.objects.filter(name=name, question_digest=digest_of(question))
        try:
            with scopes_disabled():
                made = costly.count_now(question, costly.count(question))
        except Exception:  # the others are counted all the same
            logger.exception("the figures %s were not counted anew", name)
            row.delete()
        else:
            row.filter(counted_at__lt=made.at).delete()  # counted so fast that they need not be kept any more
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


def packed(figures: Any) -> bytes:
    """Signature and figures."""
    data = zlib.compress(pickle.dumps(figures, protocol=5), 1)
    return _signature(data) + data


def unpacked(stored: bytes, of: type[T]) -> T | None:
    """The figures; None where they are not ours, or not whole."""
    signature, data = stored[:SIGNATURE], stored[SIGNATURE:]
    if not constant_time_compare(signature, _signature(data)):
        return None
    try:
        figures = pickle.loads(zlib.decompress(data))  # noqa: S301 - signed with the key of this portal
    except Exception:
        logger.exception("stored figures could not be read")
        return None
    return figures if isinstance(figures, of) else None


def _signature(data: bytes) -> bytes:
    return salted_hmac("portal.jobs.figures", data, algorithm="sha256").digest()


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
