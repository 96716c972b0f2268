"""Where an app registers, in `apps.py: ready()`, what other rooms need of it: needs that point upward are met here.

Every registry holds named entries in a stable order; registering the same name twice is an error of the programmer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """Named entries, in the order of their `order` and then of their registration."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._entries: dict[str, tuple[int, T]] = {}

    def register(self, name: str, entry: T, *, order: int = 50) -> T:
        if name in self._entries and self._entries[name][1] is not entry:
            raise RuntimeError(f"{self.what} {name!r} is registered twice")
        self._entries[name] = (order, entry)
        return entry

    def get(self, name: str) -> T | None:
        found = self._entries.get(name)
        return found[1] if found else None

    def names(self) -> list[str]:
        return [name for name, _ in self.items()]

    def items(self) -> list[tuple[str, T]]:
        ordered = sorted(self._entries.items(), key=lambda pair: pair[1][0])
        return [(name, entry) for name, (_, entry) in ordered]

    def __iter__(self) -> Iterator[T]:
        return iter([entry for _, entry in self.items()])


@dataclass(frozen=True)
class Tile:
    """One thing that waits for the reader on the home page. `count` None shows no number; `urgent` colours it."""

    title: Any
    url: str
    text: Any = ""
    count: int | None = None
    urgent: bool = False
    icon: str = "circle"
    rows: tuple[tuple[Any, str], ...] = ()  # up to a few (label, url) lines, the next things to do


@dataclass(frozen=True)
class NavItem:
    """One entry of the main navigation, shown when `visible(reader)`."""

    title: Any
    url_name: str
    icon: str
    visible: Callable[[Any], bool]


@dataclass(frozen=True)
class NavTab:
    """A part of what an entry of the navigation leads to: a tab on every page below that entry's address.

    `entry` is the name under which the entry is registered; `visible(reader)` is true only for who may open
    `url_name`; it is asked on the pages below that entry alone, and asks the database once at most. `also` names
    further routes without arguments: who stands there or below is in this tab, too.
    """

    entry: str
    title: Any
    url_name: str
    visible: Callable[[Any], bool]
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Measured:
    """What a measure found for a unit and period: how many were due, done, missed, and where the rows are."""

    due: int
    done: int
    missed: int
    rows_url: str = ""
    note: Any = ""
    late: int = 0  # of those missed: made good after the period was over
    smallest: int = 0  # numbers of fewer than this tell too much about single people: shown within the unit only


@dataclass(frozen=True)
class Passage:
    """What search reads: one clause, guide item, notice, bulletin ... with its address and who may read it.

    `audience` is a set of reader tokens (see portal.org.readers); a reader holding any one of them may read.
    `version` never goes backwards for one key: an older version never overwrites a newer one.
    """

    key: str
    kind: str  # clause, guide, notice, bulletin ...
    title: str
    body: str
    url: str
    audience: frozenset[str]
    number: str = ""
    version: int = 0
    in_force: bool = True
    language: str = "zh"
    context: str = ""  # the regulation's title above a clause, the guide's section


@dataclass(frozen=True)
class SearchSource:
    """`keys()` all keys of the source, `passages(keys)` what they say now (a key that yields nothing is deleted)."""

    name: str
    label: Any
    keys: Callable[[], Iterable[str]]
    passages: Callable[[Iterable[str]], Iterable[Passage]]


@dataclass(frozen=True)
class DemoLogin:
    """One account of the demo company as the login page offers it: who that is, and what to try as that person."""

    username: str
    password: str
    role: Any
    try_this: Any = ""


@dataclass(frozen=True)
class Scheduled:
    """Scheduled work: `moments(since, until)` yields the moments it is due in (since, until]; `run(moment)` does it.

    Each (name, moment) runs once, however often `tick` is called.
    """

    name: str
    moments: Callable[[datetime, datetime], Iterable[datetime]]
    run: Callable[[datetime], Any]


@dataclass(frozen=True)
class ClauseMark:
    """Something that stands beside a clause for one reader: a ruling, a deviation in force, whether it is kept."""

    clause_id: int  # of the clause that keeps its identity from edition to edition
    kind: str  # "ruling", "deviation", "obligation" ...
    label: Any
    url: str = ""
    tone: str = "info"  # of the badge: info, success, warning, danger
    text: Any = ""


@dataclass(frozen=True)
class ClauseAct:
    """Something a reader can do about a clause: ask what it means, propose a better wording.

    `url(edition_id, clause_id)` is where it is done; `visible(reader)` for whom.
    """

    title: Any
    icon: str
    url: Callable[[int, int], str]
    visible: Callable[[Any], bool]


@dataclass(frozen=True)
class BundlePart:
    """What goes out together with an edition, or not at all: the forms, quiz or course that belong to it.

    `check(edition)` gives a sentence for each thing that is still missing; while there is one, nothing is issued.
    `run(by, edition, now)` does the part's own verb inside the transaction that issues; what it raises undoes all.
    `names(edition)` says what would go out with this edition: nothing to say, nothing shown.
    """

    label: Any
    check: Callable[[Any], list[str]]
    run: Callable[[Any, Any, datetime], Any]
    names: Callable[[Any], list[str]] = lambda edition: []


home_tiles: Registry[Callable[[Any], list[Tile]]] = Registry("home tile")  # (reader) -> tiles
# (reader) -> what this reader may do here unasked: file a complaint, look progress up, open the guide. On the home page
# and at the foot of every page, so it asks the database nothing.
entrances: Registry[Callable[[Any], list[Tile]]] = Registry("entrance")
# (reader) -> what else belongs to the regulations for this reader: links at the top of their list. Asks the database
# nothing beyond the reader's appointments.
library_doors: Registry[Callable[[Any], list[Tile]]] = Registry("library door")
navigation: Registry[NavItem] = Registry("navigation entry")
nav_tabs: Registry[NavTab] = Registry("tab below a navigation entry")
measures: Registry[Callable[[Any, Any], Measured]] = Registry("measure")  # (unit, period) -> Measured
search_sources: Registry[SearchSource] = Registry("search source")
scheduled: Registry[Scheduled] = Registry("scheduled work")
drains: Registry[Callable[[], int]] = Registry("outbox drain")  # topic -> does one batch, returns how many rows
# (reader, edition) -> marks on its clauses, in few queries
clause_marks: Registry[Callable[[Any, Any], Iterable[ClauseMark]]] = Registry("clause mark")
clause_acts: Registry[ClauseAct] = Registry("act on a clause")
demo_builders: Registry[Callable[[Any], None]] = Registry("demo builder")  # (stage) -> builds with verbs
demo_logins: Registry[DemoLogin] = Registry("demo login")  # filled in demo mode only
# What is issued together with an edition of a regulation (policies.actions.bundles).
bundle_parts: Registry[BundlePart] = Registry("part of an issue")
# name of a route that `rows_url` leads to -> (reader) -> may open it; a route that is not here is open to all staff.
rows_guards: Registry[Callable[[Any], bool]] = Registry("guard of rows")
# label of a record's model -> (reader, key of the record) -> may see its files (portal.files)
file_guards: Registry[Callable[[Any, str], bool]] = Registry("file guard")
# (key of a person, edition, day) -> whether the person also passed what the regulation asks: a receipt then says so
passed_proofs: Registry[Callable[[int, Any, date], bool]] = Registry("proof of having passed")
name_guards: Registry[Callable[[], Any]] = Registry("name guard")


@dataclass(frozen=True)
class Figure:
    """A number that carries the address of its rows. `value` None means: no number (zero denominator, suppressed)."""

    name: str
    label: Any
    value: float | int | None
    unit: Any = ""
    numerator: float | int | None = None
    denominator: float | int | None = None
    rows_url: str = ""
    note: Any = ""
    extra: dict[str, Any] = field(default_factory=dict)


def every_day_at(hour: int, minute: int = 0) -> Callable[[datetime, datetime], Iterable[datetime]]:
    """Moments of a daily schedule at hour:minute of the organisation's time zone."""
    from datetime import time, timedelta

    from django.utils import timezone

    def moments(since: datetime, until: datetime) -> Iterator[datetime]:
        day: date = timezone.localdate(since)
        while day <= timezone.localdate(until):
            moment = timezone.make_aware(datetime.combine(day, time(hour, minute)))
            if since < moment <= until:
                yield moment
            day += timedelta(days=1)

    return moments


def last_of_every(minutes: int) -> Callable[[datetime, datetime], Iterable[datetime]]:
    """Of the moments that come every so many minutes of an hour, the last in (since, until]: it finds what those before
    it would have found."""

    def moments(since: datetime, until: datetime) -> Iterator[datetime]:
        last = until.replace(minute=until.minute // minutes * minutes, second=0, microsecond=0)
        if since < last:
            yield last

    return moments
