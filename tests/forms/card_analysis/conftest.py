"""Cards of two crews in November 2026, as tests of statistics need them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from forms.cards.models import Card
from forms.cards.rules import ItemDraft
from tests.forms.cards.conftest import draft, entrance, hand_in

__all__ = ["draft", "entrance", "hand_in", "made"]

PLANNED = {"planned": True, "team": ["crew_leader", "employee"]}
OTHERS = {
    "planned": True,
    "at": "CREW2",
    "team": ["other_crew_leader", "other_unit_manager"],
    "by": "other_unit_manager",
}


@pytest.fixture
def made(hand_in: Callable[..., Card]) -> Callable[..., Card]:
    """made(unsafe=2, safe=3) is a planned card of the first crew; made(other=True) of the second."""

    def make(
        safe: int = 3, unsafe: int = 0, conditions: int = 0, category: str = "tools", other: bool = False, **more: Any
    ) -> Card:
        items = [ItemDraft(category, safe=safe, unsafe_acts=unsafe, unsafe_conditions=conditions, action="停用")]
        who = dict(OTHERS) if other else dict(PLANNED)
        by = who.pop("by", "crew_leader")
        return hand_in(by, items=items, **(who | more))

    return make
