"""SQLite: a full-text table (FTS5) beside the passages. It is kept with its text: deleting from a contentless table
needs the exact old tokens, or the index is silently damaged.

The `ascii` tokenizer takes every character beyond ASCII as part of a word, and the joints that our tokens hold are
named: so FTS5 parts the tokens only where we put a space, whatever Unicode tables it was built with.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection

from search.engines.base import DatabaseEngine, Frequencies, Ranked, marks
from search.models import Passage
from search.words import FIELDS, Plan, words_of

TABLE = "search_tokens"
_CREATE = (
    f"CREATE VIRTUAL TABLE IF NOT EXISTS {TABLE} USING fts5("
    + ", ".join(field.name for field in FIELDS)
    + """, tokenize = "ascii tokenchars './-_'")""",
    f"CREATE VIRTUAL TABLE IF NOT EXISTS {TABLE}_terms USING fts5vocab({TABLE}, 'row')",
    # Whatever deletes a passage deletes its words: a reused primary key must never inherit them.
    f"""CREATE TRIGGER IF NOT EXISTS {TABLE}_follow AFTER DELETE ON search_passage
        BEGIN DELETE FROM {TABLE} WHERE rowid = OLD.id; END""",
)
_SCORE = f"-bm25({TABLE}, {', '.join(str(field.weight) for field in FIELDS)})"
# CROSS JOIN keeps the order of the join: the words first, then their passages by primary key.
_MATCHES = f"FROM {TABLE} CROSS JOIN search_passage p ON p.id = {TABLE}.rowid WHERE {TABLE} MATCH %s AND {{readable}}"


def _readable(audience: Collection[str]) -> str:
    return (
        f"EXISTS (SELECT 1 FROM search_passageaudience a WHERE a.passage_id = p.id AND a.token IN ({marks(audience)}))"
    )


def _quoted(phrase: Sequence[str]) -> str:
    """A phrase of FTS5: inside quotation marks nothing is an operator, and no token holds one."""
    return '"' + " ".join(phrase) + '"'


def _all_of(plan: Plan) -> str:
    return " AND ".join(_quoted(phrase) for phrase in plan.phrases)


class SqliteEngine(DatabaseEngine):
    def ensure(self) -> None:
        with connection.cursor() as cursor:
            for statement in _CREATE:
                cursor.execute(statement)

    def write(self, passages: Sequence[Passage]) -> None:
        self.delete([passage.pk for passage in passages])
        columns = ", ".join(["rowid", *(field.name for field in FIELDS)])
        rows: list[list[Any]] = [
            [passage.pk, *(" ".join(words_of(getattr(passage, field.name))) for field in FIELDS)]
            for passage in passages
        ]
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {TABLE} ({columns}) VALUES ({marks(['rowid', *FIELDS])})",
                rows,
            )

    def delete(self, ids: Collection[int]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(f"DELETE FROM {TABLE} WHERE rowid = %s", [[pk] for pk in ids])

    def missing(self) -> list[int]:
        return self._column(
            f"SELECT p.id FROM search_passage p LEFT JOIN {TABLE}_docsize d ON d.id = p.id WHERE d.id IS NULL"
        )

    def sweep(self) -> int:
        orphans = self._column(
            f"SELECT d.id FROM {TABLE}_docsize d LEFT JOIN search_passage p ON p.id = d.id WHERE p.id IS NULL"
        )
        self.delete(orphans)
        return len(orphans)

    def count(self, plan: Plan, *, audience: Collection[str]) -> dict[str, int]:
        if plan.is_empty or not audience:
            return {}
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT p.kind, count(*) {_MATCHES.format(readable=_readable(audience))} GROUP BY p.kind",
                [_all_of(plan), *audience],
            )
            return dict(cursor.fetchall())

    def _page(self, plan: Plan, audience: Collection[str], kind: str, limit: int, offset: int) -> list[int]:
        statement = (
            f"SELECT p.id {_MATCHES.format(readable=_readable(audience))}"
            + (" AND p.kind = %s" if kind else "")
            + f" ORDER BY p.in_force DESC, p.number_key IN ({marks(plan.numbers)}) DESC, {_SCORE} DESC, p.id"
            " LIMIT %s OFFSET %s"
        )
        return self._column(
            statement, [_all_of(plan), *audience, *([kind] if kind else []), *plan.numbers, limit, offset]
        )

    def _some(
        self, tokens: Sequence[str], known: Frequencies, plan: Plan, audience: Collection[str], limit: int
    ) -> list[Ranked]:
        statement = (
            f"SELECT p.id, p.kind, p.number_key IN ({marks(plan.numbers)}) AS exact, {_SCORE} AS score"
            f" {_MATCHES.format(readable=_readable(audience))}"
            " ORDER BY p.in_force DESC, exact DESC, score DESC, p.id LIMIT %s"
        )
        with connection.cursor() as cursor:
            match = " OR ".join(_quoted([token]) for token in tokens)
            cursor.execute(statement, [*plan.numbers, match, *audience, limit])
            return [Ranked(pk, kind, bool(exact), score) for pk, kind, exact, score in cursor.fetchall()]

    def _frequencies(self, tokens: Sequence[str]) -> Frequencies:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {TABLE}_docsize")
            total = int(cursor.fetchone()[0])
            cursor.execute(f"SELECT term, doc FROM {TABLE}_terms WHERE term IN ({marks(tokens)})", list(tokens))
            return Frequencies(total, dict(cursor.fetchall()))

    @staticmethod
    def _column(statement: str, parameters: Sequence[Any] = ()) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute(statement, list(parameters))
            return [row[0] for row in cursor.fetchall()]
