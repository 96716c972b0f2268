"""An editor makes the quarterly bulletin of a unit; an employee reads it on a phone and takes the paper (SAF-20)."""

from __future__ import annotations

from forms.bulletins.models import BulletinPage
from portal.lib import clock
from portal.lib.pdf import check_pdf
from portal.lib.periods import Period
from tests.patience import until

TEXT = "本季個人防護裝備類不安全項最多，各隊已於周分析會上討論。"


def test_an_editor_composes_writes_publishes_and_the_crew_reads(
    portal, page, phone, sign_in, axe, look, no_side_scroll, tmp_path
):
    period = Period.of("quarter", clock.today()).previous()
    sign_in(page, "editor")
    page.goto("/admin/bulletins/")
    page.locator("select[name=unit]").select_option(label="鑽井一隊")
    page.locator("select[name=period]").select_option(period.code)
    look(page, "bulletin-compose")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/admin/pages/*/edit/")
    bulletin = BulletinPage.objects.get(unit__code="CREW1", period_code=period.code)
    assert bulletin.frozen.value("cards_planned")

    editor = page.locator("[data-contentpath=analysis] [contenteditable=true]").first
    editor.click()
    page.keyboard.press("Control+A")
    page.keyboard.type(TEXT)
    # The editor passes on what was typed a moment later.
    until(lambda: TEXT[-5:] in page.input_value("[name=analysis]"), "the text being taken into the form")
    look(page, "bulletin-editor")
    page.get_by_role("button", name="更多動作").or_(page.locator("[data-w-dropdown-target=toggle]").last).first.click()
    with page.expect_navigation():
        page.locator("button[name=action-publish]").first.click()
    look(page, "bulletin-published")
    portal.run_worker()

    sign_in(phone, "employee")
    phone.goto("/bulletins/")
    axe(phone)
    phone.get_by_role("link", name=bulletin.title).click()
    assert TEXT in phone.inner_text("main")
    assert phone.locator("figure.chart svg").count() == 2
    assert phone.locator("figure.chart table").count() == 2
    no_side_scroll(phone)
    axe(phone)
    look(phone, "bulletin-phone")
    with phone.expect_download() as download:
        phone.locator("a[href$='/pdf/']").click()
    path = tmp_path / "bulletin.pdf"
    download.value.save_as(path)
    facts = check_pdf(path.read_bytes())
    assert (facts.fonts_embedded, facts.tagged, facts.title) == (True, True, bulletin.title)

    sign_in(phone, "customer")
    assert phone.request.get(f"/bulletins/{bulletin.slug}/").status == 404
    assert phone.request.get(f"/bulletins/{bulletin.slug}/pdf/").status == 404
