"""A safety regulation tied to its duties, a measure that a test may set, and the day on which it is asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.utils import timezone

from policies import actions, demo
from policies.actions import AudienceLine
from policies.importing import import_parsed
from policies.models import Edition, Obligation
from policies.parsing import parse, read_file
from portal.journal.actions import SYSTEM
from portal.lib.periods import Period
from portal.lib.registries import Measured, Registry
from portal.org.models import Unit
from tests.people import Company
from tests.policies.conftest import NOW


class Ledger:
    """What the measures of a test answer: `say("SAF-17", "CREW1", "2026-03", due=3, done=1)`; else nothing due."""

    def __init__(self) -> None:
        self.said: dict[tuple[str, str, str], Measured] = {}
        self.asked: list[tuple[str, str, str]] = []

    def say(self, code: str, unit: str, period: str, due: int, done: int, missed: int = 0, **more: Any) -> None:
        self.said[code, unit, period] = Measured(due, done, missed, **more)

    def measure(self, code: str) -> Callable[[Unit, Period], Measured]:
        def ask(unit: Unit, period: Period) -> Measured:
            self.asked.append((code, unit.code, period.code))
            return self.said.get((code, unit.code, period.code), Measured(0, 0, 0))

        return ask


@pytest.fixture
def safety(company: Company) -> Edition:
    """In force for the staff of the project department since 2 March 2026; owned by QHSE."""
    result = parse(read_file(demo.DATA / "safety.txt"))
    edition = import_parsed(by=company.users["editor"], result=result, source_name="s", now=NOW)[0].edition
    actions.submit_edition(by=company.users["editor"], edition=edition, now=NOW)
    actions.review_edition(by=company.users["second_editor"], edition=edition, now=NOW)
    actions.approve_edition(by=company.users["approver"], edition=edition, now=NOW)
    issued = actions.issue_edition(
        by=company.users["approver"],
        edition=edition,
        effective_on=date(2026, 3, 2),
        owner_unit=company.units["QHSE"],
        audience=[
            AudienceLine("unit", unit=company.units["PROJECT1"]),
            AudienceLine("unit", unit=company.units["QHSE"]),
        ],
        now=NOW,
    )
    actions.load_obligations(by=SYSTEM, now=NOW)
    return issued


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """The measures of SAF-14 (daily), SAF-16 (weekly), SAF-17 (monthly), SAF-20 (quarterly); no others."""
    book = Ledger()
    registry: Registry = Registry("measure")
    for code in ("SAF-14", "SAF-16", "SAF-17", "SAF-20"):
        registry.register(code, book.measure(code))
    for module in ("policies.obligations", "policies.actions.results"):
        monkeypatch.setattr(f"{module}.measures", registry)
    return book


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], datetime]:
    """on(date(2026, 4, 5)) is noon of that day, everywhere."""

    def at(day: date, hour: int = 12) -> datetime:
        moment = timezone.make_aware(datetime(day.year, day.month, day.day, hour))
        monkeypatch.setattr("portal.lib.clock.now", lambda: moment)
        return moment

    return at


def duty(code: str) -> Obligation:
    return Obligation.objects.select_related("regulation").get(code=code)
