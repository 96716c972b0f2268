"""A regulation from the file to the reader: imported, edited, reviewed, approved by a third person, issued, read,
confirmed.

Steps 2 to 4 of the newcomer's way; SAL-01 and SAF-01 (receipts), SAF-21 (editions), SAF-23 (review date).
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from policies.demo import DATA
from policies.models import Edition, Receipt
from portal.journal.actions import entries_of, faults
from portal.lib import clock
from portal.org.models import Unit
from tests.conftest import SHARED

OWN_TITLE = "安全觀察與溝通管理規定（試行）"
DESK = "/admin/regulations/"


@pytest.fixture
def text_file(tmp_path: Path) -> Path:
    """The regulations as they came; on a machine without them our own safety regulation under another title."""
    seed = SHARED / "seeds" / "three-regulations.txt"
    if seed.exists():
        return seed
    path = tmp_path / "rule.txt"
    own = (DATA / "safety.txt").read_text(encoding="utf-8")
    path.write_text("首頁 > 制度\n\n" + own.replace("安全觀察與溝通管理規定", OWN_TITLE, 1), encoding="utf-8")
    return path


def test_from_the_file_to_the_issued_edition(portal, page, new_context, sign_in, axe, look, text_file, expected_errors):
    # The editor uploads; nothing is saved before the preview is confirmed.
    sign_in(page, "editor")
    before = set(Edition.objects.values_list("pk", flat=True))
    page.goto(DESK)
    page.click(f"main a[href='{DESK}import/']")
    page.set_input_files("input[type=file]", str(text_file))
    page.click("main form button[type=submit]")
    page.wait_for_url(re.compile(r"/import/[0-9a-f-]{36}/"))
    assert set(Edition.objects.values_list("pk", flat=True)) == before
    counts = page.locator(".import-regulation").last.locator("dd").all_inner_texts()
    assert counts[:3] == ["7", "28", "35"]
    expect(page.locator("main table tbody tr").first).to_contain_text("首頁")
    look(page, "regulation-import-preview")
    axe(page)
    page.click("main button[name=save]")
    page.wait_for_load_state()
    edition = Edition.objects.exclude(pk__in=before).filter(clauses__number="4.5.3").get()

    # A clause is edited, in a form of its own.
    page.goto(f"{DESK}editions/{edition.pk}/")
    look(page, "regulation-draft")
    axe(page)
    row = edition.clauses.get(number="4.5.3")
    page.click(f"#clause-{row.pk} a[href$='/clauses/{row.pk}/']")
    page.fill("textarea[name=text]", row.text + "也不得記錄工號。")
    axe(page)
    page.click("main form button[type=submit]")
    page.wait_for_url(re.compile(rf"#clause-{row.pk}$"))
    expect(page.locator(f"#clause-{row.pk}")).to_contain_text("工號")

    # Submitted; the drafter finds no way to pass or to approve, and is told who can.
    page.click(f"main a[href='{DESK}editions/{edition.pk}/submit/']")
    page.fill("textarea[name=change_note]", "首次發布，寫明不記工號。")
    page.click("main form button[type=submit]")
    page.wait_for_url(f"**{DESK}editions/{edition.pk}/")
    page.goto(f"{DESK}editions/{edition.pk}/review/")
    expect(page.locator("main button[name=approve], main button[name=pass]")).to_have_count(0)
    expect(page.locator(".deciders")).to_contain_text("姚景行")
    look(page, "regulation-who-decides")
    axe(page)

    # A second person finds it on the home page, reads it against nothing before it, and passes it.
    reviewer = new_context().new_page()
    sign_in(reviewer, "second_editor")
    reviewer.goto("/")
    look(reviewer, "home-to-review")
    reviewer.locator("main").get_by_role("link", name=edition.title).first.click()
    reviewer.wait_for_url(f"**{DESK}editions/{edition.pk}/review/")
    reviewer.fill("textarea[name=remark]", "條文清楚。")
    axe(reviewer)
    reviewer.click("main button[name=pass]")
    reviewer.wait_for_url(f"**{DESK}editions/{edition.pk}/")
    expect(reviewer.locator(".deciders")).to_contain_text("嚴承宗")
    reviewer.goto(f"{DESK}editions/{edition.pk}/review/")
    expect(reviewer.locator("main button[name=approve]")).to_have_count(0)

    # A third person approves and issues it.
    second = new_context().new_page()
    sign_in(second, "approver")
    second.goto(f"{DESK}editions/{edition.pk}/review/")
    look(second, "regulation-review")
    axe(second)
    second.click("main button[name=approve]")
    second.wait_for_url(f"**{DESK}editions/{edition.pk}/")
    second.click(f"main a[href='{DESK}editions/{edition.pk}/issue/']")
    today = clock.today()
    second.fill("[name=effective_on]", today.isoformat())
    second.fill("[name=review_due_on]", (today + timedelta(days=4 * 366)).isoformat())
    second.select_option("[name=owner_unit]", label="質量安全環保部")
    second.select_option("[name=audience-0-scope]", value="unit")
    second.select_option("[name=audience-0-unit]", label=Unit.objects.get(code="PROJECT1").name)
    axe(second)
    expected_errors.append("400 (Bad Request)")
    second.click("main button[name=issue]")
    expect(second.locator(".error-message").first).to_be_visible()  # more than 3 years off, refused
    assert second.input_value("[name=effective_on]") == today.isoformat(), "nothing typed is lost"
    assert second.input_value("[name=audience-0-scope]") == "unit"
    second.fill("[name=review_due_on]", "")
    look(second, "regulation-issue")
    second.click("main button[name=issue]")
    second.wait_for_url(f"**{DESK}editions/{edition.pk}/")
    edition.refresh_from_db()
    assert (edition.state, edition.number) == ("issued", 1)
    three = [person.username for person in (edition.drafted_by, edition.reviewed_by, edition.approved_by)]
    assert three == ["editor", "second_editor", "approver"]
    acts = [entry.action.removeprefix("policies.") for entry in entries_of(edition)]
    decided = ["submit_edition", "review_edition", "approve_edition", "issue_edition"]
    assert acts == ["import_regulation", "edit_clause", *decided]
    assert list(faults()) == []
    second.goto(f"{DESK}{edition.regulation_id}/")
    look(second, "regulation-history")
    axe(second)

    # The employee of that project sees it; somebody of another department does not.
    reader = new_context().new_page()
    sign_in(reader, "employee")
    reader.goto("/regulations/")
    expect(reader.get_by_role("link", name=edition.title)).to_be_visible()
    expected_errors.append("404 (Not Found)")
    stranger = new_context().new_page()
    sign_in(stranger, "sales_person")
    assert stranger.goto(edition.regulation.reading_url()).status == 404


def test_an_employee_reads_on_a_phone_and_confirms(portal, phone, sign_in, axe, look, no_side_scroll):
    sign_in(phone, "employee")
    edition = Edition.objects.get(title="安全觀察與溝通管理規定")
    phone.goto("/")
    waiting = phone.locator("main").get_by_role("link", name=edition.title)
    expect(waiting).to_be_visible()
    look(phone, "home-to-read-phone")
    waiting.click()
    phone.wait_for_url(re.compile("/regulations/"))
    axe(phone)
    no_side_scroll(phone)
    look(phone, "regulation-phone")

    # A clause by its number, without leaving the page.
    phone.fill("#clause-number", "4.5.3")
    phone.press("#clause-number", "Enter")
    found = phone.locator("[id='c-4.5.3']")
    expect(found).to_be_in_viewport()
    expect(found).to_contain_text("姓名")
    phone.fill("#clause-number", "9.9.9")
    phone.press("#clause-number", "Enter")
    expect(phone.locator("#clause-found")).to_contain_text("9.9.9")
    phone.goto(edition.regulation.reading_url() + "?clause=4.5.3")  # as a link, or without script
    assert phone.url.endswith("#c-4.5.3")
    expect(phone.locator("[id='c-4.5.3']")).to_be_in_viewport()

    # The same text in Simplified.
    phone.locator(".thumb-bar summary").click()
    phone.locator(".thumb-bar button[value='zh-hans']").click()
    expect(phone.locator("h1")).to_have_text("安全观察与沟通管理规定")
    expect(phone.locator("[id='c-4.5.3']")).to_contain_text("不得写被观察人员的姓名")
    look(phone, "regulation-phone-hans")
    axe(phone)

    # The receipt, once.
    phone.locator("#receipt button").click()
    expect(phone.locator("main [role=status]").first).to_be_visible()
    expect(phone.locator("#receipt form")).to_have_count(0)
    receipt = Receipt.objects.get(edition=edition, person__user__username="employee")
    assert (receipt.language, receipt.tree_hash) == ("zh-hans", edition.tree_hash)
    axe(phone)
    phone.goto("/")
    expect(phone.locator("main").get_by_role("link", name="安全观察与沟通管理规定")).to_have_count(0)


def test_a_visitor_finds_a_service_and_its_price(portal, phone, axe, look, no_side_scroll):
    phone.goto("/guide/")
    axe(phone)
    no_side_scroll(phone)
    look(phone, "guide-phone")
    phone.fill("#guide-q", "下水")
    phone.press("#guide-q", "Enter")
    phone.wait_for_url(re.compile(r"\?q="))
    expect(phone.locator(".guide-item")).to_have_count(1)
    expect(phone.locator(".guide-item")).to_contain_text("80 元")
    axe(phone)
