"""SAF-04, SAF-11, clauses 4.1, 5.1: the crew leader plans a year, the unit manager approves, the map shows holes."""

from __future__ import annotations

from django_scopes import scopes_disabled
from playwright.sync_api import expect

from forms.cards.plans.models import Plan, PlanSlot
from portal.lib import clock
from portal.org.models import Unit

BASE = "/desk/cards/plans/"


def test_saf_04_a_year_is_planned_approved_and_seen_on_the_map(
    portal, page, phone, sign_in, axe, look, no_side_scroll, expected_errors
):
    expected_errors.append("400 (Bad Request)")
    year = clock.today().year + 1
    unit = Unit.objects.get(code="CREW1")

    # The crew leader begins the plan of the next year.
    sign_in(page, "crew_leader")
    page.goto(f"{BASE}?year={year}")
    axe(page)
    look(page, "plan-list")
    page.locator("a[href*='plans/new/?unit=CREW1']").click()
    page.locator("#id_first_month").select_option("11")
    page.locator("#id_report_needs").fill("計劃與完成次數、整治措施。")
    page.locator("main form .btn-primary").click()
    page.wait_for_url(f"**{BASE}*/")
    with scopes_disabled():
        plan = Plan.objects.get(unit=unit, year=year)

    # Everybody who leads stands in a team, or the names are said.
    leaders = page.locator(".notice.tone-warning")
    expect(leaders).to_be_visible()
    for number in (1, 2):
        page.goto(f"{plan.get_absolute_url()}teams/")
        page.locator("#id_name").fill(f"第{number}小組")
        boxes = page.locator("input[name=members]")
        people = [boxes.nth(place).get_attribute("value") for place in range(5)]
        team = people[:2] if number == 1 else people[2:]
        for person in team:
            page.locator(f"input[name=members][value='{person}']").check()
        page.locator("#id_leader").select_option(team[0])
        page.locator("#id_per_month").fill("4")
        if number == 1:
            axe(page)
            look(page, "plan-team")
        page.locator("main form .btn-primary").click()
        page.wait_for_url(f"**{plan.get_absolute_url()}")
        if number == 1:
            axe(page)
            look(page, "plan-names-missing")
            assert page.locator("form[action$='/submit/']").count() == 0

    # One button fills the months; each suggestion says why.
    page.locator("form[action$='/suggest/'] button").click()
    page.goto(f"{plan.get_absolute_url()}?month={year}-11")
    expect(page.locator("input[name=slot]")).to_have_count(8)
    axe(page)
    look(page, "plan-suggested")
    page.locator("form[action$='/submit/'] button").click()
    page.wait_for_url(f"**{plan.get_absolute_url()}")
    assert page.locator("form[action$='/approve/']").count() == 0

    # The manager is told at home, looks at the map on a phone, approves.
    sign_in(phone, "unit_manager")
    phone.goto("/")
    phone.locator(f".tile a[href='{plan.get_absolute_url()}']").first.click()
    no_side_scroll(phone)
    axe(phone)
    look(phone, "plan-to-approve-phone")
    phone.locator(".tabs a[href*='coverage']").click()
    expect(phone.locator("td.cell-hole").first).to_be_visible()
    no_side_scroll(phone)
    axe(phone)
    look(phone, "plan-coverage-phone")
    phone.goto(plan.get_absolute_url())
    phone.locator("#id_note").fill("同意。")
    phone.locator("form[action$='/approve/'] .btn-primary").click()
    phone.wait_for_url(f"**{plan.get_absolute_url()}")
    with scopes_disabled():
        plan.refresh_from_db()
    assert (plan.state, plan.approved_by.username) == ("approved", "unit_manager")

    # This year's plan beside what was done; a number opens its rows.
    with scopes_disabled():
        present = Plan.objects.get(unit=unit, year=year - 1)
        assert PlanSlot.objects.filter(team__plan=present).done().exists()
    page.goto(f"{present.get_absolute_url()}done/")
    axe(page)
    look(page, "plan-done")
    page.locator(".sums a").nth(1).click()
    expect(page.locator("tbody tr").first).to_be_visible()
    axe(page)
    look(page, "plan-rows")
