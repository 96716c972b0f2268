"""Trainings and group activities: required, signed in by the code at the door, counted per person (SAL-07)."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from policies.actions import AudienceLine
from policies.training import actions
from policies.training.models import Attendance
from policies.training.papers import sign_in_link
from portal.lib import clock, pdf
from portal.org.models import Unit, User


def going_on_now():
    """An activity of the sales office that began a few minutes ago."""
    unit, now = Unit.objects.get(code="SALES1"), clock.now()
    details = actions.SessionDetails(
        title="樓盤知識培訓",
        unit=unit,
        starts_at=now - timedelta(minutes=10),
        ends_at=now + timedelta(hours=1),
        place="售樓部會議室",
        required_of=[AudienceLine("unit", unit=unit)],
    )
    return actions.plan_session(by=User.objects.get(username="editor"), details=details, now=now)


def test_sal_07_sales_staff_sign_in_at_the_door_and_are_counted(
    portal, phone, new_context, sign_in, axe, look, no_side_scroll
):
    session = going_on_now()
    sign_in(phone, "sales_person")
    phone.goto("/training/sessions/")
    assert session.title in phone.content()
    axe(phone)
    no_side_scroll(phone)
    look(phone, "training-sessions-phone")
    phone.goto(urlsplit(sign_in_link(session)).path)
    axe(phone)
    look(phone, "training-sign-in-phone")
    phone.locator("main form .btn-primary").click()
    phone.locator("main .tone-success").wait_for()
    assert Attendance.objects.get(session=session, presence="present").signed_by == "qr"
    axe(phone)

    desk = new_context().new_page()
    sign_in(desk, "editor")
    desk.goto(session.get_absolute_url())
    axe(desk)
    look(desk, "training-session")
    sheet = desk.request.get(f"{portal.url}{session.get_absolute_url()}sheet/").body()
    assert pdf.check_pdf(sheet).fonts_embedded
    desk.goto(f"{session.get_absolute_url()}attendance/")
    axe(desk)
    look(desk, "training-attendance")
    desk.locator("input[type=radio][value=present]:not(:checked)").first.check()
    desk.locator("main form .btn-primary").click()
    desk.locator(".notice, .alert").first.wait_for()
    assert Attendance.objects.filter(session=session, presence="present").count() == 2
    desk.goto("/training/activities/?unit=SALES1")
    axe(desk)
    look(desk, "training-activities")
    assert "范雅琴" in desk.content()
    desk.goto("/training/sessions/new/")
    axe(desk)
    look(desk, "training-session-new")
