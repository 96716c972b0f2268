"""Drafts: who may write in them, what a change does, and that nothing else may be written in."""

from __future__ import annotations

from uuid import uuid4

import pytest

from policies import actions, freezing
from policies.enums import TRANSITIONS, EditionState
from policies.models import Clause, Edition, EditionClause
from portal.journal import actions as journal
from portal.lib.refusals import Conflict, NotYours, Refused
from tests.policies.conftest import NOW, clause

NOT_EDITORS = ["approver", "administrator", "employee", "crew_leader", "unit_manager", "quality_officer", "customer"]


def outline(edition: Edition) -> list[tuple[int, str]]:
    return [(row.depth, row.number or row.text[:4]) for row in edition.clauses.order_by("order")]


def test_the_import_keeps_text_tree_and_identity(draft):
    assert outline(draft) == [
        (1, "1"),
        (2, "本規定適"),
        (1, "2"),
        (2, "2.1"),
        (2, "2.2"),
        (3, "2.2.1"),
        (3, "2.2.2"),
        (1, "3"),
        (2, "每天收工"),
        (2, "發現火種"),
    ]
    assert clause(draft, "2.1").heading == "許可"
    assert clause(draft, "2.2.1").parent == clause(draft, "2.2")
    assert Clause.objects.filter(regulation=draft.regulation).count() == 10
    assert draft.regulation.live is False


def test_editing_a_clause_is_journalled_and_counts_its_versions(company, draft):
    row = clause(draft, "2.2.1")
    saved = actions.edit_clause(
        by=company.users["editor"], clause=row, number="2.2.1", heading="", text="清除可燃物。", version=1, now=NOW
    )
    assert (saved.text, saved.version) == ("清除可燃物。", 2)
    entry = journal.entries_of(draft).last()
    assert (entry.action, entry.data["changed"]) == ("policies.edit_clause", ["text"])
    assert company.users["editor"] in draft.contributors.all()


def test_saving_what_is_there_already_changes_nothing(company, draft):
    row = clause(draft, "2.1")
    before = journal.entries_of(draft).count()
    saved = actions.edit_clause(
        by=company.users["editor"], clause=row, number=row.number, heading=row.heading, text=row.text
    )
    assert saved.version == 1
    assert journal.entries_of(draft).count() == before


def test_a_clause_that_somebody_else_changed_is_not_overwritten(company, draft):
    row = clause(draft, "2.1")
    given = {"clause": row, "number": "2.1", "heading": "許可", "version": 1}
    actions.edit_clause(by=company.users["second_editor"], text="先來的。", **given)
    with pytest.raises(Conflict):
        actions.edit_clause(by=company.users["editor"], text="後到的。", **given)
    assert clause(draft, "2.1").text == "先來的。"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"heading": "", "text": "  "}, "text"),
        ({"heading": "長" * 256, "text": ""}, "heading"),
        ({"number": "1" * 41, "heading": "x", "text": ""}, "number"),
        ({"kind": "poem", "heading": "x", "text": ""}, "kind"),
    ],
)
def test_a_clause_without_sense_is_refused(company, draft, values, field):
    given = {"number": "2.1", "heading": "許可", "text": "先辦證。"} | values
    with pytest.raises(Refused) as refusal:
        actions.edit_clause(by=company.users["editor"], clause=clause(draft, "2.1"), **given)
    assert refusal.value.field == field


def test_a_clause_is_added_after_another_and_all_under_it(company, draft):
    row = actions.add_clause(
        by=company.users["editor"],
        edition=draft,
        kind="clause",
        number="2.3",
        text="收工。",
        after=clause(draft, "2.2"),
    )
    assert outline(draft)[6:9] == [(3, "2.2.2"), (2, "2.3"), (1, "3")]
    assert row.clause.uuid not in set(EditionClause.objects.exclude(pk=row.pk).values_list("clause__uuid", flat=True))


def test_a_clause_is_added_under_another_as_its_first(company, draft):
    actions.add_clause(
        by=company.users["editor"],
        edition=draft,
        kind="clause",
        number="2.2.0",
        text="先看。",
        under=clause(draft, "2.2"),
    )
    assert outline(draft)[4:7] == [(2, "2.2"), (3, "2.2.0"), (3, "2.2.1")]


def test_removing_a_clause_takes_what_lies_under_it(company, draft):
    gone = actions.remove_clause(by=company.users["editor"], clause=clause(draft, "2.2"))
    assert gone == 3
    assert outline(draft)[2:5] == [(1, "2"), (2, "2.1"), (1, "3")]
    assert [row.order for row in draft.clauses.order_by("order")] == list(range(1, 8))


@pytest.mark.parametrize(
    ("number", "to", "expected"),
    [
        ("2.2", "up", ["1", "2", "2.2", "2.2.1", "2.2.2", "2.1", "3"]),
        ("2", "down", ["1", "3", "2", "2.1", "2.2", "2.2.1", "2.2.2"]),
        ("2.2.2", "out", ["1", "2", "2.1", "2.2", "2.2.1", "2.2.2", "3"]),
        ("2.2", "in", ["1", "2", "2.1", "2.2", "2.2.1", "2.2.2", "3"]),
        ("2", "up", ["2", "2.1", "2.2", "2.2.1", "2.2.2", "1", "3"]),
    ],
)
def test_a_clause_moves_with_all_under_it(company, draft, number, to, expected):
    actions.move_clause(by=company.users["editor"], clause=clause(draft, number), to=to)
    rows = list(draft.clauses.order_by("order"))
    assert [row.number for row in rows if row.number] == expected
    assert [row.order for row in rows] == list(range(1, len(rows) + 1))
    by_pk = {row.pk: row for row in rows}
    for row in rows:
        if row.parent_id:
            assert row.depth == by_pk[row.parent_id].depth + 1
            assert by_pk[row.parent_id].order < row.order


@pytest.mark.parametrize(("number", "to"), [("1", "up"), ("3", "down"), ("1", "in"), ("1", "out"), ("2.1", "in")])
def test_a_move_to_nowhere_is_refused(company, draft, number, to):
    with pytest.raises(Refused):
        actions.move_clause(by=company.users["editor"], clause=clause(draft, number), to=to)


VERBS = {
    "edit_clause": lambda by, e: actions.edit_clause(by=by, clause=clause(e, "2.1"), number="", heading="", text="改"),
    "add_clause": lambda by, e: actions.add_clause(by=by, edition=e, kind="paragraph", text="新"),
    "remove_clause": lambda by, e: actions.remove_clause(by=by, clause=clause(e, "3")),
    "move_clause": lambda by, e: actions.move_clause(by=by, clause=clause(e, "3"), to="up"),
    "edit_details": lambda by, e: actions.edit_details(by=by, edition=e, title="新題"),
}


@pytest.mark.parametrize("verb", VERBS)
def test_only_editors_write_in_a_draft(company, draft, verb):
    before = outline(draft)
    for username in NOT_EDITORS:
        with pytest.raises(NotYours):
            VERBS[verb](company.users[username], draft)
    assert outline(draft) == before


@pytest.mark.parametrize("state", ["in_review", "approved", "issued"])
def test_nobody_writes_in_what_was_submitted(company, request, state):
    edition = request.getfixturevalue(state)
    for verb in VERBS.values():
        with pytest.raises(freezing.Frozen):
            verb(company.users["editor"], edition)


ROWS = {
    "save": lambda e: clause(e, "2.1").save(),
    "delete": lambda e: clause(e, "2.1").delete(),
    "update": lambda e: e.clauses.update(text="偷改"),
    "delete many": lambda e: e.clauses.all().delete(),
    "bulk_update": lambda e: EditionClause.objects.bulk_update(e.clauses.all(), ["text"]),
    "bulk_create": lambda e: EditionClause.objects.bulk_create([EditionClause(edition=e, order=99, depth=1)]),
}


@pytest.mark.parametrize("state", ["in_review", "approved", "issued"])
def test_rows_of_what_is_no_draft_are_frozen(request, state):
    edition = request.getfixturevalue(state)
    for change in ROWS.values():
        with pytest.raises(freezing.Frozen):
            change(edition)


def test_rows_of_a_draft_are_not(draft):
    draft.clauses.filter(number="2.1").update(text="可以改")
    assert clause(draft, "2.1").text == "可以改"


BODIES = {
    "save": lambda e: e.bodies.first().save(),
    "delete": lambda e: e.bodies.first().delete(),
    "update": lambda e: e.bodies.update(html=""),
    "delete many": lambda e: e.bodies.all().delete(),
    "audience": lambda e: e.audience_rules.first().save(),
    "audience gone": lambda e: e.audience_rules.all().delete(),
    "edition": lambda e: e.save(),
    "edition gone": lambda e: e.delete(),
    "editions": lambda e: Edition.objects.update(title="偷改"),
    "editions gone": lambda e: Edition.objects.all().delete(),
}


def test_what_was_issued_is_frozen(issued):
    for change in BODIES.values():
        with pytest.raises(freezing.Frozen):
            change(issued)


def test_a_body_is_written_by_issuing_alone(issued):
    from policies.models import EditionBody

    with pytest.raises(freezing.OnlyByVerb):
        EditionBody.objects.create(edition=issued, script="xx", title="", html="", contents="", text="", digest="")


def test_the_next_draft_has_the_same_clauses_under_the_same_identity(company, issued):
    draft = actions.start_draft(by=company.users["editor"], regulation=issued.regulation, now=NOW)
    assert (draft.number, draft.based_on, draft.state) == (2, issued, EditionState.DRAFT)
    assert outline(draft) == outline(issued)
    pairs = zip(issued.clauses.order_by("order"), draft.clauses.order_by("order"), strict=True)
    assert all(old.clause_id == new.clause_id and old.pk != new.pk for old, new in pairs)


def test_a_regulation_has_one_open_draft(company, issued):
    actions.start_draft(by=company.users["editor"], regulation=issued.regulation)
    with pytest.raises(Conflict):
        actions.start_draft(by=company.users["second_editor"], regulation=issued.regulation)


def test_only_editors_start_a_draft(company, issued):
    for username in NOT_EDITORS:
        with pytest.raises(NotYours):
            actions.start_draft(by=company.users[username], regulation=issued.regulation)


def test_a_document_number_belongs_to_one_regulation(company, draft, imported):
    other = imported(f"另一項規定\n\n1 一條\n\n{uuid4().hex}\n")
    actions.edit_details(by=company.users["editor"], edition=draft, title="甲", number="A-1")
    with pytest.raises(Refused) as refusal:
        actions.edit_details(by=company.users["editor"], edition=other, title="乙", number="A-1")
    assert refusal.value.field == "number"


def test_the_transition_table_is_the_whole_law():
    assert {verb for verb, _state in TRANSITIONS} == {
        "submit",
        "return",
        "review",
        "approve",
        "try",
        "issue",
        "supersede",
        "withdraw",
    }
    assert not [key for key in TRANSITIONS if key[1] in {EditionState.SUPERSEDED, EditionState.WITHDRAWN}]
