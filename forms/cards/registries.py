"""Where the rooms inside cards (plans, duty, weeks …) register what the entrance and the page of a card need of them:
the entrance imports none of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from portal.lib.registries import Registry


@dataclass(frozen=True)
class SlotChoice:
    """One planned observation that still waits: what the entrance offers to whoever is in its team."""

    pk: int
    label: str
    unit_id: int
    area_id: int | None
    shift_id: int | None
    first_day: date
    last_day: date
    team: tuple[int, ...]  # keys of the people who observe together, the leader first


class CardPlan(Protocol):
    """Keeps the plan of observations (SAF-04, SAF-05)."""

    def open_slots(self, reader: Any, day: date) -> Sequence[SlotChoice]:
        """What this reader may fill on this day, the most urgent first."""

    def take(self, *, card: Any, slot_pk: int, by: Any, now: datetime) -> None:
        """Gives the slot to a card handed in within this transaction. Raises Refused for a slot that another card has,
        of another unit, or outside its days."""

    def slot_of(self, card: Any) -> SlotChoice | None:
        """The slot that the card fills."""


class DailyRule(Protocol):
    """Keeps the decision whether daily duty cards count as planned (SAF-03, SAF-14)."""

    def count_as_planned(self, drafts: Sequence[Any], now: datetime) -> Sequence[bool]:
        """Of cards that their observers marked as random, before they are stored: which count as planned by the rule
        in force at this moment. What is decided then stays with the card."""

    def words(self, unit: Any, reader: Any) -> RuleWords:
        """What holds in the company of this unit, for a page of statistics that this reader opens."""


@dataclass(frozen=True)
class RuleWords:
    """Which rule is in force, and where its decisions stand ('' where the reader may not see them)."""

    text: Any
    url: str


# At most one entry, "duty": the room that keeps the daily duty.
daily_rule: Registry[DailyRule] = Registry("rule about daily cards")

# At most one entry, "plan": the room that keeps the plan.
card_plan: Registry[CardPlan] = Registry("card plan")

# Called within the transaction that stores a card, with (card, by, now); one that raises Refused refuses the card.
after_hand_in: Registry[Callable[[Any, Any, datetime], None]] = Registry("after a card was handed in")

# Notices on the page of a card for one reader: (card, reader) -> sentences; for example who outside the unit read it.
card_notices: Registry[Callable[[Any, Any], Sequence[Any]]] = Registry("notice on a card")

# Called when the page of a card is opened, with (card, reader, now), before its notices are asked for.
card_opened: Registry[Callable[[Any, Any, datetime], None]] = Registry("opening of a card")
# (reader) -> links above the list of cards: what else this reader can do with cards.
card_doors: Registry[Callable[[Any], Sequence[Any]]] = Registry("door of the list of cards")
