"""Where a span of time is covered by turns of duty, and where nobody is there. Pure: spans are (start, end)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

Span = tuple[datetime, datetime]


def gaps(turns: Iterable[Span], start: datetime, end: datetime) -> list[Span]:
    """The parts of [start, end) in which no turn runs, in their order."""
    found, reached = [], start
    for begins, ends in sorted(turns):
        if begins >= end:
            break
        if begins > reached:
            found.append((reached, begins))
        reached = max(reached, ends)
    if reached < end:
        found.append((reached, end))
    return found


def length(spans: Sequence[Span]) -> timedelta:
    return sum((ends - begins for begins, ends in spans), timedelta())
