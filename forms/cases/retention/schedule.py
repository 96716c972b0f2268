"""Every night: what is over its term is erased."""

from __future__ import annotations

from datetime import datetime

from forms.cases.retention.actions import erase_due
from portal.journal.actions import SYSTEM
from portal.lib.registries import Scheduled, every_day_at, scheduled


def look_at_terms(moment: datetime) -> None:
    erase_due(by=SYSTEM, now=moment)


def register() -> None:
    scheduled.register("cases.retention", Scheduled("cases.retention", every_day_at(3, 30), look_at_terms))
