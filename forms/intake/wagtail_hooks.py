"""Wagtail finds an entrance page; the app that owns its records answers it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from wagtail import hooks

from forms.intake.kinds import kinds
from forms.intake.models import EntrancePage


@hooks.register("before_serve_page", order=100)
def serve_entrance(page: Any, request: HttpRequest, args: Any, kwargs: Any) -> HttpResponseBase | None:
    """After Wagtail's own checks of page privacy."""
    if not isinstance(page, EntrancePage):
        return None
    kind = kinds.get(page.kind)
    return kind.serve(request, page) if kind and kind.serve else None
