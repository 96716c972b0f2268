"""SAF-06, clause 4.3: on the phone the card leads through decide, stop, observe, act and report, and records each."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import expect

from forms.cards.models import Card, CardAction
from forms.intake.models import Attachment
from portal.lib import clock
from tests.forms.complaints import picture


def test_saf_06_the_card_leads_through_the_steps(portal, phone, sign_in, axe, look, no_side_scroll, tmp_path):
    sign_in(phone, "crew_leader")
    phone.goto("/observe/")
    shown = phone.locator(".card-step:visible")
    on = shown.locator("[data-next]")
    send = phone.locator("form[data-card] > .actions .btn-primary")
    expect(shown).to_have_count(1)
    expect(phone.locator("[data-queue]")).to_be_visible()
    axe(phone)
    no_side_scroll(phone)
    look(phone, "card-1-decide")
    phone.locator("#id_area").select_option(label="鑽台")
    expect(send).to_be_hidden()
    on.click()
    look(phone, "card-2-stop")
    phone.locator("#id_came_close").check()
    on.click()

    # Observe: the timer helps, an honest number overrides it; counts by big buttons.
    phone.locator("#id_seconds").fill("75")
    for name, times in (("protection_safe", 4), ("tools_unsafe_conditions", 1)):
        for _n in range(times):
            phone.locator(f"#id_{name} + button").tap()
    tools = phone.locator("fieldset.category").nth(3)
    tools.locator("input[value='tools.condition']").check()
    tools.locator("details.later summary").click()
    phone.locator("#id_tools_later").fill("換下磨損的吊帶，送檢後再用")
    due = clock.today() + timedelta(days=5)
    phone.locator("#id_tools_owner").select_option(label="龐建業")
    phone.locator("#id_tools_due").fill(f"{due}")
    assert phone.locator("#id_protection_safe").input_value() == "4"
    least = phone.locator(".counter button").first.bounding_box()
    assert least["width"] >= 44
    assert least["height"] >= 44
    axe(phone)
    no_side_scroll(phone)
    look(phone, "card-3-observe")
    on.click()

    # Act: each step that was taken is ticked.
    for step in ("stop", "praise", "discuss", "communicate", "inspire", "thank"):
        phone.locator(f"input[name=steps][value={step}]").check()
    phone.locator("#id_agreed").fill("先檢查吊帶再起吊")
    axe(phone)
    no_side_scroll(phone)
    look(phone, "card-4-act")
    on.click()

    # Report: a photo without faces, filled in out of sight.
    photo = tmp_path / "IMG_1.jpg"
    photo.write_bytes(picture(size=(2000, 1500)).read())
    phone.locator("#id_files").set_input_files(str(photo))
    expect(phone.locator("[data-thumbs] img")).to_have_count(1)
    phone.locator("#id_no_faces").check()
    phone.locator("#id_out_of_sight").check()
    axe(phone)
    no_side_scroll(phone)
    look(phone, "card-5-report")
    send.click()
    phone.wait_for_url("**/receipts/**")

    card = Card.objects.latest("pk")
    assert (card.came_close, card.seconds, len(card.steps), card.out_of_sight) == (True, 75, 6, True)
    assert Attachment.objects.filter(submission=card.submission).get().width == 1600
    action = CardAction.objects.get(item__card=card)
    assert action.due_on == due

    # What was left to do stands on the owner's home page until it is done.
    phone.goto("/")
    phone.locator(".tile a", has_text="磨損的吊帶").click()
    axe(phone)
    look(phone, "card-action-done")
    phone.locator("#id_note").fill("已換新吊帶")
    phone.locator("main form[method=post] .btn-primary").click()
    phone.wait_for_url("**/desk/cards/actions/")
    axe(phone)
    no_side_scroll(phone)
    look(phone, "card-actions")
    action.refresh_from_db()
    assert action.done_at is not None
    phone.goto(card.get_absolute_url())
    axe(phone)
    look(phone, "card-detail-phone")
