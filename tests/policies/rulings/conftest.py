"""A regulation in force for the staff, one for everybody, and a question on each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from policies.actions import (
    AudienceLine,
    approve_edition,
    edit_clause,
    issue_edition,
    remove_clause,
    review_edition,
    start_draft,
    submit_edition,
)
from policies.models import Edition
from policies.rulings import actions
from policies.rulings.models import Proposal, Question, Ruling
from policies.rulings.wording import clause_by_number
from tests.people import Company
from tests.policies.conftest import (  # noqa: F401 - fixtures
    _empty_memory,
    approved,
    draft,
    imported,
    in_review,
    issue,
    issued,
)

# A Monday; answers are due on the Monday after at 17:30.
ASKED = timezone.make_aware(datetime(2026, 3, 9, 10, 0))
DUE = timezone.make_aware(datetime(2026, 3, 16, 17, 30))
ANSWERED = timezone.make_aware(datetime(2026, 3, 11, 15, 0))
LATE = timezone.make_aware(datetime(2026, 3, 17, 9, 0))


def clause_of(edition: Edition, number: str) -> int:
    found = clause_by_number(edition, number)
    assert found is not None
    return found


@pytest.fixture
def ask(company: Company, issued: Edition) -> Callable[..., Question]:  # noqa: F811
    """ask("2.2.1", by="employee") hands a question in."""

    def do(number: str = "2.2.1", by: str = "employee", text: str = "十米從哪裡量起？", **given: Any) -> Question:
        values: dict[str, Any] = {"edition": issued, "submission_id": uuid4(), "now": ASKED} | given
        clause = clause_of(values["edition"], number)
        return actions.ask_question(by=company.users[by], clause_id=clause, text=text, **values)

    return do


@pytest.fixture
def question(ask: Callable[..., Question]) -> Question:
    return ask()


@pytest.fixture
def publish(company: Company) -> Callable[..., Ruling]:
    def do(question: Question, by: str = "editor", **given: Any) -> Ruling:
        values = {"asked": "十米從動火點的哪裡量起？", "answer": "從火花最遠處量起。", "now": ANSWERED} | given
        return actions.publish_ruling(by=company.users[by], question=question, **values)

    return do


@pytest.fixture
def ruling(question: Question, publish: Callable[..., Ruling]) -> Ruling:
    """R2026-001 on clause 2.2.1."""
    return publish(question)


@pytest.fixture
def next_edition(company: Company, issued: Edition) -> Callable[..., Edition]:  # noqa: F811
    """next_edition("2.2.1", text="…") issues edition 2 with that clause changed; without changes it is removed."""

    def do(place: str, /, *, remove: bool = False, effective_on: date = date(2026, 4, 1), **changes: str) -> Edition:
        editor, approver = company.users["editor"], company.users["approver"]
        now = timezone.make_aware(datetime(2026, 3, 30, 9, 0))
        draft = start_draft(by=editor, regulation=issued.regulation, now=now)  # noqa: F811
        row = draft.clauses.get(number=place)
        if remove:
            remove_clause(by=editor, clause=row, now=now)
        else:
            values = {"number": row.number, "heading": row.heading, "text": row.text} | changes
            edit_clause(by=editor, clause=row, now=now, **values)
        submitted = submit_edition(by=editor, edition=draft, change_note="改", now=now)
        review_edition(by=company.users["second_editor"], edition=submitted, now=now)
        return issue_edition(
            by=approver,
            edition=approve_edition(by=approver, edition=submitted, now=now),
            effective_on=effective_on,
            owner_unit=company.units["QHSE"],
            audience=[AudienceLine("staff")],
            now=now,
        )

    return do


@pytest.fixture
def proposal(company: Company, issued: Edition) -> Proposal:  # noqa: F811
    return actions.propose(
        by=company.users["employee"],
        edition=issued,
        clause_id=clause_of(issued, "2.2.1"),
        kind="wording",
        suggestion="寫明從火花最遠處量起。",
        reason="各人量法不同。",
        submission_id=uuid4(),
        now=ASKED,
    )
