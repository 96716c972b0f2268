"""PostgreSQL: a tsvector of our own tokens beside each passage, under a GIN index; no dictionary of the server.

The server's own ranking knows nothing of rare and common words, so the best candidates of a question - found by the
index alone - are ranked here by BM25, with the constants that FTS5 uses. Beyond the candidates the order is coarser.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from math import log
from typing import Any

from django.core.cache import cache
from django.db import connection

from search.engines.base import DatabaseEngine, Frequencies, Ranked
from search.models import Passage
from search.words import FIELDS, Plan, words_of

CANDIDATES = 200
# A tsvector knows positions up to 16383 and 256 of each lexeme: a longer passage begins again at 1.
LAST_POSITION = 16383
MOST_POSITIONS = 256
# Between two fields, so that no phrase is found across them.
GAP = 2
# Counting a large index takes longer than a search in it: above this size the count is kept for a minute.
COUNTED_EACH_TIME = 5000
_CREATE = (
    """ALTER TABLE search_passage
       ADD COLUMN IF NOT EXISTS search_tokens tsvector,
       ADD COLUMN IF NOT EXISTS search_head tsvector,
       ADD COLUMN IF NOT EXISTS search_length integer NOT NULL DEFAULT 0""",
    "CREATE INDEX IF NOT EXISTS search_passage_tokens ON search_passage USING gin (search_tokens)",
)
# As a sub-select the query is unknown to the planner, which then always takes the index: for a common word it would
# rather read the whole table, not knowing that every long vector must be unpacked for it (1.3 s instead of 0.06).
_MATCHES = "p.search_tokens @@ (SELECT %s::tsquery)"
_READABLE = "EXISTS (SELECT 1 FROM search_passageaudience a WHERE a.passage_id = p.id AND a.token = ANY(%s))"
# What an occurrence in the head is worth beyond the 1 that it counts among all words.
_EXTRA = " ".join(f"WHEN '{field.letter}' THEN {field.weight - 1:.1f}" for field in FIELDS if field.letter)
_ORDER = "p.in_force DESC, (p.number_key = ANY(%s)) DESC"
# BM25 with k1 = 1.2 and b = 0.75; an occurrence counts as much as its field weighs. The words asked for are first
# filtered out of the long vector (marked A, then kept): taking the whole apart costs ten times as much.
_BM25 = f"""
    SELECT c.id, c.kind, c.exact, COALESCE((
        SELECT sum(w.rarity * t.often * 2.2 / (t.often + 1.2 * (0.25 + 0.75 * c.search_length / %s)))
        FROM (SELECT lexeme, sum(worth) AS often FROM (
                  SELECT lexeme, cardinality(positions)::float8 AS worth
                  FROM unnest(ts_filter(setweight(c.search_tokens, 'A', %s::text[]), '{{a}}'))
                  UNION ALL
                  SELECT lexeme, (SELECT sum(CASE letter {_EXTRA} END) FROM unnest(weights) letter)
                  FROM unnest(c.search_head) WHERE lexeme = ANY(%s)
              ) places GROUP BY lexeme) t
        JOIN unnest(%s::text[], %s::float8[]) AS w(lexeme, rarity) ON w.lexeme = t.lexeme
    ), 0) AS score
    FROM candidates c ORDER BY c.in_force DESC, c.exact DESC, score DESC, c.id LIMIT %s OFFSET %s
"""


def _quoted(token: str) -> str:
    """A lexeme in the text form of a tsvector or tsquery."""
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"


def _query(phrases: Iterable[Sequence[str]]) -> str:
    """The text form of a tsquery: the tokens of a phrase follow each other, all phrases occur."""
    return " & ".join("(" + " <-> ".join(_quoted(token) for token in phrase) + ")" for phrase in phrases)


def _vector(fields: Iterable[tuple[str, Sequence[str]]]) -> str:
    """The text form of a tsvector from (weight letter or "", tokens) of each field."""
    positions: dict[str, list[str]] = defaultdict(list)
    place = 0
    for letter, tokens in fields:
        for token in tokens:
            if len(positions[token]) < MOST_POSITIONS:
                positions[token].append(f"{place % LAST_POSITION + 1}{letter}")
            place += 1
        place += GAP
    return " ".join(f"{_quoted(token)}:{','.join(found)}" for token, found in positions.items())


def _rarities(tokens: Sequence[str], known: Frequencies) -> list[float]:
    """What a token is worth: the logarithm of how rare it is, never below a trace."""
    counts = [min(known.counts.get(token, 0), known.total) for token in tokens]
    return [max(log((known.total - count + 0.5) / (count + 0.5)), 1e-6) for count in counts]


class PostgresqlEngine(DatabaseEngine):
    def ensure(self) -> None:
        # Even where there is nothing to do, ALTER TABLE would wait for every reader and let no new one in.
        if self._rows("SELECT 1 FROM pg_class WHERE oid = to_regclass('search_passage_tokens')"):
            return
        with connection.cursor() as cursor:
            for statement in _CREATE:
                cursor.execute(statement)

    def write(self, passages: Sequence[Passage]) -> None:
        rows: list[list[Any]] = []
        for passage in passages:
            fields = [(field.letter, words_of(getattr(passage, field.name))) for field in FIELDS]
            everything = [("", words) for _letter, words in fields]
            head = [(letter, words) for letter, words in fields if letter]
            length = sum(len(words) for _letter, words in fields)
            rows.append([_vector(everything), _vector(head), length, passage.pk])
        with connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE search_passage SET search_tokens = %s::tsvector, search_head = %s::tsvector, search_length = %s"
                " WHERE id = %s",
                rows,
            )

    def delete(self, ids: Collection[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE search_passage SET search_tokens = NULL WHERE id = ANY(%s)", [list(ids)])

    def missing(self) -> list[int]:
        return [row[0] for row in self._rows("SELECT id FROM search_passage WHERE search_tokens IS NULL")]

    def sweep(self) -> int:
        return 0  # The words are a column of the passage: they go with it.

    def count(self, plan: Plan, *, audience: Collection[str]) -> dict[str, int]:
        if plan.is_empty or not audience:
            return {}
        statement = f"""SELECT p.kind, count(*) FROM search_passage p
            WHERE {_MATCHES} AND {_READABLE} GROUP BY p.kind"""
        return dict(self._rows(statement, _query(plan.phrases), list(audience)))

    def _page(self, plan: Plan, audience: Collection[str], kind: str, limit: int, offset: int) -> list[int]:
        query, numbers = _query(plan.phrases), list(plan.numbers)
        candidates = f"""SELECT p.*, p.number_key = ANY(%s) AS exact FROM search_passage p
            WHERE {_MATCHES} AND {_READABLE} {"AND p.kind = %s" if kind else ""}
            ORDER BY {_ORDER}, (p.search_head @@ %s::tsquery) DESC, p.search_length, p.id LIMIT %s OFFSET %s"""
        parameters = [numbers, query, list(audience), *([kind] if kind else []), numbers, query]
        if offset + limit > CANDIDATES:
            return [row[0] for row in self._rows(candidates, *parameters, limit, offset)]
        known = self._frequencies(plan.tokens)
        ranked = self._ranked(candidates, [*parameters, CANDIDATES, 0], plan.tokens, known, limit, offset)
        return [hit.id for hit in ranked]

    def _some(
        self, tokens: Sequence[str], known: Frequencies, plan: Plan, audience: Collection[str], limit: int
    ) -> list[Ranked]:
        numbers = list(plan.numbers)
        queries, rarities = [_query([[token]]) for token in tokens], _rarities(tokens, known)
        candidates = f"""SELECT p.*, p.number_key = ANY(%s) AS exact FROM (
                SELECT h.id, sum(q.rarity) AS weight FROM unnest(%s::text[], %s::float8[]) AS q(query, rarity)
                JOIN search_passage h ON h.search_tokens @@ q.query::tsquery GROUP BY h.id
            ) found JOIN search_passage p ON p.id = found.id WHERE {_READABLE}
            ORDER BY {_ORDER}, found.weight DESC, p.id LIMIT %s"""
        parameters = [numbers, queries, rarities, list(audience), numbers, CANDIDATES]
        return self._ranked(candidates, parameters, tokens, known, limit, 0)

    def _ranked(
        self,
        candidates: str,
        parameters: Sequence[Any],
        tokens: Sequence[str],
        known: Frequencies,
        limit: int,
        offset: int,
    ) -> list[Ranked]:
        """The candidates of a statement by BM25."""
        _total, average = self._size()
        rows = self._rows(
            f"WITH candidates AS MATERIALIZED ({candidates}) {_BM25}",
            *parameters, average, *[list(tokens)] * 3, _rarities(tokens, known), limit, offset,
        )  # fmt: skip
        return [Ranked(*row) for row in rows]

    def _frequencies(self, tokens: Sequence[str]) -> Frequencies:
        total, _average = self._size()
        statement = """SELECT t.token, (SELECT count(*) FROM search_passage p WHERE p.search_tokens @@ t.query::tsquery)
            FROM unnest(%s::text[], %s::text[]) AS t(token, query)"""
        rows = self._rows(statement, list(tokens), [_query([[token]]) for token in tokens])
        return Frequencies(total, dict(rows))

    def _size(self) -> tuple[int, float]:
        """How many passages there are, and their average length in tokens (at least 1)."""
        kept = cache.get("search.size")
        if kept is not None:
            return kept
        [(total, average)] = self._rows("SELECT count(*), COALESCE(avg(search_length), 1)::float8 FROM search_passage")
        size = (total, max(average, 1.0))
        if total > COUNTED_EACH_TIME:
            cache.set("search.size", size, 60)
        return size

    @staticmethod
    def _rows(statement: str, *parameters: Any) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(statement, list(parameters))
            return cursor.fetchall()
