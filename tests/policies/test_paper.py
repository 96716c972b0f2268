"""The PDF of an edition: whole, tagged, in both scripts, marked when it no longer holds, only for its readers."""

from __future__ import annotations

import io

import pikepdf
import pytest
from django.urls import reverse

from policies import actions, paper
from portal.lib import pdf
from tests.policies.test_issuing import second_edition


def address(edition, query: str = "") -> str:
    return reverse("regulation_pdf", args=[edition.regulation.slug, edition.number]) + query


def test_the_paper_of_an_edition(signed_in, issued):
    answer = signed_in("employee").get(address(issued))
    assert answer["Content-Type"] == "application/pdf"
    facts = pdf.check_pdf(answer.content)
    assert facts.tagged
    assert facts.fonts_embedded
    assert facts.variant == "PDF/UA-1"
    assert facts.language == "zh-Hant"
    assert issued.title in facts.title
    assert facts.pages >= 3
    assert signed_in("employee").get(address(issued)).content == answer.content


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("hant", ["倉庫用火管理規定", "質量安全環保部", "顧編輯", "姚編輯", "嚴審批", "監護人不得離開", "修訂記錄"]),
        ("hans", ["仓库用火管理规定", "质量安全环保部", "顾编辑", "姚编辑", "严审批", "监护人不得离开", "修订记录"]),
    ],
)
def test_both_scripts_say_who_did_what(issued, script, words):
    html = paper.html_of(issued, script)
    for word in words:
        assert word in html, word
    assert issued.tree_hash[:32] in html
    assert "2026-03-02" in html
    assert "2029-03-02" in html


def test_the_script_may_be_chosen(signed_in, issued):
    client = signed_in("employee")
    assert pdf.check_pdf(client.get(address(issued, "?script=hans")).content).language == "zh-Hans"
    assert pdf.check_pdf(client.get(address(issued, "?script=x")).content).language == "zh-Hant"


def test_the_contents_lead_to_their_pages(issued):
    with pikepdf.open(io.BytesIO(paper.pdf_of(issued, "hant"))) as document:
        links = [note for note in document.pages[1].get("/Annots", []) if note.get("/Subtype") == "/Link"]
    assert len(links) >= 4


def test_the_record_of_revisions(company, issued, issue):
    second = second_edition(company, issue, issued, change_note="監護人的用詞。", material=False)
    html = paper.html_of(second, "hant")
    assert "監護人的用詞。" in html
    assert "首版" in html
    issued.refresh_from_db()
    assert "監護人的用詞。" not in paper.html_of(issued, "hant"), "paper of the first edition knows no later one"


def test_what_no_longer_holds_says_so_on_every_page(company, issued, issue):
    assert 'class="cover marked"' not in paper.html_of(issued, "hant")
    second_edition(company, issue, issued)
    issued.refresh_from_db()
    html = paper.html_of(issued, "hant")
    assert 'class="cover marked"' in html
    assert "已廢止" in html or "已被取代" in html or str(issued.get_state_display())


@pytest.mark.parametrize("state", ["draft", "in_review", "approved"])
def test_nothing_is_printed_before_it_is_issued(request, signed_in, state):
    edition = request.getfixturevalue(state)
    for username in ("editor", "approver", "employee"):
        assert signed_in(username).get(address(edition)).status_code == 404


def test_the_paper_names_the_trial(in_trial):
    html = paper.html_of(in_trial, "hant")
    assert "2026-06-01" in html
    assert 'class="cover marked"' in html


def test_reasons_for_the_staff_stay_with_the_staff(company, issued, issue):
    draft = actions.start_draft(by=company.users["editor"], regulation=issued.regulation)
    from tests.policies.conftest import through_review

    first = issued
    public = issue(through_review(company, draft), audience=[actions.AudienceLine("public")], change_note="公開。")
    with_note = paper.html_of(public, "hant")
    assert "公開。" in with_note
    assert first.change_note == "" or first.change_note not in with_note
