"""The language switch, and the page that somebody sees who typed a wrong password too often."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from portal.lib.middleware import LANGUAGE_COOKIE


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Shown for 15 minutes after too many failures of this name from this address; others behind it can sign in."""
    return render(request, "org/locked_out.html", {"minutes": 15}, status=429)


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keeps the chosen language and script in a cookie and goes back to where the reader was."""
    wanted = request.POST.get("language", "")
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = HttpResponseRedirect(back)
    if wanted in dict(settings.LANGUAGES):
        response.set_cookie(LANGUAGE_COOKIE, wanted, max_age=365 * 24 * 3600, samesite="Lax", httponly=True)
    return response
