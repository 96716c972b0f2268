"""What a visitor sees when a request fails: calm pages that say what to do, without a database that may be away."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils.translation import get_language
from django.utils.translation import gettext as _

BARE = '<!doctype html><meta charset="utf-8"><title>{sentence}</title><h1>{sentence}</h1><p>{advice}</p>'
logger = logging.getLogger(__name__)
PAGES = "wagtail_serve"  # takes every address, whether there is a page or not


def _plain(template: str, status: int, **more: Any) -> HttpResponse:
    context = {
        **more,
        "organisation_name": settings.ORGANISATION_NAME,
        "LANGUAGE_CODE": get_language() or settings.LANGUAGE_CODE,
    }
    try:
        page: str = render_to_string(template, context)
    except Exception:  # a file of the page's own is missing, say: the page of a fault never becomes a fault itself
        logger.exception("the page of a fault could not be drawn")
        page = BARE.format(
            sentence=_("Something went wrong on our side"), advice=_("Please try again in a few minutes.")
        )
    return HttpResponse(page, status=status)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _plain("400.html", 400)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; or 503 with Retry-After when the database is away (it restarts, it is full): then trying again helps."""
    if isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        response = _plain("503.html", 503)
        response.headers["Retry-After"] = "5"
        return response
    return _plain("500.html", 500)


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Instead of Django's page about tokens: the form was open too long, or cookies are refused."""
    return _plain("403_csrf.html", 403)


class FormsOnlyMiddleware:
    """Who signs in again after a form was sent, or reloads, asks for an address that only takes forms: the browser has
    nothing to show for 405 without a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method != "GET" or not isinstance(response, HttpResponseNotAllowed) or response.content:
            return response
        page = _plain("405.html", 405, above=address_above(request.path))
        page.headers["Allow"] = response.headers["Allow"]
        return page


def address_above(path: str) -> str:
    """The nearest address above this one at which the portal has a view of its own; the home page where none is."""
    parts = path.strip("/").split("/")
    for length in range(len(parts) - 1, 0, -1):
        above = f"/{'/'.join(parts[:length])}/"
        try:
            if resolve(above).url_name != PAGES:
                return above
        except Resolver404:
            continue
    return "/"
