"""A director carries out an item of the company's plan and shows the proof; the company sends it back, then takes it;
the case does not end while another item is open, and a change of the plan is a new edition: SRV-19."""

from __future__ import annotations

import re

from django_scopes import scopes_disabled
from PIL import Image

from forms.cases.corrections.models import Plan, PlanItem
from forms.cases.models import Case
from portal.lib import clock

UNSOLVED = ["plan_issued", "executing"]


def test_srv_19_the_office_carries_out_and_the_company_takes_the_proof(
    portal, phone, page, sign_in, axe, look, no_side_scroll, expected_errors, tmp_path
):
    expected_errors.append("400 (Bad Request)")
    photo = tmp_path / "封縫.jpg"
    Image.new("RGB", (800, 600), (120, 120, 110)).save(photo, "JPEG")
    with scopes_disabled():
        items = PlanItem.objects.open().filter(plan__case__unit__code="OFFICE1", plan__case__state__in=UNSOLVED)
        item = items.filter(post__code="office_director").order_by("-due_on").first()
        assert item is not None, "the demo company leaves such a plan"
        case = Case.objects.get(pk=item.plan.case_id)
    sign_in(phone, "director")
    phone.goto("/desk/corrections/?view=mine")
    axe(phone)
    no_side_scroll(phone)
    phone.click(f"main a[href='{item.get_absolute_url()}']")
    phone.wait_for_url(re.compile(item.get_absolute_url()))
    phone.set_input_files("[name=files]", str(photo))
    phone.click("main form .btn-primary")
    phone.wait_for_load_state()
    assert (
        phone.locator(".invalid-feedback, .field-error, [aria-invalid=true]").count() > 0
    )  # what was done is asked for
    phone.fill("[name=proof]", "已按鑑定意見封縫，雨後複查無滲水。")
    phone.set_input_files("[name=files]", str(photo))
    phone.click("main form .btn-primary")
    phone.wait_for_load_state()
    axe(phone)
    look(phone, "plan-item-phone")

    sign_in(page, "quality_officer")
    page.goto("/desk/corrections/?view=reported")
    page.click(f"main a[href='{item.get_absolute_url()}']")
    page.fill("[name=verdict]", "照片看不出是哪一段，請補近照。")
    page.click("button[formaction$='/return/']")
    page.wait_for_load_state()
    item.refresh_from_db()
    assert item.state == "open"
    phone.goto(item.get_absolute_url())
    assert "請補近照" in phone.inner_text("main")
    phone.fill("[name=proof]", "已補三張近照，標了位置。")
    phone.click("main form .btn-primary")
    phone.wait_for_load_state()
    page.goto(item.get_absolute_url())
    axe(page)
    page.click("main form .btn-primary")
    page.wait_for_load_state()
    item.refresh_from_db()
    assert item.state == "accepted"

    # Another item is open: the answer that would end the case is refused, and says why.
    page.goto(f"/desk/cases/{case.number}/")
    axe(page)
    look(page, "case-with-plan")
    step = page.locator("#act-resolve")
    if step.get_attribute("open") is None:
        step.locator("summary").click()
    step.locator("[name=text]").fill("已全部完成。")
    step.locator("button.btn").last.click()
    page.click("form:has([name=confirmed]) .btn-primary")
    page.wait_for_load_state()
    assert "糾正方案還有" in page.inner_text("main")
    case.refresh_from_db()
    assert case.state in UNSOLVED

    page.goto(f"/desk/cases/{case.number}/plan/")
    axe(page)
    row = page.locator("fieldset").last
    row.locator("[name$=what]").fill("雨季後再複查一次，拍照存檔")
    row.locator("[name$=owner]").select_option(index=1)
    row.locator("[name$=due_on]").fill(f"{clock.today().replace(year=clock.today().year + 1)}")
    page.fill("[name=reason]", "補一次雨季後的複查。")
    with scopes_disabled():
        before = Plan.objects.get(case=case).edition
    page.locator("main form .btn-primary").last.click()
    page.wait_for_load_state()
    look(page, "plan-editions")
    with scopes_disabled():
        plan = Plan.objects.get(case=case)
        assert (plan.edition, plan.editions.count()) == (before + 1, before + 1)
        assert plan.items.get(pk=item.pk).state == "accepted"
