"""The matrix of a large organisation, kept and counted anew by the worker; see portal/jobs/figures.py."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple
from datetime import date

from policies import aggregates
from policies.training import standings
from policies.training.models import Course
from policies.training.standings import Key, PersonStandings, Place, Standings, Totals, compute, required_courses
from portal.jobs.figures import CostlyFigures, Count, Parts, Question
from portal.lib import clock


class PackedStandings(Mapping[int, PersonStandings]):
    """How people stand: a byte for each person and course, a row for each person; made into sets when looked at."""

    def __init__(self, people: Sequence[int], keys: Sequence[Key], column: bytes) -> None:
        if len(column) != len(people) * len(keys):
            raise ValueError("there is not a byte for each person and course")
        self._places = {person: place for place, person in enumerate(people)}
        self._keys, self._column = keys, column

    @staticmethod
    def column(standings: Iterable[PersonStandings], keys: Sequence[Key]) -> bytes:
        places = {key: place for place, key in enumerate(keys)}
        rows = []
        for standing in standings:
            row = bytearray(len(keys))
            for number, found in enumerate(standing, start=1):
                for key in found:
                    row[places[key]] = number
            rows.append(row)
        return b"".join(rows)

    def __getitem__(self, person: int) -> PersonStandings:
        first = self._places[person] * len(self._keys)
        found: list[list[Key]] = [[], [], [], [], []]
        for key, number in zip(self._keys, self._column[first : first + len(self._keys)], strict=True):
            found[number].append(key)
        return PersonStandings(*map(frozenset, found[1:]))

    def __iter__(self) -> Iterator[int]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def parts_of(found: Standings) -> Parts:
    """What was counted: people, their units, how they stand, which states each of them has, and the sums."""
    keys = [str(course.pk) for course in found.courses]
    head = {
        "courses": keys,
        "by_unit": {unit: astuple(totals) for unit, totals in found.by_unit.items()},
        "by_course": {course: astuple(totals) for course, totals in found.by_course.items()},
    }
    people = array("q", found.people)
    units = array("q", (found.unit_of[person] for person in found.people))
    rows = PackedStandings.column((found.standings[person] for person in found.people), keys)
    return Parts(head, [people.tobytes(), units.tobytes(), rows, found.states_of_people])


def standings_of(parts: Parts, day: date, courses: Sequence[Course]) -> Standings:
    """Of which these are the parts; raises where they do not fit."""
    people, units = array("q"), array("q")
    of_people, of_units, rows, states = parts.columns
    people.frombytes(of_people)
    units.frombytes(of_units)
    keys = [str(course.pk) for course in courses]
    if parts.head["courses"] != keys or len(states) != len(people):
        raise ValueError("these are other courses or people")
    found = Standings(day, list(courses), people.tolist(), dict(zip(people, units, strict=True)))
    found.standings = PackedStandings(found.people, keys, rows)
    found.by_unit = {int(unit): Totals(*numbers) for unit, numbers in parts.head["by_unit"].items()}
    found.by_course = {int(course): Totals(*numbers) for course, numbers in parts.head["by_course"].items()}
    found.states_of_people = states
    return found


def question_of(paths: Sequence[str] | None, course: Course | None) -> Question:
    """What is asked, whatever the day: the worker asks it again."""
    return {"paths": None if paths is None else list(paths), "course": course.pk if course else None}


def standings_count(day: date, paths: Sequence[str] | None, courses: Sequence[Course]) -> Count[Standings]:
    """How the matrix is counted, with the sums and lists that its page shows."""

    def make() -> Standings:
        made = compute(day, units=None if paths is None else [Place(path) for path in paths], courses=courses)
        for name in ("by_unit", "by_course", "states_of_people"):
            getattr(made, name)
        return made

    key = (day, None if paths is None else tuple(paths), tuple((course.pk, course.due_days) for course in courses))
    return Count(key, make, parts_of, lambda parts: standings_of(parts, day, courses))


def _asked_again(question: Question) -> Count[Standings]:
    """The same question today."""
    day, course = clock.today(), question["course"]
    courses = [one for one in required_courses(day) if course in (None, one.pk)]
    return standings_count(day, question["paths"], courses)


kept_standings = CostlyFigures("training.standings", _asked_again, code=(aggregates, standings))
