"""What stands beside the clauses of an edition for one reader: marks that apps registered, and what can be done there.

The text of an edition never changes, so where its clauses stand is kept in memory; the marks are asked for each time.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from policies.keeping import Kept
from policies.models import Edition, EditionClause
from portal.lib.registries import ClauseAct, ClauseMark, clause_acts, clause_marks
from portal.org.readers import Reader

KEPT_EDITIONS = 64


@dataclass(frozen=True)
class Place:
    """Where a clause stands on the page of its edition, and what it is called there."""

    clause_id: int
    anchor: str
    number: str
    heading: str

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.number, self.heading) if part)


@dataclass(frozen=True)
class MarkedClause:
    """A clause with its marks, and the address of each act of the page in their order."""

    place: Place
    marks: tuple[ClauseMark, ...]
    act_urls: tuple[str, ...]


@dataclass(frozen=True)
class MarkedEdition:
    """`acts` are what this reader can do on any clause; every clause in reading order with what stands beside it."""

    acts: tuple[ClauseAct, ...]
    clauses: tuple[MarkedClause, ...]

    @property
    def with_marks(self) -> list[MarkedClause]:
        return [clause for clause in self.clauses if clause.marks]

    @property
    def without_marks(self) -> list[MarkedClause]:
        return [clause for clause in self.clauses if not clause.marks]

    @property
    def beside(self) -> list[MarkedClause]:
        """The clauses that have anything beside them."""
        return [clause for clause in self.clauses if clause.marks or clause.act_urls]


kept_places: Kept[tuple[Place, ...]] = Kept(KEPT_EDITIONS)
LONGEST_HEADING = 40


def places_of(edition: Edition) -> tuple[Place, ...]:
    """The clauses of an issued edition in reading order. The hash guards against another database with the same key."""
    key = (edition.pk, edition.tree_hash)
    places = kept_places.get(key)
    return places if places is not None else kept_places.put(key, _read(edition))


def _read(edition: Edition) -> tuple[Place, ...]:
    rows = EditionClause.objects.filter(edition=edition).exclude(anchor="").order_by("order")
    found = rows.values_list("clause_id", "anchor", "number", "heading", "text")
    return tuple(
        Place(clause_id, anchor, number, heading or _beginning(text))
        for clause_id, anchor, number, heading, text in found
    )


def _beginning(text: str) -> str:
    line = text.strip().split("\n")[0]
    return line if len(line) <= LONGEST_HEADING else f"{line[:LONGEST_HEADING]}…"


def marked(reader: Reader, edition: Edition) -> MarkedEdition:
    """Asks every registered provider once. Whether the reader may read the edition is the question of who calls."""
    acts = tuple(act for act in clause_acts if act.visible(reader))
    marks: dict[int, list[ClauseMark]] = defaultdict(list)
    for provider in clause_marks:
        for mark in provider(reader, edition):
            marks[mark.clause_id].append(mark)
    clauses = tuple(
        MarkedClause(place, tuple(marks.get(place.clause_id, ())), _urls(acts, edition.pk, place.clause_id))
        for place in places_of(edition)
    )
    return MarkedEdition(acts, clauses)


def _urls(acts: tuple[Any, ...], edition_id: int, clause_id: int) -> tuple[str, ...]:
    return tuple(act.url(edition_id, clause_id) for act in acts)
