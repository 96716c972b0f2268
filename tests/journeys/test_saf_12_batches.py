"""SAF-12, clause 5.2: the collector enters the paper cards of others, with a reason and a mark; never a manager's."""

from __future__ import annotations

from playwright.sync_api import expect

from forms.cards.models import Card
from forms.cards.sheets.models import PaperCard

CARDS = ((0, "葉子軒", "90"), (1, "尹志遠", "120"))  # the driller; the manager of the crew


def test_saf_12_the_collector_enters_paper_cards_of_others(portal, page, sign_in, axe, look, expected_errors):
    expected_errors.append("400 (Bad Request)")
    before = Card.objects.latest("pk").pk
    sign_in(page, "crew_leader")
    page.goto("/desk/cards/")
    page.get_by_role("link", name="錄入紙質卡片").click()
    page.locator("#id_reason").select_option(value="no_network")
    for row, observer, seconds in CARDS:
        page.locator(f"#id_r{row}-colleague_1").select_option(label=observer)
        page.locator(f"#id_r{row}-area").select_option(label="鑽台")
        page.locator(f"#id_r{row}-observed_at").fill("00:00")
        page.locator(f"#id_r{row}-seconds").fill(seconds)
        page.locator(f"#id_r{row}-protection_safe").fill("3")
        page.locator(f"input[name=r{row}-steps][value=thank]").check()
        page.locator(f"#id_r{row}-out_of_sight").check()
    page.get_by_role("button", name="保存卡片").click()

    # The driller's is stored; the manager's stays on the page with the reason why nobody enters it for a manager.
    expect(page.locator("[role=status] li")).to_have_count(1)
    expect(page.locator(".field-error").first).to_contain_text("尹志遠")
    expect(page.locator("#id_r1-seconds")).to_have_value("120")
    axe(page)
    look(page, "batches-manager-refused")
    card = Card.objects.get(pk__gt=before)
    assert (card.seconds, card.on_behalf) == (90, True)
    assert PaperCard.objects.get(card=card).reason == "no_network"
    page.goto(card.get_absolute_url())
    expect(page.locator("main")).to_contain_text("代")
    look(page, "batches-card-marked")
