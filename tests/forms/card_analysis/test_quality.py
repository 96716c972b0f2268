"""How cards are filled in: a score with its reasons, what gives reason for a talk, reviews and their agreement."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from forms.cards.analysis import quality
from forms.cards.analysis.actions import assign_coaching, finish_coaching, review_card
from forms.cards.analysis.enums import Habit
from forms.cards.analysis.models import CardReview, CoachingTask
from forms.cards.models import Card, CardItem
from portal.journal.actions import entries_of
from portal.lib.periods import Period
from portal.lib.refusals import Conflict, NotYours, Refused
from tests.forms.cards.conftest import NOW, TODAY
from tests.people import Company

NOVEMBER = Period.parse("2026-11")
LONG = "談了起吊時人站在哪裡，吊物擺動時往哪邊讓。"


def card(number: int = 0, **fields: Any) -> Card:
    full: dict[str, Any] = {
        "seconds": 300,
        "came_close": True,
        "shift_id": 1,
        "step_discuss": True,
        "step_thank": True,
        "said": LONG,
        "agreed": "起吊前先清空吊物下方",
        "immediate_action": "請人離開",
        "consequence": "吊物落下會砸傷人",
        "suggestion": "吊裝區劃警戒線",
        "handed_in_at": NOW + timedelta(hours=number),
    }
    return Card(**(full | fields))


def items(unsafe: int = 1, note: str = "有人站在吊物下方") -> list[CardItem]:
    return [CardItem(category="positions", unsafe_acts=unsafe, safe=1, note=note), CardItem(category="tools", safe=2)]


def test_a_full_card_has_ten_points() -> None:
    assert quality.score(card(), items()) == quality.Score(10, ())


@pytest.mark.parametrize(
    ("fields", "rows", "word"),
    [
        ({}, items()[:1], "only one category"),
        ({"came_close": False}, items(), "from near"),
        ({"shift_id": None}, items(), "shift"),
        ({"immediate_action": ""}, items(), "what was done"),
        ({"said": "好"}, items(), "what was said"),
        ({"step_discuss": False}, items(), "what was said"),
        ({"agreed": ""}, items(), "what was agreed"),
        ({"step_thank": False}, items(), "thanked"),
        ({}, items(note=""), "not described"),
        ({"consequence": ""}, items(), "could have followed"),
        ({"suggestion": ""}, items(), "no suggestion"),
    ],
)
def test_each_point_has_its_reason(fields: dict[str, Any], rows: list[CardItem], word: str) -> None:
    found = quality.score(card(**fields), rows)
    assert found.points == 9
    assert word in found.missing[0]


def test_nothing_is_asked_about_what_was_safe() -> None:
    found = quality.score(card(consequence="", suggestion="", immediate_action=""), items(unsafe=0))
    assert found.points == 10


def written(count: int, rows: Any = None, **fields: Any) -> list[tuple[Card, list[CardItem]]]:
    """Cards an hour apart, each with words of its own."""
    texts = ["泥漿罐通道", "井口工具擺放", "高處繫掛安全帶", "柴油機護罩缺失", "電纜跨路保護", "梯子防滑墊鬆動"]
    return [
        (
            card(n, **({"said": texts[n % 6] * 4, "agreed": texts[(n + 1) % 6] * 3} | fields)),
            rows or items(note=texts[n % 6] * 3),
        )
        for n in range(count)
    ]


def test_cards_that_are_all_right_give_no_reason() -> None:
    assert quality.habits(written(6)) == []
    assert quality.habits([]) == []


HABITS = [
    (
        written(
            5, [CardItem(category="tools", safe=3, note="鋼絲繩完好無斷絲"), CardItem(category="positions", safe=1)]
        ),
        Habit.ALL_SAFE,
    ),
    ([(card(1), items()), (card(2), items())], Habit.SAME_WORDS),
    (written(5, seconds=33), Habit.SHORTEST),
    (written(3, handed_in_at=NOW), Habit.BATCH),
    (
        written(3, [CardItem(category="tools", safe=1)], shift_id=None, came_close=False, said="好", agreed=""),
        Habit.THIN,
    ),
]


@pytest.mark.parametrize(("cards", "habit"), HABITS)
def test_what_gives_reason_for_a_talk(cards: Any, habit: Habit) -> None:
    assert habit in quality.habits(cards)
    assert habit not in quality.habits(cards[:1])


def test_paper_cards_typed_in_for_others_come_in_batches_by_nature() -> None:
    assert quality.habits(written(3, handed_in_at=NOW, on_behalf=True)) == []


def test_texts_that_are_nearly_the_same() -> None:
    assert quality.alike(LONG, LONG.replace("，", " ")) == 1.0
    assert quality.alike(LONG, LONG.replace("哪邊", "右邊")) >= quality.ALIKE
    assert quality.alike(LONG, "磨削時沒有戴護目鏡") < 0.1
    assert quality.alike("", "") == 0.0


# ---- reviews ---------------------------------------------------------------------------------------------------------
def review(company: Company, one: Card, by: str, verdict: str, now: datetime = NOW, note: str = "") -> CardReview:
    return review_card(by=company.users[by], card=one, verdict=verdict, note=note, now=now)


def test_two_reviewers_and_how_far_they_agree(company: Company, made: Callable[..., Card]) -> None:
    cards = [made(days_ago=days) for days in range(3)]
    reviews = []
    for one, (first, second) in zip(cards, [("good", "good"), ("weak", "enough"), ("weak", "weak")], strict=True):
        reviews += [review(company, one, "unit_manager", first), review(company, one, "quality_officer", second)]
    found = quality.agreement(reviews)
    assert (found.cards, found.percent) == (3, pytest.approx(2 / 3))
    assert found.kappa == pytest.approx((2 / 3 - 3 / 9) / (1 - 3 / 9))
    assert quality.agreement(reviews[:1]) == quality.Agreement(0, None, None)
    assert review(company, cards[0], "unit_manager", "good").pk == reviews[0].pk
    with pytest.raises(Conflict):
        review(company, cards[0], "unit_manager", "weak")
    assert [entry.action for entry in entries_of(reviews[0])] == ["card_analysis.review"]


@pytest.mark.parametrize(
    ("by", "verdict", "note", "kind"),
    [
        ("crew_leader", "good", "", NotYours),  # observed it
        ("employee", "good", "", NotYours),
        ("other_unit_manager", "good", "", NotYours),
        ("unit_manager", "bad", "", Refused),
        ("unit_manager", "weak", "葉子安寫得太少", Refused),
    ],
)
def test_what_is_no_review(
    company: Company, made: Callable[..., Card], by: str, verdict: str, note: str, kind: type[Refused]
) -> None:
    with pytest.raises(kind):
        review(company, made(), by, verdict, note=note)


# ---- help ------------------------------------------------------------------------------------------------------------
def arrange(company: Company, by: str = "unit_manager", **more: Any) -> CoachingTask:
    fields: dict[str, Any] = {"habits": ["thin"], "due": TODAY + timedelta(days=7)} | more
    person, unit = company.people["employee"], company.units["CREW1"]
    return assign_coaching(by=company.users[by], unit=unit, person=person, period=NOVEMBER, now=NOW, **fields)


def test_help_is_arranged_once_and_held(company: Company) -> None:
    task = arrange(company)
    assert (arrange(company).pk, task.topics) == (task.pk, [Habit.THIN])
    for by, more in (("crew_leader", {}), ("quality_officer", {}), ("other_unit_manager", {})):
        with pytest.raises(NotYours):
            arrange(company, by, **more)
    for more in ({"habits": []}, {"habits": ["lazy"]}, {"due": TODAY - timedelta(days=1)}):
        with pytest.raises(Refused):
            arrange(company, **more)
    with pytest.raises(Refused):
        finish_coaching(by=company.users["unit_manager"], task=task, note=" ")
    finish_coaching(by=company.users["unit_manager"], task=task, note="每張卡寫一句談話。", now=NOW)
    with pytest.raises(Conflict):
        finish_coaching(by=company.users["unit_manager"], task=task, note="再說一次")


def test_only_managers_see_who_is_to_be_helped(
    company: Company, made: Callable[..., Card], signed_in: Callable[[str], Client]
) -> None:
    for days in range(5):
        made(safe=2, days_ago=days)  # always the same words, only safe things
    address = "/desk/cards/analysis/quality/?unit=CREW1&period=2026-11"
    manager = signed_in("unit_manager").get(address)
    assert {one["person"].name for one in manager.context["writers"]} == {"龐建國", "葉子安"}
    assert Habit.ALL_SAFE in manager.context["writers"][0]["habits"]
    for username in ("crew_leader", "employee", "quality_officer"):
        assert signed_in(username).get(address).context["writers"] == []
    assert signed_in("unit_manager").get(address).context["cards"][0]["can_review"]
    assert not signed_in("crew_leader").get(address).context["cards"][0]["can_review"]
    assert signed_in("employee").get(address).context["cards"] == []


def test_what_others_said_is_seen_after_the_own_review(
    company: Company, made: Callable[..., Card], signed_in: Callable[[str], Client]
) -> None:
    one = made()
    review(company, one, "quality_officer", "weak")
    address = "/desk/cards/analysis/quality/?unit=CREW1&period=2026-11"
    client = signed_in("unit_manager")
    assert client.get(address).context["cards"][0]["others"] == []
    answer = client.post(f"/desk/cards/analysis/quality/cards/{one.pk}/", {"verdict": "good", "note": ""})
    assert answer.status_code == 302
    assert [other.verdict for other in client.get(address).context["cards"][0]["others"]] == ["weak"]
