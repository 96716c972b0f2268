"""Reminders of weeks, months and measures (SAF-16, SAF-17): in time, to whoever can act, and never twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from forms.cards.weeks.actions.reminding import remind_due
from forms.cards.weeks.actions.weeks import report_measure_done
from forms.cards.weeks.models import WeekMeasure, WeekReminder
from portal.jobs.models import OutboxRow
from portal.journal.actions import SYSTEM
from portal.lib.registries import scheduled
from portal.notifications import tasks
from portal.notifications.actions.telling import MAIL_TOPIC
from portal.notifications.models import Notification
from portal.notifications.stages import LAST_STAGE, stage_on
from portal.notifications.tiles import unread_number
from portal.org.enums import RosterState
from portal.org.models import RosterEntry
from portal.org.readers import reader_for
from tests.forms.card_weeks.conftest import at
from tests.people import Company

pytestmark = pytest.mark.usefixtures("no_scope")
TERM = date(2026, 11, 29)


@pytest.mark.parametrize(
    ("days", "stage"),
    [(-3, None), (-2, 0), (0, 0), (1, 1), (7, 1), (8, 2), (15, 3), (22, 4), (28, 4), (29, None)],
)
def test_stages(days: int, stage: int | None) -> None:
    assert stage_on(TERM + timedelta(days=days), TERM) == stage


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], int]:
    """on("2026-11-27") runs the reminders of that morning, as the schedule does; how many people got one."""

    def run(day: str) -> int:
        moment: datetime = at(day, 8)
        monkeypatch.setattr("portal.lib.clock.now", lambda: moment)
        return remind_due(by=SYSTEM, now=moment)

    return run


def told() -> set[tuple[str, str, int]]:
    rows = WeekReminder.objects.values_list("person__user__username", "what", "stage")
    return {(str(who), what, stage) for who, what, stage in rows}


def weeks_of(rows: set[tuple[str, str, int]], code: str = "CREW1") -> set[tuple[str, str, int]]:
    return {row for row in rows if row[1].startswith(f"week:{code}:")}


def test_the_leaders_of_a_crew_hear_of_a_week_before_its_term(
    company: Company, unsafe: Callable[..., Any], on: Callable[[str], int]
) -> None:
    unsafe()
    on("2026-11-26")
    assert not weeks_of(told())
    on("2026-11-27")
    assert weeks_of(told()) == {(who, "week:CREW1:2026-W47", 0) for who in ("crew_leader", "unit_manager")}


def test_nobody_is_told_twice_however_often_it_runs(
    company: Company, unsafe: Callable[..., Any], on: Callable[[str], int]
) -> None:
    """Every morning until nothing more is said: each stage once, and one run of two says nothing."""
    unsafe()
    for number in range(-3, 31):
        day = (TERM + timedelta(days=number)).isoformat()
        on(day)
        assert number % 7 or on(day) == 0
    rows = [row for row in told() if row[1] == "week:CREW1:2026-W47" and row[0] == "crew_leader"]
    assert sorted(stage for _who, _what, stage in rows) == list(range(LAST_STAGE + 1))
    assert WeekReminder.objects.count() == len(told())


def test_a_closed_week_is_not_reminded_of(
    company: Company,
    unsafe: Callable[..., Any],
    write: Callable[..., Any],
    close: Callable[..., Any],
    on: Callable[[str], int],
) -> None:
    unsafe(acts=1)
    close(write(no_measure_reason="沒有重複出現的項目。"))
    on("2026-11-28")
    assert not any(what.endswith("W47") for _who, what, _stage in weeks_of(told()))


def test_the_owner_hears_of_a_measure_until_it_is_done(
    company: Company, unsafe: Callable[..., Any], measure: Callable[..., WeekMeasure], on: Callable[[str], int]
) -> None:
    unsafe()
    set_ = measure(due_on=date(2026, 12, 10))
    on("2026-12-08")
    mine = {row for row in told() if row[1] == f"measure:{set_.pk}"}
    assert mine == {("employee", f"measure:{set_.pk}", 0)}
    report_measure_done(by=company.users["employee"], measure=set_, words="已更換並檢查。")
    on("2026-12-11")
    assert {row for row in told() if row[1] == f"measure:{set_.pk}"} == mine


def test_the_manager_alone_hears_of_a_month(
    company: Company, unsafe: Callable[..., Any], on: Callable[[str], int]
) -> None:
    unsafe(days_ago=3)
    on("2026-12-04")
    months = {row for row in told() if row[1] == "month:CREW1:2026-11"}
    assert months == {("unit_manager", "month:CREW1:2026-11", 0)}


def test_who_is_on_leave_hears_of_it_afterwards(
    company: Company, unsafe: Callable[..., Any], on: Callable[[str], int]
) -> None:
    unsafe()
    leader = company.people["crew_leader"]
    away = RosterEntry.objects.create(
        unit=company.units["CREW1"], person=leader, day=date(2026, 11, 27), state=RosterState.LEAVE
    )
    on("2026-11-27")
    assert {who for who, _what, _stage in weeks_of(told())} == {"unit_manager"}
    away.delete()
    on("2026-11-28")
    assert {who for who, _what, _stage in weeks_of(told())} == {"unit_manager", "crew_leader"}


def test_a_run_that_comes_a_day_late_says_nothing(company: Company, unsafe: Callable[..., Any]) -> None:
    unsafe()
    assert remind_due(by=SYSTEM, now=at("2026-11-20")) == 0


def test_one_mail_sums_up_the_day_and_leaves_out_what_was_done(
    company: Company, unsafe: Callable[..., Any], measure: Callable[..., WeekMeasure], on: Callable[[str], int]
) -> None:
    """It names unit and week; the words of a measure stay in the portal."""
    unsafe()
    leader = company.users["crew_leader"]
    leader.email = "leader@example.com"
    leader.save()
    done, open_ = measure("crew_leader", due_on=date(2026, 12, 5)), measure("crew_leader", text="加裝護欄")
    WeekMeasure.objects.filter(pk=open_.pk).update(due_on=date(2026, 12, 5))
    on("2026-12-05")
    assert unread_number(reader_for(leader)) == Notification.objects.filter(user=leader).count() > 1
    report_measure_done(by=leader, measure=done, words="已刷。")
    assert OutboxRow.objects.filter(topic=MAIL_TOPIC, key=str(leader.pk)).exists()
    tasks.drain_mail()
    assert tasks.send_mail.call(leader.pk)
    assert not tasks.send_mail.call(leader.pk)  # the same job once more sends nothing
    (sent,) = [one for one in mail.outbox if one.to == [leader.email]]
    told = {row.about: row.pk for row in Notification.objects.filter(user=leader, kind="card_weeks.measure")}
    assert f"/notifications/{told[open_.pk]}/" in sent.body
    assert f"/notifications/{told[done.pk]}/" not in sent.body
    assert "A measure of yours waits: 鑽井一隊 2026-W" in sent.body
    assert "護欄" not in sent.body


def test_it_runs_each_morning() -> None:
    entry = scheduled.get("card_weeks.remind")
    assert entry is not None
    assert list(entry.moments(at("2026-11-26", 9), at("2026-11-28", 9))) == [
        at("2026-11-27", 7) + timedelta(minutes=30),
        at("2026-11-28", 7) + timedelta(minutes=30),
    ]
