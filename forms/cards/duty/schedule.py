"""Every quarter of an hour: who is reminded. Every hour: days whose sums changed. At night: the last weeks anew."""

from __future__ import annotations

from datetime import datetime, timedelta

from forms.cards.duty.actions import remind_due
from forms.cards.duty.statistics import keep_days
from forms.cards.duty.uploads import forget_old_uploads
from portal.journal.actions import SYSTEM
from portal.lib import clock
from portal.lib.registries import Scheduled, every_day_at, last_of_every, scheduled

QUARTER = timedelta(minutes=15)
LOOKED_BACK = timedelta(days=40)  # a card may be handed in a month after the observation
AHEAD = timedelta(days=7)


def _keep(moment: datetime, *, anew: bool = False) -> int:
    today = clock.today(moment)
    forget_old_uploads(moment)
    return keep_days(today - LOOKED_BACK, today + AHEAD, anew=anew)


def register() -> None:
    entries = (
        Scheduled("card_duty.remind", last_of_every(15), lambda moment: remind_due(by=SYSTEM, now=moment)),
        Scheduled("card_duty.keep_days", last_of_every(60), _keep),
        Scheduled("card_duty.keep_days_anew", every_day_at(3, 10), lambda moment: _keep(moment, anew=True)),
    )
    for entry in entries:
        scheduled.register(entry.name, entry)
