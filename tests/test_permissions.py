"""Every route × every person, own office and other: tests/permission_table.py is what the portal does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponseNotFound
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from wagtail.contrib.redirects import middleware as redirects

from forms.cases import clocks
from forms.intake import lookups
from policies import frames, reading
from portal import urls
from tests.people import build_company
from tests.permission_table import CUSTOMERS, DESK, DOOR, EVERYBODY, LINES, LOGIN, STAFF, Line, address_of
from tests.permission_world import World, build_world

ACTORS = EVERYBODY.split()
# Routes of others, each group with a rule and a test of its own below.
ALLAUTH = ("accounts/",)
WAGTAIL = ("admin/", "documents/", "_util/")
PAGES = "wagtail_serve"
OUR_ROOMS = ("portal.", "home.", "policies.", "forms.", "search.")


def routes(patterns: Any = None, prefix: str = "", namespace: str = "") -> Iterator[tuple[str, str, str]]:
    """(address, name with its namespace, module of the view) of every route."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            view = getattr(entry.callback, "view_class", entry.callback)
            yield address, namespace + (entry.name or ""), getattr(view, "__module__", "")
        else:
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from routes(entry.url_patterns, address, inner)


def of_others(address: str, name: str, module: str) -> bool:
    if name == PAGES or address.startswith((*ALLAUTH, "_util/", "documents/")):
        return True
    return address.startswith(WAGTAIL) and not module.startswith(OUR_ROOMS)


# ---- the table -------------------------------------------------------------------------------------------------------
def test_every_route_stands_in_the_table():
    ours = {name for address, name, module in routes() if not of_others(address, name, module)}
    listed = {line.name for line in LINES if line.path is None}
    assert ours - listed == set(), "give each a line in tests/permission_table.py"
    assert listed - {name for _address, name, _module in routes()} == set(), "these routes are gone"


def test_a_line_names_real_people():
    known = set(ACTORS)
    for line in LINES:
        for people in line.answers.values():
            assert set(people.split()) <= known, line


def forget() -> None:
    cache.clear()
    lookups.forget_entrances()
    clocks.forget_calendar()
    reading.kept_texts.clear()
    frames.kept_frames.clear()


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The world of the table, built once for all lines, in a transaction that is rolled back."""
    forget()
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world(build_company())
        transaction.set_rollback(True)
    forget()


@pytest.fixture(scope="module", autouse=True)
def _plain_not_found() -> Iterator[None]:
    """Half of all answers are the page that says there is nothing here: it is the same for everybody, and drawn with
    its whole frame it is most of the work."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(urls, "handler404", lambda request, exception: HttpResponseNotFound(), raising=False)
        patch.setattr(redirects, "get_redirect", lambda request, path: None)  # asks twice for each of them
        yield


@pytest.fixture(scope="module")
def browsers(world: World) -> dict[str, Client]:
    """A browser for each person, signed in."""
    found = {}
    for actor in ACTORS:
        found[actor] = Client(raise_request_exception=False)
        if actor != "anonymous":
            found[actor].force_login(world.company.users[actor], backend=settings.AUTHENTICATION_BACKENDS[1])
    return found


def answer(browser: Client, line: Line, world: World) -> int | str:
    """The status, with everything undone that the request did."""
    address = address_of(line, world, reverse)
    mark = transaction.savepoint()
    try:
        if line.send is None:
            response = browser.get(address)
        else:
            response = browser.post(address, line.send(world))
        for door, name in ((LOGIN, "account_login"), (DOOR, "admin_door")):
            if response.status_code == 302 and response.url.startswith(reverse(name)):
                return door
        return response.status_code
    finally:
        transaction.savepoint_rollback(mark)


@pytest.mark.one_database
@pytest.mark.parametrize("line", LINES, ids=str)
def test_line(line: Line, world: World, browsers: dict[str, Client]):
    wrong = []
    for actor in ACTORS:
        got, expected = answer(browsers[actor], line, world), line.expected(actor)
        if got != expected:
            wrong.append(f"{actor}: {got}, expected {expected}")
    assert not wrong, f"{line}\n  " + "\n  ".join(wrong)


def test_a_guard_that_is_taken_out_turns_a_line_red(world, browsers, monkeypatch):
    """The broken twin: with every case visible to everybody, the stranger's line no longer holds."""
    from forms.cases.models import Case
    from forms.cases.views import desk

    line = next(line for line in LINES if str(line) == "get case_detail")
    assert answer(browsers["other_clerk"], line, world) == 404
    monkeypatch.setattr(desk, "visible_cases", lambda reader: Case._base_manager.all())
    assert answer(browsers["other_clerk"], line, world) != 404


# ---- Wagtail's admin -------------------------------------------------------------------------------------------------
def plain_routes(prefix: str) -> list[tuple[str, str]]:
    """(address, name) of routes below `prefix` that take no argument."""
    found = [(address, name) for address, name, _module in routes() if address.startswith(prefix)]
    return [(f"/{address}", name) for address, name in found if not set(address) & set("<>()[]^$\\")]


# Open to everybody because they show nothing: scripts, pictures of the menu, the way out.
HARMLESS_IN_ADMIN = {"wagtailadmin_sprite", "wagtailadmin_javascript_catalog", "wagtailadmin_logout"}


@pytest.mark.parametrize("actor", ["anonymous", "customer", "employee", "clerk", "director", "quality_officer"])
def test_wagtails_admin_is_closed_to_whoever_does_not_work_there(actor, world, browsers):
    """Sent to the sign-in, to the front page, or told 403 or 404; no page of the admin opens."""
    opened = {}
    for address, name in plain_routes("admin/"):
        if name not in HARMLESS_IN_ADMIN:
            status = browsers[actor].get(address).status_code
            if status not in {302, 403, 404, 405}:
                opened[name] = status
    assert opened == {}


@pytest.mark.parametrize("actor", ["editor", "approver"])
@pytest.mark.parametrize("name", ["wagtailusers_users:index", "wagtailusers_groups:index", "wagtailsites:index"])
def test_editors_and_approvers_manage_no_accounts(actor, name, world, browsers):
    assert browsers[actor].get(reverse(name)).status_code in {302, 403, 404}


def test_the_administrator_and_the_editor_do_work_there(world, browsers):
    for actor in DESK.split():
        assert browsers[actor].get(reverse("wagtailadmin_home")).status_code == 200


# ---- sign-in and account pages ---------------------------------------------------------------------------------------
BEFORE_SIGNING_IN = {
    "account_login",
    "account_signup",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_email_verification_sent",
    "mfa_login_webauthn",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
}


def test_an_account_page_that_needs_an_account_asks_for_it(world, browsers):
    opened = {}
    for address, name in plain_routes("accounts/"):
        status = browsers["anonymous"].get(address).status_code
        if name and name not in BEFORE_SIGNING_IN and status not in {302, 401, 404, 405}:
            opened[name] = status
    assert opened == {}


def test_nobody_makes_an_account_alone(world, browsers):
    """Sign-up answers with a page that says it is closed; it makes nothing."""
    data = {"username": "stranger", "password1": "a-long-enough-one", "password2": "a-long-enough-one"}
    browsers["anonymous"].post(reverse("account_signup"), data)
    assert not type(world.company.users["clerk"]).objects.filter(username="stranger").exists()


@pytest.mark.parametrize("actor", [*CUSTOMERS.split()[:1], *STAFF.split()[:2]])
def test_one_finds_ones_own_account_page(actor, world, browsers):
    assert browsers[actor].get(reverse("mfa_index")).status_code == 200
