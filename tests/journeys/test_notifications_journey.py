"""Somebody at the desk hears of a case: bell, page, the case itself; and chooses how to be told (issue of customer
service, "For the people")."""

from __future__ import annotations

from django_scopes import scopes_disabled

from forms.cases import actions
from forms.cases.models import Case
from portal.notifications.models import Notification, NotificationSettings
from portal.org.models import User


def test_from_the_bell_to_the_case_and_on_to_the_settings(portal, page, phone, sign_in, axe, look, no_side_scroll):
    clerk = User.objects.select_related("person").get(username="clerk")
    with scopes_disabled():
        case = Case.objects.filter(unit__code="OFFICE1", level="office", state="acknowledged").latest("pk")
        other = User.objects.get(username="director")
        actions.assign_case(case=case, by=other, person=clerk.person)
    Notification.objects.filter(user=clerk).exclude(about=case.pk).update(read_at=case.received_at)
    sign_in(phone, "clerk")
    phone.goto("/desk/cases/")
    bell = phone.locator("a.bell")
    assert bell.inner_text() == "1"
    bell.click()
    phone.wait_for_url("**/notifications/")
    axe(phone)
    no_side_scroll(phone)
    look(phone, "notifications-phone")
    phone.locator(".unread a").click()
    phone.wait_for_url(f"**/desk/cases/{case.number}/")
    assert phone.locator("a.bell").inner_text() == ""
    sign_in(page, "clerk")
    page.goto("/notifications/")
    axe(page)
    look(page, "notifications")
    page.goto("/notifications/settings/")
    page.locator("[name='mail_cases.assigned'][value=none]").check()
    page.fill("[name=quiet_from]", "21:30")
    page.select_option("[name=digest_hour]", "17")
    axe(page)
    look(page, "notification-settings")
    page.locator("main form .actions button").click()
    page.wait_for_load_state()
    kept = NotificationSettings.objects.get(user=clerk)
    assert (kept.choice_for("cases.assigned"), f"{kept.quiet_from:%H:%M}", kept.digest_hour) == ("none", "21:30", 17)
    assert page.locator("[name=quiet_from]").input_value() == "21:30"
