"""Signing in with a password, and what happens to somebody who tries too often."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import F
from django.test import Client, override_settings

from portal.org.models import User
from tests.people import PASSWORD

LOGIN = "/accounts/login/"
OFFICE, ELSEWHERE = "10.1.1.1", "10.2.2.2"


def sign_in(username: str, password: str = PASSWORD, address: str = OFFICE, client: Client | None = None, **headers):
    client = client or Client()
    return client.post(LOGIN, {"login": username, "password": password}, REMOTE_ADDR=address, **headers)


def fail(username: str = "employee", times: int = settings.AXES_FAILURE_LIMIT, **more):
    for _ in range(times):
        answer = sign_in(username, "a wrong password", **more)
    return answer


def succeeded(answer) -> bool:
    return answer.status_code == 302 and "_auth_user_id" in answer.client.session


def test_a_right_password_signs_in_and_leads_on(company):
    client = Client()
    answer = client.post(LOGIN, {"login": "employee", "password": PASSWORD, "next": "/notices/"})
    assert succeeded(answer)
    assert answer["Location"] == "/notices/"


def test_next_never_leads_to_another_site(company):
    client = Client()
    answer = client.post(f"{LOGIN}?next=https://example.com/", {"login": "employee", "password": PASSWORD})
    assert "example.com" not in answer["Location"]


def test_a_wrong_password_is_told_and_the_name_is_kept(company):
    answer = sign_in("employee", "a wrong password")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert 'value="employee"' in page
    assert 'role="alert"' in page
    assert "a wrong password" not in page


@pytest.mark.parametrize("name", ["nobody", "employee"])
def test_an_unknown_name_sounds_like_a_wrong_password(company, name):
    answer = sign_in(name, "a wrong password")
    assert answer.context["form"].errors == sign_in("clerk", "a wrong password").context["form"].errors


def test_eight_failures_lock_the_name_at_this_address(company):
    assert fail(times=settings.AXES_FAILURE_LIMIT - 1).status_code == 200
    locked = fail(times=1)
    assert locked.status_code == 429
    assert "15" in locked.content.decode()
    assert sign_in("employee").status_code == 429  # the right password, too


@pytest.mark.parametrize("spelling", ["EMPLOYEE", "Employee", " employee ", "ｅｍｐｌｏｙｅｅ"])
def test_another_spelling_is_no_new_try(company, spelling):
    fail()
    assert sign_in(spelling, "a wrong password").status_code == 429


def test_a_neighbour_behind_the_same_address_signs_in(company):
    fail()
    assert succeeded(sign_in("clerk"))


def test_the_same_person_signs_in_from_elsewhere(company):
    fail()
    assert succeeded(sign_in("employee", address=ELSEWHERE))


def test_fifteen_minutes_later_it_works_again(company):
    fail()
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=14))
    assert sign_in("employee").status_code == 429  # and this try does not begin the 15 minutes anew
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=2))
    assert succeeded(sign_in("employee"))


def test_a_success_forgets_the_failures_before_it(company):
    fail(times=settings.AXES_FAILURE_LIMIT - 1)
    assert succeeded(sign_in("employee"))
    assert fail(times=settings.AXES_FAILURE_LIMIT - 1).status_code == 200


def test_a_forwarded_address_is_believed_from_our_proxy_only(company):
    forged = {"HTTP_X_FORWARDED_FOR": ELSEWHERE}
    fail()
    assert sign_in("employee", **forged).status_code == 429
    with override_settings(TRUSTED_PROXIES=[OFFICE]):
        assert succeeded(sign_in("employee", **forged))


def test_passwords_are_not_kept_with_the_failures(company):
    fail(times=1)
    attempt = AccessAttempt.objects.get()
    assert "a wrong password" not in attempt.post_data
    assert attempt.username == "employee"


def test_nobody_registers_by_themselves(company):
    before = User.objects.count()
    client = Client()
    assert client.get("/accounts/signup/").status_code == 200
    words = "a quite long password 9"
    client.post("/accounts/signup/", {"username": "stranger", "password1": words, "password2": words})
    assert User.objects.count() == before


def test_a_left_account_cannot_sign_in(company):
    User.objects.filter(username="employee").update(is_active=False)
    assert not succeeded(sign_in("employee"))


def test_signing_out_asks_first(company, signed_in):
    client = signed_in("employee")
    assert client.get("/accounts/logout/").status_code == 200
    assert "_auth_user_id" in client.session
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("demo", [True, False])
def test_demo_logins_show_in_demo_mode_only(company, demo):
    with override_settings(DEMO_MODE=demo):
        page = Client().get(LOGIN).content.decode()
    assert ("demo-login" in page) is demo


def test_a_demo_login_needs_the_password_like_any_other(company):
    assert not succeeded(Client().post(LOGIN, {"login": "editor", "password": "demo-portal"}))
