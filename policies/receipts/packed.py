"""Who was asked and how they stand, as columns of bytes: half a million keys of people would take long to make into
tables and sets again. What a page does not look at stays bytes."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property

from policies.audience import Held

Places = list[tuple[str, int]]  # path of a unit and key of a post


class PackedPeople(Mapping[int, Held]):
    """Who was asked, by which appointment: keys of people, days, numbers of places."""

    def __init__(self, columns: Iterable[bytes], places: Places) -> None:
        self.keys_of_people, self._days, self._numbers = map(numbers_of, columns)
        self._places = places
        if not len(self.keys_of_people) == len(self._days) == len(self._numbers):
            raise ValueError("the columns of people are not of one length")
        if len(self._numbers) and max(self._numbers) >= len(places):
            raise ValueError("people hold places that are not there")

    @staticmethod
    def columns(asked: Mapping[int, Held]) -> tuple[list[bytes], Places]:
        places = sorted({(held.path, held.post_id) for held in asked.values()})
        numbers = {place: number for number, place in enumerate(places)}
        days = (held.since.toordinal() for held in asked.values())
        return [
            bytes_of(asked.keys()),
            bytes_of(days),
            bytes_of(numbers[held.path, held.post_id] for held in asked.values()),
        ], places

    @cached_property
    def _table(self) -> dict[int, Held]:
        return {
            person: Held(date.fromordinal(day), *self._places[place])
            for person, day, place in zip(self.keys_of_people, self._days, self._numbers, strict=True)
        }

    def __getitem__(self, person: int) -> Held:
        return self._table[person]

    def __iter__(self) -> Iterator[int]:
        return iter(self.keys_of_people)

    def __len__(self) -> int:
        return len(self.keys_of_people)


class PackedStates(Mapping[str, set[int]]):
    """Disjoint sets of people by state: a byte for each of the people asked, in their order, that says which."""

    def __init__(self, names: tuple[str, ...], column: bytes, people: PackedPeople) -> None:
        if len(column) != len(people):
            raise ValueError("there are not as many states as people")
        self._names, self._column, self._people = names, column, people
        self._sets: dict[str, set[int]] = {}

    @staticmethod
    def column(names: tuple[str, ...], states: Mapping[str, set[int]], asked: Iterable[int]) -> bytes:
        number_of = {person: number for number, name in enumerate(names) for person in states[name]}
        return bytes(map(number_of.__getitem__, asked))

    def many(self, name: str) -> int:
        return self._column.count(self._names.index(name))

    def __getitem__(self, name: str) -> set[int]:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._sets:
            wanted, people = self._names.index(name), self._people.keys_of_people
            self._sets[name] = {person for person, state in zip(people, self._column, strict=True) if state == wanted}
        return self._sets[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def bytes_of(numbers: Iterable[int]) -> bytes:
    return array("q", numbers).tobytes()


def numbers_of(stored: bytes) -> array[int]:
    """Raises for bytes that are no whole numbers of eight."""
    numbers = array("q")
    numbers.frombytes(stored)
    return numbers
