"""Apart from punishment: readings from outside are noted and shown; exports need a purpose and name nobody."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone
from django_scopes import scopes_disabled

from forms.cards.models import Card
from forms.cards.sheets.actions import export_cards, log_reading
from forms.cards.sheets.models import CardExport, CardReading
from portal.lib import clock
from portal.lib.refusals import NotYours, Refused
from tests.people import Company

SignedIn = Callable[[str], Client]


@pytest.fixture
def card(hand_in: Callable[..., Card]) -> Card:
    return hand_in("crew_leader")


def test_a_reading_from_outside_is_noted_once_a_day(company: Company, card: Card, signed_in: SignedIn) -> None:
    outsider = signed_in("quality_officer")
    for _n in range(2):
        assert outsider.get(card.get_absolute_url()).status_code == 200
    with scopes_disabled():
        assert [reading.reader for reading in CardReading.objects.all()] == [company.users["quality_officer"]]
        log_reading(by=company.users["quality_officer"], card=card, now=clock.now() + timedelta(days=1))
        assert CardReading.objects.count() == 2
    page = signed_in("crew_leader").get(card.get_absolute_url()).content.decode()
    assert company.people["quality_officer"].name in page
    assert (
        company.people["quality_officer"].name
        not in outsider.get(card.get_absolute_url()).content.decode().split("<main")[1]
    )


def test_a_reading_within_the_unit_is_not_noted(company: Company, card: Card, signed_in: SignedIn) -> None:
    for username in ("crew_leader", "employee", "unit_manager"):
        assert signed_in(username).get(card.get_absolute_url()).status_code == 200
    with scopes_disabled():
        assert not CardReading.objects.exists()


@pytest.mark.parametrize(("words", "found"), [("站位", True), ("站位的风险", True), ("月球", False)])
def test_words_are_looked_for_in_either_script(card: Card, signed_in: SignedIn, words: str, found: bool) -> None:
    page = signed_in("crew_leader").get("/desk/cards/", {"q": words}).content.decode()
    assert (card.get_absolute_url() in page) is found


def test_who_may_not_read_a_card_finds_none(card: Card, signed_in: SignedIn) -> None:
    page = signed_in("other_crew_leader").get("/desk/cards/", {"q": "站位"}).content.decode()
    assert card.get_absolute_url() not in page


def posted(**changes: Any) -> dict[str, Any]:
    day = date(2026, 11, 23)
    fields = {
        "unit": "CREW1",
        "starts_on": (day - timedelta(days=30)).isoformat(),
        "ends_on": timezone.localdate().isoformat() if timezone.localdate() > day else day.isoformat(),
        "purpose": "trends",
        "words": "按月比較站位類不安全行為的變化",
    }
    return {**fields, **changes}


def test_an_export_names_no_observer_and_is_noted(company: Company, card: Card, signed_in: SignedIn) -> None:
    client = signed_in("quality_officer")
    answer = client.post("/desk/cards/export/", posted())
    assert answer.status_code == 200
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    text = "\n".join(str(cell.value) for line in sheet.iter_rows() for cell in line)
    assert "討論了起吊時站位的風險" in text
    for hidden in (*(person.name for person in company.people.values()), card.observed_on.isoformat(), "早班"):
        assert hidden not in text
    with scopes_disabled():
        assert [(one.cards, one.purpose) for one in CardExport.objects.all()] == [(1, "trends")]
    assert "按月比較" in client.get("/desk/cards/export/").content.decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"purpose": ""},
        {"purpose": "discipline"},
        {"words": "學習"},
        {"words": "看看葉子安的表現如何如何如何"},
        {"starts_on": "2026-11-24", "ends_on": "2026-11-20"},
        {"starts_on": "2020-01-01", "ends_on": "2020-01-02"},
    ],
)
def test_without_a_purpose_nothing_leaves(card: Card, signed_in: SignedIn, changes: dict[str, str]) -> None:
    answer = signed_in("quality_officer").post("/desk/cards/export/", posted(**changes))
    assert answer.status_code == 400
    with scopes_disabled():
        assert not CardExport.objects.exists()


def test_only_those_who_answer_for_the_unit_export(company: Company, card: Card) -> None:
    arguments = {"unit": card.unit, "starts_on": card.observed_on, "ends_on": card.observed_on}
    for stranger in ("crew_leader", "other_unit_manager", "administrator"):
        with pytest.raises(NotYours), scopes_disabled():
            export_cards(by=company.users[stranger], purpose="trends", words="按月比較站位類變化", **arguments)
    with pytest.raises(Refused), scopes_disabled():
        export_cards(by=company.users["quality_officer"], purpose="discipline", words="x" * 20, **arguments)
