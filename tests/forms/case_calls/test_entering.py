"""What comes at the counter, in letters, in the forum and in surveys has the same life as any other case."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django_scopes import scopes_disabled

from forms.cases.calls import actions
from forms.cases.calls.actions import NewEntry
from forms.cases.enums import CaseLevel, CaseState
from forms.cases.models import Case, CaseNote
from portal.journal.actions import entries_of
from portal.lib.refusals import Conflict, NotYours, Refused
from tests.forms.calls import NOW, estate_of
from tests.people import Company

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hotlines", "page", "no_scope")]
SAID = {"channel": "counter", "outcome": "case", "text": "三棟電梯停了。", "phone": "13800000001", "house": "3棟1602"}


def enter(company: Company, by: str = "clerk", key: uuid.UUID | None = None, **what: Any) -> Case:
    new = NewEntry(**(SAID | {"estate": estate_of()} | what))
    return actions.enter_case(by=company.users[by], key=key or uuid.uuid4(), new=new, now=NOW)


@pytest.mark.parametrize("channel", ["counter", "letter", "forum", "survey"])
def test_it_is_a_case_that_says_how_it_came_and_who_wrote_it_down(company: Company, channel: str) -> None:
    case = enter(company, channel=channel)
    assert (case.channel, case.state, case.office_id) == (channel, CaseState.RECEIVED, estate_of().office_id)
    written = entries_of(case).get(action="cases.enter")
    assert (written.user, written.data) == (company.users["clerk"], {"channel": channel})


def test_what_names_no_estate_stays_with_the_counter_it_was_said_at(company: Company) -> None:
    case = enter(company, estate=None, house="")
    assert (case.unit, case.office) == (company.units["OFFICE1"], None)


def test_what_concerns_another_office_goes_there(company: Company, signed_in: Any) -> None:
    sent = SAID | {"key": str(uuid.uuid4()), "estate": estate_of("OFFICE2").pk, "record": "yes"}
    browser = signed_in("clerk")
    answer = browser.post("/desk/calls/enter/", sent)
    assert answer.url == "/desk/calls/enter/"
    with scopes_disabled():
        case = Case.objects.get()
    assert case.office == company.units["OFFICE2"]
    page = browser.get(answer.url, headers={"Accept-Language": "en"}).content.decode()
    assert f"It went to whoever answers for it. The receipt number for the customer: {case.number}" in page


# what is wrong, which field is told, which sentence
WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"channel": "phone"}, "channel", "how it came"),
    ({"channel": "mail"}, "channel", "how it came"),
    ({"text": "  "}, "text", "what was said"),
    ({"kind": "wish"}, "kind", "kind"),
    ({"outcome": "note"}, "outcome", "what became"),
    ({"outcome": "answered"}, "answer", "answer that was given"),
    ({"outcome": "added"}, "case", "open cases"),
]


@pytest.mark.parametrize(("what", "field", "words"), WRONG, ids=[f"{what}" for what, _field, _words in WRONG])
def test_what_is_missing_is_said_and_nothing_is_kept(
    company: Company, what: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(Refused, match=words) as refused:
        enter(company, **what)
    assert refused.value.field == field
    assert not Case.objects.exists()


@pytest.mark.parametrize("username", ["employee", "crew_leader", "customer"])
def test_only_who_answers_for_customers_enters_cases(company: Company, username: str) -> None:
    with pytest.raises(NotYours):
        enter(company, by=username)


@pytest.mark.parametrize(
    ("what", "state"), [({}, CaseState.RECEIVED), ({"outcome": "answered", "answer": "九點開門。"}, CaseState.CLOSED)]
)
def test_sent_twice_it_is_once(company: Company, what: dict[str, Any], state: str) -> None:
    key = uuid.uuid4()
    first, again = (enter(company, key=key, **what) for _time in range(2))
    assert first == again
    assert Case.objects.get().state == state
    assert entries_of(first).filter(action="cases.enter").count() == 1
    with pytest.raises(Conflict):
        enter(company, key=key, **(what | {"text": "另一件事"}))


def test_more_about_an_open_case_is_one_note_however_often_it_is_sent(company: Company) -> None:
    case = enter(company)
    for _time in range(2):
        enter(company, outcome="added", case=case, text="還是沒有修好。")
    assert "還是沒有修好" in CaseNote.objects.get(case=case).text
    enter(company, outcome="added", case=case, text="今天又停了。")
    assert CaseNote.objects.filter(case=case).count() == 2


# ---- the screen -----------------------------------------------------------------------------------------------------
def test_the_screen_from_the_number_to_the_case(company: Company, signed_in: Any) -> None:
    browser = signed_in("clerk")
    typed = {"channel": "letter", "phone": "138 0000 0001", "text": "燈不亮。", "outcome": "case"}
    typed["key"] = str(uuid.uuid4())
    looked_up = browser.post("/desk/calls/enter/", typed | {"look": "yes"})
    assert looked_up.status_code == 200
    form = looked_up.context["form"]
    assert (form["text"].value(), form["channel"].value(), form["house"].value()) == ("燈不亮。", "letter", "3棟1602")
    sent = typed | {"record": "yes", "kind": "request", "estate": estate_of().pk, "house": "3棟1602"}
    answer = browser.post("/desk/calls/enter/", sent)
    case = Case.objects.get()
    assert (answer.status_code, answer.url) == (302, case.get_absolute_url())
    assert (case.channel, case.kind) == ("letter", "request")
    page = browser.get(answer.url, headers={"Accept-Language": "en"}).content.decode()
    assert "Written down for the customer" in page
    assert browser.post("/desk/calls/enter/", sent).url == answer.url
    alike = browser.post("/desk/calls/enter/", sent | {"key": str(uuid.uuid4())})
    assert [one.number for one in alike.context["alike"]] == [case.number]
    assert Case.objects.count() == 1


def test_what_is_about_the_director_is_gone_for_who_entered_it(company: Company, signed_in: Any) -> None:
    browser = signed_in("clerk")
    sent = SAID | {"key": str(uuid.uuid4()), "estate": estate_of().pk, "about_director": "on", "record": "yes"}
    answer = browser.post("/desk/calls/enter/", sent)
    with scopes_disabled():
        case = Case.objects.get()
    assert case.level == CaseLevel.LEADERS
    assert answer.url == "/desk/calls/enter/"
    page = browser.get(answer.url).content.decode()
    assert case.number in page
    assert browser.get(case.get_absolute_url()).status_code == 404


def test_a_wrong_field_comes_back_with_everything_typed(company: Company, signed_in: Any) -> None:
    sent = {"key": str(uuid.uuid4()), "channel": "counter", "text": "", "phone": "13800000001", "outcome": "case"}
    answer = signed_in("clerk").post("/desk/calls/enter/", sent | {"record": "yes"})
    assert answer.status_code == 400
    assert "13800000001" in answer.content.decode()
    assert not Case.objects.exists()
