"""What stands beside clauses: asked once per provider, shown to who may read, as a page and as a piece of one."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from policies import actions, marking
from policies.actions import AudienceLine
from portal.lib.registries import ClauseAct, ClauseMark, Registry
from tests.policies.conftest import clause
from tests.policies.test_issuing import second_edition


def ask_url(edition_id: int, clause_id: int) -> str:
    return f"/ask/{edition_id}/{clause_id}/"


@pytest.fixture
def marks(monkeypatch, issued) -> Registry:
    """Two providers and one act, in place of those of the portal."""
    found: Registry = Registry("clause mark")
    acts: Registry = Registry("act on a clause")
    marked, other = clause(issued, "2.2.1").clause_id, clause(issued, "2.1").clause_id
    found.register(
        "rulings",
        lambda reader, edition: [ClauseMark(marked, "ruling", "解釋 <1>", "/rulings/1/", "info", "十米怎樣量")],
    )
    found.register("deviations", lambda reader, edition: [ClauseMark(other, "deviation", "偏離", tone="warning")])
    acts.register("ask", ClauseAct("提問", "question-circle", ask_url, lambda reader: reader.is_staff_member))
    monkeypatch.setattr(marking, "clause_marks", found)
    monkeypatch.setattr(marking, "clause_acts", acts)
    return found


def address(edition, fragment: bool = False) -> str:
    return reverse("regulation_marks", args=[edition.regulation.slug]) + ("?fragment=1" if fragment else "")


def test_the_page_names_the_clause_its_marks_and_what_can_be_done(signed_in, issued, marks):
    shown = signed_in("employee").get(address(issued)).content.decode()
    assert "解釋 &lt;1&gt;" in shown
    assert 'href="/rulings/1/"' in shown
    assert "十米怎樣量" in shown
    assert shown.index("#c-2.1") < shown.index("#c-2.2.1") < shown.index("#c-1")
    one = clause(issued, "2.2.1")
    assert f"/ask/{issued.pk}/{one.clause_id}/" in shown
    assert "2.2.1 動火點十米內清除可燃物。" in shown


def test_the_piece_says_where_each_clause_stands(signed_in, issued, marks):
    shown = signed_in("employee").get(address(issued, fragment=True)).content.decode()
    assert "<html" not in shown
    found = dict(re.findall(r'data-anchor="([^"]+)" data-menu-label="([^"]+)"', shown))
    assert set(found) == {row.anchor for row in issued.clauses.all()}
    assert "2.2.1" in found["c-2.2.1"]
    assert shown.count("<template") == 1
    assert "解釋 &lt;1&gt;" in shown


def test_the_piece_is_in_the_readers_script(signed_in, issued, marks):
    client = signed_in("employee")
    client.cookies["language"] = "zh-hans"
    assert "解释 &lt;1&gt;" in client.get(address(issued, fragment=True)).content.decode()


def test_who_can_do_nothing_meets_no_menu(client, approved, issue, monkeypatch):
    acts: Registry = Registry("act on a clause")
    acts.register(
        "ask", ClauseAct("提問", "question-circle", lambda *_: "/ask/", lambda reader: reader.is_staff_member)
    )
    monkeypatch.setattr(marking, "clause_acts", acts)
    edition = issue(approved, audience=[AudienceLine("public")])
    shown = client.get(address(edition, fragment=True)).content.decode()
    assert "<template" not in shown
    assert "data-act" not in shown


@pytest.mark.parametrize("fragment", [False, True])
def test_who_may_not_read_gets_what_the_reading_page_gives(
    client, signed_in, company, approved, issue, monkeypatch, fragment
):
    edition = issue(approved, audience=[AudienceLine("unit", unit=company.units["CREW1"])])
    asked = []
    registry: Registry = Registry("clause mark")
    registry.register("spy", lambda reader, edition: asked.append(1) or [])
    monkeypatch.setattr(marking, "clause_marks", registry)
    for username, status in (("employee", 200), ("clerk", 404), ("editor", 404), ("customer", 404)):
        reader = signed_in(username)
        reading = reader.get(edition.regulation.reading_url()).status_code
        assert reader.get(address(edition, fragment)).status_code == reading == status, username
    assert client.get(address(edition, fragment)).status_code == 302
    assert asked == [1], "no provider was asked for somebody who may not read"


def test_an_old_edition_has_its_own(signed_in, issued, company, issue, marks):
    second_edition(company, issue, issued)
    old = reverse("regulation_edition_marks", args=[issued.regulation.slug, 1])
    page = signed_in("employee").get(old).content.decode()
    assert f"/ask/{issued.pk}/" in page


def test_out_of_force_leads_to_the_last(signed_in, company, issued, marks):
    actions.withdraw_edition(by=company.users["approver"], edition=issued, reason="不再適用")
    answer = signed_in("employee").get(address(issued, fragment=True))
    assert answer["Location"] == reverse("regulation_edition_marks", args=[issued.regulation.slug, 1]) + "?fragment=1"


def test_every_provider_is_asked_once_and_the_places_come_from_memory(
    signed_in, issued, marks, django_assert_num_queries
):
    client = signed_in("employee")
    client.get(address(issued, fragment=True))
    # Session, account, appointments, standings, the edition, a customer's contact or token of the frame: nothing more.
    with django_assert_num_queries(5):
        client.get(address(issued, fragment=True))


def test_the_reading_page_only_names_the_address(signed_in, issued):
    shown = signed_in("employee").get(issued.regulation.reading_url()).content.decode()
    own = reverse("regulation_edition_marks", args=[issued.regulation.slug, 1])
    assert f'data-marks-url="{own}?fragment=1"' in shown
    assert f'href="{own}"' in shown
    assert "clause-marks" in shown


def test_an_edition_without_marks_says_so(signed_in, issued, monkeypatch):
    monkeypatch.setattr(marking, "clause_marks", Registry("clause mark"))
    monkeypatch.setattr(marking, "clause_acts", Registry("act on a clause"))
    shown = signed_in("employee").get(address(issued)).content.decode()
    assert "empty-state" in shown
