"""SAF-19, clause 5.5: the crew nominates and votes, its manager decides; the reward counts, and only what is good."""

from __future__ import annotations

from io import BytesIO

import openpyxl
from playwright.sync_api import expect

from forms.cards.weeks.models import Award
from portal.lib import clock
from portal.lib.periods import Period


def test_saf_19_a_crew_awards_an_observer(portal, phone, page, sign_in, axe, look, no_side_scroll):
    week = Period.of("week", clock.today()).previous()
    address = f"/desk/cards/awards/CREW1/{week.code}/"

    # A man of the crew nominates a colleague and votes, on the phone.
    sign_in(phone, "employee")
    phone.goto("/desk/cards/awards/")
    axe(phone)
    no_side_scroll(phone)
    look(phone, "awards-phone")
    phone.goto(address)
    if not phone.locator("#nominate").get_attribute("open"):
        phone.locator("#nominate summary").click()
    phone.locator("#id_nominate_person").select_option(label="龐建業")
    phone.locator("#id_nominate_reason").fill("每班都主動觀察，談話講得清楚。")
    axe(phone)
    no_side_scroll(phone)
    look(phone, "award-nominate-phone")
    phone.locator("#nominate button").click()
    phone.get_by_role("button", name="投票給龐建業").click()
    expect(phone.get_by_text("您已投票")).to_be_visible()

    # The manager decides, with a reason and a reward; the crew reads it on the home page.
    sign_in(page, "unit_manager")
    page.goto(address)
    axe(page)
    article = page.locator("article", has_text="龐建業").first
    article.locator("summary").click()
    article.get_by_label("評定理由").fill("觀察和談話都到位。")
    article.get_by_label("獎勵").fill("獎金200元")
    look(page, "award-decide")
    article.get_by_role("button").last.click()
    expect(page.get_by_text("觀察和談話都到位。")).to_be_visible()
    axe(page)
    look(page, "award-decided")
    award = Award.objects.get(reason="觀察和談話都到位。")
    assert (award.votes, award.is_late, award.decided_by.username) == (1, False, "unit_manager")
    phone.goto("/")
    expect(phone.locator(f".tile a[href='{address}']").first).to_contain_text("龐建業")

    # What goes into the appraisal: who, what, when, which reward.
    file = f"{portal.url}/desk/cards/awards/merits.xlsx?period={week.start.year}"
    answer = page.request.get(file, headers={"Accept-Language": "zh-Hant"})
    rows = list(openpyxl.load_workbook(BytesIO(answer.body())).active.iter_rows(values_only=True))
    assert rows[0] == ("獲評", "獎項", "期間", "獎勵")
    assert any(row[0] == "龐建業" and row[3] == "獎金200元" for row in rows[1:])
