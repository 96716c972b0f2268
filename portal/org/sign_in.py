"""How failed sign-ins are counted (django-axes): by name and address together, whatever way the name was written."""

from __future__ import annotations

import ipaddress
import unicodedata
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.http import HttpRequest

from portal.lib.addresses import client_address
from portal.org.models import User

_SECOND_STEP = " (second step)"


def counted_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The name that failures are counted under: sign-in ignores case, so must the counter, or a spelling is a try."""
    typed = (credentials or {}).get("username") or request.POST.get("login", "")
    return unicodedata.normalize("NFKC", str(typed)).strip().casefold()[:255]


def counted_address(request: HttpRequest) -> str | None:
    """The client's address, None where it is none: then the name alone counts."""
    address = client_address(request)
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return None


def second_step_open(request: HttpRequest, user: User) -> bool:
    """Whether this account may still try codes from this address; counted in the database, apart from passwords."""
    return AxesProxyHandler.is_allowed(request, _second_step(user))


def count_wrong_code(request: HttpRequest, user: User) -> None:
    """A wrong code of the second step; the last one allowed makes the answer the page of the locked-out."""
    AxesProxyHandler.user_login_failed(sender=User, credentials=_second_step(user), request=request)


def forget_wrong_codes(request: HttpRequest, user: User) -> None:
    """A right code ends the count, as a right password does."""
    AxesProxyHandler.get_implementation().reset_user_attempts(request, _second_step(user))


def _second_step(user: User) -> dict[str, str]:
    return {"username": user.get_username() + _SECOND_STEP}
