"""`tick` does each piece of work once for each moment, however often and from wherever it is called."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.utils import timezone

from portal.jobs.models import ScheduledRun
from portal.jobs.schedule import tick
from portal.lib.registries import Scheduled, every_day_at, scheduled
from tests.patience import at_once

NOON = datetime(2026, 10, 5, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def work(monkeypatch):
    """work(run) schedules `run` hourly; returns the list of moments it ran at."""
    monkeypatch.setattr(scheduled, "_entries", {})

    def hourly(since, until):
        moment = since.replace(minute=0, second=0, microsecond=0)
        while moment <= until:
            if since < moment:
                yield moment
            moment += timedelta(hours=1)

    def register(run=None, name="test.hourly"):
        ran = []
        scheduled.register(name, Scheduled(name, hourly, run or ran.append))
        return ran

    return register


@pytest.mark.django_db
class TestTick:
    def test_everything_due_since_the_last_tick_is_done_once(self, work):
        ran = work()
        tick(at=NOON)
        ran.clear()
        tick(at=NOON + timedelta(hours=3, minutes=30))
        assert ran == [NOON + timedelta(hours=hours) for hours in (1, 2, 3)]
        tick(at=NOON + timedelta(hours=3, minutes=31))
        assert len(ran) == 3

    def test_a_tick_for_the_past_does_nothing(self, work):
        ran = work()
        tick(at=NOON)
        ran.clear()
        assert tick(at=NOON - timedelta(days=3)) == []
        assert ran == []

    def test_work_that_fails_is_tried_again_and_holds_up_no_other(self, work):
        attempts = []

        def fails_once(moment):
            attempts.append(moment)
            Group.objects.create(name=f"half done {moment}")
            if len(attempts) == 1:
                raise OSError("away")

        first, second = "test.broken", "test.whole"
        tick_at = NOON + timedelta(hours=1)
        work(lambda moment: None, first)
        ran = work(None, second)
        tick(at=NOON)
        ran.clear()
        scheduled._entries[first] = (50, Scheduled(first, scheduled.get(first).moments, fails_once))
        problems = {done.name: done.problem for done in tick(at=tick_at)}
        assert problems == {first: "away", second: ""}
        assert not Group.objects.filter(name__startswith="half done").exists(), "half of it was kept"
        assert [done.name for done in tick(at=tick_at)] == [first]
        assert attempts == [tick_at, tick_at]
        assert ran == [tick_at]

    def test_the_command_tells_what_it_did(self, work):
        work()
        call_command("tick", "--at", "2026-10-05T12:00", stdout=StringIO())
        out = StringIO()
        call_command("tick", "--at", "2026-10-05T13:00", "--format", "json", stdout=out)
        (done,) = json.loads(out.getvalue())["done"]
        assert done["name"] == "test.hourly"
        assert datetime.fromisoformat(done["moment"]) == timezone.make_aware(datetime(2026, 10, 5, 13))

    @pytest.mark.parametrize("words", ["", "soon", "2026-13-45T99:99", "1 October"])
    def test_a_moment_that_is_none_is_refused_with_an_example(self, work, words):
        with pytest.raises(CommandError, match="2026-10-01T09:00"):
            call_command("tick", f"--at={words}")

    def test_failed_work_makes_the_command_fail(self, work):
        def broken(moment):
            raise OSError("away")

        work(broken)
        with pytest.raises(CommandError):
            call_command("tick", "--at", "2026-10-05T12:00", stdout=StringIO())


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_do_it_once(work):
    work(lambda moment: Group.objects.create(name=f"{moment:%d %H}"))
    answers = at_once(*[lambda: tick(at=NOON)] * 3)
    moments = [done.moment for answer in answers for done in answer]
    assert len(moments) == len(set(moments)) == 24, answers
    assert Group.objects.filter(name__regex=r"^\d\d \d\d$").count() == 24
    assert ScheduledRun.objects.filter(done_at__isnull=False).count() == 24


def test_a_day_has_one_moment_by_the_organisations_clock():
    moments = every_day_at(0, 5)
    since = timezone.make_aware(datetime(2026, 10, 4, 0, 5))
    until = timezone.make_aware(datetime(2026, 10, 6, 0, 5))
    assert [timezone.localtime(moment).isoformat()[:16] for moment in moments(since, until)] == [
        "2026-10-05T00:05",
        "2026-10-06T00:05",
    ]
