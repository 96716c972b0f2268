"""Unit x course x person on a day: due, done, late, expired - three queries however many people, counted as sets.

A person is required to do a course that names a post and unit of theirs. The deadline runs from the day on which the
course was required, or from the person's joining where that is later. Who holds two posts is counted once, in the unit
that comes first in the tree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

from django.db.models import Q, QuerySet

from policies.aggregates import JoinedKeys
from policies.training.enums import Standing
from policies.training.models import Certificate, Course, Requirement
from portal.org.models import Appointment, Unit

Key = str  # of a course, as the database joins them: sets of words are made faster than sets of numbers
NOTHING: frozenset[Key] = frozenset()
STATES = (Standing.DONE, Standing.DUE, Standing.LATE, Standing.EXPIRED)  # in the order of PersonStandings and Totals


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
        yield from zip(STATES, self, strict=True)


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


@dataclass
class Standings:
    """The matrix on a day, for the people of some units: `people` in the order of units and staff numbers.

    Its sums and lists are made once: nobody changes it after `compute`.
    """

    day: date
    courses: list[Course]
    people: list[int] = field(default_factory=list)
    unit_of: dict[int, int] = field(default_factory=dict)
    standings: Mapping[int, PersonStandings] = field(default_factory=dict)
    _listed: dict[frozenset[Standing], list[int]] = field(default_factory=dict)

    @cached_property
    def cells(self) -> _Cells:
        """What is required where. One query."""
        return _Cells(self.day, self.courses)

    @cached_property
    def states_of_people(self) -> bytes:
        """For each of the people the states that they have a course in, as bits in the order of PersonStandings."""
        return bytes(
            sum(bit for bit, keys in zip((1, 2, 4, 8), self.standings[person], strict=True) if keys)
            for person in self.people
        )

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
        if not self.courses or not people:
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
            bits = sum(1 << place for place, state in enumerate(STATES) if state in wanted)
            self._listed[wanted] = [
                person for person, has in zip(self.people, self.states_of_people, strict=True) if has & bits
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
    held = Appointment.objects.on(day)
    if units is not None:
        within = Q()
        for unit in units:
            within |= Q(unit__path__startswith=unit.path)
        held = held.filter(within)
    made.standings = _judge(made, _place_people(made, held), held if units is not None else None)
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


def _place_people(made: Standings, held: QuerySet[Appointment]) -> dict[int, PersonStandings]:
    """Who is there, where, and what is required of each. Only who joined lately needs the day of joining."""
    cells = made.cells
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
    return {person: _without_certificates(filled_cells, cells) for person, filled_cells in places.items()}


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


def _judge(
    made: Standings, standings: dict[int, PersonStandings], held: QuerySet[Appointment] | None
) -> dict[int, PersonStandings]:
    """Takes what was done out of what is due. `held` narrows the certificates to the people in question."""
    given = Certificate.objects.given_by(made.day).filter(course__in=[course.pk for course in made.courses])
    if held is not None:
        given = given.filter(person__in=held.order_by().values("person"))
    valid = Q(valid_until__isnull=True) | Q(valid_until__gte=made.day)
    rows = (
        given.order_by().values("person_id").annotate(all=JoinedKeys("course"), now=JoinedKeys("course", filter=valid))
    )
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
    return standings
