"""Every night: orders without a case lose what is personal after their term."""

from __future__ import annotations

from datetime import datetime

from forms.cases.orders.erasing import erase_without_case
from portal.journal.actions import SYSTEM
from portal.lib.registries import Scheduled, every_day_at, scheduled


def erase_old(moment: datetime) -> None:
    erase_without_case(by=SYSTEM, now=moment)


def register() -> None:
    scheduled.register("case_orders.erase", Scheduled("case_orders.erase", every_day_at(3, 35), erase_old))
