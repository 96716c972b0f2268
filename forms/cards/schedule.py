"""Every night the kept sums of cards are compared with the cards."""

from __future__ import annotations

from forms.cards.tasks import compare_figures
from portal.lib.registries import Scheduled, every_day_at, scheduled


def register() -> None:
    # Only asked for here: a scan of a million cards takes a while, and the tick runs its work in one transaction.
    work = Scheduled("cards.compare_figures", every_day_at(3, 40), lambda moment: compare_figures.enqueue())
    scheduled.register(work.name, work)
