"""Single sign-on by settings, against a small provider on this machine: it opens linked accounts and makes none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from portal.org.models import User

PROVIDER = "single-sign-on"
USERINFO: dict[str, Any] = {"sub": "4711", "preferred_username": "administrator", "name": "A stranger"}


class Provider(BaseHTTPRequestHandler):
    """What OpenID Connect asks of a provider, as far as a portal asks for it."""

    def do_GET(self) -> None:
        base = f"http://127.0.0.1:{self.server.server_port}"
        if self.path == "/.well-known/openid-configuration":
            self._answer({f"{name}_endpoint": f"{base}/{name}" for name in ("authorization", "token", "userinfo")})
        else:
            self._answer(USERINFO)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer({"access_token": "a token", "token_type": "Bearer"})

    def _answer(self, content: dict[str, Any]) -> None:
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def provider(settings) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    app = {"provider_id": PROVIDER, "name": "集團統一登入", "client_id": "portal", "secret": "a secret"}
    app["settings"] = {"server_url": address}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    yield address
    server.shutdown()
    server.server_close()


def come_back(client: Client) -> Any:
    """Through the button to the provider and back with its code."""
    there = client.post(f"/accounts/oidc/{PROVIDER}/login/")
    state = parse_qs(urlsplit(there["Location"]).query)["state"][0]
    return client.get(f"/accounts/oidc/{PROVIDER}/login/callback/", {"code": "a code", "state": state})


def test_the_login_page_offers_it_and_leads_to_the_provider(company, provider):
    client = Client()
    assert "集團統一登入" in client.get("/accounts/login/", headers={"Accept-Language": "zh-TW"}).content.decode()
    there = client.post(f"/accounts/oidc/{PROVIDER}/login/")
    assert there["Location"].startswith(f"{provider}/authorization?")
    assert "client_id=portal" in there["Location"]


def test_without_settings_there_is_no_such_button(company):
    assert "/accounts/oidc/" not in Client().get("/accounts/login/").content.decode()


def test_a_linked_account_is_opened(company, provider):
    SocialAccount.objects.create(user=company.users["employee"], provider=PROVIDER, uid="4711")
    client = Client()
    come_back(client)
    assert client.session["_auth_user_id"] == str(company.users["employee"].pk)


@pytest.mark.parametrize("verified", [True, False])
@pytest.mark.parametrize("name", ["administrator", "newcomer"])
def test_a_stranger_of_the_provider_gets_no_account(company, provider, monkeypatch, name, verified):
    """Neither by a name nor by the administrator's address, verified or not."""
    User.objects.filter(username="administrator").update(email="boss@example.org")
    address = "boss@example.org" if name == "administrator" else "newcomer@example.org"
    for key, value in {"preferred_username": name, "email": address, "email_verified": verified}.items():
        monkeypatch.setitem(USERINFO, key, value)
    before = User.objects.count()
    client = Client()
    come_back(client)
    assert "_auth_user_id" not in client.session
    assert User.objects.count() == before
    assert not SocialAccount.objects.exists()
