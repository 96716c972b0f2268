"""Editions issued on a fixed day, guards without accounts, and a present to look from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from policies.actions import approve_edition, edit_clause, review_edition, start_draft, submit_edition
from policies.models import Edition
from policies.receipts.permissions import Scope
from policies.receipts.statistics import Overview
from portal.org.enums import RosterState
from portal.org.models import Appointment, Person, RosterEntry
from tests.people import Company
from tests.policies.conftest import NOW

EFFECTIVE = date(2026, 3, 2)  # of the edition `issued`
DEADLINE = EFFECTIVE + timedelta(days=14)
ALL = Scope(True, (), ())


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


def on(day: date, hour: int = 9) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour))


def overview(day: date, scope: Scope = ALL, **given: Any) -> Overview:
    return Overview(scope, day, **given)


def names(found: Overview, state: str) -> list[str]:
    return sorted(entry.person.name for entry in found.people(state)[0:1000])


@pytest.fixture
def guards(company: Company) -> list[Person]:
    """Two people of the first office who have no account."""
    found = []
    for number, name in enumerate(["萬德昌", "鍾炳坤"], start=1):
        person = Person.objects.create(name=name, staff_number=f"W{number}")
        Appointment.objects.create(
            person=person, post=company.posts["employee"], unit=company.units["OFFICE1"], starts_on=date(2020, 1, 1)
        )
        found.append(person)
    return found


@pytest.fixture
def leave() -> Callable[..., None]:
    """leave(person, first, last): days of leave in the roster."""

    def do(person: Person, first: date, last: date) -> None:
        unit = person.appointments.get().unit
        days = range((last - first).days + 1)
        RosterEntry.objects.bulk_create(
            RosterEntry(unit=unit, person=person, day=first + timedelta(days=day), state=RosterState.LEAVE)
            for day in days
        )

    return do


@pytest.fixture
def next_edition(company: Company, issue: Callable[..., Edition]) -> Callable[..., Edition]:
    """next_edition(edition, {"2.1": "new text"}, material=False) issues one that says so, a week later."""

    def do(edition: Edition, texts: dict[str, str], **given: Any) -> Edition:
        editor, now = company.users["editor"], NOW + timedelta(days=7)
        draft = start_draft(by=editor, regulation=edition.regulation, now=now)
        for number, text in texts.items():
            row = draft.clauses.get(number=number)
            edit_clause(by=editor, clause=row, number=row.number, heading=row.heading, text=text, now=now)
        submit_edition(by=editor, edition=draft, now=now)
        review_edition(by=company.users["second_editor"], edition=draft, now=now)
        approve_edition(by=company.users["approver"], edition=draft, now=now)
        return issue(draft, **({"now": now, "effective_on": EFFECTIVE + timedelta(days=7)} | given))

    return do
