"""SAF-16, clause 5.4.2: figures, the meeting, measures, terms, and who may do what."""

from __future__ import annotations

from datetime import date

import pytest

from forms.cards.weeks import figures, paper
from forms.cards.weeks.actions.weeks import report_measure_done, return_measure, verify_measure
from forms.cards.weeks.enums import MeasureKind, MeasureState
from forms.cards.weeks.measures import weeks_analysed
from forms.cards.weeks.models import Week
from forms.cards.weeks.permissions import visible_measures
from portal.lib import pdf, registries
from portal.lib.periods import Period
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.readers import reader_for
from tests.forms.card_weeks.conftest import NOW, WEEK, at

pytestmark = pytest.mark.django_db


# ---- figures --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("cards", "frequent", "repeated"),
    [
        ([(3, 1)], False, False),
        ([(3, 3)], True, False),
        ([(3, 2), (2, 1)], True, False),
        ([(3, 1), (10, 1)], False, True),
        ([(3, 1), (30, 1)], False, True),
        ([(3, 3), (10, 1)], True, True),
    ],
)
def test_frequent_and_repeated(company, unsafe, no_scope, cards, frequent, repeated):
    for days_ago, acts in cards:
        unsafe(days_ago, acts)
    (row,) = figures.area_rows(company.units["CREW1"], WEEK)
    assert (row["frequent"], row["repeated"]) == (frequent, repeated)


def test_random_cards_never_mix_with_planned_ones(company, unsafe, no_scope):
    unsafe(3, 1)
    unsafe(3, 9, planned=False, team=["crew_leader"])
    found = figures.week_figures(company.units["CREW1"], WEEK)
    assert (found["cards"], found["acts"], found["random"]) == (1, 1, 1)
    assert found["areas"][0]["acts"] == 1


def test_the_mean_is_of_the_four_weeks_before(company, unsafe, no_scope):
    for days_ago in (3, 10, 17, 17):
        unsafe(days_ago, 1)
    found = figures.week_figures(company.units["CREW1"], WEEK)
    row = next(one for one in found["categories"] if one["category"] == "positions")
    assert (row["mean"], row["more"]) == (0.75, True)


def test_a_week_without_cards_before_has_no_mean(company, unsafe, no_scope):
    unsafe(3, 1)
    found = figures.week_figures(company.units["CREW1"], WEEK)
    assert {row["mean"] for row in found["categories"]} == {None}


def test_the_duty_is_said_not_to_be_measured_where_no_room_measures_it(company, no_scope, monkeypatch):
    unit = company.units["CREW1"]
    monkeypatch.setattr(registries, "measures", registries.Registry("measure"))
    assert figures.week_figures(unit, WEEK)["duty"] is None
    registries.measures.register("SAF-14", lambda unit, period: registries.Measured(14, 12, 2))
    assert figures.week_figures(unit, WEEK)["duty"] == {"due": 14, "done": 12, "missed": 2}


# ---- the record -----------------------------------------------------------------------------------------------------
def test_a_closed_week_keeps_its_figures(unsafe, write, close):
    unsafe(3, 1)
    record = close(write())
    unsafe(2, 1)
    record.refresh_from_db()
    assert (record.figures["acts"], record.is_late) == (1, False)
    assert figures.week_figures(record.unit, WEEK)["acts"] == 2


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"met_on": None}, "met_on"),
        ({"present": ["crew_leader"]}, "present"),
        ({"discussion": " "}, "discussion"),
    ],
)
def test_a_week_is_not_closed_without(write, close, given, field):
    record = write(**given)
    with pytest.raises(Refused) as refused:
        close(record)
    assert refused.value.field == field
    assert Week.objects.get().state == "open"


@pytest.mark.parametrize("met_on", [date(2026, 11, 15), date(2026, 11, 24)])
def test_the_meeting_is_in_the_week_or_after_it_and_not_to_come(write, met_on):
    with pytest.raises(Refused) as refused:
        write(met_on=met_on)
    assert refused.value.field == "met_on"


def test_a_running_week_is_not_closed(write, close):
    record = write(met_on=date(2026, 11, 21), now=at("2026-11-21"))
    with pytest.raises(Refused):
        close(record, now=at("2026-11-21"))
    assert close(record, now=at("2026-11-22")).is_closed


def test_what_came_often_asks_for_a_measure_or_a_reason(unsafe, write, close, measure):
    unsafe(3, 3)
    record = write()
    with pytest.raises(Refused) as refused:
        close(record)
    assert refused.value.field == "no_measure_reason"
    measure()
    assert close(record).is_closed


def test_a_reason_does_instead(unsafe, write, close):
    unsafe(3, 3)
    assert close(write(no_measure_reason="黃線已在刷漆。")).is_closed


def test_names_of_the_staff_are_refused_in_the_words(write):
    with pytest.raises(Refused) as refused:
        write(discussion="談到葉子安沒有繫安全帶。")
    assert refused.value.field == "discussion"
    assert not Week.objects.exists()


def test_the_second_writer_is_told(write):
    first = write()
    write(version=first.version, discussion="第二次")
    with pytest.raises(Conflict):
        write(version=first.version, discussion="第三次")
    assert Week.objects.get().discussion == "第二次"


def test_nothing_is_changed_after_closing(write, close, measure):
    record = close(write())
    for verb in (write, lambda: close(record), measure):
        with pytest.raises(Conflict):
            verb()


@pytest.mark.parametrize("by", ["employee", "other_crew_leader", "quality_officer", "administrator"])
def test_only_leaders_of_the_unit_keep_the_record(write, by):
    with pytest.raises(NotYours):
        write(by)


# ---- the measure of the obligation ----------------------------------------------------------------------------------
def test_a_late_week_stays_missed(company, unsafe, write, close, monkeypatch):
    unsafe(3, 0)
    unit = company.units["CREW1"]
    assert _counts(weeks_analysed(unit, WEEK)) == (1, 0, 0, 0)
    later = at("2026-11-30")
    monkeypatch.setattr("portal.lib.clock.now", lambda: later)
    assert _counts(weeks_analysed(unit, WEEK)) == (1, 0, 1, 0)
    assert close(write(), now=later).is_late
    assert _counts(weeks_analysed(unit, WEEK)) == (1, 0, 1, 1)


def test_a_week_in_time_is_done(company, unsafe, write, close):
    unsafe(3, 0)
    close(write())
    assert _counts(weeks_analysed(company.units["CREW1"], WEEK)) == (1, 1, 0, 0)
    assert _counts(weeks_analysed(company.units["CREW2"], WEEK)) == (1, 0, 0, 0)
    assert _counts(weeks_analysed(None, Period.parse("2026-11")))[:2] == (2, 1)


def _counts(found):
    return (found.due, found.done, found.missed, found.late)


# ---- measures -------------------------------------------------------------------------------------------------------
def test_a_measure_is_verified_by_somebody_else(company, measure):
    one = measure()
    users = company.users
    with pytest.raises(NotYours):
        report_measure_done(by=users["crew_leader"], measure=one, words="好了", now=NOW)
    report_measure_done(by=users["employee"], measure=one, words="已刷好", now=NOW)
    with pytest.raises(NotYours):
        verify_measure(by=users["employee"], measure=one, now=NOW)
    return_measure(by=users["crew_leader"], measure=one, words="反光條還沒有貼", now=NOW)
    report_measure_done(by=users["employee"], measure=one, words="已貼", now=NOW)
    done = verify_measure(by=users["unit_manager"], measure=one, now=NOW)
    assert (done.state, done.verified_by) == (MeasureState.VERIFIED, users["unit_manager"])
    with pytest.raises(Conflict):
        verify_measure(by=users["unit_manager"], measure=one, now=NOW)


def test_a_leader_does_not_verify_a_measure_of_his_own(company, measure):
    one = measure(owner="crew_leader", by="unit_manager")
    report_measure_done(by=company.users["crew_leader"], measure=one, words="已刷好", now=NOW)
    with pytest.raises(NotYours):
        verify_measure(by=company.users["crew_leader"], measure=one, now=NOW)


def test_the_same_measure_twice_is_one(measure):
    assert measure().pk == measure().pk


@pytest.mark.parametrize(
    ("name", "sees"),
    [
        ("employee", True),
        ("crew_leader", True),
        ("unit_manager", True),
        ("quality_officer", False),
        ("other_crew_leader", False),
    ],
)
def test_a_retraining_is_seen_by_the_person_and_the_leaders_only(company, measure, name, sees):
    one = measure(kind=MeasureKind.RETRAINING.value, area=None, category="", text="學習填卡")
    assert visible_measures(reader_for(company.users[name])).filter(pk=one.pk).exists() is sees


def test_the_record_on_paper_holds_no_retraining(unsafe, write, close, measure, tmp_path):
    unsafe(3, 3)
    measure()
    measure(kind=MeasureKind.RETRAINING.value, area=None, category="", text="學習填卡")
    data = paper.week_pdf(close(write()))
    facts = pdf.check_pdf(data)
    assert (facts.tagged, facts.fonts_embedded) == (True, True)
    text = pdf_text(data)
    assert "鑽台黃線重新刷漆" in text
    assert "學習填卡" not in text


def pdf_text(data):
    import subprocess

    return subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True).stdout.decode()
