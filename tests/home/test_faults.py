"""Pages for when something goes wrong: calm, in the reader's language, without the database where it may be away."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import translation

from home import faults
from home.models import HomePage


def test_not_found_says_what_to_do(db):
    answer = Client().get("/no/such/page/", headers={"Accept-Language": "en"})
    assert answer.status_code == 404
    page = answer.content.decode()
    assert "This page is not here" in page
    assert "/accounts/login/?next=/no/such/page/" in page


def test_not_found_does_not_offer_signing_in_to_who_is_signed_in(company, signed_in):
    page = signed_in("employee").get("/no/such/page/").content.decode()
    assert "/accounts/login/" not in page


@pytest.mark.parametrize(
    ("problem", "status", "retry"),
    [(ValueError("a bug"), 500, None), (OperationalError("the server closed the connection"), 503, "5")],
)
def test_a_fault_shows_no_traceback(db, monkeypatch, problem, status, retry):
    def fail(self, request):
        raise problem

    monkeypatch.setattr(HomePage, "serve", fail)
    answer = Client(raise_request_exception=False).get("/", headers={"Accept-Language": "en"})
    assert answer.status_code == status
    assert answer.headers.get("Retry-After") == retry
    page = answer.content.decode()
    assert str(problem) not in page
    assert "try again" in page
    assert '<html lang="en">' in page


@pytest.mark.parametrize("template", ["400.html", "403_csrf.html", "405.html", "500.html", "503.html"])
def test_plain_pages_need_no_database(template, django_assert_num_queries, rf):
    assert faults._plain(template, 500).content  # a query would raise: this test has no database


def test_a_form_that_is_too_old(db):
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/accounts/login/", {"login": "a", "password": "b"}, headers={"Accept-Language": "en"})
    assert answer.status_code == 403
    assert "can no longer be sent" in answer.content.decode()


def test_health(db, monkeypatch):
    client = Client()
    assert client.get("/healthz").json() == {"database": "ok"}
    assert client.post("/healthz").status_code == 405

    def away(*args, **kwargs):
        raise OperationalError("connection refused")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", away)
        answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"


@pytest.mark.parametrize(
    ("path", "above"),
    [
        ("/desk/cases/C-20261101-0001/act/", "/desk/cases/C-20261101-0001/"),
        ("/desk/cards/analysis/quality/talks/", "/desk/cards/analysis/quality/"),
        ("/no/such/page/", "/"),
        ("/", "/"),
    ],
)
def test_the_address_above(path, above):
    assert faults.address_above(path) == above


def test_an_address_for_forms_shows_the_way_back(company, signed_in):
    answer = signed_in("unit_manager").get("/desk/cards/analysis/quality/talks/", headers={"Accept-Language": "en"})
    assert answer.status_code == 405
    assert answer.headers["Allow"]
    page = answer.content.decode()
    assert "please send it once more" in page
    assert 'href="/desk/cards/analysis/quality/"' in page


def test_who_asks_otherwise_gets_no_page(db):
    assert Client().post("/healthz").content == b""


def test_the_page_of_a_fault_is_none_itself(monkeypatch, rf, caplog):
    """The static files were not collected, or a template is broken: a sentence all the same, and a line in the log."""

    def broken(*_arguments, **_more):
        raise ValueError("Missing staticfiles manifest entry for 'portal/img/favicon.svg'")

    monkeypatch.setattr(faults, "render_to_string", broken)
    with translation.override("zh-hant"):
        answer = faults.server_error(rf.get("/"))
    assert answer.status_code == 500
    assert "系統出錯了" in answer.content.decode()
    assert "could not be drawn" in caplog.text
    assert "favicon" not in answer.content.decode()
