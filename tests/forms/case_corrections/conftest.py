"""Complaints that reached the company, a second quality officer, a leader; a plan of one of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from forms.cases.actions import acknowledge_case, transfer_case
from forms.cases.corrections.actions import Line, issue_plan
from forms.cases.corrections.models import PlanItem
from forms.cases.models import Case
from portal.org.models import Appointment, Person, User
from tests.forms.complaints import NOW, file_case, nothing_kept, page, private_place
from tests.people import Company

__all__ = ["file_case", "nothing_kept", "page", "private_place"]
TODAY = NOW.date()


def hire(company: Company, username: str, name: str, post: str, unit: str) -> User:
    user = User.objects.create(username=username, first_name=name)
    person = Person.objects.create(name=name, staff_number=f"N{username[:6]}", user=user)
    Appointment.objects.create(
        person=person, post=company.posts[post], unit=company.units[unit], starts_on="2020-01-01"
    )
    company.users[username], company.people[username] = user, person
    return user


@pytest.fixture(autouse=True)
def at_that_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock shows the day of the stories, so that what is due is due."""
    monkeypatch.setattr("portal.lib.clock.now", lambda: NOW)


@pytest.fixture
def house(company: Company) -> Company:
    """The company with a second quality officer, a leader, and somebody of the property department."""
    hire(company, "second_officer", "蔣復核", "quality_officer", "QHSE")
    hire(company, "leader", "梁總", "unit_manager", "HQ")
    hire(company, "property_person", "鄒物業", "employee", "PROPERTY")
    return company


@pytest.fixture
def company_case(house: Company, file_case: Callable[..., Case]) -> Case:
    case = file_case()
    acknowledge_case(case=case, by=house.users["clerk"], now=NOW)
    transfer_case(case=Case.objects.get(pk=case.pk), by=house.users["clerk"], reason="超出權限", now=NOW)
    return Case.objects.get(pk=case.pk)


@pytest.fixture
def hidden_case(house: Company, file_case: Callable[..., Case]) -> Case:
    case = file_case(about_director=True, subject="關於主任的投訴")
    acknowledge_case(case=case, by=house.users["quality_officer"], now=NOW)
    return Case.objects.get(pk=case.pk)


def line(company: Company, what: str = "修好對講", owner: str = "director", days: int = 5, **more: Any) -> Line:
    return Line(what, TODAY + timedelta(days=days), owner=company.people[owner], **more)


def post_line(company: Company, what: str, days: int = 5) -> Line:
    post, unit = company.posts["office_director"], company.units["OFFICE1"]
    return Line(what, TODAY + timedelta(days=days), post=post, unit=unit)


@pytest.fixture
def items(house: Company, company_case: Case) -> list[PlanItem]:
    """The two items of a first edition: the first is the clerk's by name, the second the director's by post."""
    lines = [line(house, "修好對講", "clerk"), post_line(house, "改月檢表")]
    edition = issue_plan(by=house.users["quality_officer"], case=company_case, lines=lines, now=NOW)
    return list(edition.plan.items.order_by("position"))
