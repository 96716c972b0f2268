"""What a card leaves to do: who may be asked, who finishes it, who sees it; and what it proves (SAF-06, SAF-10)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django_scopes import scopes_disabled

from forms.cards import measures
from forms.cards.actions import finish_action, hand_in_card
from forms.cards.models import Card, CardAction, CardItem
from forms.cards.rules import FollowUp, ItemDraft
from portal.journal.actions import entries_of
from portal.lib.periods import Period
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Person, User
from tests.forms.cards.conftest import NOW, TODAY
from tests.people import Company

DUE = TODAY + timedelta(days=3)


def left_to_do(owner: Person, **changes: Any) -> list[ItemDraft]:
    later = FollowUp(**{"what": "換新吊帶", "owner": owner, "due_on": DUE, **changes})
    return [ItemDraft("tools", unsafe_conditions=1, follow_up=later, sub_items=("tools.condition",))]


@pytest.fixture
def action(company: Company, hand_in: Callable[..., Card]) -> CardAction:
    """Of the employee's card; the crew leader sees to it."""
    card = hand_in("employee", items=left_to_do(company.people["crew_leader"]))
    with scopes_disabled():
        return CardAction.objects.get(item__card=card)


def test_an_action_stands_beside_its_item(action: CardAction) -> None:
    with scopes_disabled():
        item = CardItem.objects.get(pk=action.item_id)
    assert (action.what, action.due_on, item.sub_items) == ("換新吊帶", DUE, ["tools.condition"])
    assert item.sub_item_labels
    assert [entry.action for entry in entries_of(action)] == ["cards.assign_action"]


def test_an_action_knows_its_owner_and_no_other_person() -> None:
    ways = [f.name for f in CardAction._meta.get_fields() if f.is_relation and f.related_model in (Person, User)]
    assert ways == ["owner"]


@pytest.mark.parametrize(
    ("owner", "taken"),
    [
        ("crew_leader", True),
        ("unit_manager", True),
        ("employee", True),  # observed
        ("other_crew_leader", False),
        ("clerk", False),
    ],
)
def test_an_action_goes_to_who_leads_or_observed(
    company: Company, hand_in: Callable[..., Card], owner: str, taken: bool
) -> None:
    items = left_to_do(company.people[owner])
    if taken:
        assert hand_in("employee", items=items)
    else:
        with pytest.raises(Refused, match=company.people[owner].name) as refused:
            hand_in("employee", items=items)
        assert refused.value.field == "tools_owner"
        with scopes_disabled():
            assert not Card.objects.exists()


def test_somebody_of_the_crew_who_did_not_observe_is_not_asked(company: Company, hand_in: Callable[..., Card]) -> None:
    with pytest.raises(Refused):
        hand_in("crew_leader", items=left_to_do(company.people["employee"]))


def test_its_owner_finishes_it_once(company: Company, action: CardAction) -> None:
    by = company.users["crew_leader"]
    for note in ("", "  ", "葉子安換好了", "長" * 301):
        with pytest.raises(Refused):
            finish_action(by=by, action=action, note=note, now=NOW)
    with pytest.raises(NotYours):
        finish_action(by=company.users["unit_manager"], action=action, note="已更換", now=NOW)
    done = finish_action(by=by, action=action, note=" 已更換\u200b ", now=NOW)
    assert (done.done_at, done.note) == (NOW, "已更換")
    assert [entry.action for entry in entries_of(action)] == ["cards.assign_action", "cards.finish_action"]
    with pytest.raises(Conflict):
        finish_action(by=by, action=action, note="又一次", now=NOW)


READERS = [
    ("crew_leader", True, True),
    ("unit_manager", True, False),
    ("quality_officer", True, False),
    ("employee", False, False),
    ("other_crew_leader", False, False),
    ("administrator", False, False),
]


@pytest.mark.parametrize(("who", "listed", "finishes"), READERS)
def test_who_sees_an_action_and_who_finishes_it(
    action: CardAction, signed_in: Callable[[str], Client], who: str, listed: bool, finishes: bool
) -> None:
    client = signed_in(who)
    assert (action.what in client.get("/desk/cards/actions/").content.decode()) is listed
    address = f"/desk/cards/actions/{action.pk}/done/"
    assert client.get(address).status_code == (200 if finishes else 404)
    answer = client.post(address, {"note": "已更換"})
    assert answer.status_code == (302 if finishes else 404)
    done = client.get("/desk/cards/actions/?show=done").content.decode()
    assert ("已更換" in done) is finishes


def test_a_name_in_the_note_is_refused_and_nothing_typed_is_lost(
    action: CardAction, signed_in: Callable[[str], Client]
) -> None:
    client = signed_in("crew_leader")
    assert client.post(f"/desk/cards/actions/{action.pk}/done/").status_code == 400
    answer = client.post(f"/desk/cards/actions/{action.pk}/done/", {"note": "葉子安換好了"})
    assert answer.status_code == 400
    assert "葉子安換好了" in answer.content.decode()
    action.refresh_from_db()
    assert action.done_at is None


def test_the_home_page_of_its_owner_shows_it(action: CardAction, signed_in: Callable[[str], Client]) -> None:
    assert action.what in signed_in("crew_leader").get("/").content.decode()
    assert action.what not in signed_in("unit_manager").get("/").content.decode()


def test_the_same_card_again_leaves_one_action(company: Company, entrance: Any, draft: Callable[..., Any]) -> None:
    pk = uuid4()
    for repeated in (False, True):
        card = draft(items=left_to_do(company.people["crew_leader"]))
        by = company.users["crew_leader"]
        assert hand_in_card(by=by, page=entrance, submission_id=pk, draft=card, now=NOW).repeated is repeated
    with scopes_disabled():
        assert CardAction.objects.count() == 1


# ---- what it proves -------------------------------------------------------------------------------------------------
WEEK = Period.of("week", TODAY)


@pytest.mark.parametrize(
    ("due_in", "done_in", "answer"),
    [
        (3, None, (1, 1, 0, 0)),  # open, not yet due
        (-1, None, (1, 0, 1, 0)),  # overdue
        (0, 0, (1, 1, 0, 0)),
        (-1, 0, (1, 0, 1, 1)),  # done after its day: missed, and late
        (-1, -1, (1, 1, 0, 0)),
    ],
)
def test_saf_10_an_overdue_action_is_missed(
    company: Company,
    hand_in: Callable[..., Card],
    monkeypatch: pytest.MonkeyPatch,
    due_in: int,
    done_in: int | None,
    answer: tuple[int, int, int, int],
) -> None:
    monkeypatch.setattr("portal.lib.clock.now", lambda: NOW)
    hand_in("crew_leader", days_ago=2, items=left_to_do(company.people["crew_leader"], due_on=TODAY))
    done_at = NOW + timedelta(days=done_in) if done_in is not None else None
    with scopes_disabled():
        CardAction.objects.update(due_on=TODAY + timedelta(days=due_in), done_at=done_at)
    found = measures.acted_upon(None, Period.of("month", TODAY))
    assert (found.due, found.done, found.missed, found.late) == answer


@pytest.mark.parametrize(
    ("changes", "done"),
    [
        ({}, 1),
        ({"items": [ItemDraft("tools", safe=2)]}, 0),  # nothing unsafe: nothing due
        ({"items": [ItemDraft("tools", unsafe_acts=1)], "immediate_action": "換"}, 1),
    ],
)
def test_saf_10_what_was_mended_at_once_is_done(
    hand_in: Callable[..., Card], changes: dict[str, Any], done: int
) -> None:
    hand_in("crew_leader", **changes)
    found = measures.acted_upon(None, WEEK)
    assert (found.due, found.done, found.missed) == (done, done, 0)


@pytest.mark.parametrize(
    ("changes", "done"),
    [
        ({}, 1),
        ({"came_close": False}, 0),
        ({"steps": frozenset({"discuss", "thank"})}, 0),  # an unsafe act was seen and not stopped
        ({"steps": frozenset({"stop", "thank"})}, 0),  # nothing was said
        ({"steps": frozenset({"stop", "discuss"})}, 0),  # nobody was thanked
        ({"items": [ItemDraft("tools", safe=1)], "steps": frozenset({"discuss", "thank"})}, 0),  # not praised
        ({"items": [ItemDraft("tools", safe=1)], "steps": frozenset({"praise", "thank"})}, 1),
    ],
)
def test_saf_06_each_step_that_was_called_for_is_recorded(
    hand_in: Callable[..., Card], changes: dict[str, Any], done: int
) -> None:
    hand_in("crew_leader", **changes)
    found = measures.steps_recorded(None, WEEK)
    assert (found.due, found.done, found.missed) == (1, done, 1 - done)
