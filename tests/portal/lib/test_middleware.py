"""The content policy: the common header is the package's own, and whoever changes it is heard."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from csp.decorators import csp_update
from csp.utils import build_policy
from django.http import HttpResponse

from portal.lib.middleware import ContentPolicyMiddleware

HEADER = "Content-Security-Policy"


def answer(rf, path="/", view=lambda request: HttpResponse("x")):
    request = rf.get(path)
    middleware = ContentPolicyMiddleware(view)
    return middleware, request, middleware(request)


def directives(header: str) -> set[str]:
    return set(header.split("; "))


@pytest.mark.parametrize("path", ["/", "/regulations/", "/admin/", "/admin/pages/"])
def test_the_header_is_what_the_package_builds(rf, path):
    middleware, request, response = answer(rf, path)
    built = build_policy(**asdict(middleware.get_policy_parts(request, HttpResponse())))
    assert directives(response[HEADER]) == directives(built)


def test_the_public_site_allows_nothing_inline_and_the_admin_does(rf):
    assert "unsafe" not in answer(rf, "/")[2][HEADER]
    assert "'unsafe-inline'" in answer(rf, "/admin/")[2][HEADER]
    assert "unsafe" not in answer(rf, "/")[2][HEADER], "one does not spoil the other"


def test_a_view_that_changes_its_policy_is_heard(rf):
    view = csp_update({"img-src": ["https://pictures.example"]})(lambda request: HttpResponse("x"))
    assert "pictures.example" in answer(rf, view=view)[2][HEADER]
    assert "pictures.example" not in answer(rf)[2][HEADER]


def test_a_header_that_stands_already_is_kept(rf):
    view = lambda request: HttpResponse("x", headers={HEADER: "sandbox"})  # noqa: E731
    assert answer(rf, view=view)[2][HEADER] == "sandbox"
