"""An audit of the first crew by people of another department, on a small regulation with one duty on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from django_scopes import scopes_disabled

from policies.audits import actions
from policies.audits.actions import FindingDraft, Plan
from policies.audits.models import Audit, AuditLine, Finding
from policies.models import Edition, Obligation
from portal.org.models import Appointment, Person, User
from tests.people import Company

NOW = timezone.make_aware(datetime(2026, 11, 23, 9, 0))
TODAY = date(2026, 11, 23)


def days(count: int) -> date:
    return TODAY + timedelta(days=count)


@pytest.fixture
def duty(issued: Edition) -> Obligation:
    """SAF-22 stands in the small regulation, on clause 2.1."""
    return Obligation.objects.create(
        code="SAF-22",
        group="SAF",
        clause_reference="2.1",
        regulation=issued.regulation,
        clause=issued.clauses.get(number="2.1").clause,
        who="各單位",
        duty="每年審核一次。",
        measure_name="SAF-22",
        period_kind="year",
    )


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


@pytest.fixture
def plan(company: Company, duty: Obligation, issued: Edition) -> Callable[..., Audit]:
    """plan(unit="CREW1", lead="other_unit_manager", ...): planned by the quality officer for November."""

    def do(by: str = "quality_officer", unit: str = "CREW1", now: datetime = NOW, **given: Any) -> Audit:
        lead = given.get("lead", "other_unit_manager")
        others = given.get("auditors", ("other_crew_leader",))
        return actions.plan_audit(
            by=company.users[by],
            submission_id=given.get("submission_id") or uuid4(),
            unit=company.units[unit],
            edition=given.get("edition", issued),
            plan=Plan(
                given.get("year", 2026),
                given.get("month", 11),
                company.people[lead],
                [company.people[name] for name in others],
            ),
            now=now,
        )

    return do


@pytest.fixture
def planned(plan: Callable[..., Audit]) -> Audit:
    return plan()


@pytest.fixture
def started(company: Company, planned: Audit) -> Audit:
    return actions.start_audit(by=company.users["other_unit_manager"], audit=planned, now=NOW)


def lines_of(audit: Audit) -> list[AuditLine]:
    with scopes_disabled():
        return list(AuditLine.objects.filter(audit=audit).select_related("audit").order_by("order"))


@pytest.fixture
def answer(company: Company) -> Callable[..., AuditLine]:
    """answer(line, "minor", by="other_unit_manager", ...)"""

    def do(line: AuditLine, result: str = "conforms", by: str = "other_unit_manager", **given: Any) -> AuditLine:
        values = {"version": line.version, "evidence": "查了記錄。", "now": NOW} | given
        return actions.answer_line(by=company.users[by], line=line, result=result, **values)

    return do


@pytest.fixture
def mend(company: Company) -> FindingDraft:
    return FindingDraft("夜班缺卡。", "值班幹部核對。", company.people["crew_leader"], days(20))


@pytest.fixture
def answered(started: Audit, answer: Callable[..., AuditLine], mend: FindingDraft) -> Audit:
    """Every line conforms but the first, which is a minor nonconformity."""
    first, *rest = lines_of(started)
    answer(first, "minor", finding=mend)
    for line in rest:
        answer(line)
    return started


@pytest.fixture
def finished(company: Company, answered: Audit) -> Audit:
    return actions.finish_audit(
        by=company.users["other_unit_manager"], audit=answered, conclusion="總體符合。", now=NOW
    )


@pytest.fixture
def finding(finished: Audit) -> Finding:
    with scopes_disabled():
        return Finding.objects.select_related("audit__unit").get(audit=finished)
