"""Where the apps above (cases, surveys …) say what a revisit may be about and what is drawn each week: revisits import
none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from portal.lib.registries import Registry
from portal.org.models import Person, Unit


@dataclass(frozen=True)
class ShownSubject:
    """What a revisit is about, for one reader: `url` is empty where the reader may not open it."""

    title: Any
    url: str = ""
    facts: Sequence[tuple[Any, Any]] = ()
    text: Any = ""


class RevisitSubject(Protocol):
    """What the app that owns the record does for its revisits."""

    def show(self, subject_id: str, reader: Any) -> ShownSubject | None:
        """The record in a few words; None where it is gone."""

    def satisfied(self, revisit: Any, *, by: Any, now: datetime) -> None:
        """Within the transaction that finishes the revisit: the customer is content."""

    def unsatisfied(self, revisit: Any, *, by: Any, now: datetime) -> Any:
        """The same, when the customer is not: makes the rework by itself and returns it (shown as a link), or None."""


# label of a record's model ("case_orders.workorder") -> what it does for its revisits
revisit_subjects: Registry[RevisitSubject] = Registry("subject of a revisit")


# label of a record's model -> (subject_id, by, words, now): a defect under watch is back, the rework begins by itself
returned_defects: Registry[Callable[[str, Any, str, datetime], Any]] = Registry("defect that is back")


@dataclass(frozen=True)
class Candidate:
    """One thing that may be drawn; `finished_at` tells whether it belongs to an earlier week than the one frozen."""

    subject_type: str
    subject_id: str
    key: str  # its number; what the draw is computed with
    office: Unit
    finished_at: datetime
    title: str
    place: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    handlers: Sequence[Person] = ()


@dataclass(frozen=True)
class Population:
    """What one source offers to the weekly draw. `finished_before(moment)` gives everything finished before it,
    whatever week; what is in a population already is left out by the caller. `details(ids)` gives the candidates with
    contacts and handlers, for those that are drawn."""

    label: Any
    reason: Any
    finished_before: Callable[[datetime], Iterable[Candidate]]
    details: Callable[[str], Candidate]


draw_populations: Registry[Population] = Registry("population of the weekly draw")
