"""The outbox: one row in the transaction of the change, and followers that read it in order afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction

from portal.jobs.models import OutboxRow
from portal.lib.rows import insert_values


def put(topic: str, key: str, **data: Any) -> None:
    """Tells the followers of `topic` that `key` changed; kept or rolled back with the caller's transaction."""
    insert_values(OutboxRow, topic=topic, key=str(key), data=data)


def changed(source: str, key: Any) -> None:
    """Tells search that what it reads under `key` of `source` (see registries.search_sources) changed or went."""
    put("search", f"{source}:{key}")


def drain(topic: str, handle: Callable[[list[OutboxRow]], None], *, batch: int = 200) -> int:
    """Hands the oldest rows of a topic to `handle` and removes them when it returns; a failure keeps them all.

    Returns how many rows were done. `handle` must be idempotent: a crash between its work and the removal repeats it.
    """
    with transaction.atomic():
        rows = list(OutboxRow.objects.select_for_update(skip_locked=True).filter(topic=topic).order_by("id")[:batch])
        if not rows:
            return 0
        handle(rows)
        OutboxRow.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)
