"""An office publishes what its customers must be able to read; they find what is theirs; the company sees what lacks
(SRV-02)."""

from __future__ import annotations

from home.library.measures import library_kept
from home.library.models import LibraryEntry
from portal.lib import clock
from portal.lib.periods import Period
from portal.org.models import Unit


def test_srv_02_every_estate_has_every_kind(portal):
    found = library_kept(None, Period.of("month", clock.today()))
    assert (found.due, found.missed) == (18, 0)


def test_srv_02_a_director_publishes_and_a_customer_reads(
    portal, page, phone, sign_in, axe, look, no_side_scroll, expected_errors
):
    expected_errors.append("400 (Bad Request)")
    sign_in(page, "director")
    page.goto("/library/")
    axe(page)
    page.locator(".page-header .btn-primary").click()
    axe(page)
    page.locator(".page-header .btn-primary").click()
    axe(page)
    page.select_option("#id_kind", "customer_note")
    page.fill("#id_title", "地下車庫照明改造期間停車須知")
    page.fill("#id_summary", "")
    page.locator("form.panel .btn-primary").click()
    assert page.locator(".notice.tone-danger").count() == 1
    assert page.input_value("#id_title") == "地下車庫照明改造期間停車須知"
    axe(page)
    look(page, "library-form-error")
    page.fill("#id_summary", "改造期間分區關燈，請按指引停車。")
    page.fill("#id_body", "本月分三區施工，每區兩天。\n請留意現場指示牌。")
    page.select_option("#id_estate", label="翠湖苑")
    page.set_input_files("#id_files", {"name": "分區圖.txt", "mimeType": "text/plain", "buffer": b"not a document"})
    page.locator("form.panel .btn-primary").click()
    assert "分區圖" in page.locator(".notice.tone-danger").inner_text()
    page.set_input_files("#id_files", [])
    page.locator("form.panel .btn-primary").click()
    page.wait_for_url("**/library/*/")
    axe(page)
    entry = LibraryEntry.objects.get(title="地下車庫照明改造期間停車須知")
    assert entry.unit == Unit.objects.get(code="OFFICE1")
    portal.run_worker()

    sign_in(phone, "customer")
    phone.goto("/library/")
    axe(phone)
    no_side_scroll(phone)
    assert "楓林苑業主公約" not in phone.content()
    look(phone, "library-phone")
    phone.goto("/library/?q=车库照明")
    phone.locator(".entries a").first.click()
    assert "每區兩天" in phone.locator("main").inner_text()
    axe(phone)
    no_side_scroll(phone)
    look(phone, "library-entry-phone")
    phone.goto("/search/?q=犬隻 免疫")
    assert "翠湖苑業主公約" in phone.locator("main").inner_text(), "the text of its PDF or page is found"

    page.goto(f"/desk/library/{entry.pk}/withdraw/")
    axe(page)
    page.locator("form .btn-danger").click()
    page.wait_for_url("**/desk/library/")
    phone.goto("/library/?q=车库照明")
    shown = phone.locator("main").inner_text()
    assert "地下車庫照明改造期間停車須知" not in shown
    axe(phone)
