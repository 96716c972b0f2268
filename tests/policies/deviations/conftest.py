"""An application of the first crew's leader about clause 2.1 of a small regulation, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from policies.deviations.actions import Application, apply_for_deviation, approve_deviation
from policies.deviations.models import Deviation
from policies.models import Edition
from portal.org.models import Appointment, Person, User
from tests.people import Company

TODAY = date(2026, 11, 23)
NOW = timezone.make_aware(datetime(2026, 11, 23, 9, 0))


def days(count: int) -> date:
    return TODAY + timedelta(days=count)


@pytest.fixture
def application(company: Company, issued: Edition) -> Callable[..., Application]:
    """application(clause="2.1", starts_on=..., ...) as the crew leader of 鑽井一隊 writes it."""

    def write(clause: str = "2.1", **given: Any) -> Application:
        values = {
            "unit": company.units["CREW1"],
            "wording": issued.clauses.get(number=clause),
            "starts_on": days(2),
            "ends_on": days(92),
            "reasons": "許可證打印機損壞。",
            "facts": "維修單一張。",
            "measures": "由隊長當面簽發。",
        } | given
        return Application(**values)

    return write


@pytest.fixture
def apply(company: Company, application: Callable[..., Application]) -> Callable[..., Deviation]:
    """apply(by="crew_leader", now=NOW, **application)"""

    def do(by: str = "crew_leader", now: datetime = NOW, submission_id: Any = None, **given: Any) -> Deviation:
        return apply_for_deviation(
            by=company.users[by], submission_id=submission_id or uuid4(), application=application(**given), now=now
        )

    return do


@pytest.fixture
def applied(apply: Callable[..., Deviation]) -> Deviation:
    return apply()


@pytest.fixture
def granted(company: Company, applied: Deviation) -> Deviation:
    return approve_deviation(by=company.users["unit_manager"], deviation=applied, now=NOW)


@pytest.fixture
def appoint(company: Company) -> Callable[..., User]:
    """appoint("chief", "unit_manager", "PROJECT1") is one more person with a post."""

    def do(name: str, post: str, unit: str) -> User:
        user = User.objects.create(username=name, first_name=name)
        person = Person.objects.create(name=name, staff_number=f"T-{name}", user=user)
        Appointment.objects.create(
            person=person, post=company.posts[post], unit=company.units[unit], starts_on=date(2020, 1, 1)
        )
        company.users[name], company.people[name] = user, person
        return user

    return do
