"""What the frame of every page needs: navigation for this reader, languages, the organisation's name."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from portal.lib.registries import navigation
from portal.org.readers import ANONYMOUS


def chrome(request: HttpRequest) -> dict[str, Any]:
    reader = getattr(request, "reader", ANONYMOUS)
    return {
        "reader": reader,
        "organisation_name": settings.ORGANISATION_NAME,
        "languages": settings.LANGUAGES,
        "demo_mode": settings.DEMO_MODE,
        "nav_items": [item for item in navigation if item.visible(reader)],
    }
