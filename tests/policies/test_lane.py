"""The short way to a page says what the long way says, and lets nobody in whom the long way would not."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from policies import actions, frames, lane, prepared, reading, serving
from policies.actions import AudienceLine
from policies.models import Edition
from portal.org.models import Appointment, Person, User

_TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]*')


def closed(monkeypatch) -> None:
    monkeypatch.setattr(lane, "answer_from_memory", lambda request: None)


@pytest.fixture
def taken(monkeypatch) -> list[bool]:
    """For each request whether the short way answered it."""
    seen: list[bool] = []
    real = lane.answer_from_memory

    def watched(request):
        response = real(request)
        seen.append(response is not None)
        return response

    monkeypatch.setattr(lane, "answer_from_memory", watched)
    return seen


def warm(client: Client, edition: Edition) -> str:
    """Reads twice: the first answer brings the form's cookie and fills the memory."""
    address = edition.regulation.reading_url()
    assert client.get(address).status_code == 200
    assert client.get(address).status_code == 200
    return address


def test_a_reader_who_comes_again_goes_the_short_way(signed_in, issued, taken):
    address = warm(signed_in("employee"), issued)
    assert taken == [False, True]
    other = signed_in("employee")
    page = other.get(address)
    assert taken[-1], "another browser of the same person finds the memory warm"
    form = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.content.decode()))
    strict = Client(enforce_csrf_checks=True)
    strict.cookies.update(other.cookies)
    receipt = reverse("regulation_receipt", args=[issued.regulation.slug])
    assert strict.post(receipt, form).status_code == 302, "its form is good, though the cookie is new"


@pytest.mark.parametrize("language", ["zh-hant", "zh-hans", "en"])
@pytest.mark.parametrize("username", ["employee", "editor", "director", "administrator"])
def test_both_ways_give_the_same_answer(signed_in, issued, monkeypatch, language, username):
    client = signed_in(username)
    client.cookies["language"] = language
    address = warm(client, issued)
    short = client.get(address)
    closed(monkeypatch)
    long = client.get(address)
    assert _TOKEN.sub(rb"\1", short.content) == _TOKEN.sub(rb"\1", long.content)
    assert dict(short.headers) == dict(long.headers)
    assert short["ETag"] == long["ETag"]


def test_both_ways_know_what_the_browser_has(signed_in, issued, monkeypatch, taken):
    client = signed_in("employee")
    address = warm(client, issued)
    tag = client.get(address)["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    assert taken[-1]
    closed(monkeypatch)
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304


def test_the_short_way_asks_three_questions(signed_in, company, approved, issue, django_assert_num_queries):
    edition = issue(approved, audience=[AudienceLine("unit", unit=company.units["PROJECT1"])])
    client = signed_in("employee")
    address = warm(client, edition)
    with django_assert_num_queries(3):
        client.get(address)


def end_session(client, company):
    Session.objects.all().delete()


def expire_session(client, company):
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))


def change_password(client, company):
    company.users["employee"].set_password("another long password")
    company.users["employee"].save()


def deactivate(client, company):
    User.objects.filter(username="employee").update(is_active=False)


def delete_account(client, company):
    Appointment.objects.filter(person=company.people["employee"]).delete()
    Person.objects.filter(pk=company.people["employee"].pk).update(user=None)


def end_appointment(client, company):
    Appointment.objects.filter(person=company.people["employee"]).update(ends_on=date(2021, 1, 1))


def forge_cookie(client, company):
    client.cookies[settings.SESSION_COOKIE_NAME] = "forged" * 5


def tamper_with_session(client, company):
    Session.objects.update(session_data="e30:1:broken")


def forget_cookie(client, company):
    del client.cookies[settings.SESSION_COOKIE_NAME]


@pytest.mark.parametrize(
    "lose",
    [
        end_session,
        expire_session,
        change_password,
        deactivate,
        delete_account,
        end_appointment,
        forge_cookie,
        tamper_with_session,
        forget_cookie,
    ],
)
def test_who_lost_the_right_is_not_let_in_by_memory(signed_in, company, issued, lose, taken):
    client = signed_in("employee")
    address = warm(client, issued)
    lose(client, company)
    assert client.get(address).status_code in {302, 404}
    assert not taken[-1]


def test_a_reader_outside_the_audience_is_not_let_in_by_a_warm_memory(signed_in, company, approved, issue, taken):
    edition = issue(approved, audience=[AudienceLine("unit", unit=company.units["CREW1"])])
    address = warm(signed_in("employee"), edition)
    for username in ("clerk", "other_crew_leader", "editor", "customer"):
        client = signed_in(username)
        assert client.get(address).status_code == 404, username
        assert not taken[-1]


def test_what_happened_since_shows_at_once(signed_in, company, issued):
    client = signed_in("employee")
    address = warm(client, issued)
    actions.give_receipt(by=company.users["employee"], edition=issued, language="zh-hant")
    assert b"csrfmiddlewaretoken" not in client.get(address).content
    actions.withdraw_edition(by=company.users["approver"], edition=issued, reason="不再適用")
    assert client.get(address).status_code == 302


@pytest.mark.parametrize("query", ["?clause=2.1", "?x=1"])
def test_a_question_goes_the_long_way(signed_in, issued, taken, query):
    client = signed_in("employee")
    client.get(warm(client, issued) + query)
    assert not taken[-1]


def test_a_message_is_shown(signed_in, issued, taken):
    client = signed_in("employee")
    address = warm(client, issued)
    form = dict(re.findall(r'name="(edition|text)" value="([^"]*)"', client.get(address).content.decode()))
    shown = client.post(reverse("regulation_receipt", args=[issued.regulation.slug]), form, follow=True)
    assert b'role="status"' in shown.content
    assert not taken[-1]


def test_a_host_that_is_not_ours_is_refused_both_ways(signed_in, issued, settings, taken):
    client = signed_in("employee")
    address = warm(client, issued)
    settings.ALLOWED_HOSTS = ["portal.example"]
    assert client.get(address, headers={"host": "evil.example"}).status_code == 400


def test_the_lane_is_closed_where_sessions_live_elsewhere(signed_in, issued, settings):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
    assert lane.ReadingLane(lambda request: None).open is False
    settings.SESSION_ENGINE = lane.SESSIONS_IN_DATABASE
    assert lane.ReadingLane(lambda request: None).open is True


def test_a_prepared_query_gives_what_the_query_gives(company, issued):
    slug, person = issued.regulation.slug, company.people["employee"].pk
    actions.give_receipt(by=company.users["employee"], edition=issued, language="zh-hans")
    expected = [tuple(row) for row in reading._rows(slug, person)]
    assert reading._current_rows.rows(slug, person) == expected
    assert reading._current_rows.rows("nothing-here", person) == []
    day = timezone.localdate()
    account = company.users["director"].pk
    assert lane._accounts.rows(account, day) == [tuple(row) for row in lane._accounts_query(account, day)]


def test_an_argument_that_the_query_forgets_is_noticed(issued):
    forgetful = prepared.PreparedRows(
        lambda slug, number: Edition.objects.filter(title=slug).values_list("pk"), str, int
    )
    with pytest.raises(RuntimeError):
        forgetful.rows("x", 1)


def test_the_memory_holds_so_many_and_no_more():
    kept = frames.Kept(2)
    for number in range(5):
        kept.put(number, number)
        kept.get(3)
    assert [kept.get(number) for number in range(5)] == [None, None, None, 3, 4]


def test_a_token_is_masked_anew_and_django_takes_it():
    from django.middleware.csrf import _does_token_match

    secret = "aZ09" * 8
    tokens = {serving.masked(secret) for _ in range(50)}
    assert len(tokens) == 50
    assert all(_does_token_match(token, secret) for token in tokens)
    assert serving.masked("") == ""
