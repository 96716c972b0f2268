"""Trends: what is over, in its own week; phases; what came back; units side by side; proposals with their steps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from forms.cards.analysis import trends
from forms.cards.analysis.actions import begin_phase, end_phase, move_proposal, propose
from forms.cards.analysis.models import ChartPhase, Proposal
from forms.cards.analysis.statistics import unit_table
from forms.cards.enums import Category
from forms.cards.models import Card
from portal.journal.actions import entries_of
from portal.lib.periods import Period
from portal.lib.refusals import Conflict, NotYours, Refused
from tests.forms.cards.conftest import NOW, TODAY
from tests.people import Company

Made = Callable[..., Card]
NOVEMBER = Period.parse("2026-11")
MONDAY = date(2026, 11, 9)


def test_weeks_that_are_over_from_the_first_card_on(company: Company, made: Made) -> None:
    made(safe=3, unsafe=2, seconds=60, days_ago=20)  # 3 November
    made(safe=1, unsafe=1, conditions=1, seconds=90, days_ago=16, category="positions")  # 7 November
    made(safe=5, days_ago=2)  # 21 November
    made(safe=9, days_ago=0)  # 23 November: its week is not over
    counts = trends.counts_over_time(company.units["CREW1"], "week", TODAY)
    found = [(one.period.code, one.cards, one.seconds, one.safe, one.unsafe) for one in counts]
    assert found[0] == ("2026-W45", 2, 150, 4, 4)
    assert found[1] == ("2026-W46", 0, 0, 0, 0)
    assert (found[2][:2], len(found)) == (("2026-W47", 1), 3)
    assert trends.counts_over_time(company.units["OFFICE1"], "week", TODAY) == []
    months = trends.counts_over_time(company.units["CREW1"], "month", date(2026, 12, 5))
    assert [(one.period.code, one.cards) for one in months] == [("2026-11", 4)]


def _counts(unsafe: list[int]) -> list[trends.PeriodCounts]:
    period, found = Period.of("week", date(2026, 1, 5)), []
    for count in unsafe:
        found.append(trends.PeriodCounts(period, 5, 3600, 50, count))
        period = period.next()
    return found


def test_a_chart_says_what_it_sees() -> None:
    drawn = trends.unsafe_per_hour(_counts([9, 10, 11] * 7 + [21]), [])
    assert drawn is not None
    assert [(one.period.code, one.text) for one in drawn.findings] == [("2026-W23", "above the upper limit")]
    assert len(drawn.chart.rows) == 23
    assert trends.unsafe_per_hour(_counts([9]), []) is None
    share = trends.unsafe_share(_counts([9, 10, 9]), [])
    assert share is not None
    assert share.chart.rows[1][1].startswith("15.3")


def test_limits_allow_for_the_spread_between_periods() -> None:
    drawn = trends.unsafe_per_hour(_counts([40, 90, 20, 80, 30, 95, 25, 70]), [])
    assert drawn is not None
    assert (drawn.corrected, drawn.findings, len(drawn.control.outside) > 2) == (True, (), True)


def test_a_phase_has_limits_of_its_own(company: Company) -> None:
    counts = _counts([4, 5, 4, 5, 20, 21, 20, 19])
    phase = ChartPhase(unit=company.units["CREW1"], grain="week", begins_on=counts[4].period.start)
    drawn = trends.unsafe_per_hour(counts, [phase])
    assert drawn is not None
    assert [one.centre for one in drawn.control.phases] == [4.5, 20.0]
    assert not drawn.findings


def test_a_lasting_shift_says_since_when() -> None:
    found = trends.shift_of(_counts([8] * 10 + [20] * 10))
    assert found is not None
    assert any("more than before since 2026-W12" in one.text for one in found[1])


def test_what_came_back_within_thirty_days(company: Company, made: Made) -> None:
    for days in (50, 25, 10, 3):  # 4 October, 29 October, 13 and 20 November
        made(unsafe=1, days_ago=days)
    made(unsafe=1, days_ago=5, category="positions")
    made(unsafe=1, days_ago=2, other=True)
    made(safe=1, days_ago=1)
    (found,) = trends.recurrences(company.units["PROJECT1"], NOVEMBER)
    assert (found.unit_name, found.category, found.times, found.gap) == ("鑽井一隊", Category.TOOLS, 2, 7)
    assert trends.recurrences(company.units["CREW2"], NOVEMBER) == []


def test_categories_by_how_often(company: Company, made: Made) -> None:
    made(unsafe=1)
    made(unsafe=2, conditions=1, category="positions", days_ago=1)
    rows = trends.pareto(unit_table(company.units["CREW1"], NOVEMBER).total)
    assert [(row.category.value, row.unsafe, row.cumulative) for row in rows[:2]] == [
        ("positions", 3, 0.75),
        ("tools", 1, 1.0),
    ]


def test_units_are_compared_by_intervals(company: Company, made: Made) -> None:
    made(unsafe=90, safe=9, seconds=3600)
    made(unsafe=10, safe=9, seconds=3600, other=True)
    everything = frozenset(unit.pk for unit in company.units.values())
    table, rows = trends.comparison(company.units["CREW1"], NOVEMBER, everything)
    assert table.unit.code == "PROJECT1"
    assert [(one.row.unit.code, one.differs) for one in rows] == [("CREW1", "more"), ("CREW2", "less")]
    own = frozenset({company.units["CREW1"].pk})
    _table, rows = trends.comparison(company.units["CREW1"], NOVEMBER, own)
    assert [(one.row.hidden, one.differs) for one in rows] == [(False, ""), (True, "")]


# ---- phases ----------------------------------------------------------------------------------------------------------
def begin(company: Company, by: str = "unit_manager", **more: Any) -> ChartPhase:
    fields = {"grain": "week", "begins_on": MONDAY, "reason": "新設備投用"} | more
    return begin_phase(by=company.users[by], unit=company.units["CREW1"], now=NOW, **fields)


def test_a_phase_begins_and_ends_with_a_trace(company: Company) -> None:
    phase = begin(company)
    with pytest.raises(Conflict):
        begin(company, "crew_leader")
    entries = entries_of(phase)
    end_phase(by=company.users["unit_manager"], phase=ChartPhase(**_values(phase)), now=NOW)
    assert [entry.action for entry in entries.all()] == ["card_analysis.begin_phase", "card_analysis.end_phase"]


def _values(phase: ChartPhase) -> dict[str, Any]:
    names = ("pk", "unit", "grain", "begins_on", "reason")
    return {name: getattr(phase, name) for name in names}


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"by": "employee"}, NotYours),
        ({"by": "other_unit_manager"}, NotYours),
        ({"begins_on": MONDAY + timedelta(days=1)}, Refused),
        ({"grain": "month"}, Refused),
        ({"begins_on": date(2026, 11, 30)}, Refused),
        ({"reason": " "}, Refused),
    ],
)
def test_what_is_no_phase(company: Company, changes: dict[str, Any], kind: type[Refused]) -> None:
    with pytest.raises(kind):
        begin(company, **changes)


# ---- proposals -------------------------------------------------------------------------------------------------------
ID = UUID("5f0a7a2e-0000-4000-8000-000000000001")


def suggest(company: Company, by: str = "unit_manager", **more: Any) -> Proposal:
    fields: dict[str, Any] = {
        "submission_id": ID,
        "period": NOVEMBER,
        "finding": "工具類偏高",
        "proposal": "每週檢查",
        "owner": company.people["crew_leader"],
        "due": TODAY + timedelta(days=7),
    }
    return propose(by=company.users[by], unit=company.units["CREW1"], now=NOW, **(fields | more))


def test_a_proposal_goes_its_way(company: Company) -> None:
    proposal = suggest(company)
    assert suggest(company).pk == proposal.pk
    with pytest.raises(Conflict):
        suggest(company, finding="別的內容")
    with pytest.raises(NotYours):
        move_proposal(by=company.users["crew_leader"], proposal=proposal, to="accepted")
    with pytest.raises(Conflict):
        move_proposal(by=company.users["crew_leader"], proposal=proposal, to="done", note="做了")
    move_proposal(by=company.users["unit_manager"], proposal=proposal, to="accepted", now=NOW)
    with pytest.raises(Refused, match="in a sentence"):
        move_proposal(by=company.users["crew_leader"], proposal=proposal, to="done", note=" ")
    with pytest.raises(Refused, match="is the name"):
        move_proposal(by=company.users["crew_leader"], proposal=proposal, to="done", note="葉子安做了")
    done = move_proposal(by=company.users["crew_leader"], proposal=proposal, to="done", note="已做", now=NOW)
    assert (done.state, done.done_at, done.is_late(TODAY + timedelta(days=30))) == ("done", NOW, False)
    actions = [entry.action for entry in entries_of(proposal)]
    assert actions == [f"card_analysis.{word}" for word in ("propose", "accept_proposal", "finish_proposal")]
    with pytest.raises(Conflict):
        move_proposal(by=company.users["unit_manager"], proposal=proposal, to="declined", note="晚了")


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"by": "employee"}, NotYours),
        ({"by": "other_unit_manager"}, NotYours),
        ({"finding": ""}, Refused),
        ({"proposal": " "}, Refused),
        ({"due": TODAY - timedelta(days=1)}, Refused),
        ({"proposal": "讓葉子安停工"}, Refused),
    ],
)
def test_what_is_not_proposed(company: Company, changes: dict[str, Any], kind: type[Refused]) -> None:
    with pytest.raises(kind):
        suggest(company, submission_id=uuid4(), **changes)


def test_proposing_on_the_screen(company: Company, signed_in: Callable[[str], Client]) -> None:
    client = signed_in("unit_manager")
    sent = {
        "submission_id": str(ID),
        "finding": "甲",
        "proposal": "乙",
        "owner": company.people["crew_leader"].pk,
        "due": "2020-01-01",
    }
    answer = client.post("/desk/cards/analysis/proposals/new/?unit=CREW1", sent)
    assert (answer.status_code, answer.context["form"]["finding"].value()) == (400, "甲")
    answer = client.post("/desk/cards/analysis/proposals/new/?unit=CREW1", sent | {"due": "2099-01-01"})
    assert answer.status_code == 302
    assert client.get(answer["Location"]).status_code == 200
    assert signed_in("other_unit_manager").get(answer["Location"]).status_code == 404
    again = client.post("/desk/cards/analysis/proposals/new/?unit=CREW1", sent | {"due": "2099-01-01", "finding": "丙"})
    assert again.status_code == 409
    assert again.context["form"]["submission_id"].value() != str(ID)
