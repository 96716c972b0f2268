"""One-time messages: no store without one, and every one is shown once."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import messages
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from portal.lib.messages import LateStorage

pytestmark = pytest.mark.django_db


def served(request: HttpRequest, view: Any) -> HttpResponse:
    answer = SessionMiddleware(MessageMiddleware(view))(request)
    assert isinstance(answer, HttpResponse)
    return answer


def test_a_request_without_messages_makes_no_store() -> None:
    request = RequestFactory().get("/")
    answer = served(request, lambda _request: HttpResponse())
    store = request._messages  # type: ignore[attr-defined]
    assert isinstance(store, LateStorage)
    assert "storages" not in vars(store)
    assert not answer.cookies


@pytest.mark.parametrize("text", ["已送出", "很長" * 3000], ids=["in a cookie", "too long for a cookie"])
def test_what_was_left_is_shown_once(text: str) -> None:
    def leave(request: HttpRequest) -> HttpResponse:
        messages.success(request, text)
        return HttpResponse()

    def show(request: HttpRequest) -> HttpResponse:
        return HttpResponse("".join(str(message) for message in messages.get_messages(request)))

    cookies = served(RequestFactory().get("/"), leave).cookies
    shown = []
    for _look in range(2):
        request = RequestFactory().get("/")
        request.COOKIES.update({name: one.value for name, one in cookies.items() if one.value})
        answer = served(request, show)
        cookies.update(answer.cookies)
        shown.append(answer.content.decode())
    assert shown == [text, ""]
