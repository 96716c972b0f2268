"""The figures of a quarter against counts made by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from forms.figures.frozen import Frozen
from forms.figures.quarter import freeze
from portal.lib.periods import Period

Q3 = Period.parse("2026Q3")
NOW = datetime(2026, 10, 10, 4, tzinfo=UTC)


def moment(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


@pytest.fixture
def cards(make_card):
    for month, day in [(7, 1), (7, 15), (8, 3), (8, 20), (9, 30)]:
        make_card("CREW1", date(2026, month, day), seconds=360, safe=4, unsafe_acts=1)
    make_card("CREW2", date(2026, 9, 1), seconds=1800, safe=1, unsafe_acts=3, unsafe_conditions=2)
    make_card("CREW1", date(2026, 8, 8), planned=False, safe=50)
    make_card("CREW1", date(2026, 6, 30), safe=99)
    make_card("CREW1", date(2026, 10, 1), safe=99)


def values(company, unit, now=NOW):
    frozen = freeze(company.units[unit], Q3, now=now)
    return {name: figure["value"] for name, figure in frozen["figures"].items()}, frozen


@pytest.mark.usefixtures("cards")
class TestCards:
    def test_only_planned_cards_of_the_period_count(self, company):
        found, _frozen = values(company, "PROJECT1")
        assert found["cards_planned"] == 6
        assert (found["safe_items"], found["unsafe_acts"], found["unsafe_conditions"]) == (21, 8, 2)

    def test_random_cards_are_counted_apart_and_suppressed_below_five(self, company, make_card):
        found, frozen = values(company, "PROJECT1")
        assert found["cards_random"] is None
        assert frozen["figures"]["cards_random"]["suppressed"]
        for day in range(1, 5):
            make_card("CREW1", date(2026, 9, day), planned=False, safe=1)
        found, _frozen = values(company, "PROJECT1")
        assert (found["cards_random"], found["safe_items"]) == (5, 21)

    def test_a_ratio_is_the_ratio_of_the_sums(self, company):
        found, _frozen = values(company, "PROJECT1")
        assert found["unsafe_per_hour"] == pytest.approx(10 / 1.0)
        assert found["safe_share"] == pytest.approx(21 / 31)

    def test_fewer_than_five_cards_show_no_card_figure_and_no_chart(self, company):
        found, frozen = values(company, "CREW2")
        assert {value for name, value in found.items()} == {None, 0} or set(found.values()) == {None}
        assert "cards_by_category" not in frozen["charts"]

    def test_a_month_of_fewer_than_five_cards_is_a_gap_in_the_chart(self, company):
        _found, frozen = values(company, "CREW1")
        assert frozen["charts"]["cards_by_month"] == {
            "labels": ["2026-07", "2026-08", "2026-09"],
            "series": {"cards": [None, None, None]},
        }


class TestNoCards:
    def test_a_crew_without_cards_says_so_and_divides_by_nothing(self, company):
        found, frozen = values(company, "CREW1")
        assert (found["cards_planned"], found["safe_share"], found["unsafe_per_hour"]) == (0, None, None)
        assert frozen["charts"] == {}

    def test_an_office_that_observes_nothing_has_no_card_figures(self, company):
        found, _frozen = values(company, "OFFICE1")
        assert "cards_planned" not in found


class TestCases:
    def test_promises_kept_and_broken(self, company, make_case):
        make_case(
            "OFFICE1",
            moment(7, 2),
            acknowledged_at=moment(7, 2, 10),
            answered_at=moment(7, 2, 17),
            state="closed",
            ended_at=moment(8, 1),
        )
        make_case("OFFICE1", moment(8, 2), acknowledged_at=moment(8, 2, 13), answered_at=moment(8, 3), state="answered")
        make_case("OFFICE1", moment(9, 2))  # nothing happened and both times ran out
        make_case("OFFICE1", moment(9, 3), state="withdrawn")
        make_case("OFFICE1", moment(9, 3), kind="praise", state="closed", ended_at=moment(9, 4))
        make_case("OFFICE2", moment(9, 3))
        found, frozen = values(company, "OFFICE1")
        assert (found["cases_received"], found["complaints_received"]) == (5, 4)
        assert (found["complaints_closed"], found["complaints_open"]) == (1, 3)
        assert found["acknowledged_in_time"] == pytest.approx(1 / 3)
        assert found["answered_in_time"] == pytest.approx(1 / 3)
        assert frozen["charts"]["complaints_by_month"] == {
            "labels": ["2026-07", "2026-08", "2026-09"],
            "series": {"received": [1, 1, 2], "closed": [0, 1, 0]},
        }

    def test_a_promise_that_still_runs_is_neither_kept_nor_broken(self, company, make_case):
        make_case("OFFICE1", moment(9, 30))
        found, _frozen = values(company, "OFFICE1", now=moment(9, 30, 10))
        assert found["acknowledged_in_time"] is None

    def test_a_case_about_a_director_enters_no_figure_at_any_level(self, company, make_case):
        make_case("OFFICE1", moment(9, 1))
        make_case("HQ", moment(9, 1), office=company.units["OFFICE1"], level="leaders", about_director=True)
        for unit in ("OFFICE1", "PROPERTY", "HQ"):
            assert values(company, unit)[0]["complaints_received"] == 1


@pytest.mark.usefixtures("cards")
class TestFrozen:
    def test_frozen_figures_stay_when_rows_change(self, company, make_card):
        frozen = Frozen(freeze(company.units["PROJECT1"], Q3, now=NOW))
        make_card("CREW1", date(2026, 8, 9), safe=9)
        assert frozen.value("cards_planned") == 6

    def test_a_chart_has_its_table_with_the_same_numbers(self, company):
        chart = Frozen(freeze(company.units["PROJECT1"], Q3, now=NOW)).chart("cards_by_category")
        numbers = [cell for row in chart.rows[1:] for cell in row[1:]]
        assert "21" in numbers
        assert "<svg" in chart.svg

    def test_every_figure_leads_to_its_rows(self, company):
        frozen = freeze(company.units["PROJECT1"], Q3, now=NOW)
        for name, figure in frozen["figures"].items():
            assert figure.get("suppressed") or figure["rows_url"], name
