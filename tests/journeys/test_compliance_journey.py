"""A manager sees what is not kept and goes to its rows; an employee meets the mark on the clause itself, on a phone."""

from __future__ import annotations

from policies.models import CurrentCount, Obligation, PeriodResult
from portal.lib import clock
from portal.lib.periods import Period
from tests.patience import until

SAFETY = "安全觀察與溝通管理規定"


def safety_address() -> str:
    return Obligation.objects.get(code="SAF-14").regulation.reading_url()


def test_a_manager_sees_what_was_not_kept_and_goes_to_its_rows(portal, page, sign_in, axe, look):
    last_month = Period.of("month", clock.today()).previous()
    missed = PeriodResult.objects.get(obligation__code="SRV-17", unit__code="OFFICE1", period_code=last_month.code)
    sign_in(page, "director")
    page.goto("/")
    page.get_by_role("link", name="落實情況", exact=True).first.click()
    page.wait_for_url("**/compliance/")
    assert "翠湖苑管理處" in page.inner_text("h1")
    page.locator("#choice-period").select_option(last_month.code)
    page.get_by_role("button", name="顯示").click()
    page.wait_for_url(f"**period={last_month.code}**")
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="SRV-17", exact=True))
    assert f"{missed.done}/{missed.due}" in row.inner_text()
    assert ("未履行" if missed.missed else "已履行") in row.inner_text()
    axe(page)
    look(page, "compliance-unit")
    row.get_by_role("link", name="SRV-17", exact=True).click()
    page.wait_for_url("**/SRV-17/**")
    assert "結帳定格" in page.inner_text("main")
    axe(page)
    look(page, "compliance-cell")
    page.get_by_role("link", name="查看這些數字的明細").click()
    page.wait_for_url("**/desk/cases/**")
    assert page.locator("h1").is_visible()


def test_the_quality_officer_sets_units_side_by_side_and_drills_down(
    portal, page, phone, sign_in, axe, look, no_side_scroll
):
    sign_in(page, "quality_officer")
    page.goto("/compliance/units/")
    axe(page)
    look(page, "compliance-matrix")
    page.locator("thead").get_by_role("link", name="川東項目部").click()
    page.wait_for_url("**unit=PROJECT1**")
    assert page.locator("thead th").count() == 5
    cell = page.locator("td.compliance-cell a").filter(has_text="/").first
    assert cell.inner_text().strip()
    with page.expect_download() as download:
        page.get_by_role("link", name="XLSX").click()
    assert download.value.suggested_filename.startswith("compliance-PROJECT1-")
    sign_in(phone, "quality_officer")
    phone.goto("/compliance/units/?unit=PROJECT1")
    no_side_scroll(phone)
    axe(phone)
    look(phone, "compliance-matrix-phone")


def test_an_employee_meets_the_mark_on_clause_5_4_1(portal, phone, sign_in, axe, look, no_side_scroll):
    sign_in(phone, "employee")
    phone.goto(safety_address())
    until(lambda: phone.locator("article[data-marked]").count() == 1, "the marks")
    clause = phone.locator("[id='c-5.4.1']")
    mark = clause.locator(".clause-marks a").first
    mark.scroll_into_view_if_needed()
    assert "鑽井一隊" in mark.inner_text()
    assert "SAF-14" in clause.locator(".clause-marks").inner_text()
    no_side_scroll(phone)
    axe(phone)
    look(phone, "clause-marks-phone")
    mark.click()
    phone.wait_for_url("**/compliance/units/CREW1/SAF-14/**")
    assert "鑽井一隊" in phone.inner_text("main")
    no_side_scroll(phone)
    axe(phone)
    look(phone, "compliance-cell-phone")


def test_the_marks_stand_on_a_page_of_their_own_without_scripts(portal, new_context, sign_in, axe, look):
    plain = new_context(java_script_enabled=False).new_page()
    sign_in(plain, "employee")
    plain.goto(safety_address())
    assert plain.locator(".clause-marks").count() == 0
    plain.get_by_role("link", name="條款標記").click()
    plain.wait_for_url("**/marks/")
    assert plain.get_by_text("SAF-14").first.is_visible()
    look(plain, "clause-marks-page")
    page = new_context().new_page()
    sign_in(page, "employee")
    page.goto(plain.url)
    axe(page)


def test_what_ends_soon_waits_on_the_managers_home_page(portal, page, sign_in, axe, look):
    today = clock.today()
    row = CurrentCount.objects.filter(unit__code="CREW1", bound=True).first()
    day = Period.of("day", today)
    daily = Obligation.objects.get(code="SAF-14")
    CurrentCount.objects.filter(obligation=daily, unit=row.unit, period_code=day.code).delete()
    CurrentCount.objects.create(
        obligation=daily,
        unit=row.unit,
        period_code=day.code,
        starts_on=today,
        ends_on=today,
        due=12,
        done=4,
        missed=0,
        measured_at=clock.now(),
    )
    sign_in(page, "unit_manager")
    page.goto("/")
    page.get_by_role("link", name="再不辦理就會漏掉").first.click()
    page.wait_for_url("**/compliance/soon/")
    assert "SAF-14" in page.inner_text("main")
    assert "4/12" in page.inner_text("main")
    axe(page)
    look(page, "compliance-soon")
