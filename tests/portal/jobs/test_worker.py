"""A job runs although the worker that had it was killed; nothing waits because something else is busy or broken."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from portal.jobs.models import Lease
from portal.jobs.worker import MAX_ATTEMPTS, LeasedWorker, reap
from portal.lib import clock
from portal.lib.registries import drains, scheduled
from tests.patience import until
from tests.portal.jobs import sample_tasks

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_other_work(monkeypatch):
    """Only what a test registers is scheduled or drained."""
    monkeypatch.setattr(scheduled, "_entries", {})
    monkeypatch.setattr(drains, "_entries", {})


def database_url() -> str:
    """The test database's address, for another process."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    return "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)


@pytest.fixture
def start_worker(tmp_path):
    """start_worker() is a real worker process on the test database."""
    started = []

    def start() -> subprocess.Popen:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "portal.settings.test",
            "DATABASE_URL": database_url(),
            "PORTAL_TEST_DIR": str(tmp_path),
        }
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "run_worker", "--interval", "0.05"]
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, start_new_session=True)
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait(10)


def begun(folder: Path) -> int:
    file = folder / "begun"
    return len(file.read_text().splitlines()) if file.exists() else 0


@pytest.mark.concurrency
class TestKilledWorker:
    @pytest.fixture
    def job(self, tmp_path, start_worker):
        """A job whose worker was killed in the middle of it."""
        result = sample_tasks.wait_for_permission.enqueue(str(tmp_path))
        worker = start_worker()
        until(lambda: begun(tmp_path) == 1 or worker.poll() is not None, "the job to begin", 60)
        assert worker.poll() is None, "the worker ended by itself"
        worker.send_signal(signal.SIGKILL)
        worker.wait(10)
        return DBTaskResult.objects.get(pk=result.id)

    def test_its_job_runs_again_when_the_lease_has_lapsed(self, job, tmp_path):
        assert job.status == TaskResultStatus.RUNNING
        assert reap(now=clock.now()) == 0, "the lease still holds: its worker may be alive"
        assert reap(now=clock.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS + 1)) == 1
        (tmp_path / "go").touch()
        call_command("run_worker", "--once")
        job.refresh_from_db()
        assert job.status == TaskResultStatus.SUCCESSFUL
        assert begun(tmp_path) == 2
        assert not Lease.objects.exists()

    def test_without_the_reaper_it_would_lie_for_ever(self, job, tmp_path, monkeypatch):
        """The broken twin: this is what the queue does by itself."""
        monkeypatch.setattr("portal.jobs.worker.reap", lambda now: 0)
        (tmp_path / "go").touch()
        call_command("run_worker", "--once")
        job.refresh_from_db()
        assert job.status == TaskResultStatus.RUNNING

    def test_another_worker_process_takes_it_over_by_itself(self, job, tmp_path, start_worker):
        (tmp_path / "go").touch()
        Lease.objects.filter(job_id=job.pk).update(expires_at=clock.now() - timedelta(seconds=1))
        DBTaskResult.objects.filter(pk=job.pk).update(started_at=clock.now() - timedelta(minutes=5))
        start_worker()
        until(lambda: DBTaskResult.objects.get(pk=job.pk).status == TaskResultStatus.SUCCESSFUL, "the job to end", 60)


class TestReaper:
    def running(self, *, started: timedelta, deaths: int = 1) -> DBTaskResult:
        result = sample_tasks.fail.enqueue()
        DBTaskResult.objects.filter(pk=result.id).update(
            status=TaskResultStatus.RUNNING, started_at=clock.now() - started, worker_ids=["w"] * deaths
        )
        return DBTaskResult.objects.get(pk=result.id)

    def test_a_job_under_a_lease_is_left_alone(self):
        job = self.running(started=timedelta(hours=1))
        Lease.objects.create(job_id=job.pk, worker="w", expires_at=clock.now() + timedelta(seconds=5))
        assert reap() == 0

    def test_a_job_that_just_began_has_time_to_take_its_lease(self):
        self.running(started=timedelta(seconds=1))
        assert reap() == 0

    def test_a_job_that_kills_every_worker_is_given_up(self):
        job = self.running(started=timedelta(hours=1), deaths=MAX_ATTEMPTS)
        assert reap() == 0
        job.refresh_from_db()
        assert job.status == TaskResultStatus.FAILED


class TestWorker:
    def test_a_job_enqueued_in_a_transaction_that_fails_never_runs(self, tmp_path):
        path = tmp_path / "written"
        with transaction.atomic():
            sample_tasks.write_down.enqueue(str(path), "never")
            transaction.set_rollback(True)
        sample_tasks.write_down.enqueue(str(path), "once")
        call_command("run_worker", "--once")
        assert path.read_text() == "once\n"

    def test_a_failing_job_does_not_stop_the_next(self, tmp_path):
        path = tmp_path / "written"
        failed = sample_tasks.fail.enqueue()
        sample_tasks.write_down.enqueue(str(path), "after")
        call_command("run_worker", "--once")
        assert DBTaskResult.objects.get(pk=failed.id).status == TaskResultStatus.FAILED
        assert path.read_text() == "after\n"

    def test_a_long_queue_does_not_keep_the_outbox_waiting(self, tmp_path):
        rounds = []
        drains.register("test", lambda: rounds.append(1) or 0)
        for number in range(LeasedWorker.jobs_a_round + 1):
            sample_tasks.write_down.enqueue(str(tmp_path / "written"), str(number))
        worker = LeasedWorker("w")
        assert worker.run_round() == LeasedWorker.jobs_a_round
        assert worker.run_round() == 1
        assert len(rounds) == 2

    def test_a_follower_that_is_down_does_not_stop_the_jobs(self, tmp_path):
        def broken() -> int:
            raise OSError("the search engine is away")

        drains.register("broken", broken)
        sample_tasks.write_down.enqueue(str(tmp_path / "written"), "done")
        call_command("run_worker", "--once")
        assert (tmp_path / "written").read_text() == "done\n"

    def test_a_lease_that_somebody_else_took_is_neither_extended_nor_dropped(self):
        job = sample_tasks.fail.enqueue()
        worker = LeasedWorker("first")
        worker._take(job.id)
        soon = clock.now() + timedelta(seconds=3)
        Lease.objects.update(worker="second", expires_at=soon)
        worker._extend(job.id)
        assert Lease.objects.get().expires_at == soon
