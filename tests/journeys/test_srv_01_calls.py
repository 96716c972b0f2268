"""A call from the number to its case, a missed one called back, and the page that says who answers: SRV-01."""

from __future__ import annotations

import re

from django_scopes import scopes_disabled

from forms.cases.calls.models import Call
from forms.cases.enums import CaseChannel


def last_call() -> Call:
    with scopes_disabled():
        return Call.objects.select_related("case").latest("pk")


def test_srv_01_a_call_is_looked_up_written_down_and_a_missed_one_called_back(
    portal, page, phone, sign_in, axe, look, no_side_scroll
):
    # A customer, on a phone, without an account: three numbers and who answers now.
    phone.goto("/")
    phone.locator("main a[href='/hotlines/']").first.click()
    phone.wait_for_url("**/hotlines/")
    assert phone.locator("main a[href^='tel:']").count() == 3
    axe(phone)
    no_side_scroll(phone)
    look(phone, "hotlines-phone")

    # The clerk: the number, Enter, and the screen says who it is. Everything by keyboard.
    sign_in(page, "clerk")
    page.goto("/desk/calls/new/")
    page.keyboard.type("+86 138 0000 0001")  # the field has the focus
    page.keyboard.press("Enter")
    page.wait_for_selector(".who-is")
    assert page.input_value("[name=house]")
    assert page.evaluate("document.activeElement.name") == "text"
    page.keyboard.type("樓下大堂的燈整晚閃，請派人看看。")
    axe(page)
    look(page, "call-looked-up")
    page.check("[name=outcome][value=case]")
    page.check("[name=kind][value=request]")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/desk/calls/T-\d{8}-\d{4}/$"))
    call = last_call()
    assert (call.case.channel, call.case.kind, call.outcome) == (CaseChannel.PHONE, "request", "case")
    assert call.case.number in page.inner_text("main")
    axe(page)
    look(page, "call-written-down")

    # One that nobody answered waits on the list until somebody has called back.
    page.goto("/desk/calls/?view=waiting")
    axe(page)
    look(page, "calls-waiting")
    with scopes_disabled():
        missed = Call.objects.waiting().get()
    page.locator(f"a[href$='returns={missed.number}']").click()
    page.wait_for_url("**/desk/calls/new/?returns=*")
    page.fill("[name=text]", "客戶問會所開放時間。")
    page.check("[name=outcome][value=answered]")
    page.fill("[name=answer]", "每天早上九點到晚上九點。")
    page.locator("[name=record]").click()
    page.wait_for_url(re.compile(r"/desk/calls/T-\d{8}-\d{4}/$"))
    with scopes_disabled():
        missed.refresh_from_db()
        assert (missed.outcome, missed.case.state) == ("answered", "closed")

    # Somebody comes to the counter with a letter: the same look-up, the same life.
    page.goto("/desk/calls/enter/")
    page.check("[name=channel][value=letter]")
    page.fill("[name=text]", "來函：地庫三號車位長期被佔用。")
    page.check("[name=outcome][value=case]")
    axe(page)
    look(page, "case-entered")
    page.locator("[name=record]").click()
    page.wait_for_url("**/desk/cases/C-*/")
    assert "地庫三號車位" in page.inner_text("main")

    # The roster with its hole, and the figures.
    page.goto("/desk/calls/roster/")
    axe(page)
    look(page, "roster")
    page.goto("/desk/calls/figures/")
    axe(page)
    look(page, "call-figures")
