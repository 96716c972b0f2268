"""A shelf of passages that stands in for every source, and the short ways to fill, index and search it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from portal.jobs import outbox
from portal.lib.registries import Passage, SearchSource, search_sources
from portal.org.readers import ANONYMOUS, Reader
from search import actions
from search.models import Passage as Row
from search.results import Results, find

EVERYBODY = frozenset({"public"})


class Shelf:
    """A source of search whose passages a test puts and takes."""

    def __init__(self, name: str = "shelf") -> None:
        self.passages: dict[str, Passage] = {}
        self.source = SearchSource(name, f"The {name}", lambda: list(self.passages), self._read)

    def _read(self, keys: Iterable[str]) -> Iterator[Passage]:
        return iter([self.passages[key] for key in keys if key in self.passages])

    def put(self, key: str, title: str = "", body: str = "", *, announce: bool = True, **more: Any) -> Passage:
        more = {"kind": "clause", "url": f"/{key}/", "audience": EVERYBODY, **more}
        self.passages[key] = Passage(key=key, title=title, body=body, **more)
        if announce:
            outbox.changed(self.source.name, key)
        return self.passages[key]

    def change(self, key: str, *, announce: bool = True, **more: Any) -> None:
        self.passages[key] = replace(self.passages[key], **more)
        if announce:
            outbox.changed(self.source.name, key)

    def take(self, key: str, *, announce: bool = True) -> None:
        del self.passages[key]
        if announce:
            outbox.changed(self.source.name, key)

    def index(self) -> None:
        while actions.drain():
            pass

    def keys_of(self, results: Results) -> list[str]:
        return [hit.url.strip("/") for hit in results.hits]

    def find(self, query: str, reader: Reader = ANONYMOUS, **more: Any) -> list[str]:
        """The keys of the hits, best first."""
        return self.keys_of(find(query, reader=reader, **more))


@pytest.fixture
def shelf(db: None, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """The only source that search knows during this test."""
    monkeypatch.setattr(search_sources, "_entries", {})
    made = Shelf()
    search_sources.register(made.source.name, made.source)
    return made


@pytest.fixture
def rows(shelf: Shelf) -> Any:
    """rows() is what the index holds: {key: row}."""
    return lambda: {row.key: row for row in Row.objects.all()}
