"""Appendix B adds up: ratios of sums, planned and random apart, small cells hidden, the words signed by the unit."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forms.cards.actions import withdraw_card
from forms.cards.analysis import appendix_b, measures
from forms.cards.analysis.actions import sign_analysis
from forms.cards.analysis.models import WrittenAnalysis
from forms.cards.analysis.statistics import UnitRow, UnitTable, for_reader, unit_table
from forms.cards.enums import Category
from forms.cards.models import Card
from forms.cards.statistics import Totals, quarter_counts
from portal.journal.actions import entries_of
from portal.lib.pdf import check_pdf
from portal.lib.periods import Period
from portal.lib.refusals import Conflict, NotYours, Refused
from tests.forms.cards.conftest import NOW
from tests.people import Company

Made = Callable[..., Card]
NOVEMBER = Period.parse("2026-11")


@pytest.fixture
def cards(company: Company, made: Made, hand_in: Callable[..., Card]) -> list[Card]:
    """A: six unsafe things in two hours; B: two in four hours (the example of the shared data). One random, one
    withdrawn, one of October."""
    found = [
        made(safe=4, unsafe=5, conditions=1, seconds=3600),
        made(safe=2, category="positions", seconds=3600, days_ago=1),
        made(safe=1, unsafe=2, seconds=4 * 3600, other=True),
        hand_in("employee", seconds=3000),
        made(safe=90, days_ago=40),
        made(safe=90),
    ]
    withdraw_card(by=company.users["crew_leader"], card=found[-1], now=NOW)
    return found


def test_a_ratio_is_the_ratio_of_the_sums(company: Company, cards: list[Card]) -> None:
    table = unit_table(company.units["PROJECT1"], NOVEMBER)
    assert [(row.unit.code, row.totals.unsafe, row.hours) for row in table.rows] == [
        ("CREW1", 6, 2.0),
        ("CREW2", 2, 4.0),
    ]
    assert table.total.unsafe_per_hour == pytest.approx(1.333333, abs=1e-6)
    assert [row.unsafe_per_hour for row in table.rows] == [3.0, 0.5]
    assert table.rows[0].safe_per_hour == 3.0
    assert table.rows[0].unsafe_by_category == [0, 0, 0, 6, 0, 0]
    assert (table.random.cards, table.random.seconds) == (1, 3000)
    assert table.total.cards == 3


def test_it_is_what_the_figures_of_cards_say(company: Company, cards: list[Card]) -> None:
    """One truth: forms.cards.statistics for the same unit and period."""
    for code in ("HQ", "PROJECT1", "CREW1", "CREW2", "OFFICE1"):
        unit = company.units[code]
        for period in (NOVEMBER, Period.parse("2026-W48"), Period.parse("2026Q4")):
            table = unit_table(unit, period)
            for row, planned in ((table.total, True), (table.random, False)):
                found = quarter_counts(unit, period, planned=planned)
                assert (row.cards, row.seconds, row.totals) == (found.cards, found.seconds, found.totals)
                assert dict(row.categories) == dict(found.categories)
                assert row.rows_url == found.rows_url


def test_people_due_and_done(company: Company, cards: list[Card]) -> None:
    """Due: who holds a post in a field unit on a day of the period; done: those of them who observed by plan."""
    table = unit_table(company.units["PROJECT1"], NOVEMBER)
    assert [(row.due, row.done) for row in table.rows] == [(3, 2), (2, 2)]
    assert (table.total.due, table.total.done, table.total.participation) == (5, 4, 0.8)
    company.people["unit_manager"].appointments.update(ends_on=date(2026, 10, 31))
    assert unit_table(company.units["CREW1"], NOVEMBER).total.due == 2
    assert unit_table(company.units["OFFICE1"], NOVEMBER).total.participation is None


def test_nothing_observed_has_no_ratio(company: Company) -> None:
    total = unit_table(company.units["CREW1"], NOVEMBER).total
    found = (total.safe_per_hour, total.unsafe_per_hour, total.safe_share, total.safe_interval, total.unsafe_interval)
    assert found == (None,) * 5
    assert appendix_b.cells(total)[-2:] == ["–", "–"]


def test_the_queries_do_not_grow_with_the_units(company: Company, cards: list[Card]) -> None:
    with CaptureQueriesContext(connection) as queries:
        unit_table(company.units["HQ"], NOVEMBER)
    assert len(queries) == 4


# cards of the rows (own ones negative) -> which rows are hidden, and whether the total is
HIDDEN: list[tuple[list[int], list[bool], bool]] = [
    ([9, 9], [False, False], False),
    ([4, 9, 7], [True, False, True], False),  # the smallest other goes too: else the total gives it away
    ([4, 3, 9], [True, True, False], False),
    ([1, 3, 9], [True, True, True], False),  # together still fewer than five
    ([4], [True], True),
    ([4, -9], [True, False], True),  # nothing else may be hidden from this reader: the total goes
    ([-4, 9], [False, False], False),
    ([0, 9], [False, False], False),  # none is no small number
]


@pytest.mark.parametrize(("sizes", "rows", "total"), HIDDEN)
def test_few_cards_are_hidden_outside_the_unit(
    company: Company, sizes: list[int], rows: list[bool], total: bool
) -> None:
    units = [company.units[code] for code in ("CREW1", "CREW2", "OFFICE1")]
    made = [UnitRow(unit, cards=abs(size), seconds=60) for unit, size in zip(units, sizes, strict=False)]
    above = UnitRow(company.units["PROJECT1"], cards=sum(map(abs, sizes)), seconds=60)
    table = UnitTable(company.units["PROJECT1"], NOVEMBER, tuple(made), above, replace(above, cards=0))
    inside = frozenset(unit.pk for unit, size in zip(units, sizes, strict=False) if size < 0)
    found = for_reader(table, inside)
    assert ([row.hidden for row in found.rows], found.total.hidden) == (rows, total)
    everything = for_reader(table, frozenset({*(unit.pk for unit in units), company.units["PROJECT1"].pk}))
    assert not any(row.hidden for row in (*everything.rows, everything.total))


def test_a_hidden_row_says_nothing(company: Company) -> None:
    row = UnitRow(company.units["CREW1"], 4, 60, 9, 3, dict.fromkeys(Category, Totals(7, 7, 7)), hidden=True)
    assert "7" not in "".join(appendix_b.cells(row))
    assert set(appendix_b.cells(row)[1:]) == {"fewer than 5"}


# ---- the words -------------------------------------------------------------------------------------------------------
def sign(company: Company, by: str = "unit_manager", **more: Any) -> WrittenAnalysis:
    words = {"analysis": "工具類上升。", "suggestion": "每週檢查吊索具。"}
    unit = company.units[more.pop("at", "CREW1")]
    period = more.pop("period", NOVEMBER)
    return sign_analysis(by=company.users[by], unit=unit, period=period, now=NOW, **(words | more))


def test_the_unit_signs_and_each_change_is_a_version(company: Company) -> None:
    first = sign(company)
    assert (first.version, first.post) == (1, "鑽井一隊Unit manager")
    assert sign(company).pk == first.pk  # the same words again
    second = sign(company, "crew_leader", analysis="改寫。", version=1)
    assert (second.version, appendix_b.latest_analysis(company.units["CREW1"], NOVEMBER)) == (2, second)
    with pytest.raises(Conflict):
        sign(company, analysis="另一個人同時寫的。", version=1)
    assert [entry.action for entry in entries_of(first)] == ["card_analysis.sign"]


REFUSED = [
    ({"by": "employee"}, NotYours, "whoever leads"),
    ({"by": "other_unit_manager"}, NotYours, "whoever leads"),
    ({"by": "quality_officer"}, NotYours, "whoever leads"),
    ({"analysis": " \u200b "}, Refused, "what the figures show"),
    ({"suggestion": ""}, Refused, "what you suggest"),
    ({"analysis": "字" * 4001}, Refused, "4000"),
    ({"analysis": "葉子安沒有戴護目鏡。"}, Refused, "is the name of somebody"),
    ({"period": Period.parse("2026")}, Refused, "week, month or quarter"),
    ({"period": Period.parse("2026-12")}, Refused, "has not begun"),
]


@pytest.mark.parametrize(("changes", "kind", "words"), REFUSED)
def test_what_is_not_signed(company: Company, changes: dict[str, Any], kind: type[Refused], words: str) -> None:
    with pytest.raises(kind, match=words):
        sign(company, **changes)
    assert not WrittenAnalysis.objects.exists()


def test_the_company_is_signed_for_by_the_safety_department(company: Company) -> None:
    assert sign(company, "quality_officer", at="HQ").version == 1


# ---- measures --------------------------------------------------------------------------------------------------------
def test_saf_09_counts_units_that_analysed(company: Company, cards: list[Card]) -> None:
    found = measures.analysed(company.units["PROJECT1"], NOVEMBER)
    assert (found.due, found.done, found.missed) == (2, 0, 2)
    sign(company)
    sign(company, at="CREW2", by="other_unit_manager", period=Period.parse("2026-W47"))
    found = measures.analysed(company.units["PROJECT1"], NOVEMBER)
    assert (found.due, found.done, found.missed) == (2, 2, 0)
    assert measures.analysed(None, NOVEMBER).done == 2
    assert measures.analysed(company.units["CREW1"], Period.parse("2026-10")).missed == 1
    assert measures.analysed(company.units["OFFICE1"], NOVEMBER).due == 0


def test_saf_13_counts_the_weeks_that_ended(company: Company, made: Made) -> None:
    """Weeks ending on 1, 8, 15 and 22 November (today is later); observed in those of the 8th and the 22nd."""
    made(days_ago=15)  # 8 November, a Sunday
    made(days_ago=4)  # 19 November
    made(days_ago=3)
    made(days_ago=0)  # 23 November: that week ends on the 29th
    found = measures.observed_regularly(company.units["CREW1"], Period.parse("2026-11"))
    weeks = len(measures._mondays(Period.parse("2026-11")))
    assert weeks >= 4
    assert (found.due, found.missed) == (weeks, weeks - found.done)
    assert found.done in {2, 3}
    assert measures.observed_regularly(company.units["OFFICE1"], NOVEMBER).due == 0


# ---- pages -----------------------------------------------------------------------------------------------------------
def test_the_page_the_workbook_and_the_paper_say_the_same(
    company: Company, cards: list[Card], signed_in: Callable[[str], Client]
) -> None:
    sign(company, "quality_officer", at="HQ")
    client = signed_in("quality_officer")
    query = "?unit=PROJECT1&period=2026-11"
    page = client.get(f"/desk/cards/analysis/{query}")
    assert [cell for _label, cell in page.context["total"]] == [
        "5",
        "4",
        "6.00",
        "7",
        "0",
        "0",
        "0",
        "8",
        "0",
        "0",
        "8",
        "1.17",
        "1.33",
    ]
    assert page.context["random"].cards == 1
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/desk/cards/analysis/appendix-b.xlsx{query}").content))
    rows = list(book.worksheets[0].values)
    total = next(row for row in rows if row[1:3] == (5, 4))
    assert total[3:12] == (6, 7, 0, 0, 0, 8, 0, 0, 8)
    assert total[13] == pytest.approx(8 / 6)
    paper = client.get(f"/desk/cards/analysis/appendix-b.pdf{query}")
    assert paper["Content-Type"] == "application/pdf"
    facts = check_pdf(paper.content)
    assert (facts.pages, facts.tagged, facts.fonts_embedded) == (1, True, True)


def test_whose_units(company: Company, cards: list[Card], signed_in: Callable[[str], Client]) -> None:
    client = signed_in("crew_leader")
    assert client.get("/desk/cards/analysis/").context["asked"].unit.code == "CREW1"
    for address in ("?unit=CREW2", "?unit=PROJECT1", "?unit=NONE"):
        assert client.get(f"/desk/cards/analysis/{address}").status_code == 404
    assert client.get("/desk/cards/analysis/?period=nonsense").context["asked"].unknown == "nonsense"
    assert client.get("/desk/cards/analysis/?period=2026").context["asked"].unknown == "2026"
    assert signed_in("administrator").get("/desk/cards/analysis/").status_code == 404


def test_signing_on_the_screen_loses_nothing(company: Company, signed_in: Callable[[str], Client]) -> None:
    client = signed_in("unit_manager")
    address = "/desk/cards/analysis/sign/CREW1/2026-11/"
    words = {"version": "0", "analysis": "甲", "suggestion": "乙"}
    answer = client.post(address, words | {"suggestion": ""})
    assert (answer.status_code, answer.context["form"]["analysis"].value()) == (400, "甲")
    sign(company, "crew_leader")
    late = client.post(address, words)
    assert (late.status_code, late.context["form"]["analysis"].value()) == (409, "甲")
    again = client.post(address, words | {"version": late.context["form"]["version"].value()})
    assert again.status_code == 302
    assert appendix_b.latest_analysis(company.units["CREW1"], NOVEMBER).version == 2  # type: ignore[union-attr]
    assert client.get("/desk/cards/analysis/sign/CREW1/2026/").status_code == 404
