"""The weekly draw: frozen, a fifth rounded up, repeatable, no silent swap, nothing lost between weeks (SRV-09)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from forms.revisits import schedule
from forms.revisits.actions import cancel_revisit, finish_revisit, give_up_revisit, record_attempt
from forms.revisits.actions.drawing import draw_week, draws_of, is_reproduced
from forms.revisits.measures import weekly_calls
from forms.revisits.models import DrawMember, Revisit, WeekDraw
from forms.revisits.statistics import coverage_of
from portal.jobs.schedule import tick
from portal.journal.actions import SYSTEM
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.refusals import Refused
from tests.forms.work_orders import NOW, finish

pytestmark = pytest.mark.usefixtures("no_scope")
WEEK = Period.parse("2026-W48")  # 23 to 29 November
MONDAY = timezone.make_aware(datetime(2026, 11, 30, 6, 0))


@pytest.fixture
def orders(write):
    """Six finished in the first office, two in the second, one not finished."""
    made = [write("roof", to="finished", at=NOW + timedelta(hours=number)) for number in range(6)]
    made += [write("roof", office="OFFICE2", to="finished") for _number in range(2)]
    write("roof", to="in_progress")
    return made


@pytest.fixture
def drawn(company, orders):
    draw_week(by=SYSTEM, week=WEEK, now=MONDAY, seed="a seed")
    return {one.draw.office.code: one for one in draws_of(WEEK)}


def of(company, drawn, code="OFFICE1"):
    return next(one for one in draws_of(WEEK) if one.draw.office.code == code)


def test_a_fifth_of_each_office_is_drawn_rounded_up(drawn, orders):
    assert {code: (len(one.members), one.draw.size, len(one.called)) for code, one in drawn.items()} == {
        "OFFICE1": (6, 2, 2),
        "OFFICE2": (2, 1, 1),
    }
    assert {member.key for member in drawn["OFFICE1"].members} == {one.number for one in orders[:6]}


def test_the_draw_can_be_repeated_and_a_swap_is_seen(drawn):
    found = drawn["OFFICE1"]
    assert is_reproduced(found)
    first, other = found.members[0], found.members[4]
    revisit, first.revisit = first.revisit, None
    first.save()
    other.revisit = revisit
    other.save()
    assert not is_reproduced(draws_of(WEEK)[0])


def test_a_week_is_drawn_once_however_often(company, drawn):
    assert draw_week(by=SYSTEM, week=WEEK, now=MONDAY + timedelta(days=1)) == []
    assert Revisit.objects.count() == 3


def test_a_week_that_is_not_over_is_not_drawn(orders):
    with pytest.raises(Refused):
        draw_week(by=SYSTEM, week=WEEK, now=MONDAY - timedelta(hours=7))


def test_the_call_is_the_companys_and_nobody_who_did_the_work_makes_it(company, drawn):
    revisit = drawn["OFFICE1"].called[0].revisit
    assert (revisit.performer, revisit.independent, revisit.kind) == ("company", True, "phone")
    assert company.people["repairer"] in revisit.handlers.all()
    revisit.handlers.add(company.people["quality_officer"])
    with pytest.raises(Refused, match="somebody else"):
        finish_revisit(by=company.users["quality_officer"], revisit=revisit, satisfied=True, now=MONDAY)


def test_not_reached_is_an_outcome_after_three_tries_and_draws_the_next_of_the_population(company, drawn):
    officer = company.users["quality_officer"]
    lost = drawn["OFFICE1"].called[0]
    for hours in range(2):
        record_attempt(by=officer, revisit=lost.revisit, outcome="no_answer", now=MONDAY + timedelta(hours=hours + 3))
    with pytest.raises(Refused, match="at least 3"):
        give_up_revisit(by=officer, revisit=lost.revisit, now=MONDAY + timedelta(hours=6))
    record_attempt(by=officer, revisit=lost.revisit, outcome="no_answer", now=MONDAY + timedelta(hours=7))
    give_up_revisit(by=officer, revisit=lost.revisit, now=MONDAY + timedelta(hours=8))
    found = of(company, drawn)
    replacement = found.replacements[0]
    assert (replacement.place, replacement.replaces_id) == (found.draw.size + 1, lost.pk)
    assert is_reproduced(found)
    coverage = coverage_of(found, MONDAY)
    assert (coverage.not_reached, coverage.open, coverage.replacements) == (1, 2, 1)


def test_when_nobody_is_left_there_is_no_replacement(company, drawn):
    officer = company.users["quality_officer"]
    for _round in range(2):
        member = next(one for one in of(company, drawn, "OFFICE2").called if one.revisit.is_open)
        record_attempt(by=officer, revisit=member.revisit, outcome="declined", now=MONDAY + timedelta(hours=3))
        give_up_revisit(by=officer, revisit=member.revisit, now=MONDAY + timedelta(hours=4))
    assert len(of(company, drawn, "OFFICE2").called) == 2


def test_what_was_drawn_is_not_cancelled(company, drawn):
    revisit = drawn["OFFICE1"].called[0].revisit
    with pytest.raises(Refused, match="not swapped"):
        cancel_revisit(by=company.users["quality_officer"], revisit=revisit, reason="x", now=MONDAY)


def test_an_order_written_down_after_the_freeze_comes_into_the_next_week_marked(company, write, drawn):
    order = write("roof", to="in_progress", at=NOW + timedelta(days=1))
    late = MONDAY + timedelta(days=2)
    finish(order, company.users["repairer"], late, finished_at=NOW + timedelta(days=2))
    draw_week(by=SYSTEM, week=WEEK.next(), now=MONDAY + timedelta(days=7))
    member = DrawMember.objects.get(subject_id=str(order.pk))
    assert (member.draw.week, member.late) == ("2026-W49", True)
    assert DrawMember.objects.filter(draw__week="2026-W49").count() == 1


def test_the_schedule_draws_every_monday_once(company, orders):
    for _again in range(2):
        tick(at=MONDAY + timedelta(minutes=5))
    assert WeekDraw.objects.filter(week="2026-W48").count() == 2
    moments = list(schedule.every_monday(NOW, NOW + timedelta(days=21)))
    assert [clock.today(moment).isoformat() for moment in moments] == ["2026-11-30", "2026-12-07", "2026-12-14"]


def test_the_command_draws_and_proves(company, orders, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY + timedelta(hours=1))
    for new in (True, False):
        out = StringIO()
        call_command("draw_revisits", "--week", "2026-W48", "--format", "json", stdout=out)
        told = json.loads(out.getvalue())
        assert [(row["new"], row["reproduced"]) for row in told["draws"]] == [(new, True)] * 2
    with pytest.raises(CommandError):
        call_command("draw_revisits", "--week", "November", stdout=StringIO())
    with pytest.raises(CommandError):
        call_command("draw_revisits", "--week", "2026-W49", stdout=StringIO())


def test_the_measure_counts_calls_done_in_time(company, drawn, monkeypatch):
    officer = company.users["quality_officer"]
    for member in drawn["OFFICE1"].called:
        finish_revisit(by=officer, revisit=member.revisit, satisfied=True, now=MONDAY + timedelta(hours=5))
    monkeypatch.setattr(clock, "now", lambda: MONDAY + timedelta(days=6))
    found = weekly_calls(company.units["HQ"], Period.parse("2026-W49"))
    assert (found.due, found.done, found.missed) == (3, 2, 1)
