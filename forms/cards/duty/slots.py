"""What a roster makes people owe, and which card counts for what. Pure: no tables, no clock.

The rule (SAF-14, clause 5.4.1), the same for everybody who asks:

- A card counts for one slot, however many observers it names.
- It can count for a slot of any of its observers: the day of somebody who owes one each day, the shift of a crew leader
  who was on it, or the shift that the others on it share. A card that names its shift counts on that shift; one that
  names none counts on the shift that ran at its time. After midnight a night shift still belongs to the day it began.
- Cards are taken in the order in which they were handed in. Each takes the first free slot of its observers - in the
  order of the end, then each day, each shift, together, then by person - and where none is free, cards taken earlier
  move to another slot of theirs if that frees one. So as many slots as possible are filled, always in the same way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from forms.cards.duty.enums import EXCUSING, ORDER, WRITING_TIME, Duty, SlotState
from portal.org.enums import RosterState

MIDNIGHT = time(0)
ONE_DAY = timedelta(days=1)


class Work(NamedTuple):
    """One line of a roster, with what its person owes."""

    unit: int
    person: int
    day: date
    shift: int | None
    state: str
    reason: str
    duty: Duty


class Seen(NamedTuple):
    """One card, as far as duty looks at it."""

    pk: int
    unit: int
    day: date
    at: time
    shift: int | None
    handed_in_at: datetime
    observers: tuple[int, ...]


class Hours(NamedTuple):
    """From when to when a shift runs; over midnight where it ends before it starts."""

    starts: time
    ends: time

    @property
    def over_midnight(self) -> bool:
        return self.ends != MIDNIGHT and self.ends <= self.starts

    def runs_at(self, at: time, *, next_day: bool) -> bool:
        if next_day:
            return self.over_midnight and at < self.ends
        if self.over_midnight or self.ends == MIDNIGHT:
            return at >= self.starts
        return self.starts <= at < self.ends


@dataclass(slots=True, eq=False)
class Slot:
    """One card owed: by a person on a day, by a leader on a shift, or by the rest of a shift together."""

    duty: Duty
    unit: int
    day: date
    person: int | None
    shift: int | None
    ends_at: datetime  # from then on it is missed
    work_ends_at: datetime  # the end of the work of that day, before which one is reminded
    members: list[int] = field(default_factory=list)  # who can fill it
    excuse: str = ""  # a RosterState, where nothing is owed
    reason: str = ""
    card: Seen | None = None

    @property
    def order(self) -> tuple[datetime, int, int, int]:
        return self.ends_at, ORDER[self.duty], self.person or 0, self.shift or 0

    @property
    def key(self) -> str:
        return f"{self.duty}:{self.unit}:{self.day.isoformat()}:{self.person or 0}:{self.shift or 0}"

    @property
    def is_late(self) -> bool:
        return self.card is not None and self.card.handed_in_at > self.ends_at + WRITING_TIME

    def state(self, now: datetime) -> SlotState:
        if self.excuse:
            return SlotState.EXCUSED
        if self.card is not None:
            return SlotState.LATE if self.is_late else SlotState.DONE
        return SlotState.MISSED if self.ends_at <= now else SlotState.DUE


class SlotMaker:
    """Makes the slots of any number of units from their rosters."""

    def __init__(self, shifts: Mapping[int, Hours], tz: tzinfo) -> None:
        self.shifts, self.tz = shifts, tz
        self._ends: dict[tuple[date, int | None], datetime] = {}

    def slots(self, works: Iterable[Work]) -> list[Slot]:
        """The slots in their order. Two lines of a person and day are two shifts of a leader, one day of a manager."""
        found: dict[tuple, Slot] = {}
        for work in works:
            if work.state == RosterState.OFF:
                continue
            if work.duty == Duty.TOGETHER:
                self._together(found, work)
            else:
                self._alone(found, work)
        return sorted(found.values(), key=lambda slot: slot.order)

    def _alone(self, found: dict[tuple, Slot], work: Work) -> None:
        excused = work.state in EXCUSING
        shift = work.shift if work.duty == Duty.EACH_SHIFT else None
        key = (work.unit, work.day, work.duty, work.person, shift)
        ends = self._end(work.day, work.shift)
        slot = found.get(key)
        if slot is None:
            owed_until = ends if work.duty == Duty.EACH_SHIFT else max(ends, self._end(work.day, None))
            slot = found[key] = Slot(work.duty, work.unit, work.day, work.person, shift, owed_until, ends)
            slot.members.append(work.person)
            slot.excuse, slot.reason = (work.state, work.reason) if excused else ("", "")
        else:  # a manager's second shift of the day
            slot.ends_at, slot.work_ends_at = max(slot.ends_at, ends), max(slot.work_ends_at, ends)
            if not excused:
                slot.excuse = slot.reason = ""

    def _together(self, found: dict[tuple, Slot], work: Work) -> None:
        """Whoever is away from a shift is not of it; a shift on which all are away by `no work` is excused."""
        if work.shift is None:
            return
        key = (work.unit, work.day, work.duty, None, work.shift)
        working = work.state == RosterState.WORKING
        slot = found.get(key)
        if slot is None:
            ends = self._end(work.day, work.shift)
            slot = found[key] = Slot(work.duty, work.unit, work.day, None, work.shift, ends, ends)
            slot.excuse, slot.reason = ("", "") if working else (work.state, work.reason)
        if working:
            slot.members.append(work.person)
            slot.excuse = slot.reason = ""

    def _end(self, day: date, shift: int | None) -> datetime:
        """When the shift that began on this day is over; without one, the midnight after it."""
        known = self._ends.get((day, shift))
        if known is None:
            hours = self.shifts.get(shift) if shift else None
            ends = hours.ends if hours else MIDNIGHT
            after = day + ONE_DAY if hours is None or ends == MIDNIGHT or hours.over_midnight else day
            known = self._ends[day, shift] = datetime.combine(after, ends, tzinfo=self.tz)
        return known


def assign(slots: list[Slot], cards: Iterable[Seen], shifts: Mapping[int, Hours]) -> None:
    """Gives each card to at most one slot, by the rule above. `slots` are in their order."""
    open_to: dict[tuple[int, int, date], list[Slot]] = defaultdict(list)
    for slot in slots:
        if not slot.excuse:
            for person in slot.members:
                open_to[slot.unit, person, slot.day].append(slot)
    choices: dict[int, list[Slot]] = {}
    for card in sorted(cards, key=lambda card: (card.handed_in_at, card.pk)):
        choices[card.pk] = _choices(card, open_to, shifts)
        _place(card, choices, set())


def _choices(
    card: Seen, open_to: Mapping[tuple[int, int, date], list[Slot]], shifts: Mapping[int, Hours]
) -> list[Slot]:
    found = [
        slot
        for observer in card.observers
        for day in (card.day - ONE_DAY, card.day)
        for slot in open_to.get((card.unit, observer, day), ())
        if _counts_for(card, slot, shifts)
    ]
    return sorted(dict.fromkeys(found), key=lambda slot: slot.order) if len(found) > 1 else found


def _counts_for(card: Seen, slot: Slot, shifts: Mapping[int, Hours]) -> bool:
    next_day = card.day != slot.day
    if slot.shift is None:  # the day of a person; a card after midnight belongs to it while the work of that day lasts
        if not next_day:
            return True
        moment = datetime.combine(card.day, card.at, tzinfo=slot.ends_at.tzinfo)
        return moment < slot.work_ends_at
    hours = shifts.get(slot.shift)
    if hours is None:
        return not next_day and card.shift == slot.shift
    if card.shift is None:
        return hours.runs_at(card.at, next_day=next_day)
    if card.shift != slot.shift:
        return False
    if next_day:
        return hours.over_midnight and card.at < hours.ends
    return not (hours.over_midnight and card.at < hours.ends)


def _place(card: Seen, choices: Mapping[int, list[Slot]], tried: set[Slot]) -> bool:
    for slot in choices[card.pk]:
        if slot.card is None:
            slot.card = card
            return True
    for slot in choices[card.pk]:
        if slot not in tried:
            tried.add(slot)
            if _place(slot.card, choices, tried):  # type: ignore[arg-type]
                slot.card = card
                return True
    return False
