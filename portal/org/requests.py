"""A request as it leaves the middleware, for type checkers: with its reader and language."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from portal.org.readers import Reader


class ReaderRequest(HttpRequest):
    """Annotate views with it; never instantiated."""

    reader: Reader
    user: Any
    LANGUAGE_CODE: str
