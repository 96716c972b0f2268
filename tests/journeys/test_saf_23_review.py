"""SAF-23, clause 6.4: the owner department reviews the regulation at least every three years."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import expect

from policies import measures
from policies.models import Edition, EditionReview
from portal.lib import clock
from portal.lib.periods import Period
from portal.org.models import Appointment

TITLE = "文件與記錄管理規定"


def test_the_head_of_the_owner_department_keeps_a_text_as_it_is(
    portal, page, phone, new_context, sign_in, axe, look, no_side_scroll, expected_errors
):
    edition = Edition.objects.get(title=TITLE, state="issued")
    head = Appointment.objects.get(post__code="department_manager", unit__code="QHSE").person.user.username

    # It stands on the home page, and on the list of regulations.
    sign_in(page, head)
    page.goto("/")
    look(page, "home-review-due")
    page.locator("main").get_by_role("link", name=TITLE).last.click()
    page.wait_for_url("**/review/")
    look(page, "review-form")
    axe(page)

    # A date beyond three years is refused, and nothing typed is lost.
    note = "與現行做法、檔案法規逐條對照，條文仍適用。"
    page.fill("[name=note]", note)
    page.fill("[name=next_review_due_on]", (clock.today() + timedelta(days=4 * 366)).isoformat())
    expected_errors.append("400 (Bad Request)")
    page.click("main form.review-form button")
    expect(page.locator("#id_next_review_due_on_error, .invalid-feedback, .form-errors").first).to_be_visible()
    assert page.input_value("[name=note]") == note
    look(page, "review-refused")
    axe(page)
    due = (clock.today() + timedelta(days=700)).isoformat()
    page.fill("[name=next_review_due_on]", due)
    page.click("main form.review-form button")
    page.wait_for_url("**/regulations/")
    expect(page.locator("#reviews")).to_have_count(0)
    review = EditionReview.objects.get()
    assert (review.by.username, review.next_due_on.isoformat()) == (head, due)

    # The record stands in the edition's history for its readers, on a phone as well, and on the desk.
    sign_in(phone, "quality_officer")
    phone.goto(f"/regulations/{edition.regulation.slug}/editions/")
    expect(phone.locator("main")).to_contain_text(note)
    axe(phone)
    no_side_scroll(phone)
    look(phone, "review-history-phone")
    desk = new_context().new_page()
    sign_in(desk, "editor")
    desk.goto(f"/admin/regulations/{edition.regulation_id}/")
    expect(desk.locator("main")).to_contain_text(note)
    axe(desk)
    found = measures.reviews_in_time(edition.owner_unit, Period.of("month", clock.today()))
    assert (found.missed, found.due >= 2) == (0, True)
