"""Nobody learns of a passage that is not for them: not by a hit, a number, a filter, a snippet or a script.

Every secret carries a word that occurs nowhere else, in its title, number, context and body. `leaks` looks everywhere
such a word could show; the broken twins at the end take one guard away and must see it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from portal.lib.clock import today
from portal.org.models import Appointment, User
from portal.org.readers import ANONYMOUS, Reader, reader_for
from search.engines import engine, postgresql, sqlite
from search.results import find
from search.words import plan_of
from tests.people import Company
from tests.search.conftest import Shelf

CANARY = "鴟梟"
SECRETS = 12  # more than one page, so that a number of the second page would show too
WRONG = ["other_crew_leader", "employee", "clerk", "director", "sales_person", "finance_clerk", "customer", None]


@pytest.fixture
def secret(shelf: Shelf, company: Company) -> frozenset[str]:
    """Passages for the crew leader of crew 1 alone, among others for everybody; the audience of the secret ones."""
    audience = frozenset({f"unit:{company.units['CREW1'].pk}+post:{company.posts['crew_leader'].code}"})
    for number in range(SECRETS):
        shelf.put(
            f"secret{number}",
            f"{CANARY}計劃{number}",
            f"觀察小組不得外傳的{CANARY}內容",
            number=f"{CANARY}.{number}",
            context=f"{CANARY}規定",
            kind="notice" if number else "submarine",
            audience=audience,
        )
    shelf.put("open", "觀察小組", "人人可讀的內容")
    shelf.index()
    return audience


def reader_named(company: Company, name: str | None) -> Reader:
    return reader_for(company.users[name]) if name else ANONYMOUS


def leaks(name: str | None, company: Company) -> list[str]:
    """Every way in which this reader meets the secrets."""
    reader = reader_named(company, name)
    audience = sorted(reader.tokens)
    met = []
    for query in (CANARY, f"{CANARY}計劃", "觀察小組不得外傳", "觀察小組的內容是什麼不得外傳嗎", f"{CANARY}.3", "不"):
        for kind in ("", "notice", "submarine"):
            for page in (1, 2):
                found = find(query, reader=reader, kind=kind, page=page)
                met += [f"hit for {query}: {hit.title}" for hit in found.hits if CANARY in f"{hit}"]
                met += [f"filter {entry}" for entry in found.filters if entry.kind != "clause"]
                met += [f"count {found.total} for {query}"] if found.total > 1 else []
        met += [f"engine {ids}" for ids in [engine().search(plan_of(query), audience=audience).ids] if len(ids) > 1]
        counts = engine().count(plan_of(query), audience=audience)
        met += [f"engine counts {counts}"] if sum(counts.values()) > 1 else []
    met += [f"suggested {title}" for title in engine().suggest(CANARY[0], audience=audience)]
    return met


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_reader_meets_nothing(secret: frozenset[str], company: Company, name: str | None) -> None:
    assert leaks(name, company) == []


def test_the_entitled_reader_finds_all(secret: frozenset[str], company: Company) -> None:
    found = find(CANARY, reader=reader_named(company, "crew_leader"), size=50)
    assert found.count == len(found.hits) == SECRETS
    assert all(CANARY in hit.title for hit in found.hits)


@pytest.mark.parametrize("name", WRONG)
def test_the_page_of_a_wrong_reader_holds_no_secret(
    secret: frozenset[str], signed_in: Callable[[str], Client], name: str | None
) -> None:
    client = signed_in(name) if name else Client()
    for query in ("觀察小組不得外傳的鴟梟", "不得外傳", "內容"):
        html = client.get("/search/", {"q": query}).content.decode()
        typed_only = html.replace(query, "")
        assert CANARY not in typed_only
        assert "secret" not in html


@pytest.mark.parametrize("name", WRONG)
def test_a_script_of_a_wrong_reader_gets_no_secret(secret: frozenset[str], company: Company, name: str | None) -> None:
    out = StringIO()
    call_command("search_portal", CANARY, "--format", "json", *(["--as", name] if name else []), stdout=out)
    assert json.loads(out.getvalue()) == {"query": CANARY, "count": 0, "hits": []}


@pytest.mark.parametrize(
    ("token", "readers"),
    [
        ("public", {None, "customer", "employee", "clerk", "administrator"}),
        ("staff", {"employee", "clerk", "administrator"}),
        ("customer", {"customer"}),
        ("unit:CREW1", {"employee"}),
        ("unit:HQ", {"employee", "clerk", "administrator"}),
        ("post:service_centre_clerk", {"clerk"}),
        ("role:administrator", {"administrator"}),
        ("user:customer", {"customer"}),
    ],
)
def test_every_kind_of_audience(shelf: Shelf, company: Company, token: str, readers: set[str | None]) -> None:
    kind, _colon, name = token.partition(":")
    ids = {"unit": company.units, "user": company.users}.get(kind)
    shelf.put("a", CANARY, audience=frozenset({f"{kind}:{ids[name].pk}" if ids else token}))
    shelf.index()
    everybody = [None, "customer", "employee", "clerk", "administrator"]
    assert {name for name in everybody if shelf.find(CANARY, reader_named(company, name))} == readers


def test_a_passage_without_audience_is_for_nobody(shelf: Shelf, company: Company) -> None:
    shelf.put("a", CANARY, audience=frozenset())
    shelf.index()
    for name in (None, *company.users):
        assert shelf.find(CANARY, reader_named(company, name)) == []


def test_who_leaves_the_unit_finds_nothing_with_the_next_query(secret: frozenset[str], company: Company) -> None:
    assert find(CANARY, reader=reader_named(company, "crew_leader")).count == SECRETS
    Appointment.objects.filter(person=company.people["crew_leader"]).update(ends_on=today().replace(year=2021))
    assert find(CANARY, reader=reader_named(company, "crew_leader")).count == 0


def test_a_locked_account_is_a_visitor(secret: frozenset[str], company: Company) -> None:
    User.objects.filter(username="crew_leader").update(is_active=False)
    user = User.objects.get(username="crew_leader")
    assert find(CANARY, reader=reader_for(user)).count == 0


# ---- between the change and the index -------------------------------------------------------------------------------


def test_what_was_just_narrowed_is_held_back_before_the_index_knows(shelf: Shelf, company: Company) -> None:
    shelf.put("a", CANARY)
    shelf.put("b", f"{CANARY}乙")
    shelf.index()
    shelf.change("a", audience=frozenset({"role:administrator"}))
    found = find(CANARY, reader=ANONYMOUS)
    assert shelf.keys_of(found) == ["b"]
    assert (found.count, [entry.count for entry in found.filters]) == (1, [1])


def test_what_was_just_withdrawn_is_held_back_too(shelf: Shelf) -> None:
    shelf.put("a", CANARY)
    shelf.index()
    shelf.take("a")
    found = find(CANARY, reader=ANONYMOUS)
    assert (found.hits, found.count, found.filters) == ([], 0, [])


def test_what_was_just_rewritten_is_shown_as_it_is_now(shelf: Shelf) -> None:
    shelf.put("a", CANARY, f"{CANARY} 的電話是 555")
    shelf.index()
    shelf.change("a", body="電話已刪去")
    [hit] = find(CANARY, reader=ANONYMOUS).hits
    assert hit.snippet == [("電話已刪去", False)]


def test_a_source_that_cannot_answer_hides_its_hits(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.put("a", CANARY)
    shelf.index()
    monkeypatch.setattr(shelf, "passages", None)
    assert find(CANARY, reader=ANONYMOUS).hits == []


# ---- broken twins ---------------------------------------------------------------------------------------------------


def test_twin_without_the_audience_in_the_statement(
    secret: frozenset[str], company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "_readable", lambda audience: " AND ".join("%s <> ''" for _token in audience))
    monkeypatch.setattr(postgresql, "_READABLE", "%s::text[] IS NOT NULL")
    for name in WRONG:
        assert leaks(name, company)


def test_twin_without_the_second_look(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.put("a", CANARY)
    shelf.index()
    shelf.change("a", audience=frozenset({"role:administrator"}))
    monkeypatch.setattr(Reader, "may_read", lambda self, audience: True)
    assert shelf.find(CANARY) == ["a"]
