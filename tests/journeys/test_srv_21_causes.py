"""The cause is found and a preventive measure recorded; one that had no effect is not the end of it: SRV-21."""

from __future__ import annotations

import re
from datetime import timedelta

from django_scopes import scopes_disabled

from forms.cases.corrections.models import Prevention
from forms.cases.enums import CaseKind, CaseLevel, CaseState
from forms.cases.models import Case
from portal.lib import clock


def test_srv_21_a_cause_and_a_measure_that_did_not_work(
    portal, phone, page, sign_in, axe, look, no_side_scroll, expected_errors
):
    expected_errors.append("400 (Bad Request)")
    with scopes_disabled():
        found = Case.objects.filter(kind=CaseKind.COMPLAINT, level=CaseLevel.COMPANY, cause_analysis=None)
        case = found.filter(state__in=[CaseState.EXECUTING, CaseState.PLAN_ISSUED], unit__code="OFFICE1").first()
        measure = Prevention.objects.to_verify(clock.today()).exclude(case__level=CaseLevel.LEADERS).first()
        measure = measure or Prevention.objects.to_verify(clock.today()).first()
    assert case is not None
    assert measure is not None
    sign_in(phone, "director")  # company and office alike
    phone.goto(f"/desk/cases/{case.number}/cause/")
    axe(phone)
    no_side_scroll(phone)
    phone.fill("[name=why_1]", "雨季前沒有檢查外牆。")
    phone.fill("[name=conclusion]", "年度檢查表裡沒有外牆。")
    phone.locator("main form .btn-primary").first.click()
    phone.wait_for_load_state()
    assert phone.input_value("[name=conclusion]") == "年度檢查表裡沒有外牆。"  # one why is too few, nothing is lost
    phone.fill("[name=why_2]", "檢查表只列了設備。")
    phone.locator("main form .btn-primary").first.click()
    phone.wait_for_load_state()
    phone.fill("[name=text]", "年度檢查表加上外牆，雨季前查一遍")
    phone.select_option("[name=owner]", index=1)
    phone.fill("[name=due_on]", f"{clock.today() + timedelta(days=14)}")
    phone.locator("main form .btn-primary").last.click()
    phone.wait_for_load_state()
    look(phone, "cause-phone")
    with scopes_disabled():
        assert case.preventions.get().text.startswith("年度檢查表")

    sign_in(page, "quality_officer")
    page.goto("/desk/corrections/prevention/?view=verify")
    axe(page)
    page.click(f"main a[href='{measure.get_absolute_url()}']")
    page.wait_for_url(re.compile(measure.get_absolute_url()))
    axe(page)
    page.check("[name=effective][value=no]")
    page.fill("[name=verdict]", "抽查兩次，第二次又漏了。")
    page.locator("main form .btn-primary").last.click()
    page.wait_for_load_state()
    assert page.input_value("[name=verdict]") == "抽查兩次，第二次又漏了。"  # without effect something must follow
    page.select_option("[name=follow]", "measure")
    page.fill("[name=text]", "改為兩人交叉檢查")
    page.select_option("[name=owner]", index=1)
    page.fill("[name=due_on]", f"{clock.today() + timedelta(days=10)}")
    page.locator("main form .btn-primary").last.click()
    page.wait_for_load_state()
    look(page, "measure-without-effect")
    with scopes_disabled():
        measure.refresh_from_db()
        assert (measure.state, measure.followed_by) == ("not_effective", "measure")
        assert measure.followers.get().text == "改為兩人交叉檢查"
