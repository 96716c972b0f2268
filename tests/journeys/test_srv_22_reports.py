"""A complaint is called major, its report drafted, redacted, approved by another, published and read by the staff with
receipts; what is about a director is released by the leaders and names no office: SRV-22."""

from __future__ import annotations

import re

from django_scopes import scopes_disabled

from forms.cases.corrections.models import CorrectiveReport, ReportReceipt
from forms.cases.enums import CaseLevel, CaseState
from forms.cases.models import Case
from portal.lib.pdf import check_pdf
from portal.org.models import Appointment, Person

PARTS = ("title", "facts", "course", "cause", "plan", "prevention")


def submit(page, step: str) -> None:
    page.click(f"form[action$='/{step}/'] button")
    page.wait_for_load_state()


def hand_in(page) -> None:
    page.click("form:has([name=facts]) button[value=submit]")
    page.wait_for_load_state()


def test_srv_22_from_the_complaint_to_the_report_that_all_have_read(
    portal, phone, page, new_context, sign_in, axe, look, no_side_scroll, expected_errors
):
    expected_errors.append("400 (Bad Request)")
    with scopes_disabled():
        found = Case.objects.filter(level=CaseLevel.COMPANY, state__in=[CaseState.PLAN_ISSUED, CaseState.EXECUTING])
        case = found.filter(major_marks=None, unit__code="OFFICE1").exclude(house="").first()
        officers = Person.objects.filter(appointments__post__code="quality_officer", user__isnull=False)
        second = officers.exclude(user__username="quality_officer").order_by("staff_number")[0].user.username
    assert case is not None
    sign_in(page, "quality_officer")
    page.goto(f"/desk/cases/{case.number}/major/")
    axe(page)
    page.fill("[name=reason]", "同一處半年內第二次，涉及多戶。")
    page.click("main form .btn-primary")
    page.wait_for_load_state()
    page.goto(f"/desk/cases/{case.number}/report/")
    page.click("main form .btn-primary")
    page.wait_for_url(re.compile(r"/reports/CR-\d{4}-\d{3}/"))
    number = page.url.rstrip("/").rsplit("/", 1)[1]
    for part in PARTS:
        page.fill(f"[name={part}]", "已查明並改正。")
    page.fill("[name=title]", "糾正措施報告：外牆滲水")
    page.fill("[name=facts]", f"住{case.house}的業主兩次反映滲水。")
    page.click("form:has([name=facts]) .btn-outline-primary")
    page.wait_for_load_state()
    axe(page)
    look(page, "report-redaction")
    assert case.house in page.inner_text("#redaction mark")
    hand_in(page)
    with scopes_disabled():
        assert CorrectiveReport.objects.get(number=number).state == "draft"  # refused: a house stands in it
    page.fill("[name=facts]", "一位業主兩次反映滲水。")
    hand_in(page)  # what was typed is kept with it
    with scopes_disabled():
        assert CorrectiveReport.objects.get(number=number).facts == "一位業主兩次反映滲水。"
    assert page.locator("form[action$='/approve/']").count() == 0  # not by who wrote it

    other = new_context().new_page()
    sign_in(other, second)
    other.goto(f"/desk/corrections/reports/{number}/")
    submit(other, "approve")
    submit(other, "publish")
    axe(other)

    sign_in(phone, "employee")
    phone.goto("/")
    assert phone.locator("main a[href='/corrective-reports/']").count() > 0
    phone.goto(f"/corrective-reports/{number}/")
    axe(phone)
    no_side_scroll(phone)
    phone.click("form[action$='/receipt/'] button")
    phone.wait_for_load_state()
    look(phone, "report-phone")
    with scopes_disabled():
        assert ReportReceipt.objects.filter(report__number=number, person__user__username="employee").count() == 1
    paper = phone.request.get(f"/corrective-reports/{number}/report.pdf")
    assert check_pdf(paper.body()).title.startswith(number)
    other.goto(f"/corrective-reports/{number}/readers/")
    axe(other)
    look(other, "report-readers")


def test_srv_22_what_is_about_a_director_is_released_by_the_leaders(
    portal, page, new_context, sign_in, axe, expected_errors
):
    expected_errors.append("404 (Not Found)")
    with scopes_disabled():
        report = CorrectiveReport.objects.get(case__level=CaseLevel.LEADERS, state="approved")
        case, office = report.case, report.case.office
        leader = Appointment.objects.get(post__code="general_manager", unit__code="HQ").person.user.username
        director = Appointment.objects.get(post__code="office_director", unit=office).person.user.username
    address = f"/desk/corrections/reports/{report.number}/"
    about = new_context().new_page()
    sign_in(about, director)
    assert about.goto(address).status == 404
    sign_in(page, "quality_officer")
    page.goto(address)
    assert page.locator("form[action$='/publish/']").count() == 0
    above = new_context().new_page()
    sign_in(above, leader)
    above.goto(address)
    axe(above)
    submit(above, "publish")
    assert about.goto(f"/corrective-reports/{report.number}/").ok
    shown = about.inner_text("main")
    assert not [word for word in (office.name, case.number, case.subject) if word in shown]
