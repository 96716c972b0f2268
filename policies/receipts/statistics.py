"""Who was asked, who confirmed, who is open or overdue: for many units and editions in a handful of queries.

Everything is derived at the moment of asking from appointments, audiences, receipts and the roster, so it follows
people as they join, move and go on leave. Sets of keys do what a query per person would do (tests/bench compares them).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from policies.audience import Asking, Held, Staff, asking_on, confirmed_by, names_post
from policies.deadlines import days_given, deadline, leave_of, longest_wait, starts_on
from policies.models import Receipt
from policies.receipts.enums import WAITING, ReceiptState
from policies.receipts.packed import PackedPeople, PackedStates, bytes_of, numbers_of
from policies.receipts.permissions import Scope
from portal.jobs.figures import Parts
from portal.org.models import Person, Post, Unit

STATES = ("confirmed", "open", "overdue")  # in the order of Counts


@dataclass
class Counts:
    """`asked` is the sum of the three others."""

    asked: int = 0
    confirmed: int = 0
    open: int = 0
    overdue: int = 0

    def add(self, other: Counts) -> None:
        self.asked += other.asked
        self.confirmed += other.confirmed
        self.open += other.open
        self.overdue += other.overdue


@dataclass(frozen=True)
class Standing:
    """One edition among the people in view. `states` are disjoint sets of keys of people."""

    asking: Asking
    asked: Mapping[int, Held]
    states: Mapping[str, set[int]]
    paths: tuple[str, ...] | None

    @cached_property
    def counts(self) -> Counts:
        return Counts(len(self.asked), *(self.many(state) for state in STATES))

    def many(self, state: str) -> int:
        """How many people are in it."""
        return self.states.many(state) if isinstance(self.states, PackedStates) else len(self.states[state])


@dataclass
class Entry:
    """A person who was asked, as the list shows it."""

    asking: Asking
    person_id: int
    held: Held
    state: str
    start: date
    deadline: date | None = None
    days_late: int = 0
    on_leave: bool = False
    person: Person | None = None
    post: str = ""
    unit: str = ""
    receipt: Receipt | None = None


class Overview:
    """The editions in force on a day and the people in view: those of the scope, in `unit` and below where given."""

    def __init__(
        self,
        scope: Scope,
        day: date,
        *,
        unit_path: str = "",
        regulation: str = "",
        asking: list[Asking] | None = None,
        stored: Parts | None = None,
    ) -> None:
        """`stored`: what `parts` of the same overview gave; nothing is counted then."""
        self.scope, self.day, self.unit_path = scope, day, unit_path
        self.all_asking = asking_on(day) if asking is None else asking
        views = [(one, self._view(one)) for one in self.all_asking]
        self.visible = [one for one, paths in views if paths is None or paths]
        chosen = [(one, paths) for one, paths in views if (paths is None or paths) and regulation in ("", one.slug)]
        self._paths = self._all_paths([paths for _one, paths in chosen])
        self._below: dict[tuple[str, ...], dict[str, Counts]] = {}
        self._starts: dict[int, dict[int, date]] = {}
        self.standings: list[Standing] = []
        if stored is None:
            self._count(chosen)
        else:
            self._take(stored, chosen)

    def _count(self, chosen: list[tuple[Asking, tuple[str, ...] | None]]) -> None:
        asked = [(one, paths, self.staff.asked(one.rules, paths)) for one, paths in chosen]
        people = {person for _one, _paths, found in asked for person in found}
        confirmed = confirmed_by((one for one, _paths in chosen), people=people)
        self._given, self._longest = days_given(), longest_wait()
        self._joiners: dict[int, tuple[list[date], list[int]]] = {}
        open_ = [(one, paths, found, found.keys() - confirmed[one.edition_id]) for one, paths, found in asked]
        self._leave = self._leave_that_matters(open_)
        for one, paths, found, waiting in open_:
            overdue = self._overdue(one, found, waiting)
            states = {"confirmed": found.keys() - waiting, "open": waiting - overdue, "overdue": overdue}
            self.standings.append(Standing(one, found, states, paths))  # type: ignore[arg-type]

    # ---- stored ------------------------------------------------------------------------------------------------------
    def parts(self) -> Parts:
        """What was counted. Editions that ask the same people share their columns."""
        columns: list[bytes] = []
        audiences: dict[int, int] = {}
        head: dict[str, Any] = {"places": [], "audiences": []}
        for standing in self.standings:
            if id(standing.asked) not in audiences:
                audiences[id(standing.asked)] = len(head["places"])
                found, places = PackedPeople.columns(standing.asked)
                head["places"].append(places)
                columns += found
        for standing in self.standings:
            late = self._starts[standing.asking.edition_id]
            head["audiences"].append([standing.asking.edition_id, audiences[id(standing.asked)]])
            columns.append(PackedStates.column(STATES, standing.states, standing.asked))
            columns += [bytes_of(late), bytes_of(day.toordinal() for day in late.values())]
        head["below"] = [
            [tops, {path: [one.asked, one.confirmed, one.open, one.overdue] for path, one in rows.items()}]
            for tops, rows in list(self._below.items())
        ]
        return Parts(head, columns)

    def _take(self, stored: Parts, chosen: list[tuple[Asking, tuple[str, ...] | None]]) -> None:
        """Raises where the parts do not fit."""
        columns = iter(stored.columns)
        people = [
            PackedPeople([next(columns) for _ in range(3)], [(path, post) for path, post in places])
            for places in stored.head["places"]
        ]
        for (one, paths), (edition, audience) in zip(chosen, stored.head["audiences"], strict=True):
            if one.edition_id != edition:
                raise ValueError("these are other editions")
            asked = people[audience]
            self.standings.append(Standing(one, asked, PackedStates(STATES, next(columns), asked), paths))
            late, days = numbers_of(next(columns)), numbers_of(next(columns))
            self._starts[edition] = dict(zip(late, map(date.fromordinal, days), strict=True))
        for tops, rows in stored.head["below"]:
            self._below[tuple(tops)] = {path: Counts(*numbers) for path, numbers in rows.items()}

    @cached_property
    def staff(self) -> Staff:
        return Staff(self.day, self._paths)

    # ---- whose people ------------------------------------------------------------------------------------------------
    def _view(self, asking: Asking) -> tuple[str, ...] | None:
        """The units in view for an edition: None for all."""
        paths = self.scope.paths_for(asking)
        if not self.unit_path:
            return paths
        if paths is None or any(self.unit_path.startswith(path) for path in paths):
            return (self.unit_path,)
        return tuple(path for path in paths if path.startswith(self.unit_path))

    @staticmethod
    def _all_paths(views: list[tuple[str, ...] | None]) -> tuple[str, ...] | None:
        if any(paths is None for paths in views):
            return None
        return tuple(sorted({path for paths in views for path in paths or ()}))

    # ---- who is late -------------------------------------------------------------------------------------------------
    def _joined_after(self, asked: dict[int, Held], day: date) -> Iterable[int]:
        """Of these people, those whose appointment began after the day. Sorted once for each audience."""
        if id(asked) not in self._joiners:
            ordered = sorted((held.since, person) for person, held in asked.items())
            self._joiners[id(asked)] = ([since for since, _person in ordered], [person for _since, person in ordered])
        days, people = self._joiners[id(asked)]
        return people[bisect_right(days, day) :]

    def _late_starters(self, one: Asking, asked: dict[int, Held], waiting: Any) -> dict[int, date]:
        """Of those waiting, who joined the audience after the effective day, and when."""
        found = {}
        for person in self._joined_after(asked, one.effective_on):
            if person in waiting:
                start = starts_on(one.effective_on, self.staff.joined(one.rules, person, asked[person].since))
                if start > one.effective_on:
                    found[person] = start
        return found

    def _leave_that_matters(self, open_: list[tuple[Any, ...]]) -> dict[int, list[date]]:
        """The leave of those for whom it decides whether they are late: the days given are over, the longest wait is
        not."""
        people: set[int] = set()
        earliest = self.day
        for one, _paths, asked, waiting in open_:
            late = self._starts[one.edition_id] = self._late_starters(one, asked, waiting)
            if self._leave_decides(one.effective_on):
                people |= waiting - late.keys()
                earliest = min(earliest, one.effective_on)
            for person, start in late.items():
                if self._leave_decides(start):
                    people.add(person)
                    earliest = min(earliest, start)
        return leave_of(people, earliest, self.day)

    def _leave_decides(self, start: date) -> bool:
        return start + self._given < self.day <= start + self._longest

    def _is_overdue(self, person: int, start: date) -> bool:
        if start + self._given >= self.day:
            return False
        leave = self._leave.get(person)
        if leave is None or start + self._longest < self.day:
            return True
        return deadline(start, leave) < self.day

    def _overdue(self, one: Asking, asked: dict[int, Held], waiting: Any) -> set[int]:
        late = self._starts[one.edition_id]
        found = {person for person, start in late.items() if self._is_overdue(person, start)}
        others = waiting - late.keys()
        if not self._leave_decides(one.effective_on):
            return found | others if one.effective_on + self._longest < self.day else found
        excused = {person for person in others & self._leave.keys() if not self._is_overdue(person, one.effective_on)}
        return found | (others - excused)

    def start_of(self, standing: Standing, person: int) -> date:
        return self._starts[standing.asking.edition_id].get(person, standing.asking.effective_on)

    # ---- sums --------------------------------------------------------------------------------------------------------
    @cached_property
    def total(self) -> Counts:
        total = Counts()
        for standing in self.standings:
            total.add(standing.counts)
        return total

    def below(self, tops: tuple[str, ...]) -> dict[str, Counts]:
        """Sums by the parts of these units, made once."""
        if tops not in self._below:
            self._below[tops] = self.by_unit(rows_of_units(tops))
        return self._below[tops]

    def by_unit(self, row_of: Callable[[str], str]) -> dict[str, Counts]:
        """Sums by rows of units: `row_of(path)` names the row of a unit. Who holds posts in two rows counts in both."""
        cells: dict[Any, dict[str, set[int]]] = {}
        rows: dict[str, Counts] = {}
        for standing in self.standings:
            key = (frozenset(standing.asking.rules), standing.paths)
            if key not in cells:
                cells[key] = self._people_by_row(standing, row_of)
            for row, people in cells[key].items():
                confirmed = len(people & standing.states["confirmed"])
                overdue = len(people & standing.states["overdue"])
                found = Counts(len(people), confirmed, len(people) - confirmed - overdue, overdue)
                rows.setdefault(row, Counts()).add(found)
        return dict(sorted(rows.items()))

    def _people_by_row(self, standing: Standing, row_of: Callable[[str], str]) -> dict[str, set[int]]:
        found: dict[str, set[int]] = {}
        for (path, post_id), people in self.staff.groups.items():
            if standing.paths is not None and not path.startswith(standing.paths):
                continue
            if any(names_post(rule, path, post_id) for rule in standing.asking.rules):
                found.setdefault(row_of(path), set()).update(person for person, _since in people)
        return found

    # ---- people ------------------------------------------------------------------------------------------------------
    def people(self, state: str) -> People:
        """Those in this state, the regulation in force for longest first; a sequence whose slices are filled."""
        return People(self, state)


class People(Sequence[Entry]):
    """Everybody in a state, edition by edition; what a page shows is looked up for its slice alone."""

    def __init__(self, overview: Overview, state: str) -> None:
        self.overview, self.state = overview, state
        found = [standing for standing in overview.standings if standing.many(state)]
        self.standings = sorted(found, key=lambda standing: (standing.asking.effective_on, standing.asking.title))

    def __len__(self) -> int:
        return sum(standing.many(self.state) for standing in self.standings)

    def __getitem__(self, place: Any) -> Any:
        if not isinstance(place, slice):
            return self[place : place + 1][0]
        first, last, _step = place.indices(len(self))
        return filled(self.overview, list(self._between(first, last)), self.state)

    def _between(self, first: int, last: int) -> Iterator[Entry]:
        for standing in self.standings:
            many = standing.many(self.state)
            if first < many and last > 0:
                people = standing.states[self.state]
                ordered = sorted((self.overview.start_of(standing, person), person) for person in people)
                for start, person in ordered[max(first, 0) : last]:
                    yield Entry(standing.asking, person, standing.asked[person], self.state, start)
            first, last = first - many, last - many


def filled(overview: Overview, entries: list[Entry], state: str) -> list[Entry]:
    """Entries with names, deadlines and receipts: six queries for all of them. Who was deleted since the count is left
    out."""
    keys = {entry.person_id for entry in entries}
    people = {person.pk: person for person in _in_parts(keys)}
    entries = [entry for entry in entries if entry.person_id in people]
    if not entries:
        return []
    posts = dict(Post.objects.values_list("pk", "title"))
    units = dict(Unit.objects.filter(path__in={entry.held.path for entry in entries}).values_list("path", "name"))
    starts = [entry.start for entry in entries]
    waiting = state in WAITING
    leave = leave_of(keys, min(starts), max(starts) + longest_wait()) if waiting else {}
    away = leave_of(keys, overview.day - timedelta(days=1), overview.day) if waiting else {}
    receipts = _receipts(entries, keys) if state == ReceiptState.CONFIRMED else {}
    for entry in entries:
        days = leave.get(entry.person_id, [])
        entry.person = people[entry.person_id]
        entry.post, entry.unit = posts.get(entry.held.post_id, ""), units.get(entry.held.path, "")
        entry.deadline = deadline(entry.start, days)
        entry.days_late = max((overview.day - entry.deadline).days, 0) if state == ReceiptState.OVERDUE else 0
        entry.on_leave = entry.person_id in away
        entry.receipt = receipts.get((entry.asking.regulation_id, entry.person_id))
    return entries


def _in_parts(keys: set[int], many: int = 5000) -> Iterator[Person]:
    ordered = sorted(keys)
    for first in range(0, len(ordered), many):
        yield from Person.objects.filter(pk__in=ordered[first : first + many])


def _receipts(entries: list[Entry], keys: set[int]) -> dict[tuple[int, int], Receipt]:
    """The last receipt that counts, by regulation and person."""
    editions = {pk for entry in entries for pk in entry.asking.counts}
    found = Receipt.objects.filter(edition__in=editions).select_related("edition")
    found = found.order_by("edition__number", "at", "pk")
    if len(keys) <= 5000:
        found = found.filter(person__in=keys)
    return {(receipt.edition.regulation_id, receipt.person_id): receipt for receipt in found}


def rows_of_units(tops: Sequence[str]) -> Callable[[str], str]:
    """`row_of(path)` for Overview.by_unit: the direct parts of the one unit in view (or itself, for who belongs to no
    part); where several are in view, these."""

    def row_of(path: str) -> str:
        top = next((top for top in tops if path.startswith(top)), "")
        return top if len(tops) > 1 and top else path[: len(top) + Unit.steplen]

    return row_of
