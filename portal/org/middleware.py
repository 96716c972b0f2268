"""Every request gets its reader and the scope of units whose rows that reader may meet, computed when first used."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject
from django_scopes import scope

from portal.org.readers import reader_for


class ReaderMiddleware:
    """`request.reader`, and django-scopes' `unit` dimension for the whole request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        reader = SimpleLazyObject(lambda: reader_for(request.user))
        request.reader = reader  # type: ignore[attr-defined]
        with scope(unit=SimpleLazyObject(lambda: reader.unit_ids)):
            return self.get_response(request)
