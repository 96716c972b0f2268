"""The language switch, and the page that somebody sees who typed a wrong password too often."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from portal.lib.middleware import LANGUAGE_COOKIE


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Shown for 15 minutes after too many failures of this name from this address; others behind it can sign in."""
    return render(request, "org/locked_out.html", {"minutes": 15}, status=429)


def safe_address(request: HttpRequest, address: str) -> str:
    """The address when it leads into this site, else the home page."""
    return address if url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}) else "/"


def admin_door(request: HttpRequest) -> HttpResponseBase:
    """Stands where Wagtail's own login form would: that form asks for a password only and would skip the second step.

    A signed-in person whose posts include no work in the admin finds nothing here (404).
    """
    target = request.GET.get("next") or reverse("wagtailadmin_home")
    if not request.user.is_authenticated:
        return redirect_to_login(target)
    if not request.user.has_perm("wagtailadmin.access_admin"):
        raise Http404
    return HttpResponseRedirect(safe_address(request, target))


@csrf_exempt  # it changes how pages look to this browser and nothing else; so the frame of a page needs no token
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keeps the chosen language and script in a cookie and goes back to where the reader was."""
    wanted = request.POST.get("language", "")
    response = HttpResponseRedirect(safe_address(request, request.POST.get("next", "/")))
    if wanted in dict(settings.LANGUAGES):
        response.set_cookie(LANGUAGE_COOKIE, wanted, max_age=365 * 24 * 3600, samesite="Lax", httponly=True)
    return response
