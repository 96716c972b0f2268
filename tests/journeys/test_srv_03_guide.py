"""A customer finds a service and its price before asking, and takes the booklet; an editor changes a price and issues
a new edition: only then do customers read it, and who ordered before keeps theirs (SRV-03)."""

from __future__ import annotations

from policies.guide.prices import accepted_price
from policies.models import GuideEdition, ServiceItem
from portal.lib import clock, pdf
from portal.org.readers import ANONYMOUS
from search.results import find


def test_srv_03_a_customer_finds_a_price_and_takes_the_booklet(portal, phone, axe, look, no_side_scroll):
    portal.run_worker()
    phone.goto("/guide/")
    axe(phone)
    no_side_scroll(phone)
    look(phone, "guide-phone")
    phone.fill("#guide-q", "下水道")
    phone.select_option("#guide-charge", "chargeable")
    phone.click(".guide-filter .btn-primary")
    card = phone.locator(".guide-item")
    assert card.count() == 1
    assert card.locator(".guide-price strong").inner_text() == "80 元／次"
    assert card.locator("a[href^='tel:']").get_attribute("href") == "tel:02855500122"
    card.locator("summary").click()
    assert card.locator("ol li").count() == 5
    axe(phone)
    no_side_scroll(phone)
    look(phone, "guide-found-phone")
    link = phone.locator(".guide-booklets a").first.get_attribute("href")
    answer = phone.request.get(portal.url + link)
    facts = pdf.check_pdf(answer.body())
    assert facts.tagged
    assert facts.fonts_embedded
    assert facts.pages > 8
    phone.goto("/guide/?q=下水道")
    assert phone.locator(".guide-item").count() == 1
    phone.goto("/guide/editions/1/")
    assert phone.locator(".notice.tone-warning").count() == 1
    axe(phone)
    phone.goto("/guide/editions/2/changes/")
    axe(phone)
    no_side_scroll(phone)
    look(phone, "guide-changes-phone")


def test_a_simplified_word_finds_a_traditional_service(portal, page, new_context):
    reader = new_context(language="zh-Hans").new_page()
    reader.goto("/guide/?q=维修")
    assert reader.locator(".guide-item").count() >= 4
    assert "维修" in reader.locator("main").inner_text()
    assert "維" not in reader.locator("main").inner_text()


def test_srv_03_a_new_price_needs_a_new_edition(portal, page, new_context, sign_in, axe, look):
    service = ServiceItem.objects.get(name="門鎖維修")
    customer = new_context().new_page()
    sign_in(page, "editor")
    page.goto(f"/admin/snippets/policies/serviceitem/edit/{service.pk}/")
    page.fill("[name=price]", "每次 75 元，鎖具另計")
    page.fill("[name=amount]", "75")
    page.locator("form[action*='serviceitem'] button[type=submit], footer button[type=submit]").first.click()
    page.wait_for_load_state()
    service.refresh_from_db()
    assert service.amount == 75
    customer.goto("/guide/?q=門鎖")
    assert "60 元／次" in customer.locator(".guide-item").inner_text(), "customers read the edition in force"
    page.goto("/admin/guide/")
    assert "75 元／次" in page.content()
    look(page, "guide-desk")
    page.fill("[name=note]", "門鎖維修調價。")
    page.locator("main form button[type=submit]").click()
    page.wait_for_load_state()
    edition = GuideEdition.objects.newest()
    assert (edition.number, edition.effective_on) == (3, clock.today())
    portal.run_worker()
    customer.goto("/guide/?q=門鎖")
    assert "75 元／次" in customer.locator(".guide-item").inner_text()
    before = clock.today().replace(day=1) if clock.today().day > 1 else None
    if before is not None:
        assert accepted_price(service, before).amount == 60, "a running order keeps its price"
    assert any("75" in "".join(text for text, _mark in hit.snippet) for hit in find("門鎖維修", reader=ANONYMOUS).hits)
    customer.goto("/guide/editions/3/changes/")
    assert customer.locator(".guide-changes li").count() == 1
    axe(customer)
    look(customer, "guide-new-edition")
