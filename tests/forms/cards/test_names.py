"""SAF-08: nobody who was observed can be named, in whichever disguise, and nothing of a refused card is stored.

The crew leader of the tests is 龐建國, the employee 葉子安 (S0006).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django_scopes import scopes_disabled

from forms.cards import directory, rules
from forms.cards.actions import hand_in_card
from forms.cards.demo_scenes import AREAS, SCENES
from forms.cards.enums import Category
from forms.cards.models import Card, ObservationPage
from forms.cards.rules import CardDraft, ItemDraft
from forms.intake.models import Submission
from forms.intake.questions import AnswerGiven
from portal.journal.models import Entry
from portal.lib.refusals import Refused
from tests.forms.cards.conftest import NOW
from tests.people import Company

DISGUISES = [
    "葉子安沒有繫安全帶",
    "叶子安没有系安全带",
    "葉 子 安沒有繫安全帶",
    "葉\u200b子\u200d安沒有繫安全帶",
    "葉・子・安沒有繫安全帶",
    "提醒了 S0006",
    "提醒了 S 0006",
    "葉師傅站位不對",
    "當班司鑽沒有戴手套",
    "電話 13912345678",
]
INNOCENT = [
    "工人站在吊物下方,立即請其離開",
    "安全帶高掛低用",
    "方向盤鎖緊,高度合適",
    "鑽台上有油污",
]


@pytest.mark.parametrize("text", DISGUISES)
def test_whoever_is_named_is_found(company: Company, text: str) -> None:
    assert directory.staff_name_guard().find(text)


@pytest.mark.parametrize("text", INNOCENT)
def test_words_of_the_trade_raise_no_alarm(company: Company, text: str) -> None:
    assert directory.staff_name_guard().find(text) == []


PLACES: list[tuple[str, dict[str, Any]]] = [
    *((name, {name: "葉子安"}) for name in rules.TEXT_FIELDS),
    ("tools_note", {"items": [ItemDraft("tools", safe=1, note="葉子安")]}),
    ("tools_action", {"items": [ItemDraft("tools", safe=1, action="葉子安")]}),
]


@pytest.mark.parametrize(("field", "changes"), PLACES, ids=[place[0] for place in PLACES])
def test_every_free_text_of_a_card_is_looked_at(
    company: Company, entrance: ObservationPage, draft: Callable[..., CardDraft], field: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(Refused) as refused:
        hand_in_card(
            by=company.users["crew_leader"], page=entrance, submission_id=uuid4(), draft=draft(**changes), now=NOW
        )
    assert refused.value.field == field
    assert "葉子安" in str(refused.value.message)


def test_answers_to_the_editors_own_questions_are_looked_at(
    company: Company, entrance: ObservationPage, draft: Callable[..., CardDraft]
) -> None:
    answer = AnswerGiven("q_1", "Which work?", {"type": "singleline"}, "葉子安在接單根")
    with pytest.raises(Refused) as refused:
        hand_in_card(
            by=company.users["crew_leader"],
            page=entrance,
            submission_id=uuid4(),
            draft=draft(),
            answers=[answer],
            now=NOW,
        )
    assert refused.value.field == "q_1"


def test_the_guard_follows_the_directory(company: Company) -> None:
    """A rename that goes past every signal is seen at the next card; an unchanged directory is not built again."""
    person = company.people["employee"]
    before = directory.staff_name_guard()
    assert directory.staff_name_guard() is before
    type(person).objects.filter(pk=person.pk).update(name="宇文若水")
    assert directory.staff_name_guard().find("宇文若水未戴護目鏡")


def test_without_the_guard_the_name_would_be_stored(
    company: Company, entrance: ObservationPage, draft: Callable[..., CardDraft], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken twin: what keeps names out is the guard and nothing else."""
    monkeypatch.setattr(rules, "name_problems", lambda card, guard: [])
    card = draft(said="葉子安沒有繫安全帶")
    hand_in_card(by=company.users["crew_leader"], page=entrance, submission_id=uuid4(), draft=card, now=NOW)
    with scopes_disabled():
        assert Card.objects.get().said == "葉子安沒有繫安全帶"


@pytest.mark.django_db(transaction=True)
def test_a_refused_card_leaves_no_byte(
    company: Company, entrance: ObservationPage, signed_in: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    """The whole way through the screen; then every file of the database and the store is searched for the text."""
    from tests.forms.cards.test_views import posted

    telltale = "獨一無二的話語"
    answer = signed_in("crew_leader").post("/observe/", posted(company, said=f"{telltale},葉子安沒有繫安全帶"))
    assert answer.status_code == 400
    assert telltale in answer.content.decode()  # nothing typed is lost
    assert Submission.objects.count() == 0
    assert not Entry.objects.filter(action__startswith="cards.hand").exists()
    assert telltale not in caplog.text
    assert not files_holding(telltale)


@pytest.mark.django_db(transaction=True)
def test_the_search_for_bytes_finds_what_is_stored(
    company: Company, entrance: ObservationPage, signed_in: Callable[..., Any]
) -> None:
    """The broken twin of the test above: an accepted card is found by the same search."""
    from tests.forms.cards.test_views import posted

    telltale = "獨一無二的話語"
    answer = signed_in("crew_leader").post("/observe/", posted(company, said=telltale))
    assert answer.status_code == 303
    assert files_holding(telltale)


def files_holding(text: str) -> list[Path]:
    """Files of the database (with its log) and of the data folder that hold the text in UTF-8."""
    if connection.vendor != "sqlite":
        pytest.skip("the bytes of the database file can be searched on SQLite alone")
    database = Path(connection.settings_dict["NAME"])
    folders = {database.parent, Path(settings.DATA_DIR)}
    files = {path for folder in folders for path in folder.rglob("*") if path.is_file()}
    return [path for path in files if text.encode("utf-8") in path.read_bytes()]


def test_the_scenes_of_the_demo_company_name_nobody(company: Company) -> None:
    """120 cards of the demo are put together from them: a word that alarms would stop its load."""
    guard = directory.staff_name_guard()
    texts = [getattr(scene, name) for scene in SCENES for name in ("note", "action", "said", "agreed", "suggestion")]
    assert [(text, guard.find(text)) for text in texts if guard.find(text)] == []
    assert {scene.category for scene in SCENES} == set(Category.values)
    assert {scene.area for scene in SCENES} == set(AREAS)
