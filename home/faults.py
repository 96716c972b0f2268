"""What a visitor sees when a request fails: calm pages that say what to do, without a database that may be away."""

from __future__ import annotations

import sys
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language


def _plain(template: str, status: int) -> HttpResponse:
    context = {
        "organisation_name": settings.ORGANISATION_NAME,
        "LANGUAGE_CODE": get_language() or settings.LANGUAGE_CODE,
    }
    return HttpResponse(render_to_string(template, context), status=status)


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
