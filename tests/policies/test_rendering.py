"""What an edition looks like: headings in order, lists, anchors, contents, both scripts, nothing a text could break."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from policies import actions, rendering
from policies.comparing import compare, words_compared
from policies.reading import normal_number
from tests.policies.conftest import clause


def rendered(edition):
    return rendering.render(list(edition.clauses.select_related("clause").order_by("order")))


def test_headings_descend_without_a_gap(imported, shared_seed):
    for text in shared_seed.read_text(encoding="utf-8").split("篇"):
        html = rendered(imported(f"題目{abs(hash(text)) % 97}\n\n{text}")).html
        levels = [int(level) for level in re.findall(r"<h(\d)", html)]
        assert all(after <= before + 1 for before, after in pairwise([1, *levels]))


def test_the_text_is_kept_as_written(draft):
    html = rendered(draft).html
    assert '<a class="clause-number" href="#c-2.1">2.1</a> <strong class="clause-lead">許可</strong>' in html
    assert html.count('<ul class="clause-items">') == 1
    assert html.count("<li ") == 2
    assert "用火之前先辦許可證。" in html


def test_every_anchor_occurs_once_and_every_link_leads_somewhere(issued):
    body = issued.bodies.get(script="hant")
    anchors = re.findall(r'id="([^"]+)"', body.html)
    links = re.findall(r'href="#([^"]+)"', body.html + body.contents)
    assert len(anchors) == len(set(anchors)) == issued.clauses.count()
    assert set(links) <= set(anchors)


def test_the_contents_name_chapters_and_headed_clauses(draft):
    contents = rendered(draft).contents
    assert re.findall(r'<a href="#([^"]+)">', contents) == ["c-1", "c-2", "c-2.1", "c-2.2", "c-3"]


def test_a_text_cannot_bring_markup(company, draft):
    evil = '<script>alert(1)</script><img src=x onerror="alert(1)">'
    row = clause(draft, "2.1")
    actions.edit_clause(by=company.users["editor"], clause=row, number='2.1"><b>', heading=evil[:200], text=evil)
    shown = rendered(draft)
    for html in (shown.html, shown.contents):
        assert "<script" not in html
        assert "<img" not in html
        assert "<b>" not in html


def test_lines_of_a_clause_are_paragraphs(company, draft):
    row = clause(draft, "2.1")
    actions.edit_clause(by=company.users["editor"], clause=row, number="2.1", heading="", text="第一行\n\n第二行")
    assert "第一行</p><p>第二行</p>" in rendered(draft).html


def test_plain_text_holds_everything(draft):
    text = rendered(draft).text
    for row in draft.clauses.all():
        assert row.text in text
        assert row.heading in text


@pytest.mark.parametrize(
    ("old", "new", "pieces"),
    [
        ("十米內", "二十米內", [("new", "二"), ("same", "十米內")]),
        ("清除可燃物", "清除", [("same", "清除"), ("gone", "可燃物")]),
        ("STOP卡", "HSE卡", [("gone", "STOP"), ("new", "HSE"), ("same", "卡")]),
        ("", "新", [("new", "新")]),
        ("同", "同", [("same", "同")]),
    ],
)
def test_words_are_compared(old, new, pieces):
    assert words_compared(old, new) == pieces
    assert "".join(words for kind, words in words_compared(old, new) if kind != "gone") == new


def test_editions_are_compared_clause_by_clause(company, issued):
    editor = company.users["editor"]
    draft = actions.start_draft(by=editor, regulation=issued.regulation)
    row = clause(draft, "2.2.2")
    actions.edit_clause(by=editor, clause=row, number="2.2.2", heading="", text="監護人不得離崗。")
    actions.remove_clause(by=editor, clause=clause(draft, "2.1"))
    actions.add_clause(by=editor, edition=draft, kind="clause", number="2.4", text="新的。", under=clause(draft, "1"))
    actions.move_clause(by=editor, clause=clause(draft, "3"), to="up")
    found = compare(list(issued.clauses.order_by("order")), list(draft.clauses.order_by("order")))
    by_change = {change: [one.row.number for one in found if one.change == change] for change in ("added", "removed")}
    assert by_change == {"added": ["2.4"], "removed": ["2.1"]}
    assert [one.row.number for one in found if one.change == "changed"] == ["2.2.2"]
    assert {one.row.number for one in found if one.moved} & {"2", "3"}
    assert len(found) == issued.clauses.count() + 1


@pytest.mark.parametrize(
    ("typed", "number"), [("４。５．３ ", "4.5.3"), ("第三條", "第三條"), ("附錄A", "附錄a"), ("", "")]
)
def test_typed_numbers_are_forgiven(typed, number):
    assert normal_number(typed) == number
