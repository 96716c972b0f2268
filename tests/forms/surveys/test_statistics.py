"""Figures of a campaign, equal to a recount by hand; nothing divided by nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from forms.surveys import actions, measures, statistics
from forms.surveys.models import Campaign
from portal.lib.periods import Period
from tests.forms.surveys.conftest import NOW, letters
from tests.people import Company

pytestmark = pytest.mark.usefixtures("no_scope")
OVERALL = [5, 5, 4, 4, 3, 2, 1]  # what seven households of the first office say


@pytest.fixture
def answered(campaign: Campaign, answer: Callable[..., Any]) -> Campaign:
    for letter, value in zip(letters(campaign, "OFFICE1"), OVERALL, strict=False):
        answer(letter, q_overall=value, q_repair=value if value > 3 else None, q_topics=["保潔", "綠化"][: value % 3])
    answer(letters(campaign, "OFFICE2")[0], q_overall=1, q_way="電話", q_opinion="停車位不夠")
    return campaign


def test_returns_by_office(answered: Campaign) -> None:
    rows = {row.office.code: row for row in statistics.returns_by_office(answered)}
    assert {code: (row.issued, row.returned) for code, row in rows.items()} == {"OFFICE1": (10, 7), "OFFICE2": (2, 1)}
    assert (rows["OFFICE1"].rate, rows["OFFICE1"].is_low, rows["OFFICE1"].missing) == (0.7, False, 0)
    assert (rows["OFFICE2"].rate, rows["OFFICE2"].is_low, rows["OFFICE2"].missing) == (0.5, True, 1)
    assert statistics.returns_in_all(answered).returned == 8


def test_satisfaction_is_the_share_of_four_and_five(company: Company, answered: Campaign) -> None:
    assert statistics.satisfaction(answered).rate == 4 / 8
    assert statistics.satisfaction(answered, [company.units["OFFICE1"].pk]).rate == 4 / 7
    assert statistics.satisfaction_by_office(answered)[company.units["OFFICE2"].pk].rate == 0.0


def test_the_definition_is_the_one_recorded_at_the_opening(answered: Campaign) -> None:
    """What an editor does to the questionnaire later changes nothing."""
    answered.page.questions.filter(overall=True).update(overall=False, label="別的問題")
    assert statistics.satisfaction(answered).rate == 4 / 8
    assert statistics.results_by_question(answered)[0].label == "總的來說，您滿意嗎？"
    Campaign.objects.update(satisfied_from=5)
    answered.refresh_from_db()
    assert statistics.satisfaction(answered).rate == 2 / 8


def test_every_question_is_counted(answered: Campaign) -> None:
    results = {result.name: result for result in statistics.results_by_question(answered)}
    assert results["q_overall"].counts == ((5, 2), (4, 2), (3, 1), (2, 1), (1, 2))
    assert results["q_overall"].mean == (sum(OVERALL) + 1) / 8
    assert (results["q_repair"].answered, results["q_repair"].mean) == (4, 4.5)
    assert results["q_way"].counts == (("電話", 1), ("微信", 0), ("服務中心", 0))
    assert dict(results["q_topics"].counts)["保潔"] == sum(1 for value in [*OVERALL] if value % 3)
    assert statistics.opinions(answered) == [("您的意見", "停車位不夠")]


def test_nothing_divided_by_nothing_is_no_number(campaign: Campaign) -> None:
    assert statistics.satisfaction(campaign).rate is None
    assert all(result.mean is None for result in statistics.results_by_question(campaign))
    assert statistics.returns_in_all(campaign, []).rate is None
    assert statistics.returns_in_all(campaign).rate == 0.0


def test_results_cost_the_same_however_many_answered(answered: Campaign, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        statistics.results_by_question(answered)
    with django_assert_num_queries(2):
        statistics.returns_by_office(answered)


@pytest.mark.parametrize(
    ("unit", "period", "found"),
    [
        ("OFFICE1", "2026Q4", (10, 7, 4, 7)),
        ("PROPERTY", "2026Q4", (12, 8, 4, 8)),
        ("HQ", "2027Q1", (12, 8, 4, 8)),
        ("HQ", "2026Q3", None),
        ("HQ", "2028Q1", None),
        ("CREW1", "2026Q4", None),
    ],
)
def test_the_campaign_that_speaks_for_a_period(
    company: Company, answered: Campaign, unit: str, period: str, found: Any
) -> None:
    actions.close_campaign(by=company.users["quality_officer"], campaign=answered, now=NOW)
    counts = statistics.campaign_of_period(company.units[unit], Period.parse(period))
    assert (counts and (counts.issued, counts.returned, counts.satisfied, counts.answered)) == found
    if counts:
        assert dict(counts.question_means)["維修服務"] == 4.5
        assert f"/desk/surveys/{answered.pk}/" in counts.rows_url


def test_a_running_campaign_speaks_for_no_period(company: Company, answered: Campaign) -> None:
    assert statistics.campaign_of_period(company.units["HQ"], Period.parse("2026Q4")) is None


# ---- obligations ----------------------------------------------------------------------------------------------------
def test_srv_12_every_office_is_surveyed_in_june_and_november(company: Company, answered: Campaign) -> None:
    year = measures.surveyed(company.units["HQ"], Period.parse("2026"))
    assert (year.due, year.done, year.missed) == (4, 2, 2)  # June was not
    november = measures.surveyed(company.units["OFFICE1"], Period.parse("2026-11"))
    assert (november.due, november.done, november.missed) == (1, 1, 0)
    assert measures.surveyed(company.units["CREW1"], Period.parse("2026")).due == 0
    assert measures.surveyed(None, Period.parse("2026Q3")).due == 0


def test_srv_13_six_of_ten_come_back(company: Company, answered: Campaign) -> None:
    running = measures.returned_enough(company.units["HQ"], Period.parse("2026Q4"))
    assert (running.due, running.done, running.missed) == (2, 1, 0)
    actions.close_campaign(by=company.users["quality_officer"], campaign=answered, now=NOW)
    closed = measures.returned_enough(company.units["HQ"], Period.parse("2026Q4"))
    assert (closed.due, closed.done, closed.missed) == (2, 1, 1)
