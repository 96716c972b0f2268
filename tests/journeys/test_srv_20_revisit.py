"""A complaint of the company closes only after a revisit by somebody who did not handle it: SRV-20."""

from __future__ import annotations

import re

from django_scopes import scopes_disabled

from forms.cases.models import Case
from forms.cases.permissions import handlers_of
from forms.revisits.models import Revisit
from portal.org.models import Person


def close(page) -> None:
    step = page.locator("#act-close")
    if step.get_attribute("open") is None:
        step.locator("summary").click()
    step.locator("button.btn").last.click()
    page.click("form:has([name=confirmed]) button >> nth=0")
    page.wait_for_load_state()


def test_srv_20_the_customer_is_visited_by_somebody_else_before_the_end(
    portal, page, new_context, sign_in, axe, look, expected_errors
):
    expected_errors.extend(["400 (Bad Request)", "404 (Not Found)"])
    with scopes_disabled():
        revisit = Revisit.objects.open().filter(subject_type="cases.case", performer="company").first()
        assert revisit is not None, "the demo company leaves one"
        case = Case.objects.get(pk=revisit.subject_id)
        handled = handlers_of(case)
        officers = Person.objects.filter(appointments__post__code="quality_officer", user__isnull=False)
        caller = officers.exclude(user__in=handled)[0].user.username
    sign_in(page, "quality_officer")
    page.goto(f"/desk/cases/{case.number}/")
    axe(page)
    look(page, "case-before-its-revisit")
    close(page)
    assert "回訪還沒有完成" in page.inner_text("main")
    case.refresh_from_db()
    assert case.is_open
    page.goto(revisit.get_absolute_url())
    assert page.locator("[name=outcome]").count() == 0  # who handled it does not visit

    other = new_context().new_page()
    sign_in(other, caller)
    other.goto(revisit.get_absolute_url())
    axe(other)
    other.check("[name=outcome][value=satisfied]")
    other.locator("form:has([name=outcome]) [name=words]").fill("聽到了道歉，也知道以後怎麼反映。")
    other.locator("form:has([name=outcome]) .btn-primary").click()
    other.wait_for_url(re.compile(revisit.number))
    page.goto(f"/desk/cases/{case.number}/")
    close(page)
    case.refresh_from_db()
    assert case.state == "closed"
