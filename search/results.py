"""One question, answered for one reader: the page of hits, the numbers beside it, the words marked."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django_scopes import scopes_disabled

from portal.lib.chinese import mark
from portal.lib.registries import Passage as Reading
from portal.lib.registries import search_sources
from portal.org.readers import Reader
from search.engines import engine
from search.engines.base import Found
from search.enums import KIND_LABELS
from search.models import Passage
from search.snippets import Pieces, snippet
from search.words import Plan, plan_of

logger = logging.getLogger(__name__)
PAGE_SIZE = 10
# Nobody turns so many pages; an engine that must sort so deep is slow.
LAST_PAGE = 100


@dataclass(frozen=True)
class Hit:
    """One passage as this reader sees it. Title, number, context and snippet are in the original characters."""

    kind: str
    kind_label: Any
    title: str
    number: str
    url: str
    context: str
    in_force: bool
    title_pieces: Pieces
    context_pieces: Pieces
    number_pieces: Pieces  # empty where the title begins with the number
    snippet: Pieces


@dataclass(frozen=True)
class Filter:
    """One kind, and how many hits of it this reader has."""

    kind: str
    label: Any
    count: int


@dataclass(frozen=True)
class Results:
    """`total` counts all kinds, `count` those shown under the chosen kind; both only what this reader may read."""

    query: str
    kind: str = ""
    page: int = 1
    hits: list[Hit] = field(default_factory=list)
    filters: list[Filter] = field(default_factory=list)
    total: int = 0
    count: int = 0
    relaxed: bool = False


def find(query: str, *, reader: Reader, kind: str = "", page: int = 1, size: int = PAGE_SIZE) -> Results:
    """Searches for `reader`. An unknown kind or a page outside the answer gives an empty page, never an error.

    Raises Refused for a query that is too long (search.words.MAX_QUERY_LENGTH).
    """
    plan = plan_of(query)
    audience = sorted(reader.tokens)
    found = engine().search(plan, audience=audience, kind=kind, limit=size, offset=(page - 1) * size)
    hits, hidden = _shown(found, plan, reader)
    counts = {name: count - hidden.get(name, 0) for name, count in found.counts.items()}
    filters = _filters({name: count for name, count in counts.items() if count > 0})
    total = sum(entry.count for entry in filters)
    count = max(0, counts.get(kind, 0)) if kind else total
    return Results(plan.text, kind, page, hits, filters, total, count, found.relaxed and bool(hits))


def _shown(found: Found, plan: Plan, reader: Reader) -> tuple[list[Hit], dict[str, int]]:
    """The hits as their sources give them at this moment, and how many per kind must not be shown any more.

    The index lags behind the database by a moment: a passage that was withdrawn or narrowed in between is held back.
    """
    rows = Passage.objects.in_bulk(found.ids)
    present = _readings([rows[pk] for pk in found.ids if pk in rows])
    terms: str | Sequence[str] = list(found.tokens) if found.relaxed else plan.text
    hits: list[Hit] = []
    hidden: dict[str, int] = defaultdict(int)
    for pk in found.ids:
        row = rows.get(pk)
        if row is None:
            continue
        reading = present.get((row.source, row.key))
        if reading is None or not reader.may_read(reading.audience):
            hidden[row.kind] += 1
        else:
            hits.append(_hit(reading, row.source, terms))
    return hits, hidden


def _readings(rows: Sequence[Passage]) -> dict[tuple[str, str], Reading]:
    keys: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        keys[row.source].append(row.key)
    found: dict[tuple[str, str], Reading] = {}
    for name, wanted in keys.items():
        source = search_sources.get(name)
        if source is None:
            continue
        try:
            with scopes_disabled():  # the audience decides here, not the units of the request
                found.update({(name, reading.key): reading for reading in source.passages(wanted)})
        except Exception:  # a source that cannot answer hides its own hits, not the others
            logger.exception("search source %s failed", name)
    return found


def _hit(reading: Reading, source: str, terms: str | Sequence[str]) -> Hit:
    return Hit(
        kind=reading.kind,
        kind_label=label_of(reading.kind, source),
        title=reading.title,
        number=reading.number,
        url=reading.url or "",
        context=reading.context or "",
        in_force=reading.in_force,
        title_pieces=mark(reading.title, terms),
        context_pieces=mark(reading.context or "", terms),
        number_pieces=[] if reading.title.startswith(reading.number) else mark(reading.number, terms),
        snippet=snippet(reading.body, terms),
    )


def label_of(kind: str, source: str = "") -> Any:
    """The words for a kind; for one that search does not know, those of its source."""
    if kind in KIND_LABELS:
        return KIND_LABELS[kind]
    registered = search_sources.get(source)
    return registered.label if registered else kind


def _filters(counts: dict[str, int]) -> list[Filter]:
    order = list(KIND_LABELS)
    kinds = sorted(counts, key=lambda kind: (order.index(kind) if kind in order else len(order), kind))
    unknown = dict(_sources_of([kind for kind in kinds if kind not in KIND_LABELS]))
    return [Filter(kind, label_of(kind, unknown.get(kind, "")), counts[kind]) for kind in kinds]


def _sources_of(kinds: Sequence[str]) -> list[tuple[str, str]]:
    if not kinds:
        return []
    return list(Passage.objects.filter(kind__in=kinds).values_list("kind", "source").distinct())
