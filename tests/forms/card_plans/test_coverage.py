"""SAF-11: the map of area x shift x time of day, its holes, and the plan that is suggested from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scopes_disabled

from forms.cards.models import Area, Card
from forms.cards.plans.actions.writing import fill_with_suggestions
from forms.cards.plans.cells import bands_of, cells_of
from forms.cards.plans.coverage import areas_and_shifts, coverage_of, map_share
from forms.cards.plans.enums import Why
from forms.cards.plans.models import Plan, PlanSlot
from forms.cards.plans.suggesting import Evidence, choose
from portal.lib.periods import Period
from portal.lib.refusals import Refused
from portal.org.models import Shift
from tests.forms.card_plans.conftest import NOW
from tests.people import Company


@pytest.mark.parametrize(
    ("starts", "ends", "bands"),
    [
        (time(8), time(16), ["morning", "afternoon"]),
        (time(16), time(0), ["afternoon", "evening", "night"]),
        (time(0), time(8), ["early", "morning"]),
        (time(20), time(8), ["early", "morning", "evening", "night"]),  # over midnight
        (time(11, 45), time(18), ["afternoon"]),  # a quarter of an hour is no time of day
    ],
)
def test_a_shift_runs_in_these_times_of_day(starts: time, ends: time, bands: list[str]) -> None:
    assert [band.value for band in bands_of(Shift(starts_at=starts, ends_at=ends))] == bands


def test_planned_cards_cover_their_cell_random_ones_none(crew: Company, card: Callable[..., Card]) -> None:
    card(observed_at=time(9, 30))
    card(observed_at=time(13, 30), area="泥漿罐區")  # names no shift: the one that ran counts
    card(observed_at=time(7, 59), planned=False)
    coverage = coverage_of(crew.units["CREW1"], Period.parse("2026Q4"))
    assert len(coverage.cells) == 14
    with scopes_disabled():
        floor, tanks = Area.objects.filter(unit=crew.units["CREW1"]).order_by("pk")
        morning = Shift.objects.get(unit=crew.units["CREW1"], name="早班")
    assert coverage.done == Counter({(floor.pk, morning.pk, "morning"): 1, (tanks.pk, morning.pk, "afternoon"): 1})
    assert (coverage.planned_cells, coverage.done_cells, coverage.holes) == (0, 2, 12)
    assert coverage_of(crew.units["CREW2"], Period.parse("2026Q4")).done_cells == 0
    assert coverage_of(crew.units["CREW1"], Period.parse("2026Q3")).done_cells == 0


def test_saf_11_counts_cells_of_approved_plans(crew: Company, approved: Plan, card: Callable[..., Card]) -> None:
    card()
    both = [crew.units["CREW1"], crew.units["CREW2"]]
    assert map_share(both, Period.parse("2026Q4")) == (28, 4, 1)
    with scopes_disabled():
        Plan.objects.update(state="draft")
    assert map_share(both, Period.parse("2026Q4")) == (28, 0, 1)


def test_the_map_asks_the_same_whatever_there_is(crew: Company, approved: Plan, card: Callable[..., Card]) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            coverage_of(crew.units["CREW1"], Period.parse("2026"))
        return len(found)

    before = queries()
    for minute in range(5):
        card(observed_at=time(9, minute))
    assert queries() == before <= 4


CELLS = [(area, 1, band) for area in (1, 2, 3) for band in ("morning", "night")]


def test_holes_come_first_and_all_of_them() -> None:
    evidence = Evidence(planned=Counter({CELLS[0]: 1}), seen=Counter({CELLS[1]: 2}))
    found = choose(CELLS, 5, evidence)
    assert {choice.cell for choice in found} == set(CELLS[1:])
    assert {choice.cell: choice.why for choice in found}[CELLS[1]] == Why.HOLE
    assert all(choice.why == Why.UNSEEN for choice in found if choice.cell != CELLS[1])
    assert choose(CELLS, 6, evidence)[-1].why == Why.REPEAT


def test_every_third_goes_where_something_happened() -> None:
    evidence = Evidence(incident_weight=Counter({2: 4}), incidents=Counter({2: 1}), frequent={3: ("tools", 6)})
    found = choose(CELLS, 9, evidence)
    whys = [choice.why for choice in found]
    assert whys[2] in (Why.INCIDENT, Why.FREQUENT)
    assert Why.INCIDENT in whys
    frequent = next(choice for choice in found if choice.why == Why.FREQUENT)
    assert (frequent.cell[0], frequent.category, frequent.count) == (3, "tools", 6)
    assert {choice.cell for choice in found} == set(CELLS)  # and no hole stays
    assert found == choose(CELLS, 9, evidence)


def test_no_cells_no_suggestions() -> None:
    assert choose([], 3, Evidence()) == []


def test_the_button_fills_what_is_missing_and_says_why(crew: Company, begun: Plan) -> None:
    by = crew.users["crew_leader"]
    assert fill_with_suggestions(by=by, plan=begun, now=NOW) == 4  # two a month, November and December
    with scopes_disabled():
        slots = list(PlanSlot.objects.filter(team__plan=begun))
        areas, shifts = areas_and_shifts(begun.unit)
    assert all(slot.why == Why.UNSEEN for slot in slots)
    assert len({slot.cell for slot in slots}) == 4
    assert {slot.cell for slot in slots} <= set(cells_of(areas, shifts))
    assert all(slot.last_day >= slot.first_day >= NOW.date() for slot in slots)
    assert all(slot.first_day.month == slot.last_day.month for slot in slots)
    with pytest.raises(Refused):
        fill_with_suggestions(by=by, plan=begun, now=NOW)  # nothing is missing
