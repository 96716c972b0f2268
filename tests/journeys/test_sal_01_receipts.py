"""Who knows the regulation (SAL-01, SAF-01): a sales person confirms what changed, managers see who is open, guards
without accounts sign on paper."""

from __future__ import annotations

import io
import re

from playwright.sync_api import expect

from policies.models import Edition, Receipt
from policies.receipts.models import Batch
from portal.files.actions import files_of
from portal.lib.pdf import check_pdf
from tests.forms.complaints import picture


def test_sal_01_a_sales_person_reads_what_changed_and_confirms(portal, phone, sign_in, axe, look, no_side_scroll):
    second = Edition.objects.get(regulation__number="XS-03", number=2)
    sign_in(phone, "sales_person")
    phone.goto("/")
    expect(phone.locator("main").get_by_role("link", name=second.title).first).to_be_visible()
    look(phone, "receipts-home-phone")
    phone.goto(second.regulation.reading_url())
    axe(phone)
    look(phone, "receipts-regulation-phone")
    phone.locator(".notice a[href*='/changes/']").first.click()
    phone.wait_for_url(re.compile("/changes/"))
    axe(phone)
    no_side_scroll(phone)
    look(phone, "receipts-changes-phone")
    expect(phone.locator("article.change")).to_have_count(2)  # one changed, one new, nothing else
    expect(phone.locator("article.change ins").first).to_contain_text("客戶的姓名")
    phone.locator("#receipt button").click()
    phone.wait_for_url(re.compile("/regulations/"))
    receipt = Receipt.objects.get(edition=second, person__user__username="sales_person")
    assert receipt.tree_hash == second.tree_hash
    axe(phone)


def test_saf_01_managers_see_who_is_open(portal, page, phone, sign_in, axe, look, no_side_scroll):
    sign_in(page, "unit_manager")
    page.goto("/")
    tile = page.locator(".tile-urgent").filter(has=page.locator("a[href^='/receipts/']"))
    expect(tile).to_be_visible()
    tile.locator("h3 a").click()
    page.wait_for_url(re.compile("/receipts/"))
    expect(page.get_by_role("rowheader", name=re.compile("葉子軒"))).to_be_visible()
    axe(page)
    look(page, "receipts-manager")
    with page.expect_download() as download:
        page.locator("a[href^='/receipts/export/']").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    sign_in(phone, "unit_manager")
    phone.goto("/receipts/")
    no_side_scroll(phone)
    axe(phone)
    look(phone, "receipts-manager-phone")
    sign_in(page, "quality_officer")
    page.goto("/receipts/?state=confirmed")
    axe(page)
    look(page, "receipts-quality-officer")


def test_saf_01_guards_sign_on_paper(portal, page, new_context, sign_in, axe, look, expected_errors):
    sign_in(page, "director")
    safety = Edition.objects.get(regulation__number="QHSE-07", state="issued")
    page.goto("/receipts/paper/")
    axe(page)
    look(page, "receipts-batches")
    page.locator("a[href='/receipts/paper/new/']").click()
    page.select_option("#id_unit", value="OFFICE1")
    page.select_option("#id_regulation", value=safety.regulation.slug)
    page.locator("main form[method=get] button").click()
    page.wait_for_url(re.compile("unit=OFFICE1"))
    axe(page)
    look(page, "receipts-batch-new")
    sheet = page.context.request.get(page.locator("a[href^='/receipts/paper/sheet/']").get_attribute("href"))
    facts = check_pdf(sheet.body())
    assert (facts.variant, facts.fonts_embedded, facts.figures_without_text) == ("PDF/UA-1", True, 0)
    for box in page.locator("input[name=people]").all():
        box.check()
    page.fill("[name=read_on]", "2020-01-01")
    scan = {"name": "sheet.jpg", "mimeType": "image/jpeg", "buffer": _scan()}
    page.set_input_files("[name=sheet]", scan)
    expected_errors.append("400 (Bad Request)")
    page.locator("main form[method=post] button").click()
    expect(page.locator("[name=read_on][aria-invalid=true]")).to_be_visible()
    assert page.locator("input[name=people]:checked").count() == 4, "nothing chosen is lost"
    axe(page)
    look(page, "receipts-batch-refused")
    page.fill("[name=read_on]", Batch.objects.latest("at").read_on.isoformat())
    page.set_input_files("[name=sheet]", scan)
    page.locator("main form[method=post] button").click()
    page.wait_for_url(re.compile(r"/receipts/paper/[0-9a-f-]{36}/"))
    axe(page)
    look(page, "receipts-batch")
    batch = Batch.objects.latest("at")
    assert set(batch.lines.values_list("receipt__mode", flat=True)) == {"witnessed"}
    assert batch.lines.count() == 4
    stranger = new_context().new_page()
    sign_in(stranger, "other_director")
    expected_errors.append("404 (Not Found)")
    assert stranger.goto(batch.get_absolute_url()).status == 404
    assert stranger.request.get(f"/files/{files_of(batch).get().pk}/").status == 404


def _scan() -> bytes:
    file = picture(size=(600, 800))
    return io.BytesIO(file.read()).getvalue()
