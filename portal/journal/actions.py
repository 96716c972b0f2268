"""Appending to the journal, and proving that nobody changed it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from portal.journal.models import Entry, Head
from portal.lib import clock
from portal.lib.rows import insert_values
from portal.lib.statements import run

GENESIS = "0" * 64
PLAIN = frozenset({str, int, bool, type(None)})
# Everything in a row, in the order in which it is hashed.
HASHED = (
    "sequence",
    "at",
    "user_id",
    "actor",
    "action",
    "record_type",
    "record_id",
    "unit_id",
    "data",
    "previous_hash",
)


@dataclass(frozen=True)
class NamedActor:
    """An actor without an account: a customer at the public form, or the portal itself."""

    label: str
    pk: None = None


CUSTOMER = NamedActor("customer")
SYSTEM = NamedActor("portal")

Actor = Any  # portal.org.models.User | NamedActor; org is not imported here, so that org may write to the journal


def chained_hash(entry: Entry) -> str:
    """SHA-256 over the canonical JSON of everything in the row, the previous hash included."""
    return _hash_of({name: getattr(entry, name) for name in HASHED})


def _hash_of(values: dict[str, Any]) -> str:
    content = [values[name] for name in HASHED]
    content[1] = values["at"].astimezone(UTC).isoformat(timespec="microseconds")
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def record(
    *,
    by: Actor,
    action: str,
    thing: models.Model,
    unit: Any = None,
    data: dict[str, Any] | None = None,
    now: datetime | None = None,
) -> None:
    """Appends one entry in the caller's transaction: the act and its entry are kept together or not at all.

    `action` is app.verb ("cases.close"); `data` must be JSON and hold no personal data. RuntimeError outside a
    transaction.
    """
    if by is None:
        raise TypeError("an act needs an actor")
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("journal.record must run in the transaction of the act it records")
    sequence, previous_hash = _locked_head()
    values = {
        "sequence": sequence + 1,
        "at": now or clock.now(),
        "user_id": by.pk,
        "actor": by.label if isinstance(by, NamedActor) else by.get_username(),
        "action": action,
        "record_type": thing._meta.label_lower,
        "record_id": str(thing.pk),
        "unit_id": getattr(unit, "pk", unit),
        "data": _as_json(data),
        "previous_hash": previous_hash,
    }
    link = _hash_of(values)
    insert_values(Entry, **values, hash=link)
    run("UPDATE journal_head SET sequence = %s, hash = %s WHERE id = 1", [sequence + 1, link])


def _as_json(data: dict[str, Any] | None) -> dict[str, Any]:
    """What will be read again: numbers and words as they are, everything else by way of JSON."""
    if data is None or all(type(value) in PLAIN for value in data.values()):
        return data or {}
    found: dict[str, Any] = json.loads(json.dumps(data, ensure_ascii=False, default=str))
    return found


def _locked_head() -> tuple[int, str]:
    """The end of the chain, locked until the caller's transaction ends. Plain SQL: every act of the portal passes."""
    lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
    for _attempt in range(2):
        if found := run(f"SELECT sequence, hash FROM journal_head WHERE id = 1{lock}", []):  # noqa: S608
            sequence, previous_hash = found
            return sequence, previous_hash
        Head.objects.get_or_create(pk=1, defaults={"sequence": 0, "hash": GENESIS})
    raise RuntimeError("the head of the journal vanished while it was being made")


def entries_of(thing: models.Model) -> models.QuerySet[Entry]:
    """The history of one record, oldest first."""
    return Entry.objects.filter(record_type=thing._meta.label_lower, record_id=str(thing.pk)).select_related("user")


@dataclass(frozen=True)
class Fault:
    """What is wrong, and at which sequence number it shows."""

    sequence: int
    what: str


@dataclass(frozen=True)
class Anchor:
    """A sequence number and its hash, kept outside the database."""

    sequence: int
    hash: str


def anchor() -> Anchor:
    """The present end of the chain."""
    head = Head.objects.filter(pk=1).first()
    return Anchor(head.sequence, head.hash) if head else Anchor(0, GENESIS)


def faults(anchors: list[Anchor] | None = None) -> Iterator[Fault]:
    """Every place where the chain does not hold: an edited, missing, swapped or inserted entry, a cut tail.

    A tail cut together with the head row can be seen only against an anchor that was kept elsewhere.
    """
    wanted = {found.sequence: found.hash for found in anchors or []}
    expected, previous = 1, GENESIS
    while True:  # once more, as long as the portal went on writing while we read
        seen = expected
        for entry in Entry.objects.filter(sequence__gte=expected).order_by("sequence").iterator(chunk_size=2000):
            if entry.sequence != expected:
                gap = {"first": expected, "last": entry.sequence - 1}
                yield Fault(expected, _("entries %(first)s to %(last)s are missing") % gap)
            if entry.previous_hash != previous:
                yield Fault(entry.sequence, _("does not follow from the entry before it"))
            if chained_hash(entry) != entry.hash:
                yield Fault(entry.sequence, _("was edited after it was written"))
            if wanted.get(entry.sequence, entry.hash) != entry.hash:
                yield Fault(entry.sequence, _("differs from the anchor"))
            expected, previous = entry.sequence + 1, entry.hash
        head = anchor()
        if (head.sequence, head.hash) == (expected - 1, previous):
            break
        if seen == expected:
            yield Fault(expected, _("the end of the chain is not where the head says: entries were cut off or added"))
            break
    for sequence in sorted(wanted):
        if sequence >= expected:
            yield Fault(sequence, _("the anchor knows an entry that is gone: the tail was cut"))
