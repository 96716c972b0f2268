"""The bell, the list, the settings, the gateways: what is shown, counted and kept; what is gone or hidden is not."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from portal.notifications.models import Delivery, Gateway, Notification, NotificationSettings
from portal.notifications.tiles import unread_number
from portal.org.readers import reader_for
from tests.portal.notifications.conftest import SECRET, SEEN

pytestmark = pytest.mark.django_db
NOW = timezone.make_aware(datetime(2026, 11, 24, 10))
DAY = timedelta(days=1)


def bell(html: str) -> str:
    """What the bell says to a screen reader."""
    return html.split('class="bell"')[1].split('aria-label="')[1].split('"')[0]


def test_the_list_is_by_days_newest_first(employee: Any, tell: Any, at: Any, signed_in: Any) -> None:
    tell(now=NOW - DAY, unit="CREW2")
    tell("test.urgent", now=at(NOW))
    html = signed_in("employee").get("/notifications/").content.decode()
    places = [html.index(part) for part in ("Today", "Now CREW1", "2026-11-23", "Unit CREW2")]
    assert places == sorted(places)
    assert bell(html) == "Notifications: 2 unread"
    assert html.count("tone-danger") == 1


def test_opening_leads_there_and_counts_as_read(employee: Any, tell: Any, signed_in: Any) -> None:
    row, browser = tell(now=NOW), signed_in("employee")
    answer = browser.get(f"/notifications/{row.pk}/")
    assert (answer.status_code, answer.url) == (302, "/accounts/")
    row.refresh_from_db()
    assert row.read_at is not None
    assert "Unit CREW1" not in browser.get("/notifications/?show=unread").content.decode()
    html = browser.get("/notifications/").content.decode()
    assert "Unit CREW1" in html
    assert bell(html) == "Notifications"


def test_all_read_leaves_what_came_meanwhile(employee: Any, tell: Any, signed_in: Any) -> None:
    tell(now=NOW)
    browser = signed_in("employee")
    until = browser.get("/notifications/").context["until"]
    later = tell(now=NOW + timedelta(minutes=1), unit="CREW2")
    browser.post("/notifications/read/", {"until": until})
    assert list(Notification.objects.unread()) == [later]
    for nonsense in ("", "x", "2026-13-45", "2026-11-24"):
        assert browser.post("/notifications/read/", {"until": nonsense}).status_code == 302


def gone() -> None:
    Notification.objects.update(about=999_999)


def hidden() -> None:
    SEEN.discard("CREW1")


def unregistered() -> None:
    Notification.objects.update(kind="test.gone")


def of_somebody_else() -> None:
    from portal.org.models import User

    Notification.objects.update(user=User.objects.get(username="clerk"))


@pytest.mark.parametrize("meanwhile", [gone, hidden, unregistered, of_somebody_else])
def test_what_may_not_be_seen_is_neither_shown_nor_counted(
    employee: Any, tell: Any, signed_in: Any, meanwhile: Any
) -> None:
    row, browser = tell(now=NOW), signed_in("employee")
    assert bell(browser.get("/notifications/").content.decode()) == "Notifications: 1 unread"
    meanwhile()
    html = browser.get("/notifications/").content.decode()
    assert "CREW1" not in html
    assert bell(html) == "Notifications"
    assert unread_number(reader_for(employee)) == 0
    assert browser.get(f"/notifications/{row.pk}/").status_code == 404
    assert browser.post(f"/notifications/{row.pk}/read/").status_code == 404
    row.refresh_from_db()
    assert row.read_at is None


def test_nobody_is_told_of_what_they_may_not_see(company: Any, employee: Any, tell: Any) -> None:
    SEEN.discard("CREW1")
    with pytest.raises(Notification.DoesNotExist):
        tell(now=NOW)
    with pytest.raises(KeyError):
        tell(now=NOW, who="customer")


def test_the_bell_asks_one_query_of_whoever_has_one(
    employee: Any, tell: Any, django_assert_num_queries: Any, company: Any
) -> None:
    for number in range(30):
        tell(now=NOW + timedelta(minutes=number))
    reader = reader_for(employee)
    assert reader.is_staff_member  # known before the bell is drawn
    with django_assert_num_queries(1):
        assert unread_number(reader) == 30
    for who in (None, company.users["customer"]):
        reader = reader_for(who)
        assert not reader.is_staff_member
        with django_assert_num_queries(0):
            assert unread_number(reader) == 0


def test_the_list_asks_as_much_for_many_as_for_few(
    employee: Any, tell: Any, signed_in: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(40):
        tell(now=NOW + timedelta(minutes=number))
    browser = signed_in("employee")
    browser.get("/notifications/")
    with django_assert_max_num_queries(8):
        html = browser.get("/notifications/").content.decode()
    assert html.count("Unit CREW1</a>") == 25


def test_the_bell_is_the_staffs_on_every_page(employee: Any, tell: Any, signed_in: Any, client: Any) -> None:
    tell(now=NOW)
    assert bell(signed_in("employee").get("/search/").content.decode()) == "Notifications: 1 unread"
    for browser in (signed_in("customer"), client):
        assert 'class="bell"' not in browser.get("/search/").content.decode()


# ---- settings --------------------------------------------------------------------------------------------------------
def sent(**changes: Any) -> dict[str, Any]:
    values = {
        "mail_test.plain": "digest",
        "mail_test.digest": "none",
        "mail_test.urgent": "at_once",
        "quiet_from": "21:30",
        "quiet_to": "06:15",
        "urgent_passes": "on",
        "digest_hour": "17",
        **changes,
    }
    return {name: value for name, value in values.items() if value is not None}


def test_settings_are_kept(employee: Any, gateway: Any, signed_in: Any) -> None:
    browser = signed_in("employee")
    page = browser.get("/notifications/settings/").content.decode()
    assert ("Also by SMS" in page, "gateway_test.digest" in page) == (True, False)
    answer = browser.post("/notifications/settings/", sent(**{"gateway_test.urgent": "on", "wecom": "ye.zian"}))
    assert answer.status_code == 302
    kept = NotificationSettings.objects.get(user=employee)
    assert (kept.quiet_from, kept.quiet_to, kept.urgent_passes) == (time(21, 30), time(6, 15), True)
    assert (kept.digest_hour, kept.wecom, kept.not_by_gateway) == (17, "ye.zian", ["test.plain"])
    assert kept.mail == {"test.plain": "digest", "test.digest": "none", "test.urgent": "at_once"}
    assert "ye.zian" in browser.get("/notifications/settings/").content.decode()


def test_without_a_gateway_what_was_chosen_for_one_stays(employee: Any, signed_in: Any) -> None:
    NotificationSettings.objects.create(user=employee, not_by_gateway=["test.plain"], wecom="ye.zian")
    assert signed_in("employee").post("/notifications/settings/", sent()).status_code == 302
    kept = NotificationSettings.objects.get(user=employee)
    assert (kept.not_by_gateway, kept.wecom) == (["test.plain"], "ye.zian")


@pytest.mark.parametrize(
    "changes", [{"quiet_from": "25:00"}, {"quiet_to": ""}, {"digest_hour": "24"}, {"mail_test.plain": "sometimes"}]
)
def test_settings_that_cannot_be_are_shown_again(employee: Any, signed_in: Any, changes: dict) -> None:
    answer = signed_in("employee").post("/notifications/settings/", sent(**changes))
    assert answer.status_code == 400
    assert "06:15" in answer.content.decode() or "quiet_to" in changes
    assert not NotificationSettings.objects.exists()


# ---- gateways --------------------------------------------------------------------------------------------------------
def test_the_administrator_names_a_gateway_and_never_reads_its_secret(company: Any, signed_in: Any) -> None:
    browser = signed_in("administrator")
    values = {"name": "SMS", "address": "https://10.0.0.1/x", "secret": SECRET, "kinds": ["test.plain"], "active": "on"}
    refused = browser.post("/notifications/gateways/new/", values)
    assert (refused.status_code, Gateway.objects.count()) == (400, 0)
    assert "https://10.0.0.1/x" in refused.content.decode()
    assert SECRET not in refused.content.decode()
    browser.post("/notifications/gateways/new/", {**values, "address": "https://gateway.example.com/x"})
    kept = Gateway.objects.get()
    page = browser.get(f"/notifications/gateways/{kept.pk}/").content.decode()
    assert kept.secret == SECRET
    assert SECRET not in page
    assert "https://gateway.example.com/x" in page
    assert "SMS" in browser.get("/notifications/gateways/").content.decode()


def test_what_failed_is_listed_and_sent_again(employee: Any, gateway: Any, tell: Any, signed_in: Any) -> None:
    tell(now=NOW)
    Delivery.objects.update(state="failed", problem="The gateway did not answer (TimeoutError).", tries=6)
    browser = signed_in("administrator")
    assert "tone-danger" in browser.get("/notifications/gateways/").content.decode()
    page = browser.get(f"/notifications/gateways/{gateway.pk}/").content.decode()
    assert "TimeoutError" in page
    assert "葉子安 · Plain" in page
    again = f"/notifications/deliveries/{Delivery.objects.get().pk}/again/"
    browser.post(again)
    assert Delivery.objects.get().state == "waiting"
    assert "Only a message that failed" in browser.post(again, follow=True).content.decode()
    browser.post(f"/notifications/gateways/{gateway.pk}/test/")
    assert Delivery.objects.filter(notification=None, state="waiting").count() == 1
