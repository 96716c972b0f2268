"""Sums of cards by unit and day, and observers by unit and month: kept card by card, rebuilt and compared by a scan.

Whoever stores or withdraws a card calls `add_cards` or `take_away` in the same transaction, before anything is written
to the journal: everybody takes the rows in the same order, days first, so that two never wait for each other. Adding is
one statement a table, with the addition in SQL: two cards of the same day at once are both counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django_scopes import scopes_disabled

from forms.cards.enums import COUNTED, Category
from forms.cards.models import Card, CardDay, CardItem, ObserverMonth

KINDS_OF_COUNT = ("safe", "unsafe_acts", "unsafe_conditions")
CELLS = tuple((category.value, count) for category in Category for count in KINDS_OF_COUNT)
SUMS = ("cards", "seconds", "card_keys", *(f"{category}_{count}" for category, count in CELLS))
PLACES = {cell: place for place, cell in enumerate(CELLS, start=3)}
DAY_KEY, MONTH_KEY = ("unit_id", "day", "planned"), ("unit_id", "month", "planned", "person_id")
ROWS_A_STATEMENT = 400
MOST_DIFFERENCES = 1000
Keyed = tuple[tuple[Any, ...], list[int]]
Taken = tuple[Card, Iterable[CardItem], Collection[int]]  # a card, its items, the keys of its observers


def add_cards(taken: Iterable[Taken], *, times: int = 1) -> None:
    """Counts these cards; `times=-1` takes them away again."""
    days: dict[tuple[Any, ...], list[int]] = {}
    months: Counter[tuple[Any, ...]] = Counter()
    for card, items, observers in taken:
        sums = days.setdefault((card.unit_id, card.observed_on, card.planned), [0] * len(SUMS))
        sums[0] += times
        sums[1] += times * card.seconds
        sums[2] += times * card.pk
        for item in items:
            for count in KINDS_OF_COUNT:
                sums[PLACES[item.category, count]] += times * getattr(item, count)
        for person in observers:
            months[card.unit_id, card.observed_on.replace(day=1), card.planned, person] += times
    _add(CardDay, DAY_KEY, SUMS, days.items())
    _add(ObserverMonth, MONTH_KEY, ("cards",), [(key, [cards]) for key, cards in months.items()])


def take_away(card: Card) -> None:
    """A withdrawn card leaves the sums."""
    with scopes_disabled():
        items = list(CardItem.objects.filter(card=card))
        observers = list(Card.observers.through.objects.filter(card_id=card.pk).values_list("person_id", flat=True))
        add_cards([(card, items, observers)], times=-1)
        # Who has no card left is no observer of that month: statistics ask who is there, by the index alone.
        month = card.observed_on.replace(day=1)
        left = ObserverMonth.objects.filter(unit=card.unit_id, month=month, planned=card.planned)
        left.filter(person__in=observers, cards=0).delete()


def _add(model: Any, key: Sequence[str], sums: Sequence[str], rows: Iterable[Keyed]) -> None:
    in_order = iter(sorted(rows))
    adapt = connection.ops.adapt_datefield_value
    with connection.cursor() as cursor:
        while chunk := list(islice(in_order, ROWS_A_STATEMENT)):
            values: list[Any] = []
            for (unit, day, *rest), numbers in chunk:
                values += [unit, adapt(day), *rest, *numbers]
            cursor.execute(_addition(model, key, sums, len(chunk)), values)


@cache
def _addition(model: Any, key: tuple[str, ...], sums: tuple[str, ...], rows: int) -> str:
    table = model._meta.db_table
    places = f"({', '.join(['%s'] * (len(key) + len(sums)))})"
    added = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in sums)
    return (
        f"INSERT INTO {table} ({', '.join([*key, *sums])}) VALUES {', '.join([places] * rows)}"  # noqa: S608 - our names
        f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {added}"
    )


# ---- the full scan ---------------------------------------------------------------------------------------------------
_STATES = ", ".join(f"'{state}'" for state in sorted(COUNTED))
_COUNTS = ", ".join(f"CASE WHEN category = '{category}' THEN {count} ELSE 0 END" for category, count in CELLS)
_COUNTED = ", ".join(f"SUM(i.{count}) AS {count}" for count in KINDS_OF_COUNT)
_NOTHING = ", ".join(f"0 AS {category}_{count}" for category, count in CELLS)
# Cards and items are added up narrow, each by itself; only what is left is spread over the columns.
DAYS_OF_CARDS = (
    f"SELECT c.unit_id AS unit_id, c.observed_on AS day, c.planned AS planned, COUNT(*) AS cards,"  # noqa: S608
    f" SUM(c.seconds) AS seconds, SUM(c.id) AS card_keys, {_NOTHING}"
    f" FROM cards_card c WHERE c.state IN ({_STATES}) GROUP BY c.unit_id, c.observed_on, c.planned"
    f" UNION ALL SELECT unit_id, day, planned, 0, 0, 0, {_COUNTS} FROM ("
    f"SELECT c.unit_id AS unit_id, c.observed_on AS day, c.planned AS planned, i.category AS category, {_COUNTED}"
    f" FROM cards_card c JOIN cards_carditem i ON i.card_id = c.id WHERE c.state IN ({_STATES})"
    " GROUP BY c.unit_id, c.observed_on, c.planned, i.category) AS items"
)


def _months_of_observers() -> str:
    month = "DATE_TRUNC('month', c.observed_on)::date"
    if connection.vendor == "sqlite":
        month = "SUBSTR(c.observed_on, 1, 8) || '01'"
    through = Card.observers.through._meta.db_table
    return (
        f"SELECT c.unit_id AS unit_id, {month} AS month, c.planned AS planned, o.person_id AS person_id, 1 AS cards"  # noqa: S608
        f" FROM {through} o JOIN cards_card c ON c.id = o.card_id WHERE c.state IN ({_STATES})"
    )


def _tables() -> list[tuple[Any, tuple[str, ...], tuple[str, ...], str]]:
    return [
        (CardDay, DAY_KEY, SUMS, DAYS_OF_CARDS),
        (ObserverMonth, MONTH_KEY, ("cards",), _months_of_observers()),
    ]


@transaction.atomic
def rebuild() -> int:
    """Makes all sums anew from the cards. Returns how many rows there are. Cards handed in meanwhile wait until it is
    done, and are added to the new sums."""
    rows = 0
    with connection.cursor() as cursor:
        for model, key, sums, scan in _tables():
            table, columns = model._meta.db_table, ", ".join([*key, *sums])
            if connection.vendor == "postgresql":
                cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - our own table
            added = ", ".join(f"SUM({name})" for name in sums)
            cursor.execute(
                f"INSERT INTO {table} ({columns}) SELECT {', '.join(key)}, {added}"  # noqa: S608 - our own names
                f" FROM ({scan}) AS found GROUP BY {', '.join(key)}",
                [],
            )
            rows += cursor.rowcount
    return rows


@dataclass(frozen=True)
class Difference:
    """A row that is not what the cards add up to: which, and by how much too large, by name of the sum."""

    table: str
    unit: int
    day: date
    planned: bool
    person: int | None
    too_many: dict[str, int]

    @property
    def without_person(self) -> str:
        kind = "planned" if self.planned else "random"
        sums = ", ".join(f"{name} {number:+d}" for name, number in self.too_many.items())
        return f"{self.table}: unit {self.unit}, {self.day}, {kind}: {sums}"


def differences(most: int = MOST_DIFFERENCES) -> list[Difference]:
    """Where the sums differ from a scan of all cards. Each table is compared within one statement, so that a card that
    comes meanwhile is in both or in neither."""
    found: list[Difference] = []
    with connection.cursor() as cursor:
        for model, key, sums, scan in _tables():
            keys, minus = ", ".join(key), ", ".join(f"-{name}" for name in sums)
            added = ", ".join(f"SUM({name})" for name in sums)
            wrong = " OR ".join(f"SUM({name}) <> 0" for name in sums)
            cursor.execute(
                f"SELECT {keys}, {added} FROM ({scan} UNION ALL SELECT {keys}, {minus} FROM {model._meta.db_table})"  # noqa: S608
                f" AS both_of_them GROUP BY {keys} HAVING {wrong} ORDER BY {keys} LIMIT %s",
                [most - len(found)],
            )
            for row in cursor.fetchall():
                unit, day, planned, *rest = row
                person = rest.pop(0) if len(key) == len(MONTH_KEY) else None
                too_many = {name: -int(number) for name, number in zip(sums, rest, strict=True) if number}
                day = day if isinstance(day, date) else date.fromisoformat(day)
                found.append(Difference(model.__name__, unit, day, bool(planned), person, too_many))
    return found
