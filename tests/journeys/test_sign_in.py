"""Signing in as people do it: an authenticator app, a passkey, a phone, too many wrong passwords."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.core.cache import cache

from portal.demo.logins import PASSWORD
from portal.org.models import User
from tests.patience import until

SECURITY = "/accounts/2fa/"


def code_of(secret: str, ahead: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead))


def sign_in_with_form(page, username: str, password: str = PASSWORD, base: str = "") -> None:
    page.goto(f"{base}/accounts/login/")
    form = page.locator("form", has=page.locator("input[name=login]"))
    form.locator("input[name=login]").fill(username)
    form.locator("input[name=password]").fill(password)
    form.locator("button[type=submit]").click()


def confirm_password(page) -> None:
    """allauth asks again before anything about the second step changes."""
    page.wait_for_url("**/reauthenticate/**")
    page.locator("main input[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").click()


def test_an_authenticator_app_and_its_recovery_codes(portal, page, new_context, axe, look):
    cache.clear()
    sign_in_with_form(page, "employee")
    page.goto(SECURITY)
    axe(page)
    look(page, "security")
    page.locator("a[href*='totp/activate']").click()
    page.wait_for_url("**/reauthenticate/**")
    axe(page)
    confirm_password(page)
    page.wait_for_url("**/totp/activate/")
    axe(page)
    look(page, "totp")
    secret = page.locator("#authenticator_secret").input_value()
    page.locator("input[name=code]").fill(code_of(secret))
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/recovery-codes/**")
    axe(page)
    look(page, "recovery-codes")
    recovery = page.locator("#recovery_codes").input_value().split()
    assert len(recovery) == 10

    at_home = new_context().new_page()
    sign_in_with_form(at_home, "employee")
    at_home.wait_for_url("**/2fa/authenticate/**")
    axe(at_home)
    look(at_home, "second-step")
    at_home.locator("input[name=code]").fill("000000")
    at_home.locator("main form button[type=submit]").first.click()
    assert at_home.locator("[role=alert]").is_visible()
    axe(at_home)
    at_home.locator("input[name=code]").fill(recovery[0])
    at_home.locator("main form button[type=submit]").first.click()
    at_home.wait_for_url(portal.url + "/")


@pytest.fixture
def authenticator(page):
    """A key in the browser: it stores passkeys and says yes to everything."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session


def test_a_passkey_is_made_and_opens_the_door(portal, page, authenticator, axe, look):
    base = portal.url.replace("127.0.0.1", "localhost")  # a passkey belongs to a name
    sign_in_with_form(page, "clerk", base=base)
    page.wait_for_url(base + "/")
    page.goto(f"{base}{SECURITY}webauthn/add/")
    confirm_password(page)
    page.wait_for_url("**/webauthn/add/")
    axe(page)
    look(page, "passkey-add")
    page.locator("input[name=name]").fill("工作電腦")
    page.locator("input[name=passwordless]").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/recovery-codes/**")
    assert Authenticator.objects.filter(user__username="clerk", type="webauthn").count() == 1
    page.goto(f"{base}{SECURITY}webauthn/")
    assert "工作電腦" in page.locator("main").inner_text()
    axe(page)
    look(page, "passkeys")

    page.context.clear_cookies()
    page.goto(f"{base}/accounts/login/")
    page.locator("#passkey_login").click()
    page.wait_for_url(base + "/")
    assert User.objects.get(username="clerk").first_name in page.locator(".masthead").inner_text()


def test_a_passkey_that_is_refused_says_so_on_the_page(portal, page, authenticator, axe):
    page.goto("/accounts/login/")  # by its number, to which no passkey can belong
    page.locator("#passkey_login").click()
    notice = page.locator(".sheet [role=alert]")
    notice.wait_for()
    assert "localhost" in notice.inner_text()
    axe(page)


def test_too_many_wrong_passwords(portal, page, axe, look, expected_errors):
    expected_errors.append("429 (Too Many")
    for _ in range(settings.AXES_FAILURE_LIMIT):
        sign_in_with_form(page, "finance_clerk", "wrong")
        page.wait_for_load_state()
    assert "15" in page.locator("main").inner_text()
    axe(page)
    look(page, "locked-out")
    sign_in_with_form(page, "sales_person")
    page.wait_for_url(portal.url + "/")


def test_a_demo_login_is_one_press(portal, page, axe):
    page.goto("/accounts/login/")
    page.locator("button[name=login][value=unit_manager]").click()
    page.wait_for_url(portal.url + "/")
    assert User.objects.get(username="unit_manager").first_name in page.locator(".masthead").inner_text()
    page.locator(".masthead details.menu summary").click()
    axe(page)
    page.locator(".masthead a[href*=logout]").click()
    axe(page)
    page.locator("main button[type=submit]").click()
    page.wait_for_url(portal.url + "/")
    assert page.locator(".masthead a[href*=login]").is_visible()


def test_the_menu_under_the_thumb_works_by_keyboard(portal, phone, axe, look, no_side_scroll):
    phone.goto("/")
    more = phone.locator(".thumb-bar details")
    more.locator("summary").focus()
    phone.keyboard.press("Enter")
    assert more.get_attribute("open") is not None
    axe(phone)
    look(phone, "phone-menu")
    no_side_scroll(phone)
    phone.keyboard.press("Escape")
    assert more.get_attribute("open") is None
    assert phone.evaluate("document.activeElement.tagName") == "SUMMARY"
    phone.keyboard.press("Enter")
    more.locator("button[value=en]").click()
    until(lambda: phone.evaluate("document.documentElement?.lang") == "en", "the page in English")
    assert phone.locator("main").is_visible()


def test_the_first_key_press_leads_past_the_frame(portal, page):
    page.goto("/")
    page.keyboard.press("Tab")
    link = page.locator(".skip-link")
    assert link.evaluate("element => element === document.activeElement")
    assert link.bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize(("scheme", "language"), [("light", "zh-Hant"), ("dark", "zh-Hans"), ("dark", "en")])
def test_both_lights_and_three_languages(portal, new_context, sign_in, axe, look, no_side_scroll, scheme, language):
    for width in (1280, 375):
        page = new_context(width=width, language=language, color_scheme=scheme).new_page()
        for address in ("/", "/notices/", "/accounts/login/"):
            page.goto(address)
            axe(page)
            no_side_scroll(page)
        sign_in(page, "clerk")
        page.goto("/")
        axe(page)
        no_side_scroll(page)
        look(page, f"home-{language}-{scheme}-{width}")
