"""A small regulation of our own, in every state, made by the verbs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from policies import frames, reading
from policies.actions import (
    AudienceLine,
    approve_edition,
    issue_edition,
    review_edition,
    submit_edition,
    try_edition,
)
from policies.importing import import_parsed
from policies.models import Edition
from policies.parsing import parse, read_file
from tests.kept_rows import made_once
from tests.people import Company

TEXT = """倉庫用火管理規定

1 範圍

本規定適用於所有倉庫。

2 用火

2.1 許可:用火之前先辦許可證。

2.2 現場

2.2.1 動火點十米內清除可燃物。

2.2.2 監護人不得離開。

3 檢查

*每天收工前檢查一遍。

*發現火種立即報告。
"""
NOW = timezone.make_aware(datetime(2026, 3, 2, 9, 0))


@pytest.fixture(autouse=True)
def _empty_memory() -> None:
    """Texts are kept by the edition's key; each test has a database of its own."""
    reading.kept_texts.clear()
    frames.kept_frames.clear()


@pytest.fixture
def imported(company: Company) -> Callable[..., Edition]:
    """imported(text) is the draft that the editor imported."""

    def do(text: str = TEXT, by: str = "editor", now: datetime = NOW) -> Edition:
        result = parse(read_file(text.encode()))
        return import_parsed(by=company.users[by], result=result, source_name="rule.txt", now=now)[0].edition

    return do


@pytest.fixture
def draft(imported: Callable[..., Edition]) -> Edition:
    return imported()


@pytest.fixture
def in_review(company: Company, draft: Edition) -> Edition:
    return submit_edition(by=company.users["editor"], edition=draft, now=NOW)


@pytest.fixture
def reviewed(company: Company, in_review: Edition) -> Edition:
    """Still in review: the second person passed it, a third one approves."""
    return review_edition(by=company.users["second_editor"], edition=in_review, now=NOW)


@pytest.fixture
def approved(request: Any, company: Company, imported: Callable[..., Edition]) -> Edition:
    if {"draft", "in_review", "reviewed"} & set(request.fixturenames):  # the test looks at the way there
        reviewed = request.getfixturevalue("reviewed")
        return approve_edition(by=company.users["approver"], edition=reviewed, now=NOW)
    return made_once("approved", lambda: through_review(company, imported()))


@pytest.fixture
def issue(company: Company) -> Callable[..., Edition]:
    """issue(approved_edition, scope="staff", effective_on=...) issues it in the approver's name."""

    def do(edition: Edition, audience: list[AudienceLine] | None = None, **given: Any) -> Edition:
        values = {
            "effective_on": date(2026, 3, 2),
            "owner_unit": company.units["QHSE"],
            "audience": audience or [AudienceLine("staff")],
            "now": NOW,
        } | given
        return issue_edition(by=company.users["approver"], edition=edition, **values)

    return do


@pytest.fixture
def issued(request: Any, company: Company, imported: Callable[..., Edition], issue: Callable[..., Edition]) -> Edition:
    """In force since 2 March 2026, for all staff."""
    if {"draft", "in_review", "reviewed", "approved"} & set(request.fixturenames):
        return issue(request.getfixturevalue("approved"))
    return made_once("issued", lambda: issue(through_review(company, imported())))


def through_review(company: Company, draft: Edition, now: datetime = NOW) -> Edition:
    """Submitted by the editor, reviewed by the second editor, approved by the approver."""
    draft = submit_edition(by=company.users["editor"], edition=draft, now=now)
    draft = review_edition(by=company.users["second_editor"], edition=draft, now=now)
    return approve_edition(by=company.users["approver"], edition=draft, now=now)


@pytest.fixture
def in_trial(company: Company, approved: Edition) -> Edition:
    """On trial with the first crew until 1 June 2026."""
    return try_edition(
        by=company.users["approver"],
        edition=approved,
        ends_on=date(2026, 6, 1),
        owner_unit=company.units["QHSE"],
        audience=[AudienceLine("unit", unit=company.units["CREW1"])],
        now=NOW,
    )


def clause(edition: Edition, number: str) -> Any:
    return edition.clauses.get(number=number)


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is rolled back, so that the next person in a loop meets the same state."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
