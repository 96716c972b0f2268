"""Limits counted in the database in fixed windows: they survive the loss of a cache and hold for all processes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils.translation import ngettext

from forms.intake.models import LimitWindow
from portal.lib import clock, codes
from portal.lib.encryption import index_key
from portal.lib.refusals import TooMany
from portal.lib.statements import run

KEPT_FOR = timedelta(days=2)


@dataclass(frozen=True)
class Limit:
    """At most `most` times in each window of `window` length."""

    name: str
    most: int
    window: timedelta

    def window_start(self, now: datetime) -> datetime:
        seconds = int(self.window.total_seconds())
        return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)


# A household behind one address sends far fewer; a crew behind one address signs in and is counted by account.
SUBMISSIONS = Limit("submission", settings.SUBMISSIONS_PER_ADDRESS, timedelta(minutes=10))
SUBMISSIONS_OF_ACCOUNT = Limit("submission-account", 60, timedelta(minutes=10))
REFUSED_FILES = Limit("refused-file", 40, timedelta(minutes=10))
LOOKUPS = Limit("lookup", 20, timedelta(minutes=10))
LOOKUPS_OF_CODE = Limit("lookup-code", 30, timedelta(hours=1))


def key_of(limit: Limit, whom: str) -> str:
    """The counter's key: a keyed digest, so that the table tells nobody's address."""
    return codes.digest(index_key(), f"limit:{limit.name}:{whom}")


def hit(limit: Limit, whom: str, *, now: datetime | None = None) -> int:
    """Counts one more try by `whom` and returns how many there were in this window, in one statement.

    Inside a transaction that is rolled back, the try does not count.
    """
    now = now or clock.now()
    table = connection.ops.quote_name(LimitWindow._meta.db_table)
    key, start = key_of(limit, whom), limit.window_start(now)
    moment = connection.ops.adapt_datetimefield_value(start)
    found = run(
        f"INSERT INTO {table} (key, starts_at, count) VALUES (%s, %s, 1)"  # noqa: S608 - our own table name
        f" ON CONFLICT (key, starts_at) DO UPDATE SET count = {table}.count + 1 RETURNING count",
        [key, moment],
    )
    return int(found[0])


def tried(limit: Limit, whom: str, *, now: datetime | None = None) -> int:
    """How many tries this window has seen, without counting one."""
    now = now or clock.now()
    found = LimitWindow.objects.filter(key=key_of(limit, whom), starts_at=limit.window_start(now))
    return found.values_list("count", flat=True).first() or 0


def enforce(limit: Limit, whom: str, *, now: datetime | None = None) -> None:
    """Counts a try and raises TooMany with a sentence that says how long to wait."""
    now = now or clock.now()
    if hit(limit, whom, now=now) > limit.most:
        raise _too_many(limit, now)


def refuse_if_reached(limit: Limit, whom: str, *, now: datetime | None = None) -> None:
    """Raises TooMany when no try is left, without counting: for work to be spared before it begins."""
    now = now or clock.now()
    if tried(limit, whom, now=now) >= limit.most:
        raise _too_many(limit, now)


def _too_many(limit: Limit, now: datetime) -> TooMany:
    left = limit.window_start(now) + limit.window - now
    minutes = max(1, -(-int(left.total_seconds()) // 60))
    return TooMany(
        ngettext(
            "That was too often in a short time. Try again in %(minutes)s minute; what you wrote is still here.",
            "That was too often in a short time. Try again in %(minutes)s minutes; what you wrote is still here.",
            minutes,
        )
        % {"minutes": minutes}
    )


def sweep(now: datetime) -> int:
    """Removes counters of past windows. Returns how many."""
    return LimitWindow.objects.filter(starts_at__lt=now - KEPT_FOR).delete()[0]
