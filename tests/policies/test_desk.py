"""The regulation desk in Wagtail's admin: steps 2 and 3 of the story, each screen by each account."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from policies import actions
from policies.enums import EditionState
from policies.models import Edition, EditionClause, ImportPreview, RegulationPage
from policies.parsing import parse, read_file
from policies.viewsets.imports import as_values, from_values
from portal.journal import actions as journal
from tests.policies.conftest import NOW, TEXT, clause


def upload(client, content: bytes, name: str = "rule.txt"):
    return client.post(reverse("policies_import"), {"file": SimpleUploadedFile(name, content)})


def text_of(answer) -> str:
    return answer.content.decode()


# ---- importing ------------------------------------------------------------------------------------------------------


def test_an_upload_is_shown_before_anything_is_saved(signed_in, company):
    editor = signed_in("editor")
    answer = upload(editor, ("首頁 > 制度\n\n" + TEXT).encode())
    shown = text_of(editor.get(answer["Location"]))
    assert "倉庫用火管理規定" in shown
    assert "首頁 &gt; 制度" in shown, "what was left out is named"
    assert not RegulationPage.objects.exists()
    saved = editor.post(answer["Location"], {"save": "1"})
    edition = Edition.objects.get()
    assert saved["Location"] == reverse("policies_edition", args=[edition.pk])
    assert (edition.drafted_by, edition.source_name) == (company.users["editor"], "rule.txt")
    assert not ImportPreview.objects.exists()


def test_confirming_twice_saves_once(signed_in):
    editor = signed_in("editor")
    place = upload(editor, TEXT.encode())["Location"]
    editor.post(place, {"save": "1"})
    again = editor.post(place, {"save": "1"})
    assert again["Location"] == reverse("policies_index")
    assert Edition.objects.count() == 1


def test_a_dropped_upload_leaves_nothing(signed_in):
    editor = signed_in("editor")
    place = upload(editor, TEXT.encode())["Location"]
    editor.post(place, {"drop": "1"})
    assert not ImportPreview.objects.exists()
    assert not Edition.objects.exists()


def test_an_upload_is_its_uploaders_alone(signed_in):
    place = upload(signed_in("editor"), TEXT.encode())["Location"]
    other = signed_in("second_editor")
    assert other.get(place).status_code == 404
    other.post(place, {"save": "1"})
    assert not Edition.objects.exists()
    assert ImportPreview.objects.exists()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.txt"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "picture.txt"),
        (b"PK\x03\x04broken", "broken.docx"),
        (b"x" * (20 * 2**20 + 1), "large.txt"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(signed_in, content, name):
    answer = upload(signed_in("editor"), content, name)
    assert answer.status_code in {200, 400}
    assert answer.context["form"].errors["file"]
    assert not ImportPreview.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5", "utf-16"])
def test_encodings_that_such_files_come_in(signed_in, encoding):
    editor = signed_in("editor")
    shown = text_of(editor.get(upload(editor, TEXT.encode(encoding))["Location"]))
    assert "倉庫用火管理規定" in shown


def test_the_kept_tree_is_the_tree_that_was_read(shared_seed):
    result = parse(read_file(shared_seed))
    assert from_values(as_values(result)) == result


# ---- editing --------------------------------------------------------------------------------------------------------


def clause_url(row: EditionClause, name: str = "policies_clause_edit") -> str:
    return reverse(name, args=[row.edition_id, row.pk])


def form_of(row: EditionClause, **changes) -> dict:
    names = ("kind", "number", "heading", "text", "version")
    return {name: getattr(row, name) for name in names} | changes


def test_a_clause_is_edited_by_its_form(signed_in, draft):
    row = clause(draft, "2.1")
    answer = signed_in("editor").post(clause_url(row), form_of(row, text="先辦證，後用火。"))
    assert answer["Location"].endswith(f"#clause-{row.pk}")
    assert clause(draft, "2.1").text == "先辦證，後用火。"


def test_two_editors_at_once_lose_nothing(signed_in, draft):
    row = clause(draft, "2.1")
    signed_in("second_editor").post(clause_url(row), form_of(row, text="甲的話。"))
    editor = signed_in("editor")
    answer = editor.post(clause_url(row), form_of(row, text="乙的話。"))
    assert answer.status_code == 409
    shown = text_of(answer)
    assert "甲的話。" in shown
    assert "乙的話。" in shown
    assert clause(draft, "2.1").text == "甲的話。"
    again = {name: answer.context["form"][name].value() for name in ("kind", "number", "heading", "text", "version")}
    assert editor.post(clause_url(row), again).status_code == 302
    assert clause(draft, "2.1").text == "乙的話。"


def test_a_refused_clause_keeps_what_was_typed(signed_in, draft):
    row = clause(draft, "2.1")
    answer = signed_in("editor").post(clause_url(row), form_of(row, number="9.9", heading="", text=""))
    assert answer.status_code == 400
    assert 'value="9.9"' in text_of(answer)


def test_clauses_are_added_moved_and_removed_by_buttons(signed_in, draft):
    editor = signed_in("editor")
    beside = clause(draft, "2.2")
    add = reverse("policies_clause_add", args=[draft.pk])
    new = {"kind": "clause", "number": "2.3", "heading": "", "text": "收工熄火。"}
    editor.post(f"{add}?after={beside.pk}", new)
    row = clause(draft, "2.3")
    editor.post(clause_url(row, "policies_clause_move"), {"to": "up"})
    assert clause(draft, "2.3").order < clause(draft, "2.2").order
    asked = text_of(editor.get(clause_url(beside, "policies_clause_remove")))
    assert "2.2.2" in asked, "what goes with it is named"
    editor.post(clause_url(beside, "policies_clause_remove"))
    assert not draft.clauses.filter(number__startswith="2.2").exists()


def test_a_move_to_nowhere_is_a_message(signed_in, draft):
    editor = signed_in("editor")
    answer = editor.post(clause_url(clause(draft, "1"), "policies_clause_move"), {"to": "up"}, follow=True)
    assert answer.status_code == 200
    assert list(answer.context["messages"])


@pytest.mark.parametrize("query", ["?after=999999", "?under=x", "?after=9999999999999999999999"])
def test_a_made_up_neighbour_is_no_fault_of_ours(signed_in, draft, query):
    answer = signed_in("editor").get(reverse("policies_clause_add", args=[draft.pk]) + query)
    assert answer.status_code in {200, 404}


# ---- judging --------------------------------------------------------------------------------------------------------


def test_the_whole_way_by_the_screens(signed_in, company, draft):
    """Step 3: edit, submit, review by a second person, approve by a third, issue."""
    editor, second, approver = signed_in("editor"), signed_in("second_editor"), signed_in("approver")
    page = lambda name: reverse(name, args=[draft.pk])  # noqa: E731
    assert editor.post(page("policies_submit"), {"change_note": "首次"}).status_code == 302
    assert editor.post(page("policies_review"), {"approve": "1"}).status_code == 404, "the drafter cannot"
    refused = approver.post(page("policies_review"), {"return": "1", "reason": ""})
    assert refused.status_code == 400
    assert approver.post(page("policies_review"), {"approve": "1"}).status_code == 404, "nobody reviewed it yet"
    assert editor.post(page("policies_review"), {"pass": "1"}).status_code == 404, "the drafter cannot"
    waits = text_of(approver.get(page("policies_review")))
    assert "姚編輯" in waits, "the screen says who can review"
    assert second.post(page("policies_review"), {"pass": "1", "remark": "清楚"}).status_code == 302
    assert second.post(page("policies_review"), {"approve": "1"}).status_code == 404, "the reviewer cannot"
    assert approver.post(page("policies_review"), {"approve": "1", "remark": "可以"}).status_code == 302
    form = {
        "effective_on": "2026-03-02",
        "review_due_on": "2029-03-03",
        "owner_unit": company.units["QHSE"].pk,
        "material": "yes",
        "change_note": "首次",
        "audience-TOTAL_FORMS": "2",
        "audience-INITIAL_FORMS": "0",
        "audience-0-scope": "unit",
        "audience-0-unit": company.units["CREW1"].pk,
        "audience-1-scope": "unit_post",
        "audience-1-unit": company.units["PROPERTY"].pk,
        "audience-1-post": company.posts["office_director"].pk,
    }
    late = approver.post(page("policies_issue"), form)
    assert late.status_code == 400
    assert late.context["form"].errors["review_due_on"]
    assert 'value="2026-03-02"' in text_of(late), "nothing typed is lost"
    more = approver.post(page("policies_issue"), form | {"more": "1"})
    assert len(more.context["lines"].forms) == 3
    assert approver.post(page("policies_issue"), form | {"review_due_on": ""}).status_code == 302
    edition = Edition.objects.get()
    assert (edition.state, edition.effective_on) == (EditionState.ISSUED, date(2026, 3, 2))
    assert edition.audience_rules.count() == 2
    acts = [entry.action for entry in journal.entries_of(edition)]
    assert [act.removeprefix("policies.") for act in acts[-4:]] == [
        "submit_edition",
        "review_edition",
        "approve_edition",
        "issue_edition",
    ]
    history = text_of(approver.get(reverse("policies_regulation", args=[edition.regulation_id])))
    assert "policies." not in history, "the history speaks in words"


def test_the_comparison_marks_words(signed_in, company, issued):
    draft = actions.start_draft(by=company.users["editor"], regulation=issued.regulation, now=NOW)
    row = clause(draft, "2.2.2")
    actions.edit_clause(by=company.users["editor"], clause=row, number="2.2.2", heading="", text="監護人不得離崗。")
    shown = text_of(signed_in("approver").get(reverse("policies_review", args=[draft.pk])))
    assert re.search(r"<del>(<span class=.w-sr-only.>[^<]+</span>)?開</del><ins>(<span[^<]+</span>)?崗</ins>", shown)
    assert "2.2.1" not in shown, "what did not change is folded away"


def test_an_edition_is_withdrawn_with_a_reason(signed_in, issued):
    approver = signed_in("approver")
    place = reverse("policies_withdraw", args=[issued.pk])
    assert approver.post(place, {"reason": ""}).status_code == 400
    assert approver.post(place, {"reason": "不再適用"}).status_code == 302


# ---- who ------------------------------------------------------------------------------------------------------------

SCREENS = {
    "policies_index": (lambda e: [], {"administrator", "editor", "approver"}),
    "policies_import": (lambda e: [], {"editor"}),
    "policies_regulation": (lambda e: [e.regulation_id], {"administrator", "editor", "approver"}),
    "policies_edition": (lambda e: [e.pk], {"administrator", "editor", "approver"}),
    "policies_review": (lambda e: [e.pk], {"administrator", "editor", "approver"}),
    "policies_details": (lambda e: [e.pk], {"editor"}),
    "policies_clause_add": (lambda e: [e.pk], {"editor"}),
    "policies_clause_edit": (lambda e: [e.pk, e.clauses.first().pk], {"editor"}),
    "policies_clause_remove": (lambda e: [e.pk, e.clauses.first().pk], {"editor"}),
    "policies_submit": (lambda e: [e.pk], {"editor"}),
    "policies_issue": (lambda e: [e.pk], set()),
    "policies_trial": (lambda e: [e.pk], set()),
    "policies_clause_files": (lambda e: [e.pk, e.clauses.first().pk], set()),
    "policies_withdraw": (lambda e: [e.pk], {"editor"}),
}


def test_who_sees_which_screen_of_a_draft(signed_in, draft, client):
    people = {name: signed_in(name) for name in ("administrator", "editor", "approver", "employee", "customer")}
    for name, (arguments, allowed) in SCREENS.items():
        address = reverse(name, args=arguments(draft))
        assert client.get(address).status_code == 302, name
        for username, browser in people.items():
            status = browser.get(address).status_code
            if username in allowed:
                assert status == 200, (name, username)
            else:
                assert status in {302, 404}, (name, username)


def test_nobody_edits_what_is_no_draft(signed_in, issued):
    editor = signed_in("editor")
    row = clause(issued, "2.1")
    for name in ("policies_clause_edit", "policies_clause_move", "policies_clause_remove"):
        assert editor.post(clause_url(row, name), form_of(row, text="偷改")).status_code == 404


def test_the_screens_ask_the_database_a_fixed_number_of_times(signed_in, draft, company, django_assert_max_num_queries):
    editor = signed_in("editor")
    for number in range(30):
        actions.add_clause(by=company.users["editor"], edition=draft, kind="paragraph", text=f"第{number}段")
    for name, arguments in {
        "policies_index": [],
        "policies_edition": [draft.pk],
        "policies_review": [draft.pk],
    }.items():
        editor.get(reverse(name, args=arguments))
        with django_assert_max_num_queries(40):
            editor.get(reverse(name, args=arguments))
