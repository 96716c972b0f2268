"""SAF-12: the paper cards of others, typed in by the collector: several on one page, never a manager's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from django_scopes import scopes_disabled

from forms.cards.models import Area, Card, ObservationPage
from forms.cards.sheets.actions import enter_paper_card
from forms.cards.sheets.models import PaperCard
from portal.lib.refusals import NotYours, Refused
from tests.forms.cards.conftest import NOW
from tests.people import Company

SignedIn = Callable[[str], Client]


def row(company: Company, number: int, **changes: Any) -> dict[str, Any]:
    with scopes_disabled():
        area = Area.objects.get(unit=company.units["CREW1"])
    fields = {
        "submission_id": str(uuid4()),
        "unit": "CREW1",
        "kind": "random",
        "area": area.pk,
        "observed_on": timezone.localdate().isoformat(),
        "observed_at": "00:00",
        "colleague_1": company.people["employee"].pk,
        "seconds": "90",
        "protection_safe": "3",
        "steps": ["discuss", "thank"],
        "said": "談了站位的風險",
        "out_of_sight": "on",
        **changes,
    }
    return {f"r{number}-{name}": value for name, value in fields.items()}


def batch(*rows: dict[str, Any], **changes: Any) -> dict[str, Any]:
    sent: dict[str, Any] = {"unit": "CREW1", "rows": "4", "reason": "no_network", "words": "", **changes}
    for one in rows:
        sent |= one
    return sent


def test_several_cards_are_stored_and_marked(company: Company, entrance: ObservationPage, signed_in: SignedIn) -> None:
    client = signed_in("crew_leader")
    assert client.get("/desk/cards/batches/").status_code == 200
    sent = batch(row(company, 0), row(company, 1, seconds="120"))
    assert client.post("/desk/cards/batches/", sent).status_code == 302
    assert client.post("/desk/cards/batches/", sent).status_code == 302  # the answer was lost: nothing twice
    with scopes_disabled():
        assert [card.on_behalf for card in Card.objects.all()] == [True, True]
        assert [paper.reason for paper in PaperCard.objects.all()] == ["no_network", "no_network"]
        page = client.get(Card.objects.first().get_absolute_url()).content.decode()
    assert "Reason" in page or "原因" in page


def test_good_rows_are_stored_and_bad_ones_stay(
    company: Company, entrance: ObservationPage, signed_in: SignedIn
) -> None:
    client = signed_in("crew_leader")
    bad = row(company, 1, said="看見葉 子 安沒有扣好")
    answer = client.post("/desk/cards/batches/", batch(row(company, 0), bad, row(company, 2, seconds="5")))
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "看見葉 子 安沒有扣好" in page
    assert bad["r1-submission_id"] in page
    with scopes_disabled():
        assert Card.objects.count() == 1


@pytest.mark.parametrize("who", ["unit_manager"])
def test_a_managers_card_is_refused(company: Company, entrance: ObservationPage, signed_in: SignedIn, who: str) -> None:
    sent = batch(row(company, 0, colleague_1=company.people[who].pk))
    answer = signed_in("crew_leader").post("/desk/cards/batches/", sent)
    assert answer.status_code == 400
    with scopes_disabled():
        assert not Card.objects.exists()


def refused(changes: dict[str, Any], kind: type[Refused], company: Company, entrance: Any, draft: Any) -> Refused:
    arguments = {
        "by": company.users["crew_leader"],
        "page": entrance,
        "submission_id": uuid4(),
        "draft": draft(team=["employee"]),
        "reason": "no_network",
        "now": NOW,
    }
    with pytest.raises(kind) as caught:
        enter_paper_card(**{**arguments, **changes})
    with scopes_disabled():
        assert not Card.objects.exists()
    return caught.value


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": "laziness"}, "reason"),
        ({"reason": "other"}, "words"),
        ({"reason": "other", "words": "葉子安沒有手機"}, "words"),
        ({"words": "長" * 301}, "words"),
    ],
)
def test_the_reason_is_asked_for(
    company: Company, entrance: ObservationPage, draft: Any, changes: dict[str, Any], field: str
) -> None:
    assert refused(changes, Refused, company, entrance, draft).field == field


def test_who_observed_hands_in_the_card(company: Company, entrance: ObservationPage, draft: Any) -> None:
    changes = {"draft": draft(team=["crew_leader"])}
    assert refused(changes, Refused, company, entrance, draft).field == "observers"


def test_only_the_collector_of_the_unit(company: Company, entrance: ObservationPage, draft: Any) -> None:
    for stranger in ("employee", "other_crew_leader"):
        refused({"by": company.users[stranger]}, NotYours, company, entrance, draft)


def test_another_crew_is_not_there(company: Company, entrance: ObservationPage, signed_in: SignedIn) -> None:
    client = signed_in("other_crew_leader")
    assert client.get("/desk/cards/batches/?unit=CREW1").status_code == 404
    assert client.post("/desk/cards/batches/", batch(row(company, 0))).status_code == 404
    assert client.get("/desk/cards/sheets/?unit=CREW1").status_code == 404
    assert client.get("/desk/cards/sheets/print/?unit=CREW1&per_page=2&sheets=1").status_code == 404
