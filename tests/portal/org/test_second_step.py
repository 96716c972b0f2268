"""The second step: authenticator app, recovery codes; wrong codes are counted in the database."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from axes.models import AccessAttempt
from django.conf import settings
from django.core.cache import cache
from django.db.models import F
from django.test import Client, override_settings

from portal.lib import encryption
from tests.people import PASSWORD

LOGIN, CODE = "/accounts/login/", "/accounts/2fa/authenticate/"


def code_of(secret: str, ahead: int = 0) -> str:
    """What the authenticator app shows now (or `ahead` periods later, within the tolerance)."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead))


@pytest.fixture
def secret(company) -> str:
    """The employee's app and recovery codes are set up; this is the app's seed."""
    cache.clear()
    seed = generate_totp_secret()
    TOTP.activate(company.users["employee"], seed)
    RecoveryCodes.activate(company.users["employee"])
    return seed


@pytest.fixture
def at_second_step(secret: str) -> Client:
    """A browser in which the employee's password was right."""
    client = Client()
    answer = client.post(LOGIN, {"login": "employee", "password": PASSWORD})
    assert answer["Location"].startswith(CODE)
    return client


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_the_password_alone_opens_nothing(at_second_step):
    assert not signed_in(at_second_step)
    assert at_second_step.get("/accounts/2fa/").status_code == 302


def test_the_code_of_the_app_signs_in(at_second_step, secret):
    page = at_second_step.get(CODE)
    assert page.status_code == 200
    at_second_step.post(CODE, {"code": code_of(secret)})
    assert signed_in(at_second_step)


def test_a_code_works_once(at_second_step, secret):
    code = code_of(secret)
    at_second_step.post(CODE, {"code": code})
    again = Client()
    again.post(LOGIN, {"login": "employee", "password": PASSWORD})
    again.post(CODE, {"code": code})
    assert not signed_in(again)


def test_a_recovery_code_signs_in_once(at_second_step, company):
    codes = RecoveryCodes(Authenticator.objects.get(user=company.users["employee"], type="recovery_codes"))
    code = codes.get_unused_codes()[0]
    at_second_step.post(CODE, {"code": code})
    assert signed_in(at_second_step)
    again = Client()
    again.post(LOGIN, {"login": "employee", "password": PASSWORD})
    again.post(CODE, {"code": code})
    assert not signed_in(again)


def test_eight_wrong_codes_close_the_second_step_for_fifteen_minutes(at_second_step, secret):
    cache.clear()  # the count does not live in the cache
    for _ in range(settings.AXES_FAILURE_LIMIT):
        answer = at_second_step.post(CODE, {"code": "000000"})
        cache.clear()
    assert answer.status_code == 429
    assert at_second_step.post(CODE, {"code": code_of(secret)}).status_code == 429
    assert not signed_in(at_second_step)
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=16))
    at_second_step.post(CODE, {"code": code_of(secret)})
    assert signed_in(at_second_step)


def test_typing_the_password_again_does_not_forget_wrong_codes(at_second_step, secret):
    for _ in range(settings.AXES_FAILURE_LIMIT - 1):
        at_second_step.post(CODE, {"code": "000000"})
    again = Client()
    again.post(LOGIN, {"login": "employee", "password": PASSWORD})
    assert again.post(CODE, {"code": "000000"}).status_code == 429


def test_seeds_are_stored_encrypted(secret):
    for row in Authenticator.objects.all():
        assert secret not in str(row.data)
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert encryption.decrypt(stored) == secret


def test_a_seed_under_a_lost_key_accepts_no_code(at_second_step, company):
    other = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    with override_settings(FIELD_KEYS=[other]):
        at_second_step.post(CODE, {"code": format_hotp_value(hotp_value("", int(time.time()) // 30))})
    assert not signed_in(at_second_step)


def test_an_app_is_set_up_through_the_screens(company):
    client = Client()
    client.post(LOGIN, {"login": "clerk", "password": PASSWORD})
    asked_again = client.get("/accounts/2fa/totp/activate/")
    page = client.post(asked_again["Location"], {"password": PASSWORD}, follow=True)
    assert page.status_code == 200
    seed = page.context["form"].secret
    assert seed in page.content.decode()
    done = client.post("/accounts/2fa/totp/activate/", {"code": code_of(seed)})
    assert done.status_code == 302
    assert Authenticator.objects.filter(user=company.users["clerk"], type="totp").exists()
    assert client.get("/accounts/2fa/recovery-codes/").status_code == 200
