"""Whose request it is, by network address: for limits and locks."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "unknown"


def client_address(request: HttpRequest) -> str:
    """The address at the other end, at most 64 characters; "unknown" where the server gives none (a socket file).

    A forwarded address is believed only from a proxy named in settings.TRUSTED_PROXIES: anybody can write the header.
    """
    address = request.META.get("REMOTE_ADDR", "") or UNKNOWN
    trusted = settings.TRUSTED_PROXIES
    if address in trusted:
        for part in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
            if part.strip() and part.strip() not in trusted:
                return part.strip()[:64]
    return address[:64]
