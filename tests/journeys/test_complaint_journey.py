"""A customer complains without an account, a clerk answers, the customer reads it: step 6 of the portal's first day."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from forms.cases.models import Case, CaseNote
from forms.intake.models import Submission
from portal.journal.actions import entries_of, faults
from portal.lib import clock
from tests.patience import until


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    paths = []
    for number, colour in enumerate([(70, 90, 110), (130, 100, 80)]):
        path = tmp_path / f"漏水{number}.jpg"
        Image.new("RGB", (800, 600), colour).save(path, "JPEG")
        paths.append(path)
    return paths


def fill(page, photos=(), text="客廳天花板昨晚開始滴水,地板已經泡濕。"):
    page.goto("/complaint/")
    page.fill("[name=subject]", "客廳天花板漏水")
    page.fill("[name=text]", text)
    page.select_option("[name=estate]", label="翠湖苑")
    page.fill("[name=house]", "2棟1501")
    page.fill("[name=contact_name]", "何女士")
    page.fill("[name=contact_phone]", "138 0013 8000")
    page.fill("[name=contact_email]", "he@example.org")
    if photos:
        page.set_input_files("[name=files]", [str(path) for path in photos])


def send(page):
    page.click("form[data-draft] .actions button.btn-primary")
    page.wait_for_url(re.compile("/receipts/"))


def open_act(desk, verb):
    act = desk.locator(f"#act-{verb}")
    if act.get_attribute("open") is None:
        act.locator("summary").click()
    return act


def test_a_complaint_from_the_customer_and_back(
    portal, phone, page, sign_in, photos, axe, look, no_side_scroll, expected_errors
):
    # The customer, on a phone, without an account.
    fill(phone, photos)
    axe(phone)
    look(phone, "complaint-form-phone")
    no_side_scroll(phone)
    send(phone)
    code = phone.inner_text("#tracking-code")
    number = phone.inner_text("[data-receipt-number]")
    assert re.fullmatch(r"([0-9A-Z]{5}-){3}[0-9A-Z]{5}", code)
    axe(phone)
    look(phone, "receipt-phone")
    no_side_scroll(phone)
    phone.reload()
    assert phone.locator("#tracking-code").count() == 0
    assert number in phone.inner_text("main")

    # The clerk, at a desk.
    case = Case.objects.get(number=number)
    sign_in(page, "clerk")
    page.goto("/")
    axe(page)
    page.goto("/desk/cases/?view=new")
    axe(page)
    look(page, "desk-list")
    page.click(f"a:has-text('{case.subject}')")
    assert page.locator("img[src^='/attachments/']").count() == 2
    axe(page)
    look(page, "desk-case")
    open_act(page, "acknowledge").locator("button").click()
    act = open_act(page, "assign")
    act.locator("select").select_option(index=1)
    act.locator("button").click()
    open_act(page, "start").locator("button").click()
    act = open_act(page, "note")
    act.locator("textarea").fill("樓上浴室防水層破損,已約師傅。")
    act.locator("button").click()
    act = open_act(page, "answer")
    act.locator("textarea").fill("地板泡濕了,您一定很著急。防水師傅明早九點上門。")
    act.locator("button").click()
    axe(page)
    look(page, "desk-answer-question")
    assert CaseNote.objects.filter(case=case, kind="answer").count() == 0
    page.click("main form .btn-primary")
    page.wait_for_url(re.compile(number))
    look(page, "desk-case-answered")

    # The customer looks it up.
    phone.goto("/track/")
    axe(phone)
    phone.fill("[name=code]", code.lower().replace("-", " "))
    phone.click("main form button")
    phone.wait_for_url(re.compile("/track/progress/"))
    shown = phone.inner_text("main")
    assert "防水師傅明早九點上門" in shown
    assert "已約師傅" not in shown
    assert "何女士" not in shown
    axe(phone)
    look(phone, "progress-phone")
    no_side_scroll(phone)
    phone.goto("/track/")
    phone.fill("[name=code]", "00000-00000-00000-00000")
    phone.click("main form button")
    axe(phone)
    look(phone, "track-not-found-phone")

    # The clerk closes; all of it stands in the journal.
    open_act(page, "close").locator("button").click()
    page.click("main form .btn-primary")
    page.wait_for_url(re.compile(number))
    wanted = ["file", "acknowledge", "assign", "start", "note", "answer", "close"]
    assert [entry.action for entry in entries_of(case)] == [f"cases.{verb}" for verb in wanted]
    assert not list(faults())
    portal.run_worker()


def test_a_mistake_keeps_what_was_typed_and_the_photos_chosen(page, photos, axe, look, expected_errors):
    expected_errors.append("400 (Bad Request)")
    fill(page, photos)
    page.fill("[name=contact_phone]", "打給我")
    page.click("form[data-draft] .actions button.btn-primary")
    page.wait_for_selector("[data-focus-on-load]")
    axe(page)
    look(page, "complaint-mistake")
    assert page.input_value("[name=text]").startswith("客廳天花板")
    assert page.evaluate("document.querySelector('[name=files]').files.length") == 2
    page.fill("[name=contact_phone]", "13800138000")
    send(page)
    assert Submission.objects.latest("created_at").attachments.count() == 2


def test_without_a_network_the_draft_waits_and_is_sent_once(page, look, expected_errors):
    expected_errors.append("ERR_INTERNET_DISCONNECTED")
    before = Submission.objects.count()
    fill(page)
    page.context.set_offline(True)
    page.click("form[data-draft] .actions button.btn-primary")
    page.wait_for_selector("form[data-draft] .notice.tone-warning")
    look(page, "complaint-offline")
    page.context.set_offline(False)
    page.wait_for_url(re.compile("/receipts/"))
    assert Submission.objects.count() == before + 1
    page.goto("/complaint/")
    assert page.input_value("[name=subject]") == ""


def test_what_was_received_is_not_kept_again(page):
    """Typing is kept after a pause; who presses before the pause is over is received before it."""
    before = Submission.objects.count()
    page.clock.install()
    page.clock.pause_at(clock.now() + timedelta(minutes=1))
    fill(page)
    page.route("**/receipts/**", lambda route: route.fulfill(status=204))  # the page stays until its pause is over
    page.click("form[data-draft] .actions button.btn-primary")
    until(lambda: page.evaluate("localStorage.length") == 0, "the draft being forgotten")
    assert Submission.objects.count() == before + 1
    page.clock.fast_forward(1000)
    assert page.evaluate("localStorage.length") == 0


def test_a_reload_brings_the_draft_back(page):
    fill(page)
    until(lambda: page.evaluate("localStorage.length") > 0, "the draft being kept")
    typed = page.input_value("[name=submission_id]")
    page.reload()
    assert page.input_value("[name=subject]") == "客廳天花板漏水"
    assert page.input_value("[name=submission_id]") == typed
    page.locator(".notice button").click()
    until(lambda: page.input_value("[name=subject]") == "", "the draft being thrown away")


def test_a_lost_answer_and_a_second_try_are_one_complaint(page, expected_errors):
    """The server kept the first try, but its answer never arrived."""
    expected_errors += ["ERR_FAILED", "ERR_CONNECTION"]
    before = Submission.objects.count()
    fill(page)
    tries = []

    def lose_the_first(route):
        tries.append(route.request.post_data)
        if len(tries) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route(
        "**/complaint/", lambda route: lose_the_first(route) if route.request.method == "POST" else route.continue_()
    )
    page.click("form[data-draft] .actions button.btn-primary")
    page.click("form[data-draft] .notice button")
    page.wait_for_url(re.compile("/receipts/"))
    assert len(tries) == 2
    assert Submission.objects.count() == before + 1


def test_it_works_without_any_script(new_context):
    page = new_context(java_script_enabled=False).new_page()
    fill(page)
    page.click("form[data-draft] .actions button.btn-primary")
    page.wait_for_url(re.compile("/receipts/"))
    assert page.locator("#tracking-code").count() == 1


def test_a_complaint_about_the_director_stays_out_of_the_office(page, new_context, sign_in, axe, expected_errors):
    expected_errors.append("404 (Not Found)")
    fill(page, text="主任在電話裡罵人。")
    page.check("[name=about_director]")
    send(page)
    number = page.inner_text("[data-receipt-number]")
    director, officer = new_context().new_page(), new_context().new_page()
    sign_in(director, "director")
    director.goto(f"/desk/cases/?view=all&q={number}")
    assert director.locator("[data-case-list] tbody tr").count() == 0
    assert director.goto(f"/desk/cases/{number}/").status == 404
    sign_in(officer, "quality_officer")
    assert officer.goto(f"/desk/cases/{number}/").ok
    axe(officer)
