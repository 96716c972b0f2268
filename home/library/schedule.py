"""Daily: what begins today comes into search, what had its last day yesterday leaves it."""

from __future__ import annotations

from datetime import datetime, timedelta

from home.library.actions import entries_turn
from portal.lib import clock
from portal.lib.registries import Scheduled, every_day_at

# A portal that stood still for some days finds what turned meanwhile; the nightly repair of search finds the rest.
LOOK_BACK = timedelta(days=3)


def turn(moment: datetime) -> None:
    day = clock.today(moment)
    entries_turn(since=day - LOOK_BACK, day=day)


ENTRIES_TURN = Scheduled("home.library_turns", every_day_at(0, 5), turn)
