"""SAF-26 (clause 6.7): the safety department interprets its regulation. An employee asks about a clause on a phone, the
department answers and publishes a ruling, another employee finds it in Simplified; a customer finds nothing.

SAF-01 (clause 3.5): everybody may propose an improvement, and gets an answer.
"""

from __future__ import annotations

import re

from playwright.sync_api import expect

from policies.rulings.models import Proposal, Question, Ruling
from portal.journal.actions import entries_of

TEXT = "報告後面可以附手機拍的照片嗎？照片裡難免拍到人。"
ASKED = "觀察報告附照片時，照片裡拍到人怎麼辦？"
ANSWER = "可以附照片，但不得認得出人：拍的時候避開面部，拍到了就先打馬賽克再附上。"


def test_saf_26_from_the_question_to_the_ruling(
    portal, phone, page, new_context, sign_in, axe, look, no_side_scroll, expected_errors
):
    # The employee meets the clause by its number, and asks.
    sign_in(phone, "employee")
    phone.goto("/regulations/")
    phone.locator(".door-list a[href='/rulings/']").click()
    phone.wait_for_url("**/rulings/")
    axe(phone)
    no_side_scroll(phone)
    look(phone, "ruling-list-phone")
    phone.locator(".page-header a[href='/rulings/ask/']").click()
    phone.select_option("#id_edition", label="QHSE-07 安全觀察與溝通管理規定")
    phone.fill("#id_number", "4.5.33")
    axe(phone)
    expected_errors.append("400 (Bad Request)")
    phone.press("#id_number", "Enter")
    expect(phone.locator(".field-error, [role=alert]").first).to_be_visible()
    assert phone.input_value("#id_number") == "4.5.33"
    phone.fill("#id_number", "4.5.3")
    phone.press("#id_number", "Enter")
    phone.wait_for_url(re.compile(r"/rulings/ask/\?edition=\d+&clause=\d+"))
    expect(phone.locator(".ruling-clause")).to_contain_text("報告裡不得寫被觀察人員的姓名")
    expect(phone.locator("form details").first).to_contain_text("工號")  # asked before: the ruling on this clause
    axe(phone)
    no_side_scroll(phone)
    look(phone, "ruling-ask-phone")

    # What was typed is still there after the page was left; then it is sent, once.
    phone.fill("#id_text", TEXT)
    phone.wait_for_timeout(600)  # draft.js writes 400 ms after the last key
    phone.reload()
    assert phone.input_value("#id_text") == TEXT
    before = Question.objects.count()
    phone.locator("form[data-draft] .actions .btn-primary").click()
    phone.wait_for_url(re.compile(r"/rulings/mine/\d+/"))
    question = Question.objects.latest("pk")
    assert (Question.objects.count(), question.unit.code) == (before + 1, "QHSE")
    expect(phone.locator("[data-receipt-number]")).to_have_text(question.reference)
    axe(phone)
    no_side_scroll(phone)
    look(phone, "ruling-receipt-phone")

    # The department finds it on its home page, answers and publishes.
    sign_in(page, "editor")
    page.goto("/")
    page.locator(".tile a[href='/rulings/desk/']").click()
    look(page, "ruling-desk")
    axe(page)
    page.locator(f"a[href='{question.get_absolute_url()}']").click()
    page.locator("#step-publish summary").click()
    page.fill("#id_publish_asked", f"葉子軒問：{ASKED}")
    page.fill("#id_publish_answer", ANSWER)
    look(page, "ruling-question-desk")
    axe(page)
    page.locator("#step-publish button").click()
    expect(page.locator("#step-publish .field-error").first).to_be_visible()
    assert page.input_value("#id_publish_answer") == ANSWER  # a ruling names nobody; nothing typed is lost
    page.fill("#id_publish_asked", ASKED)
    page.locator("#step-publish button").click()
    page.wait_for_url(f"**{question.get_absolute_url()}")
    ruling = Ruling.objects.get(question=question)
    assert (ruling.clause_id, ruling.edition_id, ruling.asked) == (question.clause_id, question.edition_id, ASKED)
    assert [entry.action for entry in entries_of(question)] == ["rulings.ask", "rulings.publish"]
    axe(page)
    portal.run_worker()

    # The asker is told.
    phone.goto("/")
    expect(phone.locator(f".tile a[href='/rulings/mine/{question.pk}/']")).to_be_visible()
    phone.locator(f".tile a[href='/rulings/mine/{question.pk}/']").click()
    expect(phone.locator(".ruling-answer")).to_contain_text("馬賽克")
    look(phone, "ruling-answered-phone")

    # Another employee finds it by a word in Simplified, without the asker's name.
    reader = new_context(width=375, height=812).new_page()
    sign_in(reader, "other_crew_leader")
    reader.goto("/search/?q=打马赛克")
    reader.locator(f".search-hit a[href='{ruling.get_absolute_url()}']").click()
    reader.wait_for_url(f"**{ruling.get_absolute_url()}")
    expect(reader.locator("main")).to_contain_text("報告裡不得寫被觀察人員的姓名")
    assert "葉子軒" not in reader.locator("main").inner_text()
    axe(reader)
    no_side_scroll(reader)
    look(reader, "ruling-phone")
    reader.goto("/search/?q=4.5.3")
    found = reader.locator(".search-hit h2 a")
    assert found.first.get_attribute("href").endswith("#c-4.5.3")
    assert ruling.get_absolute_url() in [link.get_attribute("href") for link in found.all()]

    # A customer does not, and neither does a visitor.
    expected_errors.append("404 (Not Found)")
    customer = new_context().new_page()
    for username in (None, "customer"):
        if username:
            sign_in(customer, username)
            assert customer.goto(ruling.get_absolute_url()).status == 404
        customer.goto("/search/?q=打马赛克")
        assert customer.locator(f".search-hit a[href='{ruling.get_absolute_url()}']").count() == 0
        customer.goto("/rulings/")
        assert ruling.get_absolute_url() not in customer.content()


def test_a_ruling_says_that_its_clause_has_changed(portal, page, phone, sign_in, axe, look, no_side_scroll):
    changed = Ruling.objects.get(edition__regulation__number="WY-01")
    phone.goto(changed.get_absolute_url())  # the handbook is for everybody
    expect(phone.locator(".notice.tone-warning")).to_be_visible()
    expect(phone.locator("ins").first).to_be_visible()
    axe(phone)
    no_side_scroll(phone)
    look(phone, "ruling-changed-phone")
    sign_in(page, "employee")
    withdrawn = Ruling.objects.get(state="withdrawn")
    page.goto(withdrawn.get_absolute_url())
    expect(page.locator(".notice.tone-danger")).to_contain_text("5.1")
    axe(page)
    look(page, "ruling-withdrawn")


def test_saf_01_a_proposal_gets_an_answer_and_thanks(portal, phone, page, sign_in, axe, look, no_side_scroll):
    sign_in(phone, "employee")
    phone.goto("/proposals/new/")
    phone.select_option("#id_edition", label="QHSE-07 安全觀察與溝通管理規定")
    phone.fill("#id_number", "4.7.2")
    phone.press("#id_number", "Enter")
    phone.wait_for_url(re.compile(r"/proposals/new/\?edition="))
    axe(phone)
    no_side_scroll(phone)
    look(phone, "proposal-phone")
    phone.check("input[name=kind][value=practice]")
    phone.fill("#id_suggestion", "談話時先請員工自己說哪裡做得好。")
    phone.fill("#id_reason", "先聽他說，後面的話才聽得進去。")
    phone.locator("form[data-draft] .actions .btn-primary").click()
    phone.wait_for_url(re.compile(r"/proposals/\d+/"))
    proposal = Proposal.objects.latest("pk")
    sign_in(page, "quality_officer")
    page.goto("/proposals/desk/")
    axe(page)
    look(page, "proposal-desk")
    page.locator(f"a[href='{proposal.get_absolute_url()}']").click()
    page.check("input[name=decision][value=accept]")
    page.fill("#id_answer", "採納，寫入下一版。")
    axe(page)
    look(page, "proposal-answer")
    page.locator("main form .btn-primary").click()
    page.wait_for_load_state()
    phone.goto("/")
    phone.locator(f".tile a[href='{proposal.get_absolute_url()}']").click()
    expect(phone.locator(".ruling-answer")).to_contain_text("採納")
    axe(phone)
    page.goto("/proposals/")
    expect(page.locator("main")).to_contain_text("談話時先請員工自己說")
    axe(page)
    look(page, "proposal-thanks")
