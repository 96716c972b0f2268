"""SAF-17, SAF-18: the summary is signed, sent up, received by both, or returned; few cards are not shown outside."""

from __future__ import annotations

import pytest

from forms.cards.weeks import figures
from forms.cards.weeks.actions.lessons import (
    LessonDraft,
    decline_lesson,
    propose_lesson,
    publish_lesson,
    talk_lesson_over,
)
from forms.cards.weeks.actions.months import Words, receive_summary, return_summary, sign_summary, write_summary
from forms.cards.weeks.enums import LessonState, Office, SummaryState
from forms.cards.weeks.measures import lessons_learnt, months_sent
from forms.cards.weeks.permissions import visible_lessons
from forms.cards.weeks.sources import LESSONS
from portal.lib.periods import Period
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Appointment, Person, User
from portal.org.readers import reader_for
from tests.forms.card_weeks.conftest import MONTH, NOW, at

pytestmark = pytest.mark.django_db
TEXT = Words("全月按計劃觀察。", "站位較多。", "重刷黃線。")
DRAFT = LessonDraft("中段要有掛點", "移動時尾繩沒有掛。", "中間沒有掛點。", "加裝生命線。")


@pytest.fixture
def chief(company):
    """The manager of the project department above both crews."""
    user = User.objects.create(username="chief", first_name="chief")
    person = Person.objects.create(name="段主管", staff_number="T-chief", user=user)
    Appointment.objects.create(
        person=person, post=company.posts["unit_manager"], unit=company.units["PROJECT1"], starts_on="2020-01-01"
    )
    company.users["chief"] = user
    return user


@pytest.fixture
def written(company, no_scope):
    def do(words=TEXT, now=NOW):
        by, unit = company.users["unit_manager"], company.units["CREW1"]
        return write_summary(by=by, unit=unit, month=MONTH, words=words, now=now)

    return do


@pytest.fixture
def sent(company, written):
    return sign_summary(by=company.users["unit_manager"], summary=written(), now=at("2026-11-04"))


def test_both_offices_receive_it(company, chief, sent):
    assert sent.state == SummaryState.SENT
    one = receive_summary(by=company.users["quality_officer"], summary=sent, office=Office.SAFETY, now=NOW)
    again = receive_summary(by=company.users["quality_officer"], summary=sent, office=Office.SAFETY, now=NOW)
    assert (one.state, again.receipts.count()) == (SummaryState.SENT, 1)
    assert receive_summary(by=chief, summary=sent, office=Office.COMPANY, now=NOW).state == SummaryState.RECEIVED
    with pytest.raises(Conflict):
        return_summary(by=chief, summary=sent, reason="再寫", now=NOW)


@pytest.mark.parametrize(
    ("who", "office"),
    [
        ("unit_manager", Office.COMPANY),
        ("other_unit_manager", Office.COMPANY),
        ("quality_officer", Office.COMPANY),
        ("chief", Office.SAFETY),
    ],
)
def test_nobody_else_receives_it(company, chief, sent, who, office):
    with pytest.raises(NotYours):
        receive_summary(by=company.users[who], summary=sent, office=office, now=NOW)


def test_a_returned_summary_is_signed_and_received_anew(company, chief, sent, written):
    receive_summary(by=chief, summary=sent, office=Office.COMPANY, now=NOW)
    back = return_summary(by=company.users["quality_officer"], summary=sent, reason="缺下月計劃的日期。", now=NOW)
    assert (back.state, back.is_sent) == (SummaryState.RETURNED, False)
    again = sign_summary(by=company.users["unit_manager"], summary=written(), now=NOW)
    assert (again.sending, again.receipts.filter(sending=2).count()) == (2, 0)
    assert again.first_sent_at == at("2026-11-04")


@pytest.mark.parametrize("who", ["crew_leader", "other_unit_manager", "quality_officer", "chief"])
def test_the_units_own_manager_signs(company, chief, written, who):
    with pytest.raises(NotYours):
        sign_summary(by=company.users[who], summary=written(), now=NOW)


def test_it_is_not_signed_without_words_nor_before_the_month_is_over(company, written):
    manager = company.users["unit_manager"]
    with pytest.raises(Refused) as refused:
        sign_summary(by=manager, summary=written(Words("好", "無", " ")), now=NOW)
    assert refused.value.field == "plan"
    with pytest.raises(Refused):
        sign_summary(by=manager, summary=written(), now=at("2026-10-30"))


def test_names_are_refused_in_the_words(written):
    with pytest.raises(Refused) as refused:
        written(Words("葉子安多次未戴護目鏡", "無", "無"))
    assert refused.value.field == "situation"


def test_the_measure_counts_what_was_sent_by_the_fifth(company, unsafe, sent, no_scope):
    unsafe(40, 0)
    found = months_sent(company.units["CREW1"], MONTH)
    assert (found.due, found.done, found.missed) == (1, 1, 0)
    other = months_sent(company.units["CREW2"], MONTH)
    assert (other.due, other.done, other.missed) == (1, 0, 1)


def test_few_cards_are_not_shown_outside(company, unsafe, no_scope):
    for days_ago in (25, 26, 27, 28):
        unsafe(days_ago, 1)
    few = figures.for_outside(figures.month_figures(company.units["CREW1"], MONTH))
    assert (few["cards"], few["acts"], few["areas"]) == (None, None, [])
    assert {row["acts"] for row in few["categories"]} == {None}
    unsafe(29, 1)
    enough = figures.for_outside(figures.month_figures(company.units["CREW1"], MONTH))
    assert (enough["cards"], enough["acts"]) == (5, 5)
    shown = {row["category"]: row["acts"] for row in enough["categories"]}
    assert (shown["positions"], shown["tools"]) == (5, None)


# ---- lessons --------------------------------------------------------------------------------------------------------
@pytest.fixture
def lesson(company, sent):
    return propose_lesson(by=company.users["crew_leader"], record=sent, draft=DRAFT, now=NOW)


def test_a_published_lesson_is_read_by_all_and_found_by_search(company, lesson):
    stranger = reader_for(company.users["clerk"])
    assert not visible_lessons(stranger).exists()
    publish_lesson(by=company.users["quality_officer"], lesson=lesson, draft=DRAFT, now=NOW)
    assert visible_lessons(stranger).get().state == LessonState.PUBLISHED
    (passage,) = LESSONS.passages(LESSONS.keys())
    assert (passage.title, passage.audience) == (DRAFT.title, frozenset({"staff"}))


def test_a_lesson_names_nobody_and_is_judged_by_the_safety_department(company, sent, lesson):
    named = LessonDraft("掛點", "葉子安移動時沒有掛。", "沒有掛點", "加裝")
    with pytest.raises(Refused) as refused:
        propose_lesson(by=company.users["crew_leader"], record=sent, draft=named, now=NOW)
    assert refused.value.field == "happened"
    with pytest.raises(NotYours):
        publish_lesson(by=company.users["unit_manager"], lesson=lesson, draft=DRAFT, now=NOW)
    declined = decline_lesson(by=company.users["quality_officer"], lesson=lesson, verdict="已有同類經驗。", now=NOW)
    assert declined.state == LessonState.DECLINED
    with pytest.raises(Conflict):
        publish_lesson(by=company.users["quality_officer"], lesson=lesson, draft=DRAFT, now=NOW)


def test_crews_talk_it_over_within_thirty_days(company, lesson, monkeypatch):
    lesson = publish_lesson(by=company.users["quality_officer"], lesson=lesson, draft=DRAFT, now=NOW)
    leader, unit = company.users["other_crew_leader"], company.units["CREW2"]
    for _n in range(2):
        talk_lesson_over(by=leader, lesson=lesson, unit=unit, on=NOW.date(), words="我隊也缺一段。", now=NOW)
    with pytest.raises(NotYours):
        talk_lesson_over(
            by=leader, lesson=lesson, unit=company.units["CREW1"], on=NOW.date(), words="代別隊說。", now=NOW
        )
    month = Period.parse("2026-11")
    found = lessons_learnt(None, month)
    assert (found.due, found.done, found.missed) == (2, 1, 0)
    monkeypatch.setattr("portal.lib.clock.now", lambda: at("2026-12-25"))
    assert lessons_learnt(None, month).missed == 1
