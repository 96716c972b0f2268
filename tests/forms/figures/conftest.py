"""Cards and cases written straight into the tables: figures are about rows, not about how they came in."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django_scopes import scopes_disabled
from wagtail.models import Page

from forms.cards.models import Area, Card, CardImport, CardItem
from forms.cards.tallies import add_cards
from forms.cases.models import Case, CasePromise, ComplaintPage
from forms.intake.models import Submission
from tests.people import Company


@pytest.fixture
def make_card(company: Company) -> Callable[..., Card]:
    """make_card("CREW1", date(2026, 8, 3), safe=4, unsafe_acts=1) is one card with one item."""

    def make(unit: str, day: date, *, planned: bool = True, seconds: int = 60, **counts: int) -> Card:
        with scopes_disabled():
            area, _created = Area.objects.get_or_create(unit=company.units[unit], name="鑽台")
            card = Card.objects.create(
                unit=company.units[unit],
                planned=planned,
                area=area,
                observed_on=day,
                observed_at=time(9),
                seconds=seconds,
                out_of_sight=True,
                batch=CardImport.objects.create(at=datetime(2026, 1, 1, tzinfo=UTC)),
                handed_in_at=datetime(day.year, day.month, day.day, 10, tzinfo=UTC),
            )
            add_cards([(card, [CardItem.objects.create(card=card, category="protection", **counts)], ())])
        return card

    return make


@pytest.fixture
def make_case(company: Company) -> Callable[..., Case]:
    """make_case("OFFICE1", moment, state="closed", ...) is one complaint."""
    root = Page.objects.filter(depth=1).first()
    page = root.add_child(instance=ComplaintPage(title="投訴", slug="complaint-test"))

    def make(unit: str, received_at: datetime, **fields: Any) -> Case:
        number = Submission.objects.count() + 1
        submission = Submission.objects.create(
            id=uuid.uuid4(),
            entrance=page,
            kind="case",
            fingerprint="x",
            receipt_number=f"T-{number}",
            tracking_digest=f"{number}",
            created_at=received_at,
            language="zh-hant",
        )
        defaults = {
            "number": f"T-{number}",
            "unit": company.units[unit],
            "office": company.units[unit],
            "subject": "漏水",
            "text": "浴室漏水",
        }
        with scopes_disabled():
            case = Case.objects.create(submission=submission, received_at=received_at, **{**defaults, **fields})
            for clock, hour, kept_at in [("acknowledge", 12, case.acknowledged_at), ("answer", 18, case.answered_at)]:
                due_at = received_at.replace(hour=hour)
                CasePromise.objects.create(
                    case=case,
                    clock=clock,
                    starts_at=received_at,
                    due_at=due_at,
                    kept_at=kept_at,
                    broken=kept_at is not None and kept_at > due_at,
                    dropped=case.state == "withdrawn",
                )
        return case

    return make
