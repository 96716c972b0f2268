"""The only code that writes the index: it follows the outbox, and it builds and repairs the whole.

Passages are always read from their source in the transaction that writes them, while the one row of IndexMark is
held: so the index follows the database in its order, and nothing deleted comes back.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice
from typing import TypeVar

from django.db import transaction
from django_scopes import scopes_disabled

from portal.jobs import outbox
from portal.jobs.models import OutboxRow
from portal.lib import clock
from portal.lib.registries import Passage as Reading
from portal.lib.registries import SearchSource, search_sources
from search.engines import engine
from search.models import IndexMark, Passage, PassageAudience
from search.words import EDITION, number_key

T = TypeVar("T")
logger = logging.getLogger(__name__)
TOPIC = "search"
BATCH = 200
# A source that fails on a key is asked again so often; then the key waits for the nightly repair.
MAX_ATTEMPTS = 3
_COPIED = ("kind", "number", "title", "context", "body", "url", "in_force", "version")


@dataclass(frozen=True)
class Written:
    """How many passages were written and removed, and how many stood already as they should."""

    written: int = 0
    removed: int = 0
    unchanged: int = 0

    def __add__(self, other: Written) -> Written:
        return Written(self.written + other.written, self.removed + other.removed, self.unchanged + other.unchanged)


def _digest(reading: Reading) -> str:
    content = [EDITION, reading.key, *(getattr(reading, name) for name in _COPIED), sorted(reading.audience)]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, default=str).encode("utf-8", "replace")).hexdigest()


def _hold_index(now: datetime) -> None:
    """From here to the end of the transaction nobody else writes the index."""
    IndexMark.objects.get_or_create(pk=1)
    IndexMark.objects.select_for_update().get(pk=1)
    IndexMark.objects.filter(pk=1).update(written_at=now)


@transaction.atomic
def refresh(
    *, source: SearchSource, keys: Collection[str], force: bool = False, now: datetime | None = None
) -> Written:
    """Brings the passages of these keys to what their source says now; a key that yields nothing is removed.

    Doing it twice changes nothing more. `force` writes words and versions anew even where nothing seems to differ.
    """
    now = now or clock.now()
    wanted = list(dict.fromkeys(str(key) for key in keys))
    _hold_index(now)
    with scopes_disabled():
        readings = {reading.key: reading for reading in source.passages(wanted)}
    written = write(source=source.name, readings=list(readings.values()), force=force, now=now)
    return written + remove(source=source.name, keys=[key for key in wanted if key not in readings])


@transaction.atomic
def write(*, source: str, readings: Sequence[Reading], force: bool = False, now: datetime | None = None) -> Written:
    """Keeps what a source said. An older version than the one kept is passed over, unless forced."""
    now = now or clock.now()
    keys = [reading.key for reading in readings]
    kept = {row.key: row for row in Passage.objects.filter(source=source, key__in=keys)}
    new: list[Passage] = []
    changed: list[Passage] = []
    audiences: dict[str, frozenset[str]] = {}
    for reading in readings:
        row = kept.get(reading.key)
        digest = _digest(reading)
        if row and not force and (reading.version < row.version or row.digest == digest):
            continue
        (changed if row else new).append(_filled(row or Passage(source=source, key=reading.key), reading, digest, now))
        audiences[reading.key] = reading.audience
    Passage.objects.bulk_create(new)
    Passage.objects.bulk_update(changed, [*_COPIED, "number_key", "digest", "updated_at"])
    rows = [*new, *changed]
    PassageAudience.objects.filter(passage__in=changed).delete()
    PassageAudience.objects.bulk_create(
        PassageAudience(passage=row, token=token) for row in rows for token in sorted(audiences[row.key])
    )
    engine().write(rows)
    return Written(written=len(rows), unchanged=len(readings) - len(rows))


def _filled(row: Passage, reading: Reading, digest: str, now: datetime) -> Passage:
    for name in _COPIED:
        value = getattr(reading, name)
        setattr(row, name, value.replace("\0", "") if isinstance(value, str) else "" if value is None else value)
    row.number_key = number_key(reading.number)
    row.digest, row.updated_at = digest, now
    return row


@transaction.atomic
def remove(*, source: str, keys: Collection[str]) -> Written:
    """Forgets passages, their audience and their words; unknown keys are no fault."""
    ids = list(Passage.objects.filter(source=source, key__in=keys).values_list("pk", flat=True))
    if ids:
        engine().delete(ids)
        Passage.objects.filter(pk__in=ids).delete()
    return Written(removed=len(ids))


# ---- following the outbox -------------------------------------------------------------------------------------------


def drain() -> int:
    """Does one batch of the outbox topic "search"; returns how many rows it took."""
    return outbox.drain(TOPIC, follow, batch=BATCH)


def follow(rows: Sequence[OutboxRow]) -> None:
    """Refreshes what the rows name ("source:key"). A source that fails holds up no other: its rows go to the end."""
    wanted: dict[str, list[OutboxRow]] = defaultdict(list)
    for row in rows:
        wanted[row.key.partition(":")[0]].append(row)
    for name, mine in wanted.items():
        source = search_sources.get(name)
        if source is None:
            logger.error("search knows no source %r: %s changes are passed over", name, len(mine))
            continue
        try:
            refresh(source=source, keys=[row.key.partition(":")[2] for row in mine])
        except Exception:  # whatever is wrong with one source, the others go on
            logger.exception("search source %s failed", name)
            _put_back(mine)


def _put_back(rows: Sequence[OutboxRow]) -> None:
    for row in rows:
        attempts = row.data.get("attempts", 0) + 1
        if attempts < MAX_ATTEMPTS:
            outbox.put(TOPIC, row.key, attempts=attempts)
        else:
            logger.error("search gives up on %s until the nightly repair", row.key)


# ---- the whole index ------------------------------------------------------------------------------------------------


def rebuild(*, now: datetime | None = None) -> Written:
    """Writes every passage of every source anew, in batches, and removes what no source knows; search goes on."""
    return _bring_in_step(force=True, now=now)


def repair(*, now: datetime | None = None) -> Written:
    """Compares every passage with its source, and the words with the passages, and writes only what differs."""
    return _bring_in_step(force=False, now=now)


def _bring_in_step(*, force: bool, now: datetime | None) -> Written:
    now = now or clock.now()
    keeper = engine()
    keeper.ensure()
    done = Written(removed=keeper.sweep())
    for source in search_sources:
        with scopes_disabled():
            known = [str(key) for key in source.keys()]  # noqa: SIM118 - a callable, no mapping
        for batch in _batches(known):
            done += refresh(source=source, keys=batch, force=force, now=now)
        # What is left over is asked for once more: it may have come into being since the keys were listed.
        kept = Passage.objects.filter(source=source.name).values_list("key", flat=True)
        for batch in _batches(set(kept) - set(known)):
            done += refresh(source=source, keys=batch, now=now)
    strangers = Passage.objects.exclude(source__in=search_sources.names())
    for name, key in list(strangers.values_list("source", "key")):
        done += remove(source=name, keys=[key])
    for wordless in _batches(keeper.missing()):
        keeper.write(list(Passage.objects.filter(pk__in=wordless)))
        done += Written(written=len(wordless))
    return done


def _batches(values: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(values)
    while batch := list(islice(rest, BATCH)):
        yield batch


def as_row(written: Written) -> dict[str, int]:
    """For scripts: {"written": n, "removed": n, "unchanged": n}."""
    return asdict(written)
