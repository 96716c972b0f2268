"""Handing in, once; withdrawing, the own card on the same day; the areas of a unit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from forms.cards import actions
from forms.cards.enums import CardState
from forms.cards.models import Area, Card, CardItem, ObservationPage
from forms.cards.rules import CardDraft
from forms.intake.models import Submission
from portal.journal.actions import entries_of
from portal.lib.refusals import Conflict, NotYours, Refused
from tests.forms.cards.conftest import NOW
from tests.people import Company

pytestmark = pytest.mark.usefixtures("no_scope")


def test_a_card_is_kept_with_its_items_observers_and_journal_entry(
    company: Company, hand_in: Callable[..., Card]
) -> None:
    card = hand_in("crew_leader", planned=True, team=["crew_leader", "employee"])
    assert card.planned
    assert {person.name for person in card.observers.all()} == {"龐建國", "葉子安"}
    assert [(item.category, item.safe, item.unsafe_acts) for item in card.items.all()] == [
        ("protection", 3, 0),
        ("positions", 1, 1),
    ]
    assert [step.value for step in card.steps] == ["stop", "discuss", "thank"]
    assert [entry.action for entry in entries_of(card)] == ["cards.hand_in"]
    assert card.submission is not None
    assert not card.on_behalf


def test_the_same_card_twice_is_one_card(
    company: Company, entrance: ObservationPage, draft: Callable[..., CardDraft]
) -> None:
    key, by = uuid4(), company.users["crew_leader"]
    first = actions.hand_in_card(by=by, page=entrance, submission_id=key, draft=draft(), now=NOW)
    again = actions.hand_in_card(by=by, page=entrance, submission_id=key, draft=draft(), now=NOW)
    assert (again.repeated, again.receipt_number) == (True, first.receipt_number)
    assert Card.objects.count() == Submission.objects.count() == 1
    with pytest.raises(Conflict):
        actions.hand_in_card(by=by, page=entrance, submission_id=key, draft=draft(seconds=31), now=NOW)


@pytest.mark.parametrize(
    ("by", "at", "team"),
    [("employee", "CREW2", ["employee"]), ("sales_person", "CREW1", ["sales_person"]), ("customer", "CREW1", [])],
)
def test_a_card_of_a_foreign_unit_is_refused(
    company: Company, entrance: ObservationPage, draft: Callable[..., CardDraft], by: str, at: str, team: list[str]
) -> None:
    with pytest.raises(NotYours):
        actions.hand_in_card(
            by=company.users[by], page=entrance, submission_id=uuid4(), draft=draft(at=at, team=team), now=NOW
        )
    assert Card.objects.count() == 0


def test_paper_cards_of_others_are_entered_by_who_leads_the_unit_alone(
    company: Company, hand_in: Callable[..., Card]
) -> None:
    assert hand_in("unit_manager", team=["employee"]).on_behalf
    with pytest.raises(Refused) as refused:
        hand_in("employee", team=["crew_leader"])
    assert refused.value.field == "observers"


@pytest.mark.parametrize(
    ("by", "days_later", "answer"),
    [
        ("crew_leader", 0, None),
        ("crew_leader", 1, NotYours),
        ("employee", 0, NotYours),
        ("unit_manager", 0, NotYours),
        ("quality_officer", 0, NotYours),
    ],
)
def test_a_card_is_withdrawn_by_its_observer_on_the_same_day(
    company: Company, hand_in: Callable[..., Card], by: str, days_later: int, answer: Any
) -> None:
    card, now = hand_in("crew_leader"), NOW + timedelta(days=days_later)
    if answer is None:
        assert actions.withdraw_card(by=company.users[by], card=card, now=now).state == CardState.WITHDRAWN
        assert not Card.objects.counted().exists()
        with pytest.raises(Conflict):
            actions.withdraw_card(by=company.users[by], card=card, now=now)
        assert [entry.action for entry in entries_of(card)] == ["cards.hand_in", "cards.withdraw"]
    else:
        with pytest.raises(answer):
            actions.withdraw_card(by=company.users[by], card=card, now=now)


@pytest.mark.parametrize("changes", [{"seconds": 29}, {"seconds": 30_000}, {"out_of_sight": False}])
def test_the_database_itself_refuses_what_the_rules_refuse(hand_in: Callable[..., Card], changes: dict) -> None:
    card = hand_in("crew_leader")
    with pytest.raises(IntegrityError), transaction.atomic():
        Card.objects.filter(pk=card.pk).update(**changes)


def test_no_column_could_hold_the_person_observed() -> None:
    """The contract: a card knows people through `observers` alone."""
    from portal.org.models import Person, User

    ways = [
        field.name
        for model in (Card, CardItem)
        for field in model._meta.get_fields()
        if field.is_relation and field.related_model in (Person, User)
    ]
    assert ways == ["observers"]


# ---- areas ----------------------------------------------------------------------------------------------------------
def test_areas_are_opened_closed_and_opened_again(company: Company, entrance: ObservationPage) -> None:
    by, unit = company.users["crew_leader"], company.units["CREW1"]
    area = actions.open_area(by=by, unit=unit, name="  泥漿罐\u200b 區 ")
    assert area.name == "泥漿罐 區"
    with pytest.raises(Conflict):
        actions.open_area(by=by, unit=unit, name="泥漿罐 區")
    actions.close_area(by=by, area=area)
    assert area not in Area.objects.open()
    assert actions.open_area(by=by, unit=unit, name="泥漿罐 區").pk == area.pk
    assert [entry.action for entry in entries_of(area)] == ["cards.open_area", "cards.close_area", "cards.open_area"]


@pytest.mark.parametrize(("by", "unit"), [("employee", "CREW1"), ("crew_leader", "CREW2"), ("clerk", "OFFICE1")])
def test_areas_are_kept_by_who_leads_the_unit(company: Company, by: str, unit: str) -> None:
    with pytest.raises(NotYours):
        actions.open_area(by=company.users[by], unit=company.units[unit], name="鑽台下")


@pytest.mark.parametrize("name", ["", "  ", "長" * 61, "葉子安的崗位"])
def test_an_area_has_a_name_of_its_own(company: Company, name: str) -> None:
    with pytest.raises(Refused):
        actions.open_area(by=company.users["crew_leader"], unit=company.units["CREW1"], name=name)
