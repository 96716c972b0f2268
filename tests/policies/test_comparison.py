"""Two editions side by side for readers: words, moves, what is new and gone; only for who may read both."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from policies import actions
from policies.actions import AudienceLine
from policies.comparing import words_compared
from tests.policies.conftest import NOW, clause, through_review


@pytest.fixture
def second(company, issued, issue):
    """A real second edition: a clause reworded, one moved to the top, one gone, one new."""
    editor = company.users["editor"]
    draft = actions.start_draft(by=editor, regulation=issued.regulation, now=NOW)
    row = clause(draft, "2.2.2")
    actions.edit_clause(by=editor, clause=row, number="2.2.2", heading="", text="監護人不得離開動火點。")
    actions.move_clause(by=editor, clause=clause(draft, "3"), to="up")
    actions.remove_clause(by=editor, clause=clause(draft, "2.1"))
    actions.add_clause(by=editor, edition=draft, kind="clause", number="4", heading="附則", text="自發布之日起執行。")
    return issue(through_review(company, draft), change_note="寫明離開動火點。")


def address(edition, old=1, new=2) -> str:
    return reverse("regulation_comparison", args=[edition.regulation.slug, old, new])


def test_the_second_edition_against_the_first(signed_in, second):
    page = signed_in("employee").get(address(second))
    shown = page.content.decode()
    counts = page.context["counts"]
    assert (counts["added"], counts["removed"], counts["changed"]) == (1, 1, 1)
    assert counts["moved"] >= 1
    assert re.search(r"<ins class=.word-new.><span[^>]*>[^<]+</span>動火點</ins>", shown), (
        "said to a screen reader, too"
    )
    moved = [one.new.number for one in page.context["compared"] if one.moved]
    assert "3" in moved or "2" in moved
    assert "2.2.1" not in shown, "what stayed the same is left out"
    assert "2.2.1" in signed_in("employee").get(address(second) + "?all=1").content.decode()


def test_a_renumbered_clause_is_the_same_clause(company, signed_in, issued, issue):
    """Known by its identity, whatever its number and place."""
    editor = company.users["editor"]
    draft = actions.start_draft(by=editor, regulation=issued.regulation, now=NOW)
    row = clause(draft, "2.2.1")
    actions.edit_clause(by=editor, clause=row, number="2.1.9", heading=row.heading, text=row.text)
    issue(through_review(company, draft))
    page = signed_in("employee").get(address(issued))
    changed = [one for one in page.context["compared"] if one.change == "changed"]
    assert [(one.old.number, one.new.number) for one in changed] == [("2.2.1", "2.1.9")]
    assert not [one for one in page.context["compared"] if one.change in {"added", "removed"}]


def test_backwards_is_a_comparison_as_well(signed_in, second):
    counts = signed_in("employee").get(address(second, 2, 1)).context["counts"]
    assert (counts["added"], counts["removed"]) == (1, 1)


def test_the_form_leads_to_the_comparison(signed_in, second):
    client = signed_in("employee")
    form = reverse("regulation_compare", args=[second.regulation.slug])
    assert client.get(form).status_code == 200
    assert client.get(form + "?old=2&new=1")["Location"] == address(second)
    for query in ("?old=1&new=1", "?old=1&new=9", "?old=x&new=1", "?old=1"):
        answer = client.get(form + query)
        assert answer.status_code == 400, query
        assert 'role="alert"' in answer.content.decode()


@pytest.mark.parametrize(("old", "new"), [(1, 1), (1, 3), (3, 1)])
def test_what_is_not_there_is_not_compared(signed_in, second, old, new):
    assert signed_in("employee").get(address(second, old, new)).status_code == 404


def test_a_draft_is_compared_by_nobody(company, signed_in, issued):
    actions.start_draft(by=company.users["editor"], regulation=issued.regulation, now=NOW)
    for username in ("editor", "approver", "employee"):
        assert signed_in(username).get(address(issued)).status_code == 404


def test_who_may_read_one_alone_compares_nothing(company, signed_in, client, approved, issue):
    first = issue(approved, audience=[AudienceLine("unit", unit=company.units["CREW1"])])
    draft = actions.start_draft(by=company.users["editor"], regulation=first.regulation, now=NOW)
    issue(through_review(company, draft), audience=[AudienceLine("staff")])
    assert signed_in("employee").get(address(first)).status_code == 200
    stranger = signed_in("clerk")
    assert stranger.get(address(first)).status_code == 404
    form = stranger.get(reverse("regulation_compare", args=[first.regulation.slug]))
    assert form.status_code == 200
    assert 'value="1"' not in form.content.decode(), "the other edition is not even named"
    assert client.get(address(first)).status_code == 302


def test_the_comparison_costs_few_queries(signed_in, second, django_assert_max_num_queries):
    client = signed_in("employee")
    client.get(address(second))
    with django_assert_max_num_queries(12):
        client.get(address(second))


@pytest.mark.parametrize(
    ("old", "new", "pieces"),
    [
        ("", "", []),
        ("一樣", "一樣", [("same", "一樣")]),
        ("保存三年", "保存五年", [("same", "保存"), ("gone", "三"), ("new", "五"), ("same", "年")]),
        ("甲乙丙", "丁乙戊", [("gone", "甲乙丙"), ("new", "丁乙戊")]),
    ],
)
def test_words(old, new, pieces):
    """One character left standing between two changes says nothing."""
    assert words_compared(old, new) == pieces
    assert "".join(words for kind, words in pieces if kind != "gone") == new
    assert "".join(words for kind, words in pieces if kind != "new") == old
