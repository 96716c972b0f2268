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

from portal.lib.registries import Tile, demo_logins, entrances, nav_tabs, navigation
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


@dataclass(frozen=True)
class Section:
    """The entry of the navigation one stands below, with its tabs as components/tabs.html takes them."""

    title: Any
    tabs: list[dict[str, Any]]


def section_at(reader: Reader, path: str) -> Section | None:
    """The tabs of the page at `path`; None where there are not two to choose from. The longest address that leads
    here is the current one, because the first tab is the entry itself."""
    for name, item in navigation.items():
        if item.url_name.startswith("/") or not _current(reverse(item.url_name), path):
            continue
        shown = [tab for tab in nav_tabs if tab.entry == name and tab.visible(reader)]
        if len(shown) < 2:
            continue
        begins = {reverse(route): tab for tab in shown for route in (*tab.also, tab.url_name)}
        here = begins.get(max((url for url in begins if path.startswith(url)), key=len, default=""))
        tabs = [{"label": tab.title, "url": reverse(tab.url_name), "current": tab is here} for tab in shown]
        return Section(item.title, tabs)
    return None


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
        "nav_section": SimpleLazyObject(lambda: section_at(reader, request.path)),
        "footer_links": SimpleLazyObject(lambda: doors(reader)),
        "shows_admin": SimpleLazyObject(lambda: bool(reader.roles & ADMIN_ROLES)),
    }
