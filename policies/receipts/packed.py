"""Who was asked and how they stand, as bytes: half a million keys of people would take long to make into sets again."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Any

from policies.audience import Held


class PackedKeys(Mapping[str, set[int]]):
    """Sets of keys by name, as bytes; made into a set when somebody looks at one."""

    def __init__(self, rows: dict[str, Any]) -> None:
        self.rows = rows

    @classmethod
    def of(cls, sets: Mapping[str, set[int]]) -> PackedKeys:
        return cls({name: array("Q", sorted(keys)).tobytes() for name, keys in sets.items()})

    def __getitem__(self, name: str) -> set[int]:
        row = self.rows[name]
        if isinstance(row, bytes):
            row = self.rows[name] = set(numbers_of(row))
        found: set[int] = row
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


class PackedPeople(Mapping[int, Held]):
    """Who was asked, by which appointment, as bytes; made into a table when somebody looks."""

    def __init__(self, columns: list[bytes], places: list[tuple[str, int]]) -> None:
        self.columns, self.places = columns, places

    @classmethod
    def of(cls, asked: Mapping[int, Held]) -> PackedPeople:
        places = sorted({(held.path, held.post_id) for held in asked.values()})
        numbers = {place: number for number, place in enumerate(places)}
        columns = [
            array("Q", asked.keys()),
            array("Q", (held.since.toordinal() for held in asked.values())),
            array("Q", (numbers[held.path, held.post_id] for held in asked.values())),
        ]
        return cls([column.tobytes() for column in columns], places)

    @cached_property
    def _table(self) -> dict[int, Held]:
        people, days, places = map(numbers_of, self.columns)
        return {
            person: Held(date.fromordinal(day), *self.places[place])
            for person, day, place in zip(people, days, places, strict=True)
        }

    def __getitem__(self, person: int) -> Held:
        return self._table[person]

    def __iter__(self) -> Iterator[int]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self.columns[0]) // array("Q").itemsize


def numbers_of(stored: bytes) -> array[int]:
    numbers = array("Q")
    numbers.frombytes(stored)
    return numbers
