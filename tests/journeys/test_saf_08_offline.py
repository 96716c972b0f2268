"""SAF-08, clause 4.5.1: cards filled in without a network arrive once, in order, whatever happens on the way."""

from __future__ import annotations

from playwright.sync_api import expect

from forms.cards.models import Card

NAME = "葉子軒"  # the driller of the demo crew


def write(phone, seconds: int) -> None:
    """A card in order, told from the others by its seconds."""
    whole = phone.locator("[data-show-all]")
    if phone.locator("form.is-led").count():
        whole.click()
    phone.locator("#id_area").select_option(label="鑽台")
    phone.locator("#id_came_close").check()
    phone.locator("#id_seconds").fill(str(seconds))
    phone.locator("#id_protection_safe + button").click()
    phone.locator("input[name=steps][value=thank]").check()
    phone.locator("#id_out_of_sight").check()


def send(phone) -> None:
    phone.locator("form[data-card] > .actions .btn-primary").click()


def seconds_of_new(before: int) -> list[int]:
    return list(Card.objects.filter(pk__gt=before).order_by("pk").values_list("seconds", flat=True))


def test_saf_08_cards_wait_in_the_phone_and_arrive_once(
    portal, phone, sign_in, axe, look, no_side_scroll, expected_errors
):
    expected_errors += ["ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "400 (Bad Request)", "net::"]
    before = Card.objects.latest("pk").pk
    context = phone.context
    sign_in(phone, "crew_leader")
    phone.goto("/observe/")
    phone.locator("[data-offline=ready]").wait_for()

    # No network: what is incomplete is said at once, what is complete waits.
    context.set_offline(True)
    write(phone, 20)
    send(phone)
    expect(phone.locator("#id_seconds_error")).to_contain_text("30")
    for seconds in (61, 62, 63):
        write(phone, seconds)
        if seconds == 62:
            phone.locator("#id_said").fill(f"{NAME}站位不對")  # the directory of names is not on the phone
        send(phone)
        phone.locator("form[data-card] > .notice.tone-success").wait_for()
    expect(phone.locator("[data-queue-status]")).to_contain_text("3")
    write(phone, 64)
    phone.locator("#id_suggestion").fill("加裝護欄")
    phone.wait_for_timeout(500)  # the draft is kept a moment after the last key
    phone.close()
    assert seconds_of_new(before) == []

    # Opened again without a network: the page, the queue and the card that was begun are there.
    phone = context.new_page()
    phone.goto("/observe/")
    expect(phone.locator("[data-queue-status]")).to_contain_text("3")
    expect(phone.locator("#id_suggestion")).to_have_value("加裝護欄")
    phone.locator("[data-queue-more] summary").click()
    axe(phone)
    no_side_scroll(phone)
    look(phone, "cards-offline")

    # The network is back: they arrive in order; the one with a name is shown with the reason, for mending.
    context.set_offline(False)
    expect(phone.locator("[data-queue-list] [data-state=arrived]")).to_have_count(2)
    refused = phone.locator("[data-queue-list] [data-state=refused]")
    expect(refused).to_contain_text(NAME)
    assert seconds_of_new(before) == [61, 63]
    axe(phone)
    look(phone, "cards-arrived")

    # The card that was begun is handed in; its answer is lost on the way, and it is there once all the same.
    def drop(route):
        if route.request.method != "POST":
            return route.fallback()
        route.fetch()
        route.abort()

    context.route("**/observe/", drop, times=1)
    send(phone)
    phone.locator("form[data-card] > .notice.tone-success, [data-queue-send]:visible").first.wait_for()
    assert seconds_of_new(before) == [61, 63, 64]
    phone.locator("[data-queue-send]").click()
    expect(phone.locator("[data-queue-list] [data-state=arrived]")).to_have_count(3)

    # The refused one is opened, mended and handed in again.
    refused.get_by_role("button").first.click()
    expect(phone.locator("#id_said")).to_have_value(f"{NAME}站位不對")
    expect(phone.locator("#id_said_error")).to_contain_text(NAME)
    look(phone, "cards-mended")
    phone.locator("#id_said").fill("一名工人站位不對")
    if phone.locator("form.is-led:not(.at-last)").count():
        phone.locator("[data-show-all]").click()
    send(phone)
    phone.wait_for_url("**/receipts/**")
    assert seconds_of_new(before) == [61, 63, 64, 62]

    # A colleague on the same phone sees none of it, and the page that was kept is gone.
    sign_in(phone, "employee")
    phone.goto("/")
    phone.wait_for_function("async () => !(await caches.has('card-pages'))")
    phone.goto("/observe/")
    phone.locator("[data-offline=ready]").wait_for()
    expect(phone.locator("[data-queue-list] li")).to_have_count(0)
