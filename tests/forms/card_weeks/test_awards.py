"""SAF-19, clause 5.5: observers are nominated with what was good; one vote, one decision with reason and reward."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest

from forms.cards.rules import ItemDraft
from forms.cards.weeks.actions.awards import NominationDraft, decide_award, nominate, quote_of, vote
from forms.cards.weeks.measures import awards_given
from forms.cards.weeks.models import Award, Nomination, Vote
from portal.journal.models import Entry
from portal.lib.periods import Period
from portal.lib.refusals import Conflict, NotYours, Refused
from tests.forms.card_weeks.conftest import NOW, WEEK, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def good(unsafe):
    """A card of the week by the crew leader and the employee, with a suggestion."""
    return unsafe(3, 0, suggestion="在取樣口旁放護目鏡盒")


@pytest.fixture
def propose(company, no_scope):
    def do(by="unit_manager", unit="CREW1", period=WEEK, now=NOW, **given):
        draft = NominationDraft(**{"reason": "建議具體", **given})
        return nominate(by=company.users[by], unit=company.units[unit], period=period, draft=draft, now=now)

    return do


@pytest.fixture
def nominated(company, propose, good):
    return propose(person=company.people["employee"], card=good)


@pytest.fixture
def decide(company, no_scope):
    def do(nomination, by="unit_manager", now=NOW, **given):
        words = {"reason": "建議被採納。", "reward": "獎金200元", **given}
        return decide_award(by=company.users[by], nomination=nomination, now=now, **words)

    return do


def test_the_card_is_quoted_with_what_was_good_only(nominated, unsafe, hand_in, no_scope):
    assert nominated.quote == "在取樣口旁放護目鏡盒"
    items = [
        ItemDraft("tools", safe=1, note="吊具逐件檢查"),
        ItemDraft("positions", unsafe_acts=1, note="站在尾繩內", action="請人離開"),
    ]
    assert quote_of(hand_in("crew_leader", items=items)) == "吊具逐件檢查"


def test_only_a_card_that_the_nominee_observed_is_quoted(company, propose, unsafe, no_scope):
    other = unsafe(3, 0, team=["crew_leader", "unit_manager"], by="unit_manager", suggestion="加一盞燈")
    with pytest.raises(Refused) as refused:
        propose(person=company.people["employee"], card=other)
    assert refused.value.field == "card"


def test_a_card_without_anything_good_in_words_is_not_quoted(company, propose, unsafe):
    with pytest.raises(Refused) as refused:
        propose(person=company.people["employee"], card=unsafe(3, 1))
    assert refused.value.field == "card"


def test_a_card_of_another_week_is_not_quoted(company, propose, unsafe):
    with pytest.raises(Refused):
        propose(person=company.people["employee"], card=unsafe(12, 0, suggestion="加一盞燈"))


def test_a_name_in_the_reason_is_refused(company, propose):
    with pytest.raises(Refused) as refused:
        propose(person=company.people["employee"], reason="提醒尹志遠退到線外")
    assert refused.value.field == "reason"
    assert not Nomination.objects.exists()


def test_nobody_nominates_or_awards_himself(company, propose, decide):
    with pytest.raises(Refused):
        propose("employee", person=company.people["employee"])
    leader = propose(person=company.people["crew_leader"])
    with pytest.raises(NotYours):
        decide(leader, "crew_leader")
    assert decide(leader, "unit_manager").reward == "獎金200元"


@pytest.mark.parametrize("by", ["other_crew_leader", "quality_officer", "clerk"])
def test_nominations_of_a_crew_come_from_the_crew(company, propose, by):
    with pytest.raises(NotYours):
        propose(by, person=company.people["employee"])


def test_one_voice_each(company, propose, nominated):
    second = propose(person=company.people["crew_leader"])
    voter = company.users["employee"]
    vote(by=voter, nomination=nominated, now=NOW)
    vote(by=voter, nomination=second, now=NOW)
    assert Vote.objects.get().nomination == second
    with pytest.raises(NotYours):
        vote(by=company.users["other_crew_leader"], nomination=second, now=NOW)


def test_one_decision_a_period_and_kind(company, propose, nominated, decide):
    second = propose(person=company.people["crew_leader"])
    with pytest.raises(NotYours):
        decide(nominated, "employee")
    with pytest.raises(Refused):
        decide(nominated, now=at("2026-11-20"))
    decide(nominated)
    with pytest.raises(Conflict):
        decide(second)
    with pytest.raises(Conflict):
        vote(by=company.users["employee"], nomination=nominated, now=NOW)


def test_the_same_nominee_twice_is_one(company, propose, nominated):
    person = company.people["employee"]
    assert propose(person=person).pk == nominated.pk
    with pytest.raises(Conflict):
        propose("crew_leader", person=person, reason="另一個理由")


def test_a_month_awards_a_crew_and_a_missed_week_is_counted(company, propose, decide, good):
    month = Period.parse("2026-10")
    one = propose("quality_officer", unit="PROJECT1", period=month, crew=company.units["CREW1"])
    decide(one, "quality_officer")
    with pytest.raises(Refused):
        propose("quality_officer", unit="PROJECT1", period=month, crew=company.units["PROJECT1"])
    found = awards_given(company.units["CREW2"], WEEK)
    assert (found.due, found.done, found.missed) == (1, 0, 0)


def test_the_merit_export_holds_what_is_positive_and_nothing_else(company, nominated, decide, signed_in):
    decide(nominated)
    answer = signed_in("unit_manager").get(
        "/desk/cards/awards/merits.xlsx?period=2026-11", headers={"Accept-Language": "en"}
    )
    rows = list(openpyxl.load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert len(rows[0]) == 4
    assert [row[0] for row in rows[1:]] == ["葉子安"]
    assert rows[1][3] == "獎金200元"
    assert Entry.objects.filter(action="card_weeks.export_merits").count() == 1
    assert Award.objects.count() == 1
