"""SAF-16 to SAF-18, clauses 5.4.2 and 5.4.3: the crew holds its week, sums its month up, others receive and learn."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import expect

from forms.cards.weeks.models import Lesson, Summary, Week, WeekMeasure
from portal.lib import clock, pdf
from portal.lib.periods import Period

WORDS = "看了卡片，夜班在管具場地觀察太少；商定下週每個夜班至少觀察一次。"
MEASURE = "夜班起吊前由一人口令確認站位"


def test_saf_16_a_crew_leader_holds_the_week(portal, phone, page, sign_in, axe, look, no_side_scroll, expected_errors):
    expected_errors.append("400 (Bad Request)")
    week = Period.of("week", clock.today()).previous()

    # The home page leads to the week; the portal has prepared the figures.
    sign_in(phone, "crew_leader")
    phone.goto("/desk/cards/weeks/")
    axe(phone)
    no_side_scroll(phone)
    look(phone, "weeks-list-phone")
    phone.goto("/")
    phone.locator(f".tile a[href='/desk/cards/weeks/CREW1/{week.code}/']").click()
    expect(phone.locator("#figures-title")).to_be_visible()
    axe(phone)
    no_side_scroll(phone)
    look(phone, "weeks-week-phone")

    # A measure with owner and day.
    phone.locator("#set-remedy summary").click()
    phone.locator("#id_remedy-text").fill(MEASURE)
    phone.locator("#id_remedy-owner").select_option(label="葉子軒")
    phone.locator("#id_remedy-due_on").fill(f"{clock.today() + timedelta(days=7)}")
    phone.locator("#set-remedy button").click()
    expect(phone.locator("#measures").get_by_text(MEASURE)).to_be_visible()

    # A name in the words is refused, and nothing typed is lost; then the week is closed.
    phone.locator("#id_met_on").fill(f"{clock.today()}")
    phone.locator("#id_met_at").fill("16:00")
    for box in phone.locator("[name=present]").all()[:3]:
        box.check()
    phone.locator("#id_discussion").fill("葉子軒站在尾繩內。")
    phone.locator("[name=close]").click()
    expect(phone.locator("#id_discussion_error")).to_be_visible()
    axe(phone)
    look(phone, "weeks-refused-phone")
    assert phone.locator("#id_met_at").input_value() == "16:00"
    phone.locator("#id_discussion").fill(WORDS)
    if phone.locator("textarea#id_no_measure_reason").count():
        phone.locator("#id_no_measure_reason").fill("已有同類措施在執行。")
    phone.locator("[name=close]").click()
    expect(phone.get_by_text(WORDS)).to_be_visible()
    record = Week.objects.get(unit__code="CREW1", starts_on=week.start)
    assert (record.is_closed, record.is_late, record.present.count()) == (True, False, 3)
    answer = phone.request.get(f"{portal.url}{record.get_absolute_url()}record.pdf")
    facts = pdf.check_pdf(answer.body())
    assert (facts.tagged, facts.fonts_embedded) == (True, True)

    # The owner finds the measure at home and reports it done; the unit's manager verifies it.
    measure = WeekMeasure.objects.get(text=MEASURE)
    sign_in(page, "employee")
    page.goto("/")
    page.locator(f".tile a[href='{measure.get_absolute_url()}']").click()
    page.locator("#id_done_words").fill("三個夜班都已照做。")
    page.locator("#step-done button").click()
    sign_in(page, "unit_manager")
    page.goto(measure.get_absolute_url())
    axe(page)
    look(page, "weeks-measure")
    page.locator("#step-verify button").click()
    expect(page.locator(".page-facts")).to_contain_text("已驗證")


def test_saf_17_the_month_goes_up_and_is_received_and_a_lesson_is_shared(portal, page, sign_in, axe, look):
    month = Period.of("month", clock.today()).previous()

    # The second crew's manager is told that the month waits, writes, signs and sends it up.
    sign_in(page, "other_unit_manager")
    page.goto("/")
    page.locator(f".tile a[href='/desk/cards/months/CREW2/{month.code}/']").click()
    page.locator("#id_situation").fill("全月按計劃觀察。")
    page.locator("#id_problems").fill("機房油污較多，吸油氈不足。")
    page.locator("#id_plan").fill("補齊吸油氈，每班交接時檢查。")
    axe(page)
    look(page, "month-to-sign")
    page.locator("[name=sign]").click()
    summary = Summary.objects.get(unit__code="CREW2", starts_on=month.start)
    assert summary.is_sent

    # The safety department sees who has sent, receives it, and judges a lesson.
    sign_in(page, "quality_officer")
    page.goto("/desk/cards/months/")
    axe(page)
    look(page, "month-roll-up")
    page.locator(f"a[href='{summary.get_absolute_url()}']").click()
    page.locator("[name=office] + button").click()
    expect(page.locator("#signed-title ~ dl")).to_contain_text("秦維民")
    axe(page)
    look(page, "month-received")
    answer = page.request.get(f"{portal.url}{summary.get_absolute_url()}summary.pdf")
    assert pdf.check_pdf(answer.body()).tagged
    page.goto("/safety-lessons/")
    axe(page)
    lesson = Lesson.objects.get(title="護目鏡放在取樣口旁邊")
    page.locator(f"a[href='{lesson.get_absolute_url()}']").click()
    axe(page)
    look(page, "lesson-to-judge")
    page.get_by_role("button", name="向全體員工發布").click()

    # Another crew finds it by search and says that it was talked over.
    portal.run_worker()
    sign_in(page, "other_crew_leader")
    page.goto("/search/?q=護目鏡 取樣口")
    page.locator(f"a[href^='{lesson.get_absolute_url()}']").first.click()
    page.locator("#id_talk_words").fill("我隊的護目鏡也放在值班房，已移到取樣口。")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#talks-title ~ ul")).to_contain_text("鑽井二隊")
    axe(page)
    look(page, "lesson-shared")
