"""When somebody is reminded of what waits, and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

WARNED_BEFORE = timedelta(days=2)
LAST_STAGE = 4  # the day after the term and three weeks more; whoever does not act by then is spoken to, not reminded


def stage_on(day: date, term: date) -> int | None:
    """0 from two days before the term, 1 from the day after it, then one more each week up to LAST_STAGE; else None."""
    if day > term:
        stage = 1 + ((day - term).days - 1) // 7
        return stage if stage <= LAST_STAGE else None
    return 0 if day >= term - WARNED_BEFORE else None


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for people. `what` is its key, "sort:rest", the same on every day; `about` the key of the
    record by which its kind of notification knows who may see it; `subject` a number or a title of the house."""

    what: str
    about: int
    subject: str
    url: str
    term: date
    people: tuple[int, ...]
