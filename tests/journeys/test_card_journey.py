"""A crew leader observes, is caught naming a colleague, hands in the card; the manager reads it (SAF-02 to SAF-08)."""

from __future__ import annotations

import pytest

from forms.cards.models import Card
from forms.cards.plans.models import PlanSlot
from forms.intake.models import Submission

NAME = "葉子軒"  # the driller of the demo crew


def fill_in(page) -> None:
    """A random card that is in order but for the seconds and what was said; all steps on one page."""
    page.locator("[data-show-all]").click()
    page.locator("#id_area").select_option(label="鑽台")
    page.get_by_role("checkbox", name="停").first.check()
    for field, times in (("protection_safe", 3), ("positions_unsafe_acts", 1)):
        for _n in range(times):
            page.locator(f"#id_{field} + button").click()
    assert page.locator("#id_protection_safe").input_value() == "3"
    # Something unsafe opened the place for what was done about it.
    page.locator("#id_positions_action").fill("請其退到黃線外")
    page.locator("input[name=steps][value=stop]").check()
    page.locator("input[name=steps][value=discuss]").check()
    page.locator("input[name=steps][value=thank]").check()
    page.locator("#id_agreed").fill("上扣時先退到黃線外")
    page.locator("#id_out_of_sight").check()


def send(page) -> None:
    page.locator("form[data-draft] .actions .btn-primary").click()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_saf_08_a_name_is_refused_before_anything_is_stored(
    portal, new_context, sign_in, axe, look, no_side_scroll, expected_errors, script
):
    expected_errors.append("400 (Bad Request)")
    before = Submission.objects.count()
    phone = new_context(width=375, height=812, has_touch=True, is_mobile=True, java_script_enabled=script).new_page()
    sign_in(phone, "crew_leader")
    phone.goto("/observe/")
    if script:
        axe(phone)
        no_side_scroll(phone)
        look(phone, "observe-phone")
        fill_in(phone)
    else:
        phone.locator("#id_area").select_option(label="鑽台")
        phone.locator("#id_protection_safe").fill("3")
        phone.locator("input[name=steps][value=thank]").check()
        phone.locator("#id_out_of_sight").check()
    phone.locator("#id_seconds").fill("20")
    phone.locator("#id_said").fill(f"{NAME}站在尾繩擺動範圍內")
    send(phone)
    error = phone.locator("#id_said_error")
    error.wait_for()
    assert NAME in error.inner_text()
    assert "30" in phone.locator("#id_seconds_error").inner_text()
    assert phone.locator("#id_said").input_value().startswith(NAME)  # nothing typed is lost
    assert phone.locator("#id_protection_safe").input_value() == "3"
    assert Submission.objects.count() == before
    if script:
        axe(phone)
        look(phone, "observe-phone-refused")
    phone.locator("#id_said").fill("一名工人站在尾繩擺動範圍內")
    phone.locator("#id_seconds").fill("95")
    send(phone)
    phone.wait_for_url("**/receipts/**")
    assert Submission.objects.count() == before + 1
    card = Card.objects.latest("pk")
    assert (card.seconds, card.planned, str(card.area)) == (95, False, "鑽台")


def test_saf_02_the_timer_helps_and_can_be_overridden(portal, phone, sign_in):
    sign_in(phone, "crew_leader")
    phone.clock.install()
    phone.goto("/observe/")
    phone.locator("[data-show-all]").click()
    timer = phone.locator(".timer")
    timer.get_by_role("button").click()
    phone.clock.run_for(31_000)
    assert "is-enough" in timer.get_attribute("class")
    timer.get_by_role("button").click()
    assert phone.locator("#id_seconds").input_value() in {"30", "31"}
    phone.locator("#id_seconds").fill("120")
    assert phone.locator("#id_seconds").input_value() == "120"


def test_saf_05_a_planned_card_needs_a_team(portal, phone, sign_in, expected_errors):
    expected_errors.append("400 (Bad Request)")
    sign_in(phone, "crew_leader")
    phone.goto("/observe/")
    fill_in(phone)
    phone.locator("input[name=kind][value=planned]").check()
    phone.locator("#id_seconds").fill("60")
    send(phone)
    phone.locator("#id_colleague_1_error").wait_for()
    colleague = NAME
    if phone.locator("#id_slot").count():  # the plan of the demo company has an observation of this team to do today
        phone.locator("#id_slot").select_option(index=1)
        slot = PlanSlot.objects.get(pk=phone.input_value("#id_slot"))
        phone.locator("#id_area").select_option(value=str(slot.area_id))
        colleague = slot.team.members.exclude(name="龐建業").first().name
    phone.locator("#id_colleague_1").select_option(label=colleague)
    send(phone)
    phone.wait_for_url("**/receipts/**")
    card = Card.objects.latest("pk")
    assert card.planned
    names = {person.name for person in card.observers.all()}
    assert names >= {"龐建業", colleague}, "choosing the planned observation may name its whole team"


def test_the_manager_reads_the_cards_of_the_crew(portal, page, new_context, sign_in, axe, look):
    sign_in(page, "unit_manager")
    page.goto("/desk/cards/?period=2026Q4&kind=planned")
    axe(page)
    look(page, "cards-list")
    page.locator("tbody th a").first.click()
    page.wait_for_url("**/desk/cards/*/")
    axe(page)
    look(page, "cards-detail")
    address = page.url
    page.goto("/desk/cards/areas/")
    axe(page)
    stranger = new_context().new_page()
    sign_in(stranger, "other_crew_leader")
    assert stranger.request.get(address).status == 404
    assert stranger.request.get(portal.url + "/desk/cards/areas/").status == 200
