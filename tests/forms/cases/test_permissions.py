"""Who sees a case and who acts on it: role by kind of case, in lists, by address, by verb, in every count."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django_scopes import scope, scopes_disabled

from forms.cases import actions, permissions
from forms.cases.models import Case
from forms.cases.permissions import user_can_act_on_case, user_can_see_case, visible_cases
from portal.org.models import Appointment
from portal.org.readers import reader_for
from tests.people import Company

pytestmark = pytest.mark.django_db
FileCase = Callable[..., Case]
SignedIn = Callable[[str], Client]


@pytest.fixture
def cases(file_case: FileCase, company: Company) -> dict[str, Case]:
    """One of every kind that makes a difference, all about OFFICE1 except `other`."""
    made = {
        "own": file_case(subject="一般投訴"),
        "company": file_case(subject="已轉公司"),
        "director": file_case(subject="關於主任", about_director=True),
        "compensation": file_case(subject="要求賠償", compensation=True),
        "other": file_case(subject="別處投訴", office="OFFICE2"),
    }
    with scopes_disabled():
        actions.transfer_case(case=made["company"], by=company.users["clerk"], reason="超出權限")
    return made


SEES = {
    "clerk": {"own", "company"},
    "director": {"own", "company"},
    "other_clerk": {"other"},
    "other_director": {"other"},
    "quality_officer": {"own", "company", "director", "compensation", "other"},
    "administrator": set(),
    "editor": set(),
    "employee": set(),
    "unit_manager": set(),
    "crew_leader": set(),
    "sales_person": set(),
    "finance_clerk": set(),
    "customer": set(),
}


@pytest.mark.parametrize("who", SEES)
def test_who_sees_which(cases: dict[str, Case], company: Company, signed_in: SignedIn, who: str) -> None:
    reader = reader_for(company.users[who])
    with scope(unit=reader.unit_ids):
        listed = {name for name, case in cases.items() if visible_cases(reader).filter(pk=case.pk).exists()}
    assert listed == SEES[who]
    browser = signed_in(who)
    for name, case in cases.items():
        case.refresh_from_db(from_queryset=Case.objects.with_scopes_disabled())
        assert user_can_see_case(company.users[who], case) is (name in SEES[who])
        wanted = 200 if name in SEES[who] else 404
        assert browser.get(f"/desk/cases/{case.number}/").status_code == wanted, name


@pytest.mark.parametrize("who", SEES)
def test_the_desk_is_for_those_who_answer(cases: dict[str, Case], signed_in: SignedIn, who: str) -> None:
    answer = signed_in(who).get("/desk/cases/?view=all")
    assert answer.status_code == (200 if SEES[who] else 404)
    for name, case in cases.items():
        assert (case.number in answer.text) is (name in SEES[who])


def test_a_stranger_is_asked_to_sign_in(cases: dict[str, Case]) -> None:
    for address in ("/desk/cases/", f"/desk/cases/{cases['own'].number}/", "/my/cases/"):
        assert Client().get(address).status_code == 302


def test_searching_and_counting_give_no_hint(cases: dict[str, Case], signed_in: SignedIn) -> None:
    browser = signed_in("director")
    for words in ("關於主任", "要求賠償", cases["director"].number, "13800000001"):
        answer = browser.get("/desk/cases/", {"q": words, "view": "all"})
        found = {case.pk for case in answer.context["page_obj"].object_list}
        assert found <= {cases["own"].pk, cases["company"].pk}
        assert all(tab["count"] <= 2 for tab in answer.context["tabs"])
    tabs = browser.get("/desk/cases/").context["tabs"]
    assert next(tab for tab in tabs if tab["current"])["count"] == 2


@pytest.mark.parametrize("what", ["director", "compensation"])
def test_a_post_in_the_office_outweighs_every_other(cases: dict[str, Case], company: Company, what: str) -> None:
    """A director who also stands in for the quality officer does not read what is about the own office."""
    both = company.users["director"]
    Appointment.objects.create(
        person=company.people["director"],
        post=company.posts["quality_officer"],
        unit=company.units["QHSE"],
        starts_on="2020-01-01",
    )
    reader = reader_for(both)
    with scope(unit=reader.unit_ids):
        assert not visible_cases(reader).filter(pk=cases[what].pk).exists()
        assert visible_cases(reader).filter(pk=cases["other"].pk).exists()
    assert not user_can_see_case(both, cases[what])


def test_a_company_leader_reads_what_is_about_a_director(cases: dict[str, Case], company: Company) -> None:
    leader = company.users["unit_manager"]
    Appointment.objects.create(
        person=company.people["unit_manager"],
        post=company.posts["unit_manager"],
        unit=company.units["HQ"],
        starts_on="2020-01-01",
    )
    reader = reader_for(leader)
    with scope(unit=reader.unit_ids):
        assert set(visible_cases(reader)) == set(cases.values())
    assert user_can_act_on_case(leader, "answer", cases["director"])


def test_without_the_exclusion_the_director_would_read_it(
    cases: dict[str, Case], company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken twin: level ignored, and the case put under the office as an ordinary one."""
    reader = reader_for(company.users["director"])
    monkeypatch.setattr(permissions, "CaseLevel", SimpleNamespace(LEADERS="no such level"))
    with scopes_disabled():
        Case.objects.filter(pk=cases["director"].pk).update(unit=company.units["OFFICE1"])
    with scope(unit=reader.unit_ids):
        assert visible_cases(reader).filter(pk=cases["director"].pk).exists()


ACTS = {  # who may take which step of which case, the state aside
    ("clerk", "own", "answer"): True,
    ("clerk", "own", "close"): True,
    ("director", "own", "assign"): True,
    ("clerk", "company", "note"): True,
    ("clerk", "company", "answer"): False,
    ("director", "company", "close"): False,
    ("quality_officer", "company", "answer"): True,
    ("quality_officer", "own", "answer"): True,
    ("director", "director", "close"): False,
    ("director", "director", "note"): False,
    ("quality_officer", "director", "close"): True,
    ("other_clerk", "own", "note"): False,
    ("administrator", "own", "close"): False,
    ("customer", "own", "close"): False,
}


@pytest.mark.parametrize(("who", "name", "verb"), ACTS)
def test_who_acts(cases: dict[str, Case], company: Company, who: str, name: str, verb: str) -> None:
    with scopes_disabled():
        case = Case.objects.get(pk=cases[name].pk)
    assert user_can_act_on_case(company.users[who], verb, case) is ACTS[who, name, verb]


@pytest.mark.parametrize("verb", ["acknowledge", "assign", "answer", "note", "close", "transfer", "withdraw"])
def test_a_foreign_case_is_404_for_every_step(cases: dict[str, Case], signed_in: SignedIn, verb: str) -> None:
    browser = signed_in("other_clerk")
    data: dict[str, Any] = {"version": 1, "text": "x", "reason": "x", "confirmed": "yes"}
    assert browser.post(f"/desk/cases/{cases['own'].number}/{verb}/", data).status_code == 404
    with scopes_disabled():
        assert Case.objects.get(pk=cases["own"].pk).version == 1


def test_my_cases_are_mine(file_case: FileCase, company: Company, signed_in: SignedIn) -> None:
    mine, others = file_case(by=company.users["customer"]), file_case()
    browser = signed_in("customer")
    assert mine.number in browser.get("/my/cases/").text
    assert others.number not in browser.get("/my/cases/").text
    assert browser.get(f"/my/cases/{mine.number}/").status_code == 200
    assert browser.get(f"/my/cases/{others.number}/").status_code == 404
    assert signed_in("clerk").get(f"/my/cases/{mine.number}/").status_code == 404
