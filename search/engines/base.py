"""What an engine is asked for. The two engines inside the database share everything but their SQL."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from search.models import Passage
from search.words import Plan

# When nothing holds all words: how many of the rarest tokens are looked up, and from which share of all passages on a
# token is too common to count as one. Measured on shared/data/search_eval, nDCG@10: .975; 8 tokens .963, all .973.
RAREST = 16
COMMON_SHARE = 0.2
# In a large index fewer tokens are looked up: as many as occur in no more passages than this, taken together.
MOST_OCCURRENCES = 30_000
# At most so many passages are shown for a relaxed query, and none that fits far worse than the best.
RELAXED_HITS = 50
RELAXED_SHARE_OF_BEST = 0.4


@dataclass(frozen=True)
class Found:
    """One page of an answer. `ids` are primary keys of Passage, best first; `counts` are per kind, all pages together.

    `relaxed`: no passage held all words, these hold some; `tokens` are then the ones that were looked up.
    """

    ids: list[int] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    relaxed: bool = False
    tokens: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ranked:
    """A passage that fits a relaxed query. A higher score fits better."""

    id: int
    kind: str
    exact: bool
    score: float


@dataclass(frozen=True)
class Frequencies:
    """How many passages there are, and how many of them hold each token (none: left out)."""

    total: int
    counts: dict[str, int]


class Engine(ABC):
    """Keeps the words of passages and finds them. `audience` is the reader's tokens: it is part of every question, so
    that neither a hit nor a number ever tells of a passage the reader may not read."""

    @abstractmethod
    def ensure(self) -> None:
        """Makes what the engine needs, where it is missing. May be called at any time."""

    @abstractmethod
    def write(self, passages: Sequence[Passage]) -> None:
        """Keeps the words of saved passages, in place of what it kept of them before."""

    @abstractmethod
    def delete(self, ids: Collection[int]) -> None:
        """Forgets passages; unknown ones are no fault."""

    @abstractmethod
    def missing(self) -> list[int]:
        """Passages of the database whose words the engine does not hold."""

    @abstractmethod
    def sweep(self) -> int:
        """Forgets what belongs to no passage; returns how much that was."""

    @abstractmethod
    def search(
        self, plan: Plan, *, audience: Collection[str], kind: str = "", limit: int = 10, offset: int = 0
    ) -> Found:
        """The passages that hold all phrases; when there are none, those that hold most of the rarest tokens."""

    @abstractmethod
    def count(self, plan: Plan, *, audience: Collection[str]) -> dict[str, int]:
        """How many passages hold all phrases, per kind."""

    def suggest(self, typed: str, *, audience: Collection[str], limit: int = 8) -> list[str]:
        """Titles that begin with what was typed. No engine offers any yet."""
        return []


class DatabaseEngine(Engine):
    """The course of a search inside the database; the statements are the vendor's."""

    def search(
        self, plan: Plan, *, audience: Collection[str], kind: str = "", limit: int = 10, offset: int = 0
    ) -> Found:
        if plan.is_empty or not audience:
            return Found()
        counts = self.count(plan, audience=audience)
        if counts:
            wanted = counts.get(kind, 0) if kind else sum(counts.values())
            ids = self._page(plan, audience, kind, limit, offset) if offset < wanted else []
            return Found(ids=ids, counts=counts)
        frequencies = self._frequencies(plan.tokens)
        tokens = _rarest(plan.tokens, frequencies)
        if not tokens:
            return Found()
        kept = _near_the_best(self._some(tokens, frequencies, plan, audience, RELAXED_HITS))
        counts = {}
        for hit in kept:
            counts[hit.kind] = counts.get(hit.kind, 0) + 1
        ids = [hit.id for hit in kept if not kind or hit.kind == kind]
        return Found(ids=ids[offset : offset + limit], counts=counts, relaxed=True, tokens=tokens)

    @abstractmethod
    def _page(self, plan: Plan, audience: Collection[str], kind: str, limit: int, offset: int) -> list[int]:
        """Passages that hold all phrases: in force first, then those that bear a number of the plan, then by score."""

    @abstractmethod
    def _some(
        self, tokens: Sequence[str], known: Frequencies, plan: Plan, audience: Collection[str], limit: int
    ) -> list[Ranked]:
        """Passages that hold some of the tokens, in the same order."""

    @abstractmethod
    def _frequencies(self, tokens: Sequence[str]) -> Frequencies:
        """How common each token is, whoever may read the passages: only the ranking uses it."""


def _rarest(tokens: Sequence[str], known: Frequencies) -> tuple[str, ...]:
    """The tokens worth looking up alone, the rarest first; those that occur nowhere are left out."""
    found = sorted((known.counts[token], position) for position, token in enumerate(tokens) if known.counts.get(token))
    chosen: list[str] = []
    occurrences = 0
    for count, position in found[:RAREST]:
        occurrences += count
        if len(chosen) >= 3 and (count > COMMON_SHARE * known.total or occurrences > MOST_OCCURRENCES):
            break
        chosen.append(tokens[position])
    return tuple(chosen)


def _near_the_best(hits: Sequence[Ranked]) -> list[Ranked]:
    best = max((hit.score for hit in hits), default=0.0)
    return [hit for hit in hits if hit.exact or hit.score >= RELAXED_SHARE_OF_BEST * best]


def marks(count: Iterable[object]) -> str:
    """Placeholders for a list of values: `%s, %s, %s`."""
    return ", ".join("%s" for _value in count)
