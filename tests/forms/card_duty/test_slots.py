"""Which slots a roster makes, and which card counts for which: the rule of SAF-14 as a table."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from forms.cards.duty.enums import Duty, SlotState
from forms.cards.duty.slots import Hours, Seen, SlotMaker, Work, assign

DAY = date(2026, 11, 23)
NEXT = DAY + timedelta(days=1)
EARLY, LATE, NIGHT = 1, 2, 3
SHIFTS = {EARLY: Hours(time(8), time(16)), LATE: Hours(time(16), time(0)), NIGHT: Hours(time(20), time(8))}
MANAGER, LEADER, DRILLER, HAND = 11, 12, 13, 14
DUTIES = {MANAGER: Duty.EACH_DAY, LEADER: Duty.EACH_SHIFT, DRILLER: Duty.TOGETHER, HAND: Duty.TOGETHER}


def work(person: int, shift: int | None = EARLY, day: date = DAY, state: str = "working", reason: str = "") -> Work:
    return Work(1, person, day, shift, state, reason, DUTIES[person])


def card(
    *observers: int, at: str = "09:30", day: date = DAY, shift: int | None = None, pk: int = 1, **more: Any
) -> Seen:
    clock = time.fromisoformat(at)
    handed_in = more.get("handed_in") or datetime.combine(day, clock, tzinfo=UTC) + timedelta(minutes=20)
    return Seen(pk, more.get("unit", 1), day, clock, shift, handed_in, observers)


def found(works: list[Work], cards: list[Seen] = [], now: str = "2026-11-25") -> dict[tuple, SlotState]:  # noqa: B006
    slots = SlotMaker(SHIFTS, UTC).slots(works)
    assign(slots, cards, SHIFTS)
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    return {(slot.person or 0, slot.day, slot.shift): slot.state(at) for slot in slots}


def test_a_roster_makes_one_slot_a_day_one_a_shift_and_one_together():
    works = [work(person) for person in (MANAGER, LEADER, DRILLER, HAND)]
    assert found(works) == {
        (MANAGER, DAY, None): "missed",
        (LEADER, DAY, EARLY): "missed",
        (0, DAY, EARLY): "missed",
    }


def test_two_shifts_are_two_slots_of_a_leader_and_one_day_of_a_manager():
    works = [work(person, shift) for person in (MANAGER, LEADER) for shift in (EARLY, LATE)]
    assert list(found(works)) == [(LEADER, DAY, EARLY), (MANAGER, DAY, None), (LEADER, DAY, LATE)]


@pytest.mark.parametrize(
    ("state", "expected"),
    [("leave", ["excused"]), ("no_work", ["excused"]), ("off", [])],
)
def test_who_is_away_owes_nothing(state, expected):
    assert list(found([work(MANAGER, None, state=state)]).values()) == expected


def test_a_shift_is_excused_when_all_of_it_had_no_work_and_not_when_one_was_on_leave():
    assert found([work(DRILLER, state="no_work"), work(HAND, state="no_work")]) == {(0, DAY, EARLY): "excused"}
    assert found([work(DRILLER, None, state="leave"), work(HAND)]) == {(0, DAY, EARLY): "missed"}


@pytest.mark.parametrize(
    ("now", "expected"),
    [("2026-11-23T15:59", "due"), ("2026-11-23T16:00", "missed")],
)
def test_a_slot_is_due_until_its_shift_ends(now, expected):
    assert found([work(LEADER)], now=now) == {(LEADER, DAY, EARLY): expected}


def test_the_day_of_a_manager_lasts_until_midnight():
    assert found([work(MANAGER)], now="2026-11-23T23:59") == {(MANAGER, DAY, None): "due"}


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (card(LEADER), "done"),
        (card(LEADER, at="07:59"), "missed"),  # before the shift
        (card(LEADER, at="16:00"), "missed"),  # the next shift
        (card(LEADER, shift=EARLY, at="16:05"), "done"),  # the card says the shift itself
        (card(LEADER, shift=LATE), "missed"),
        (card(LEADER, day=NEXT), "missed"),
        (card(LEADER, unit=2), "missed"),
        (card(DRILLER), "missed"),
        (card(LEADER, handed_in=datetime(2026, 11, 23, 17, 0, tzinfo=UTC)), "done"),  # written within the hour
        (card(LEADER, handed_in=datetime(2026, 11, 23, 17, 1, tzinfo=UTC)), "late"),
        (card(LEADER, handed_in=datetime(2026, 11, 30, 9, 0, tzinfo=UTC)), "late"),
    ],
)
def test_a_card_counts_on_the_shift_it_was_made(seen, expected):
    assert found([work(LEADER)], [seen]) == {(LEADER, DAY, EARLY): expected}


@pytest.mark.parametrize(
    ("at", "day", "expected"),
    [("21:00", DAY, "done"), ("03:00", NEXT, "done"), ("08:00", NEXT, "missed"), ("03:00", DAY, "missed")],
)
def test_after_midnight_a_night_shift_belongs_to_the_day_it_began(at, day, expected):
    assert found([work(LEADER, NIGHT)], [card(LEADER, at=at, day=day)]) == {(LEADER, DAY, NIGHT): expected}
    assert found([work(LEADER, NIGHT)], [card(LEADER, at=at, day=day, shift=NIGHT)]) == {(LEADER, DAY, NIGHT): expected}


def test_a_card_counts_for_one_slot_however_many_observers_it_names():
    works = [work(MANAGER), work(LEADER), work(DRILLER)]
    states = found(works, [card(MANAGER, LEADER, DRILLER)])
    assert sorted(states.values()) == ["done", "missed", "missed"]
    assert states[LEADER, DAY, EARLY] == "done"  # what ends first comes first; each shift before together


def test_two_cards_of_one_person_fill_one_slot():
    states = found([work(LEADER), work(DRILLER)], [card(LEADER), card(LEADER, pk=2, at="10:30")])
    assert states == {(LEADER, DAY, EARLY): "done", (0, DAY, EARLY): "missed"}


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_as_many_slots_as_possible_are_filled_in_whatever_order_cards_come(order):
    """The card of two makes room for the card of the leader alone."""
    both, alone = card(LEADER, MANAGER, pk=order[0]), card(LEADER, pk=order[1])
    states = found([work(LEADER), work(MANAGER)], [both, alone])
    assert set(states.values()) == {"done"}


def test_a_card_of_somebody_on_leave_counts_for_nobody():
    works = [work(DRILLER, None, state="leave"), work(HAND)]
    assert found(works, [card(DRILLER)]) == {(0, DAY, EARLY): "missed"}
