"""A case at the desk: more time asked of the customer before it runs out, one answer to many, and a customer who says
that it is still broken: SRV-05, SRV-06, SRV-17."""

from __future__ import annotations

import re
from datetime import timedelta

from django_scopes import scopes_disabled

from forms.cases.enums import CaseState, ClockName
from forms.cases.models import Case, CasePromise
from forms.intake.actions import tracking_code_of
from portal.lib import clock


def act(page, verb: str):
    found = page.locator(f"#act-{verb}")
    if found.get_attribute("open") is None:
        found.locator("summary").click()
    return found


def test_srv_06_more_time_is_asked_before_the_promise_runs_out(portal, page, sign_in, axe, look, expected_errors):
    expected_errors.append("400 (Bad Request)")
    with scopes_disabled():
        promise = (
            CasePromise.objects.pending()
            .filter(clock=ClockName.ANSWER, broken=False, due_at__gt=clock.now(), case__unit__code="OFFICE1")
            .filter(case__state__in=[CaseState.ACKNOWLEDGED, CaseState.ASSIGNED, CaseState.IN_PROGRESS])
            .select_related("case")
            .first()
        )
    assert promise is not None, "the demo company leaves such a case"
    wanted = clock.today(promise.due_at) + timedelta(days=3)
    sign_in(page, "clerk")
    page.goto(f"/desk/cases/{promise.case.number}/")
    form = act(page, "extend")
    form.locator("[name=clock_name]").select_option(ClockName.ANSWER)
    form.locator("[name=new_due]").fill(wanted.isoformat())
    form.locator("[name=way]").select_option("phone")
    form.locator("[name=answer]").select_option("agreed")
    axe(page)
    form.locator("button.btn").last.click()
    page.wait_for_load_state()
    promise.refresh_from_db()
    before = promise.due_at
    assert clock.today(before) != wanted  # a reason is asked for first, and nothing typed is lost
    assert page.locator("#act-extend [name=new_due]").input_value() == wanted.isoformat()
    page.locator("#act-extend [name=reason]").fill("要等的閥門後天到貨，已跟客戶說明。")
    page.locator("#act-extend button.btn").last.click()
    page.wait_for_load_state()
    look(page, "desk-case-extended")
    promise.refresh_from_db()
    assert clock.today(promise.due_at) == wanted


def test_srv_17_the_customer_says_it_is_still_broken(portal, phone, page, sign_in, axe, look, no_side_scroll):
    with scopes_disabled():
        case = Case.objects.filter(state=CaseState.RESOLVED, unit__code="OFFICE1").latest("pk")
        code = tracking_code_of(case.submission_id)
    phone.goto("/track/")
    phone.fill("[name=code]", code)
    phone.click("main form button")
    phone.wait_for_url(re.compile("/track/progress/"))
    axe(phone)
    no_side_scroll(phone)
    phone.locator("summary", has_text="問題仍在").click()
    phone.locator("#still_broken_text").fill("用了一晚又返味。")
    phone.locator("form:has(#still_broken_text) button").click()
    phone.wait_for_load_state()
    look(phone, "case-still-broken-phone")
    with scopes_disabled():
        case.refresh_from_db()
    assert (case.state, case.customer_wrote) == (CaseState.REOPENED, True)
    sign_in(page, "clerk")
    page.goto("/desk/cases/?view=wrote")
    assert case.number in page.inner_text("main")
