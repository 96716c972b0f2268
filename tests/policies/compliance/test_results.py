"""A period that closed stays as it closed: late stays late, whoever asks, however often."""

from __future__ import annotations

import dataclasses
import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from policies import actions, obligations
from policies.actions import results
from policies.freezing import Frozen, OnlyByVerb
from policies.models import CurrentCount, PeriodResult
from policies.obligations import Results
from portal.jobs.schedule import tick
from portal.journal.actions import SYSTEM
from portal.journal.models import Entry
from portal.lib import registries
from portal.lib.periods import Period
from portal.lib.refusals import Refused
from portal.lib.registries import Registry
from tests.policies.compliance.conftest import duty

MARCH = Period.parse("2026-03")
APRIL_2 = date(2026, 4, 2)


def of(unit, code="SAF-17", period=MARCH, day=APRIL_2):
    found = Results([unit], period.start, period.end, today=day)
    return found.state(duty(code), unit, period)


@pytest.fixture
def closed_march(company, safety, ledger, on):
    """Crew 1 did one of three monthly reports, crew 2 all; the month is closed on 2 April."""
    ledger.say("SAF-17", "CREW1", "2026-03", due=3, done=1, missed=2)
    ledger.say("SAF-17", "CREW2", "2026-03", due=1, done=1)
    ledger.say("SAF-17", "PROJECT1", "2026-03", due=4, done=2, missed=2)
    now = on(APRIL_2)
    actions.freeze_period(by=SYSTEM, period=MARCH, now=now)
    return now


def test_a_closed_period_is_written_for_who_is_bound_and_those_above(company, closed_march):
    rows = {row.unit.code: row for row in PeriodResult.objects.filter(obligation__code="SAF-17")}
    assert set(rows) == {"CREW1", "CREW2", "PROJECT1", "HQ"}, "no office, no other department"
    assert (rows["CREW1"].due, rows["CREW1"].done, rows["CREW1"].missed) == (3, 1, 2)
    assert [code for code, row in rows.items() if row.bound] == ["CREW1", "CREW2"]
    entry = Entry.objects.get(action="policies.freeze_period")
    assert entry.data["period"] == "2026-03"


def test_late_stays_late(company, closed_march, ledger, on):
    """What is done afterwards is counted beside the miss and takes nothing from it."""
    crew = company.units["CREW1"]
    ledger.say("SAF-17", "CREW1", "2026-03", due=3, done=3, missed=0)
    later = on(date(2026, 4, 9))
    actions.freeze_period(by=SYSTEM, period=MARCH, now=later)
    actions.count_late(now=later)
    state = of(crew)
    assert (state.measured.done, state.measured.missed, state.measured.late) == (1, 2, 2)
    assert (state.result, state.word) == ("missed", "late")
    report = obligations.as_json(obligations.states(crew, MARCH, today=date(2026, 4, 9)), crew, MARCH)
    row = next(row for row in report["obligations"] if row["code"] == "SAF-17")
    assert (row["done"], row["missed"], row["late"], row["result"]) == (1, 2, 2, "missed")
    assert row["frozen"] is True
    assert row["frozen_at"].startswith("2026-04-02")


def test_the_guard_is_what_keeps_it(company, closed_march, ledger, on, monkeypatch):
    """The broken twin: with the newest count in place of the frozen result, the miss would be gone."""
    ledger.say("SAF-17", "CREW1", "2026-03", due=3, done=3, missed=0)
    actions.count_late(now=on(date(2026, 4, 9)))
    assert of(company.units["CREW1"]).word == "late"
    part = Results.part
    monkeypatch.setattr(Results, "part", lambda *asked: dataclasses.replace(part(*asked), frozen=None))
    assert of(company.units["CREW1"]).word == "done"


def test_some_made_good_is_still_missed(company, closed_march, ledger, on):
    ledger.say("SAF-17", "CREW1", "2026-03", due=3, done=2, missed=1)
    actions.count_late(now=on(date(2026, 4, 9)))
    state = of(company.units["CREW1"])
    assert (state.word, state.measured.late) == ("missed", 1)


def test_a_measure_that_counts_late_by_itself_is_believed(company, closed_march, ledger, on):
    ledger.say("SAF-17", "CREW1", "2026-03", due=3, done=1, missed=2, late=2)
    actions.count_late(now=on(date(2026, 4, 9)))
    assert of(company.units["CREW1"]).word == "late"


def test_what_was_open_at_the_end_is_missed(company, safety, ledger, on):
    """A measure may not know that the period is over; the account knows."""
    ledger.say("SAF-17", "CREW1", "2026-03", due=3, done=1, missed=0)
    actions.freeze_period(by=SYSTEM, period=MARCH, now=on(APRIL_2))
    assert of(company.units["CREW1"]).measured.missed == 2


def test_frozen_rows_are_written_once(company, closed_march):
    row = PeriodResult.objects.filter(missed__gt=0).first()
    row.missed = 0
    for change in (row.save, row.delete, PeriodResult.objects.all().delete):
        with pytest.raises(Frozen):
            change()
    with pytest.raises(Frozen):
        PeriodResult.objects.update(missed=0)
    with pytest.raises(OnlyByVerb):
        PeriodResult.objects.bulk_create([PeriodResult(obligation=row.obligation, unit=row.unit)])
    columns = [field.column for field in PeriodResult._meta.concrete_fields if not field.primary_key]
    names = ", ".join(columns)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO policies_periodresult ({names}) SELECT {names} FROM policies_periodresult")


def test_a_running_period_is_not_closed(company, safety, ledger, on):
    with pytest.raises(Refused):
        actions.freeze_period(by=SYSTEM, period=Period.parse("2026-04"), now=on(APRIL_2))


def test_closing_twice_changes_nothing(company, closed_march, ledger):
    asked = len(ledger.asked)
    assert actions.freeze_period(by=SYSTEM, period=MARCH, now=closed_march) == 0
    assert len(ledger.asked) == asked, "what is frozen is not even asked for"
    assert Entry.objects.filter(action="policies.freeze_period").count() == 1


def test_what_ended_is_closed_by_kind(company, safety, ledger, on):
    """On Monday 6 April the Sunday, the week, the month and the quarter before are over."""
    actions.freeze_ended(by=SYSTEM, now=on(date(2026, 4, 6)))
    found = set(PeriodResult.objects.filter(unit__code="CREW1").values_list("obligation__code", "period_code"))
    assert found == {("SAF-14", "2026-04-05"), ("SAF-16", "2026-W14"), ("SAF-17", "2026-03")}
    quarterly = PeriodResult.objects.filter(obligation__code="SAF-20")
    assert set(quarterly.values_list("unit__code", "period_code")) == {
        ("PROJECT1", "2026Q1"),
        ("QHSE", "2026Q1"),
        ("HQ", "2026Q1"),
    }


def test_tick_closes_each_day_once(company, safety, ledger, on, monkeypatch):
    schedule: Registry = Registry("scheduled work")
    schedule.register("compliance.freeze", registries.scheduled.get("compliance.freeze"))
    monkeypatch.setattr("portal.jobs.schedule.scheduled", schedule)
    now = on(date(2026, 4, 6))
    for _again in range(3):
        assert [done.problem for done in tick(at=now) if done.problem] == []
    days = PeriodResult.objects.filter(obligation__code="SAF-14", unit__code="CREW1")
    assert list(days.values_list("period_code", flat=True)) == ["2026-04-05"]
    tick(at=on(date(2026, 4, 9)))
    codes = days.order_by("period_code").values_list("period_code", flat=True)
    assert list(codes) == ["2026-04-05", "2026-04-06", "2026-04-07", "2026-04-08"]


def test_a_broken_measure_holds_up_no_other(company, safety, ledger, on, monkeypatch):
    def broken(unit, period):
        raise ValueError("nothing here")

    registry = results.measures
    monkeypatch.setitem(registry._entries, "SAF-16", (50, broken))
    ledger.say("SAF-17", "CREW1", "2026-03", due=1, done=0)
    actions.freeze_ended(by=SYSTEM, now=on(date(2026, 4, 6)))
    assert PeriodResult.objects.filter(obligation__code="SAF-17").exists()
    assert not PeriodResult.objects.filter(obligation__code="SAF-16").exists()


# ---- the periods of a duty ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "chosen", "day", "parts"),
    [
        ("SAF-17", "2026-03", "2026-04-02", ["2026-03"]),
        ("SAF-17", "2026-W14", "2026-04-02", ["2026-04"]),
        ("SAF-20", "2026-03", "2026-04-02", ["2026Q1"]),
        ("SAF-22", "2026-03", "2026-04-02", ["2026"]),
        ("SAF-16", "2026-03", "2026-04-09", ["2026-W09", "2026-W10", "2026-W11", "2026-W12", "2026-W13"]),
        ("SAF-16", "2026-03", "2026-03-31", ["2026-W09", "2026-W10", "2026-W11", "2026-W12", "2026-W13", "2026-W14"]),
        ("SAF-14", "2026-W14", "2026-04-02", ["2026-03-30", "2026-03-31", "2026-04-01", "2026-04-02"]),
        ("SAF-17", "2026Q1", "2026-04-02", ["2026-01", "2026-02", "2026-03"]),
        ("SAF-01", "2026Q1", "2026-04-02", ["2026-03"]),
        ("SAF-17", "2026", "2026-02-15", ["2026-01", "2026-02"]),
    ],
)
def test_which_periods_speak_about_a_chosen_one(company, safety, code, chosen, day, parts):
    found = obligations.parts_of(duty(code), Period.parse(chosen), date.fromisoformat(day))
    assert [period.code for period in found] == parts


def test_a_month_of_days_adds_up_what_froze_and_what_runs(company, safety, ledger, on):
    crew = company.units["CREW1"]
    for day in (1, 2, 3):
        ledger.say("SAF-14", "CREW1", f"2026-04-0{day}", due=10, done=10 - day, missed=day)
        actions.freeze_period(by=SYSTEM, period=Period.parse(f"2026-04-0{day}"), now=on(date(2026, 4, day + 1)))
    ledger.say("SAF-14", "CREW1", "2026-04-04", due=10, done=5)
    actions.count_running(now=on(date(2026, 4, 4)))
    state = of(crew, "SAF-14", Period.parse("2026-04"), date(2026, 4, 4))
    assert (state.measured.due, state.measured.done, state.measured.missed) == (40, 29, 6)
    assert (state.frozen, state.word) == (False, "missed")


def test_before_anything_froze_the_chosen_period_is_counted_as_a_whole(company, safety, ledger, on):
    now = on(date(2026, 4, 4))
    found = Results([company.units["CREW1"]], MARCH.start, MARCH.end, today=date(2026, 4, 4))
    stale = list(found.stale(duty("SAF-14"), company.units["CREW1"], MARCH, now))
    assert [period.code for period in stale] == ["2026-03"]


def test_old_counts_are_asked_anew_and_fresh_ones_are_not(company, closed_march, ledger, on):
    crew, running = company.units["CREW1"], Period.parse("2026-04")

    def stale(now):
        found = Results([crew], running.start, running.end, today=APRIL_2)
        return [period.code for period in found.stale(duty("SAF-17"), crew, running, now)]

    assert stale(closed_march) == ["2026-04"]
    actions.count_running(now=closed_march)
    assert stale(closed_march + timedelta(minutes=5)) == []
    assert stale(closed_march + timedelta(minutes=15)) == ["2026-04"]


def test_counts_are_thrown_away_when_they_are_old(company, safety, ledger, on):
    actions.count_running(now=on(date(2024, 4, 4)))
    assert CurrentCount.objects.exists()
    actions.count_running(now=on(date(2026, 4, 4)))
    assert not CurrentCount.objects.filter(ends_on__year=2024).exists()


# ---- the command ----------------------------------------------------------------------------------------------------


def test_the_command_shows_what_froze(company, closed_march, ledger):
    ledger.say("SAF-17", "CREW1", "2026-03", due=3, done=2, missed=1)
    out = StringIO()
    call_command("show_obligations", "--unit", "CREW1", "--period", "2026-03", "--format", "json", stdout=out)
    row = next(row for row in json.loads(out.getvalue())["obligations"] if row["code"] == "SAF-17")
    assert (row["due"], row["done"], row["missed"], row["late"], row["frozen"]) == (3, 1, 2, 1, True)
    assert (row["periods"], row["binds"], row["roles"]) == (["2026-03"], ["crew"], ["unit_manager"])
    out = StringIO()
    call_command("show_obligations", "--unit", "CREW1", "--period", "2026-03", stdout=out)
    assert "SAF-17  missed" in out.getvalue()
