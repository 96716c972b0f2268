"""Every request gets its reader and the scope of units whose rows that reader may meet, computed when first used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject
from django_scopes import scope

from portal.org.readers import reader_for


class UnitIds(list[int]):
    """The keys of the reader's units, asked for when a query first needs them.

    A list, because django-scopes and Django's `__in` look for one and build it anew from its items; a lazy wrapper
    would be built anew as a wrapper.
    """

    def __init__(self, source: Callable[[], Iterable[int]] | Iterable[int]) -> None:
        self._source = source if callable(source) else None
        super().__init__([] if callable(source) else source)

    def __iter__(self) -> Iterator[int]:
        if self._source is not None:
            source, self._source = self._source, None
            self.extend(source())
        return super().__iter__()


class ReaderMiddleware:
    """`request.reader`, and django-scopes' `unit` dimension for the whole request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        reader = SimpleLazyObject(lambda: reader_for(request.user))
        request.reader = reader  # type: ignore[attr-defined]
        with scope(unit=UnitIds(lambda: reader.unit_ids)):
            return self.get_response(request)
