"""What intake tidies by night: counters of past windows, files that a killed server left behind."""

from __future__ import annotations

from datetime import datetime

from forms.intake import attachments, limits
from portal.lib.registries import Scheduled, every_day_at, scheduled


def tidy(moment: datetime) -> None:
    limits.sweep(moment)
    attachments.sweep_orphans(moment)


def register() -> None:
    scheduled.register("intake.tidy", Scheduled("intake.tidy", every_day_at(3, 20), tidy))
