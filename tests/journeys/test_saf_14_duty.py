"""The unit manager looks who owes a card, excuses one with a reason, changes a roster and collects the cards of a day;
a crew leader looks and changes nothing (SAF-14, SAF-15; clauses 5.4.1, 5.4.2)."""

from __future__ import annotations

from datetime import timedelta

from forms.cards.duty.models import Collection
from portal.lib import clock
from portal.org.models import RosterEntry

UNIT = "/desk/cards/duty/units/CREW1/"
REASON = "回基地參加應急演練"


def test_saf_14_the_manager_excuses_and_collects(portal, page, phone, sign_in, axe, look, no_side_scroll):
    sign_in(page, "unit_manager")
    page.goto("/desk/cards/")
    page.locator(".section-tabs").get_by_role("link", name="每日觀察").click()
    axe(page)
    look(page, "duty-overview")
    page.get_by_role("link", name="鑽井一隊").click()
    page.wait_for_url("**/units/CREW1/**")
    axe(page)
    look(page, "duty-month")
    no_side_scroll(page)
    # A slot without a card leads to its excuse, which asks for a reason.
    page.locator("a.duty-cell[href*='person=']").first.click()
    page.locator("input[name=state][value=no_work]").check()
    page.locator("#id_reason").fill(REASON)
    axe(page)
    look(page, "duty-excuse")
    page.locator("main form .btn-primary").click()
    page.wait_for_url("**/units/CREW1/?period=*")
    assert page.locator(f".duty-cell[title*='{REASON}']").count() == 1
    assert RosterEntry.objects.get(reason=REASON).state == "no_work"
    sign_in(phone, "unit_manager")
    phone.goto(UNIT)
    axe(phone)
    no_side_scroll(phone)
    look(phone, "duty-week-phone")


def test_saf_15_the_cards_of_a_day_are_collected_once(portal, page, sign_in, axe, look):
    yesterday = clock.today() - timedelta(days=1)
    sign_in(page, "unit_manager")
    page.goto(f"{UNIT}days/{yesterday}/")
    axe(page)
    look(page, "duty-day")
    page.get_by_role("button", name="標記為已回收").click()
    page.get_by_text("回收：").wait_for()
    assert Collection.objects.get(unit__code="CREW1", day=yesterday).by.username == "unit_manager"
    assert page.get_by_role("button", name="標記為已回收").count() == 0
    page.goto(f"{UNIT}days/")
    axe(page)
    look(page, "duty-days")


def test_a_roster_is_changed_by_hand_and_from_a_file(
    portal, page, phone, sign_in, axe, look, no_side_scroll, expected_errors
):
    expected_errors.append("400 (Bad Request)")
    sign_in(phone, "unit_manager")
    phone.goto(f"{UNIT}roster/")
    axe(phone)
    no_side_scroll(phone)
    phone.get_by_role("link", name="葉子軒").click()
    no_side_scroll(phone)
    day = phone.locator(".roster-field select").last
    day.select_option("leave")
    phone.locator("main form .btn-primary").click()
    assert phone.locator(".roster-field select").last.input_value() == "leave"  # a reason is asked for, nothing is lost
    axe(phone)
    look(phone, "duty-roster-person-phone")
    phone.locator("#id_reason").fill("年休假")
    phone.locator("main form .btn-primary").click()
    phone.wait_for_url("**/roster/?period=*")
    assert RosterEntry.objects.filter(person__name="葉子軒", reason="年休假", state="leave").count() == 1
    sign_in(page, "unit_manager")
    page.goto("/desk/cards/duty/import/")
    number = RosterEntry.objects.filter(person__name="葉子軒").first().person.staff_number
    lines = [f"CREW1,{number},2026-12-30,早班,,", f"CREW1,{number},2026-12-31,晚班,,"]
    rows = "\n".join(["unit,staff_number,day,shift,state,reason", *lines])
    page.locator("input[type=file]").set_input_files(
        {"name": "roster.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    page.locator("main form .btn-primary").click()
    page.wait_for_url("**/import/*-*/")
    axe(page)
    look(page, "duty-preview")
    assert "晚班" in page.inner_text("tbody")
    page.locator("main form .btn-primary").click()
    page.wait_for_url("**/desk/cards/duty/")
    assert str(RosterEntry.objects.get(person__staff_number=number, day="2026-12-30").shift) == "早班"


def test_a_crew_leader_sees_the_matrix_and_changes_nothing(portal, page, sign_in, axe):
    sign_in(page, "crew_leader")
    page.goto(UNIT)
    axe(page)
    assert page.locator(".duty-cell").count() > 30
    assert page.locator("a.duty-cell[href*='excuse']").count() == 0
    assert page.request.get(f"{portal.url}/desk/cards/duty/units/CREW2/").status == 404
    assert page.request.get(f"{portal.url}/desk/cards/duty/import/").status == 404
