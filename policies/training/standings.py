"""Unit x course x person on a day: due, done, late, expired - three queries however many people, counted as sets.

A person is required to do a course that names a post and unit of theirs. The deadline runs from the day on which the
course was required, or from the person's joining where that is later. Who holds two posts is counted once, in the unit
that comes first in the tree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from policies.aggregates import JoinedKeys
from policies.training.enums import OVERDUE, Standing
from policies.training.models import Certificate, Course, Requirement
from portal.jobs.figures import CostlyFigures, Count, Question
from portal.lib import clock
from portal.org.models import Appointment, Unit

Key = str  # of a course, as the database joins them: sets of words are made faster than sets of numbers
NOTHING: frozenset[Key] = frozenset()
# Lists of people by what the address asks for.
SHOWN: dict[str, tuple[Standing, ...]] = {
    "overdue": OVERDUE,
    "late": (Standing.LATE,),
    "expired": (Standing.EXPIRED,),
    "due": (Standing.DUE,),
    "done": (Standing.DONE,),
}


class Place(NamedTuple):
    """A unit by its place in the tree."""

    path: str


@dataclass(frozen=True)
class Cell:
    """What is required of everybody with one post in one unit: course -> the day from which it is."""

    since: dict[Key, date]
    required: frozenset[Key]
    late: frozenset[Key]  # of these, the ones whose deadline is over for who was there from the beginning


class PersonStandings(NamedTuple):
    """Required courses of a person by how they stand."""

    done: frozenset[Key]
    due: frozenset[Key]
    late: frozenset[Key]
    expired: frozenset[Key]

    @property
    def overdue(self) -> frozenset[Key]:
        return self.late | self.expired

    def of(self, key: Key) -> Standing | None:
        """How one course stands; None where it is not required."""
        for state, keys in self.pairs():
            if key in keys:
                return state
        return None

    def pairs(self) -> Iterator[tuple[Standing, frozenset[Key]]]:
        yield from zip(
            (Standing.DONE, Standing.DUE, Standing.LATE, Standing.EXPIRED),
            (self.done, self.due, self.late, self.expired),
            strict=True,
        )


@dataclass
class Totals:
    """How many times a course was required, and how these stand."""

    done: int = 0
    due: int = 0
    late: int = 0
    expired: int = 0

    def add(self, other: PersonStandings) -> None:
        self.done += len(other.done)
        self.due += len(other.due)
        self.late += len(other.late)
        self.expired += len(other.expired)

    def join(self, other: Totals) -> None:
        self.done += other.done
        self.due += other.due
        self.late += other.late
        self.expired += other.expired

    @property
    def required(self) -> int:
        return self.done + self.due + self.late + self.expired

    @property
    def overdue(self) -> int:
        return self.late + self.expired

    @property
    def share(self) -> float | None:
        """Done of required; None where nothing is required."""
        return self.done / self.required if self.required else None


class PackedStandings(MutableMapping[int, PersonStandings]):
    """How people stand, a byte for each course; made into sets when somebody looks at one."""

    def __init__(self, keys: Sequence[Key], rows: dict[int, Any]) -> None:
        self.keys_of_courses, self.rows = keys, rows  # a person's row: bytes, or sets once looked at

    @classmethod
    def of(cls, standings: MutableMapping[int, PersonStandings], keys: Sequence[Key]) -> PackedStandings:
        places = {key: place for place, key in enumerate(keys)}
        rows = {}
        for person, standing in standings.items():
            row = bytearray(len(keys))
            for number, found in enumerate(standing, start=1):
                for key in found:
                    row[places[key]] = number
            rows[person] = bytes(row)
        return cls(keys, rows)

    def __getitem__(self, person: int) -> PersonStandings:
        row = self.rows[person]
        if isinstance(row, bytes):
            keys = self.keys_of_courses
            found: list[list[Key]] = [[], [], [], [], []]
            for place, number in enumerate(row):
                found[number].append(keys[place])
            row = self.rows[person] = PersonStandings(*map(frozenset, found[1:]))
        return row

    def __setitem__(self, person: int, standing: PersonStandings) -> None:
        self.rows[person] = standing

    def __delitem__(self, person: int) -> None:
        del self.rows[person]

    def __iter__(self) -> Iterator[int]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


@dataclass
class Standings:
    """The matrix on a day, for the people of some units: `people` in the order of units and staff numbers.

    Its sums and lists are made once: nobody changes it after `compute`.
    """

    day: date
    courses: list[Course]
    people: list[int] = field(default_factory=list)
    unit_of: dict[int, int] = field(default_factory=dict)
    standings: MutableMapping[int, PersonStandings] = field(default_factory=dict)
    cells: _Cells | None = None  # what is required where
    _listed: dict[frozenset[Standing], list[int]] = field(default_factory=dict)

    def __getstate__(self) -> dict[str, Any]:
        """Stored with a byte for each person and course: thousands of sets would take long to make again."""
        return vars(self) | {"standings": PackedStandings.of(self.standings, [str(one.pk) for one in self.courses])}

    @cached_property
    def by_unit(self) -> dict[int, Totals]:
        """Totals of each unit's own people."""
        found: dict[int, Totals] = {}
        for person, standing in self.standings.items():
            unit = self.unit_of[person]
            totals = found.get(unit)
            if totals is None:
                totals = found[unit] = Totals()
            totals.add(standing)
        return found

    @cached_property
    def by_course(self) -> dict[int, Totals]:
        counts: dict[str, Counter[Key]] = {state.value: Counter() for state in Standing}
        for standing in self.standings.values():
            for state, keys in standing.pairs():
                if keys:
                    counts[state.value].update(keys)
        return {
            course.pk: Totals(*(counts[state][str(course.pk)] for state in ("done", "due", "late", "expired")))
            for course in self.courses
        }

    def deadlines(self, people: Collection[int]) -> dict[tuple[int, str], date]:
        """Until when each of these people has to do each course that is required of them, for the first time, by
        person and key of the course. One query, for the people of a page."""
        if self.cells is None or not people:
            return {}
        held = Appointment.objects.on(self.day).filter(person__in=people)
        starts: dict[tuple[int, str], date] = {}
        for person, path, post, joined in held.values_list("person_id", "unit__path", "post_id", "starts_on"):
            for key, since in self.cells.of(path, post).since.items():
                begun = max(since, joined)
                starts[person, key] = min(begun, starts.get((person, key), begun))
        days = {str(course.pk): timedelta(days=course.due_days) for course in self.courses}
        return {(person, key): begun + days[key] for (person, key), begun in starts.items()}

    def with_any(self, states: Iterable[Standing]) -> list[int]:
        """People with at least one required course in one of these states, in their order."""
        wanted = frozenset(states)
        if wanted not in self._listed:
            self._listed[wanted] = [
                person
                for person in self.people
                if any(keys and state in wanted for state, keys in self.standings[person].pairs())
            ]
        return self._listed[wanted]


def required_courses(day: date) -> QuerySet[Course]:
    """Courses that were open on the day and are required of somebody, by title."""
    asked = Requirement.objects.filter(since__lte=day).values("course")
    open_then = Q(opened_on__lte=day) & (Q(closed_on__isnull=True) | Q(closed_on__gt=day))
    return Course.objects.filter(open_then, pk__in=asked).order_by("title", "pk")


def compute(
    day: date, *, units: Sequence[Unit | Place] | None = None, courses: Sequence[Course] | None = None
) -> Standings:
    """The standings of everybody in these units and below (None: everywhere) with these courses (None: all required).

    Three queries, four where the courses are not given.
    """
    chosen = list(required_courses(day)) if courses is None else list(courses)
    made = Standings(day, chosen)
    if not chosen or (units is not None and not units):
        return made
    cells = made.cells = _Cells(day, chosen)
    held = Appointment.objects.on(day)
    if units is not None:
        within = Q()
        for unit in units:
            within |= Q(unit__path__startswith=unit.path)
        held = held.filter(within)
    _place_people(made, cells, held)
    _judge(made, held if units is not None else None)
    return made


class _Cells:
    """What is required where, worked out once for each post in each unit."""

    def __init__(self, day: date, courses: Sequence[Course]) -> None:
        self.day = day
        self.courses = {course.pk: course for course in courses}
        self.lines = list(Requirement.objects.filter(course__in=self.courses, since__lte=day).select_related("unit"))
        self.longest = max(course.due_days for course in courses)
        self._kept: dict[tuple[str, int], Cell] = {}

    def of(self, unit_path: str, post_id: int) -> Cell:
        cell = self._kept.get((unit_path, post_id))
        if cell is None:
            cell = self._kept[unit_path, post_id] = self._make(unit_path, post_id)
        return cell

    def _make(self, unit_path: str, post_id: int) -> Cell:
        since: dict[Key, date] = {}
        for line in self.lines:
            if line.names(unit_path, post_id):
                key, course = str(line.course_id), self.courses[line.course_id]
                begun = max(line.since, course.opened_on or line.since)
                since[key] = min(begun, since.get(key, begun))
        late = frozenset(key for key, begun in since.items() if self.is_late(key, begun))
        return Cell(since, frozenset(since), late)

    def is_late(self, key: Key, begun: date) -> bool:
        return begun + timedelta(days=self.courses[int(key)].due_days) < self.day


def _place_people(made: Standings, cells: _Cells, held: QuerySet[Appointment]) -> None:
    """Who is there, where, and what is required of each. Only who joined lately needs the day of joining."""
    lately = held.filter(starts_on__gt=made.day - timedelta(days=cells.longest + 1))
    joined = {row[:3]: row[3] for row in lately.values_list("person_id", "unit_id", "post_id", "starts_on")}
    rows = held.order_by("unit__path", "person__staff_number", "pk")
    places: dict[int, list[tuple[Cell, date | None]]] = {}
    for person, unit, post, path in rows.values_list("person_id", "unit_id", "post_id", "unit__path"):
        filled = (cells.of(path, post), joined.get((person, unit, post)) if joined else None)
        if person in made.unit_of:
            places[person].append(filled)
            continue
        made.unit_of[person] = unit
        made.people.append(person)
        places[person] = [filled]
    for person, filled_cells in places.items():
        made.standings[person] = _without_certificates(filled_cells, cells)


def _without_certificates(filled: list[tuple[Cell, date | None]], cells: _Cells) -> PersonStandings:
    """How a person would stand who did nothing yet: due or late."""
    cell, joined = filled[0]
    if len(filled) == 1 and joined is None:
        return PersonStandings(NOTHING, cell.required - cell.late, cell.late, NOTHING)
    starts: dict[Key, date] = {}
    for cell, joined in filled:
        for key, since in cell.since.items():
            begun = max(since, joined or since)
            starts[key] = min(begun, starts.get(key, begun))
    late = frozenset(key for key, begun in starts.items() if cells.is_late(key, begun))
    return PersonStandings(NOTHING, frozenset(starts) - late, late, NOTHING)


def _judge(made: Standings, held: QuerySet[Appointment] | None) -> None:
    """Takes what was done out of what is due. `held` narrows the certificates to the people in question."""
    given = Certificate.objects.given_by(made.day).filter(course__in=[course.pk for course in made.courses])
    if held is not None:
        given = given.filter(person__in=held.order_by().values("person"))
    valid = Q(valid_until__isnull=True) | Q(valid_until__gte=made.day)
    rows = (
        given.order_by().values("person_id").annotate(all=JoinedKeys("course"), now=JoinedKeys("course", filter=valid))
    )
    standings = made.standings
    for person, every, still in rows.values_list("person_id", "all", "now"):
        before = standings.get(person)
        if before is None:
            continue
        done = frozenset(still.split(",")) if still else NOTHING
        expired = NOTHING if every == still else frozenset(every.split(",")) - done
        required = before.due | before.late
        standings[person] = PersonStandings(
            required & done, before.due - done - expired, before.late - done - expired, required & expired
        )


# ---- kept for a large organisation ----------------------------------------------------------------------------------
def question_of(paths: Sequence[str] | None, course: Course | None) -> Question:
    """What is asked, whatever the day: the worker asks it again."""
    return {"paths": None if paths is None else list(paths), "course": course.pk if course else None}


def standings_count(day: date, paths: Sequence[str] | None, courses: Sequence[Course]) -> Count[Standings]:
    """How the matrix is counted, with the sums and the list that its page shows first."""

    def make() -> Standings:
        made = compute(day, units=None if paths is None else [Place(path) for path in paths], courses=courses)
        for name in ("by_unit", "by_course"):
            getattr(made, name)
        for states in (tuple(Standing), *SHOWN.values()):
            made.with_any(states)
        return made

    key = (day, None if paths is None else tuple(paths), tuple((course.pk, course.due_days) for course in courses))
    return Count(key, make)


def _asked_again(question: Question) -> Count[Standings]:
    """The same question today."""
    day, course = clock.today(), question["course"]
    courses = [one for one in required_courses(day) if course in (None, one.pk)]
    return standings_count(day, question["paths"], courses)


kept_standings = CostlyFigures("training.standings", Standings, _asked_again)
