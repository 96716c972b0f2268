"""Three numbers, who answers them day and night, and the hours when nobody does (SRV-01)."""

from __future__ import annotations

import itertools
import uuid
from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from forms.cases.calls import actions, duty, tiles
from forms.cases.calls.covering import gaps, length
from forms.cases.calls.measures import answered_and_recorded
from forms.cases.calls.models import DutyTurn, Hotline
from forms.cases.calls.permissions import reader_can_log_calls
from home.models import HomePage
from portal.journal.actions import entries_of
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.refusals import NotYours, Refused
from portal.org.enums import Role
from portal.org.models import Appointment, Person, Post, User
from portal.org.readers import reader_for
from tests.forms.calls import NOW, at, day_of

pytestmark = pytest.mark.usefixtures("no_scope")
WEEK = Period.of("week", day_of(0))


@pytest.fixture
def enter(company, hotlines):
    """enter("clerk", 0, "08:00", "20:00") puts that person on the complaints hotline of that day."""

    def make(name="clerk", day=0, begins="00:00", ends="00:00", lines=("complaints",), by="clerk", now=None):
        return actions.add_turns(
            by=company.users[by],
            hotlines=[hotlines[one] for one in lines],
            person=company.people[name],
            days=[day_of(one) for one in (day if isinstance(day, range) else [day])],
            begins=time.fromisoformat(begins),
            ends=time.fromisoformat(ends),
            now=now or at(12, day=-7),
        )

    return make


# ---- numbers ---------------------------------------------------------------------------------------------------------
def test_a_number_that_is_set_stands_on_the_home_page(company, hotlines):
    officer = company.users["quality_officer"]
    line = actions.set_hotline(by=officer, kind="duty", label="值班熱線", number="＋86 28 5550 0199", now=NOW)
    assert Hotline.objects.count() == 3
    assert line.since == hotlines["duty"].since  # an edit begins nothing anew
    shown = [one.number for one in HomePage.objects.get().hotlines.all()]
    assert shown == ["028-5550 0111", "028-5550 0122", "＋86 28 5550 0199"]
    assert entries_of(line).last().data["number"] == "＋86 28 5550 0199"


def test_an_editors_draft_of_the_home_page_keeps_its_words(company, hotlines):
    page = HomePage.objects.get()
    page.lead = "草稿"
    page.save_revision()
    actions.set_hotline(by=company.users["quality_officer"], kind="duty", label="值班", number="110 110", now=NOW)
    page = HomePage.objects.get()
    draft = page.get_latest_revision_as_object()
    assert (page.lead, draft.lead) == ("", "草稿")
    assert (
        [one.number for one in draft.hotlines.all()][-1] == [one.number for one in page.hotlines.all()][-1] == "110 110"
    )


@pytest.mark.parametrize(
    ("by", "changes", "problem"),
    [
        ("clerk", {}, NotYours),
        ("editor", {}, NotYours),
        ("administrator", {"number": "call me"}, Refused),
        ("administrator", {"label": " "}, Refused),
        ("administrator", {"kind": "gossip"}, Refused),
        ("administrator", {"shown_as": "nickname"}, Refused),
    ],
)
def test_who_sets_numbers_and_what_is_none(company, by, changes, problem):
    values = {"kind": "duty", "label": "值班熱線", "number": "110 110", **changes}
    with pytest.raises(problem):
        actions.set_hotline(by=company.users[by], **values)
    assert not Hotline.objects.exists()


# ---- the roster ------------------------------------------------------------------------------------------------------
def test_a_turn_may_last_over_midnight_and_is_entered_once(enter):
    (turn,) = enter(begins="20:00", ends="08:00")
    assert (turn.starts_at, turn.ends_at, turn.post.code) == (at(20), at(8, day=1), Role.CLERK)
    assert enter(begins="20:00", ends="08:00") == []
    assert len(enter(day=range(1, 4), lines=("services", "duty"))) == 6


@pytest.mark.parametrize(
    ("what", "problem"),
    [
        ({"by": "employee"}, NotYours),
        ({"by": "administrator"}, NotYours),
        ({"name": "employee"}, Refused),  # of a drilling crew
        ({"day": -1, "now": NOW}, Refused),  # what is over is not planned
        ({"day": 500, "now": NOW}, Refused),
        ({"lines": ()}, Refused),
        ({"day": range(0)}, Refused),
    ],
)
def test_what_cannot_be_entered(enter, what, problem):
    with pytest.raises(problem):
        enter(**what)
    assert not DutyTurn.objects.exists()


def test_the_past_of_a_roster_stays(enter, company):
    (over,), (running,), (later,) = enter(day=-1), enter(day=0), enter(day=1)
    clerk = company.users["clerk"]
    with pytest.raises(Refused):
        actions.drop_turn(by=clerk, turn=over, now=NOW)
    for turn in (running, later):
        actions.drop_turn(by=clerk, turn=turn, now=NOW)
    assert {turn.pk: turn.ends_at for turn in DutyTurn.objects.all()} == {over.pk: over.ends_at, running.pk: NOW}
    with pytest.raises(IntegrityError), transaction.atomic():
        DutyTurn.objects.filter(pk=over.pk).update(ends_at=over.starts_at)


def test_a_week_is_taken_over(enter, company):
    enter(day=range(-7, 0), begins="08:00", ends="20:00", now=at(12, day=-14))
    assert actions.copy_week(by=company.users["clerk"], week=WEEK, now=NOW) == 7
    starts = sorted(DutyTurn.objects.values_list("starts_at", flat=True))[7:]
    assert starts == [at(8, day=number) for number in range(7)]
    with pytest.raises(Refused):  # all of it is there
        actions.copy_week(by=company.users["clerk"], week=WEEK, now=NOW)


def test_the_screen_of_a_week(enter, company, signed_in):
    enter(begins="08:00", ends="20:00")
    browser, address = signed_in("clerk"), f"{reverse('call_roster')}?week={WEEK.code}"
    shown = browser.get(address)
    day = shown.context["rows"][0].cells[0]
    assert [(begins, ends) for begins, ends in day.gaps] == [(at(0), at(8)), (at(20), at(0, day=1))]
    assert "20:00–24:00" in " ".join(shown.content.decode().replace("<", " <").split()).replace(" ", "")
    # The days that can be entered are those to come: of the week that runs now.
    week = Period.of("week", clock.today())
    sent = {
        "week": week.code,
        "hotlines": [one.pk for one in Hotline.objects.all()],
        "person": company.people["director"].pk,
        "days": [clock.today().isoformat()],
        "begins": "00:00",
        "ends": "00:00",
    }
    assert browser.post(reverse("call_roster"), {**sent, "person": ""}).status_code == 400
    assert browser.post(reverse("call_roster"), sent).status_code == 302
    assert DutyTurn.objects.filter(person=company.people["director"]).count() == 3
    turn = DutyTurn.objects.latest("pk")
    assert browser.post(reverse("call_turn_drop", args=[turn.pk])).status_code == 302
    assert browser.post(reverse("call_roster_copy"), {"week": "x"}).status_code == 302


# ---- gaps ------------------------------------------------------------------------------------------------------------
SPANS = st.lists(st.tuples(st.integers(-5, 30), st.integers(1, 12)).map(lambda one: (one[0], one[0] + one[1])))


@given(SPANS)
def test_gaps_and_turns_together_are_the_day(spans):
    hours = [(at(0) + timedelta(hours=a), at(0) + timedelta(hours=b)) for a, b in spans]
    found = gaps(hours, at(0), at(0, day=1))
    covered = {hour for hour in range(24) if any(a <= hour < b for a, b in spans)}
    assert length(found) == timedelta(hours=24 - len(covered))
    assert all(first[1] < second[0] for first, second in itertools.pairwise(found))


@pytest.mark.parametrize(
    ("turns", "missed"),
    [
        ([], 3),
        ([("00:00", "00:00", ("complaints", "services", "duty"), -7)], 0),
        ([("00:00", "00:00", ("complaints", "services"), -7)], 1),
        ([("00:00", "20:00", ("complaints", "services", "duty"), -7)], 3),
        ([("00:00", "12:00", ("duty",), -7), ("12:00", "00:00", ("duty",), -7)], 2),
        # Entered while it ran: what was before that had nobody.
        ([("00:00", "00:00", ("complaints", "services", "duty"), 0)], 3),
    ],
)
def test_a_day_on_which_a_hotline_had_nobody_is_missed(enter, company, monkeypatch, turns, missed):
    for begins, ends, lines, entered in turns:
        enter(begins=begins, ends=ends, lines=lines, now=at(1, day=entered))
    monkeypatch.setattr(clock, "now", lambda: at(0, 1, day=1))
    for unit in ("OFFICE1", "HQ"):
        measured = answered_and_recorded(company.units[unit], Period.of("day", day_of(0)))
        assert (measured.due, measured.missed) == (3, missed)
        assert bool(measured.note) is bool(missed)
    # A day that is not over owes nothing yet, nor one before the hotlines were there.
    monkeypatch.setattr(clock, "now", lambda: at(23))
    assert answered_and_recorded(company.units["HQ"], Period.of("day", day_of(0))).due == 0
    assert answered_and_recorded(company.units["HQ"], Period.of("month", date(2026, 9, 1))).due == 0


# ---- the public page -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("how", "shown", "hidden"),
    [("surname", "蘇", "小梅"), ("name", "蘇小梅", None), ("post", None, "蘇")],
)
def test_everybody_sees_who_answers_now(enter, company, hotlines, monkeypatch, how, shown, hidden):
    officer = company.users["quality_officer"]
    actions.set_hotline(by=officer, kind="complaints", label="投訴熱線", number="028-5550 0111", shown_as=how, now=NOW)
    enter()
    monkeypatch.setattr(clock, "now", lambda: NOW)
    page = Client().get(reverse("hotlines")).content.decode()
    for part in ('href="tel:02855500111"', company.posts[Role.CLERK].title, *([shown] if shown else [])):
        assert part in page
    if hidden:
        assert hidden not in page
    assert "13800000001" not in page


@pytest.mark.parametrize(
    ("name", "surname"),
    [("蘇小梅", "蘇"), ("歐陽明", "歐陽"), ("歐陽", "歐"), ("司徒美堂", "司徒"), ("Anna Lee", "Lee"), ("", "")],
)
def test_surnames(name, surname):
    assert duty.surname(name) == surname


def test_without_hotlines_the_page_says_so(company):
    assert "No hotline is set yet" in Client().get(reverse("hotlines")).content.decode()


# ---- whoever is on duty ----------------------------------------------------------------------------------------------
def test_a_guard_on_duty_writes_calls_down_and_sees_no_cases(enter, take, company, file_case, signed_in, monkeypatch):
    post = Post.objects.create(code="guard", title="秩序維護員", role=Role.EMPLOYEE)
    user = User.objects.create(username="guard", first_name="guard")
    company.people["guard"] = Person.objects.create(name="石守夜", staff_number="G1", user=user)
    company.users["guard"] = user
    Appointment.objects.create(
        person=company.people["guard"], post=post, unit=company.units["OFFICE1"], starts_on=date(2020, 1, 1)
    )
    case = file_case()
    monkeypatch.setattr(clock, "now", lambda: NOW)
    with pytest.raises(NotYours):
        take(by="guard")
    assert signed_in("guard").get(reverse("call_new")).status_code == 404
    enter("guard")
    reader = reader_for(user)
    assert reader_can_log_calls(reader)
    assert [tile.icon for tile in tiles.call_tiles(reader)] == ["headset"]
    call = take(by="guard", outcome="case")
    assert signed_in("guard").get(call.get_absolute_url()).status_code == 200
    shown = signed_in("guard").post(reverse("call_new"), {"look": "yes", "phone": "13800000001", "key": uuid.uuid4()})
    assert case.number not in shown.content.decode()
    with pytest.raises(Refused):
        take(by="guard", outcome="answered", answer="是。")
    with pytest.raises(Refused):
        take(by="guard", outcome="added", case=case)
    assert signed_in("guard").get(reverse("call_list")).status_code == 404


# ---- tiles -----------------------------------------------------------------------------------------------------------
def test_the_home_page_tells_of_missed_calls_and_holes(enter, take, company, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    missed = take(missed=True)
    enter(day=range(0, 4), lines=("complaints", "services"))
    found = {tile.icon: tile for tile in tiles.call_tiles(reader_for(company.users["clerk"]))}
    assert (found["telephone"].count, found["telephone"].urgent) == (1, True)
    assert missed.number in found["telephone"].rows[0][1]
    assert (found["moon"].count, found["moon"].urgent) == (1, True)  # duty has nobody at all
    enter(day=range(0, 4), lines=("duty",))
    take(returns=missed, outcome="note", reason="wrong")
    found = {tile.icon for tile in tiles.call_tiles(reader_for(company.users["clerk"]))}
    assert found == {"headset"}
    assert tiles.call_tiles(reader_for(company.users["employee"])) == []
