"""What the frame of every page needs: navigation for this reader, languages, the organisation's name.

Everything that costs a query is computed when a template first asks for it: a page without the frame pays nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from portal.lib.registries import Tile, demo_logins, entrances, navigation
from portal.org.enums import ADMIN_ROLES
from portal.org.readers import ANONYMOUS, Reader


@dataclass(frozen=True)
class NavLink:
    """One entry of the main navigation as a page shows it; `current` is "page", "true" (somewhere below) or ""."""

    title: Any
    url: str
    icon: str
    current: str


def nav_links(reader: Reader, path: str) -> list[NavLink]:
    """The main navigation for this reader, standing at `path`; an entry whose address is not routed is left out."""
    links = []
    for item in navigation:
        if not item.visible(reader):
            continue
        try:
            url = item.url_name if item.url_name.startswith("/") else reverse(item.url_name)
        except NoReverseMatch:
            continue
        links.append(NavLink(item.title, url, item.icon, _current(url, path)))
    return links


def _current(url: str, path: str) -> str:
    if path == url:
        return "page"
    return "true" if url != "/" and path.startswith(url) else ""


def doors(reader: Reader) -> list[Tile]:
    """What this reader may do here unasked (file a complaint, look up progress), in the order of the registry."""
    return [tile for entrance in entrances for tile in entrance(reader)]


def chrome(request: HttpRequest) -> dict[str, Any]:
    reader = getattr(request, "reader", ANONYMOUS)
    return {
        "reader": reader,
        "organisation_name": settings.ORGANISATION_NAME,
        "languages": settings.LANGUAGES,
        "demo_mode": settings.DEMO_MODE,
        "demo_logins": list(demo_logins) if settings.DEMO_MODE else [],
        "single_sign_on": bool(settings.SOCIALACCOUNT_PROVIDERS),
        "nav_items": SimpleLazyObject(lambda: nav_links(reader, request.path)),
        "footer_links": SimpleLazyObject(lambda: doors(reader)),
        "shows_admin": SimpleLazyObject(lambda: bool(reader.roles & ADMIN_ROLES)),
    }
