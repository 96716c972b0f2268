"""Sessions: places, the code at the door, ticks, certificates by attendance, who was required (SAL-07)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from policies.actions import AudienceLine
from policies.training import actions, measures, papers, sign_in
from policies.training.enums import Presence
from policies.training.models import Attendance, Certificate
from policies.training.participation import participation
from portal.lib import pdf
from portal.lib.periods import Period
from portal.lib.refusals import Conflict, NotYours, Refused
from tests.policies.training.conftest import OPENED, at, details

STARTS = at(3, 20, 9)


@pytest.fixture
def first_aid(company):
    """Done by attending."""
    given = details(company, title="急救", drawn=0, by_attendance=True)
    course = actions.create_course(by=company.users["editor"], details=given, now=OPENED)
    return actions.open_course(by=company.users["editor"], course=course, now=OPENED)


@pytest.mark.parametrize(
    ("now", "taken"),
    [
        (STARTS - timedelta(minutes=31), False),
        (STARTS - timedelta(minutes=30), True),
        (STARTS + timedelta(hours=3), True),
        (STARTS + timedelta(hours=3, seconds=1), False),
    ],
)
def test_the_code_works_only_while_the_session_lasts(company, session, now, taken):
    planned = session(STARTS)
    assert sign_in.find_session(sign_in.token_of(planned.seed).lower()) == planned
    if taken:
        for _twice in range(2):
            actions.sign_in(by=company.users["employee"], session=planned, now=now)
        assert Attendance.objects.get().signed_by == "qr"
    else:
        with pytest.raises(Conflict):
            actions.sign_in(by=company.users["employee"], session=planned, now=now)


def test_a_wrong_code_finds_nothing(session):
    token = sign_in.token_of(session().seed)
    assert sign_in.find_session(token[:-1] + ("0" if token[-1] != "0" else "1")) is None
    assert sign_in.find_session("x" * 300) is None


def test_places_are_kept_given_back_and_run_out(company, session):
    planned = session(STARTS, capacity=1)
    for _twice in range(2):
        actions.enrol(by=company.users["employee"], session=planned, now=OPENED)
    with pytest.raises(Conflict, match="1"):
        actions.enrol(by=company.users["crew_leader"], session=planned, now=OPENED)
    actions.leave(by=company.users["employee"], session=planned, now=OPENED)
    actions.enrol(by=company.users["crew_leader"], session=planned, now=OPENED)
    with pytest.raises(Conflict):  # the room is full for who comes without a place, too
        actions.sign_in(by=company.users["employee"], session=planned, now=STARTS)
    actions.sign_in(by=company.users["crew_leader"], session=planned, now=STARTS)
    with pytest.raises(Conflict):
        actions.leave(by=company.users["crew_leader"], session=planned, now=STARTS)


def test_attending_counts_as_the_course_and_a_corrected_tick_takes_it_back(company, session, first_aid):
    planned = session(STARTS, course=first_aid)
    person = company.people["employee"]
    editor = company.users["editor"]
    with pytest.raises(Conflict):
        actions.mark_attendance(by=editor, session=planned, present={person.pk}, now=OPENED)
    for _twice in range(2):
        actions.mark_attendance(by=editor, session=planned, present={person.pk}, now=at(3, 21))
    certificate = Certificate.objects.get()
    assert (certificate.person, certificate.done_on) == (person, date(2026, 3, 20))
    actions.mark_attendance(by=editor, session=planned, present=set(), now=at(3, 22))
    certificate.refresh_from_db()
    assert certificate.withdrawn_on == date(2026, 3, 22)
    actions.mark_attendance(by=editor, session=planned, present={person.pk}, now=at(3, 23))
    assert Certificate.objects.filter(withdrawn_on=None).count() == 1


def test_who_leads_a_session(company, session):
    planned = session(STARTS, trainer=company.people["crew_leader"])
    for name in ("crew_leader", "unit_manager", "editor"):
        actions.mark_attendance(by=company.users[name], session=planned, present=set(), now=STARTS)
    for name in ("employee", "other_unit_manager", "director", "customer"):
        with pytest.raises(NotYours):
            actions.mark_attendance(by=company.users[name], session=planned, present=set(), now=STARTS)
    with pytest.raises(NotYours):  # a manager plans for the own units alone
        session(by="other_unit_manager")


@pytest.mark.parametrize(
    ("given", "field"),
    [({"place": " "}, "place"), ({"title": ""}, "title"), ({"ends_at": STARTS}, "ends_at")],
)
def test_a_session_that_cannot_be(session, given, field):
    with pytest.raises(Refused) as refused:
        session(STARTS, **given)
    assert refused.value.field == field


def test_a_session_that_was_held_is_not_cancelled(company, session):
    planned = session(STARTS)
    actions.sign_in(by=company.users["employee"], session=planned, now=STARTS)
    with pytest.raises(Conflict):
        actions.cancel_session(by=company.users["editor"], session=planned, now=STARTS)


# ---- required and attended -------------------------------------------------------------------------------------------
MARCH = Period.parse("2026-03")


@pytest.fixture
def sales(company, session):
    """Two past activities and one to come, all required of the sales site."""
    line = [AudienceLine("unit", unit=company.units["SALES1"])]
    days = (at(3, 10, 9), at(3, 20, 9), at(3, 28, 9))
    return [session(day, title=str(day.day), unit=company.units["SALES1"], required_of=line) for day in days]


def test_attended_missed_to_come(company, sales):
    person = company.people["sales_person"].pk
    actions.mark_attendance(by=company.users["editor"], session=sales[0], present={person}, now=at(3, 11))
    (one,) = participation(MARCH.start, MARCH.end, now=at(3, 25))
    assert (one.person_id, one.required) == (person, 3)
    assert [len(part) for part in (one.attended, one.missed, one.coming)] == [1, 1, 1]
    (later,) = participation(MARCH.start, MARCH.end, now=at(4, 1))
    assert [len(part) for part in (later.attended, later.missed, later.coming)] == [1, 2, 0]


def test_excused_and_cancelled_are_not_counted(company, sales):
    person = company.people["sales_person"].pk
    editor = company.users["editor"]
    actions.mark_attendance(by=editor, session=sales[0], present=set(), excused={person}, now=at(3, 11))
    actions.cancel_session(by=editor, session=sales[1], now=at(3, 12))
    (one,) = participation(MARCH.start, MARCH.end, now=at(4, 1))
    assert (one.required, len(one.excused)) == (1, 1)


def test_sal_07_counts_sales_staff_against_what_was_required(company, sales, session, monkeypatch):
    session(at(3, 12, 9))  # of a drilling crew: not the sales staff's
    person = company.people["sales_person"].pk
    actions.mark_attendance(by=company.users["editor"], session=sales[0], present={person}, now=at(3, 11))
    monkeypatch.setattr("portal.lib.clock.now", lambda: at(3, 25))
    for unit in (company.units["SALES1"], company.units["HQ"], None):
        found = measures.attended(unit, MARCH)
        assert (found.due, found.done, found.missed) == (3, 1, 1)
    assert measures.attended(company.units["CREW1"], MARCH).due == 0
    assert Attendance.objects.get().presence == Presence.PRESENT


def test_the_sheet_names_who_is_required(company, session):
    planned = session(STARTS)
    made = pdf.check_pdf(papers.sheet_pdf(planned))
    assert made.tagged
    assert made.fonts_embedded
    assert made.figures_without_text == 0
