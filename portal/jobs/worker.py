"""A worker whose death is noticed: it holds a lease on its job, and a reaper gives jobs with lapsed leases back.

django-tasks-db alone leaves the job of a killed worker RUNNING for ever.
"""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import close_old_connections, connection, transaction
from django_tasks.base import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from portal.jobs.models import Lease
from portal.jobs.schedule import tick
from portal.lib import clock
from portal.lib.registries import drains

logger = logging.getLogger(__name__)
MAX_ATTEMPTS = 5


def lease_span() -> timedelta:
    return timedelta(seconds=settings.JOB_LEASE_SECONDS)


def reap(*, now: datetime | None = None) -> int:
    """Gives back every running job that nobody holds any more; after MAX_ATTEMPTS deaths it is marked failed instead.

    Returns the number of jobs given back. A running job without a lease counts as held for one span from its start.
    """
    now = now or clock.now()
    given_back = 0
    with transaction.atomic():
        held = set(Lease.objects.filter(expires_at__gt=now).values_list("job_id", flat=True))
        for job in DBTaskResult.objects.select_for_update(skip_locked=True).filter(status=TaskResultStatus.RUNNING):
            if job.id in held or (job.started_at and job.started_at > now - lease_span()):
                continue
            if len(job.worker_ids) >= MAX_ATTEMPTS:
                job.set_failed(RuntimeError("the worker died each time this job ran"))
            else:
                job.status = TaskResultStatus.READY
                job.save(update_fields=["status"])
                given_back += 1
            Lease.objects.filter(job_id=job.id).delete()
    return given_back


class LeasedWorker(Worker):
    """Runs jobs under a lease; between jobs it drains the outbox, and about once a minute it reaps and ticks."""

    housekeeping_every = timedelta(seconds=20)
    jobs_a_round = 10  # a long queue must not keep the outbox and the schedule waiting

    def __init__(self, worker_id: str) -> None:
        super().__init__(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=self.jobs_a_round,
            worker_id=worker_id,
            excluded_queue_names=[],
        )
        self._next_housekeeping: datetime | None = None

    def run_round(self, *, now: datetime | None = None) -> int:
        """What waits in the outbox, then up to `jobs_a_round` jobs. Returns how many jobs ran."""
        self.between_jobs(now=now)
        self._run_tasks = 0
        self.run()
        return self._run_tasks

    def run_task(self, db_task_result: DBTaskResult) -> None:
        stop = threading.Event()
        self._take(db_task_result.id)
        keeper = threading.Thread(target=self._keep, args=(db_task_result.id, stop), daemon=True)
        keeper.start()
        try:
            super().run_task(db_task_result)
        finally:
            stop.set()
            keeper.join(timeout=5)
            Lease.objects.filter(job_id=db_task_result.id, worker=self.worker_id).delete()

    def _take(self, job_id: Any) -> None:
        """Takes the lease of a job that was just claimed, from whoever died with it."""
        Lease.objects.update_or_create(
            job_id=job_id, defaults={"worker": self.worker_id, "expires_at": clock.now() + lease_span()}
        )

    def _extend(self, job_id: Any) -> None:
        """Keeps the lease as long as it is ours: after a long stall somebody else may hold it."""
        Lease.objects.filter(job_id=job_id, worker=self.worker_id).update(expires_at=clock.now() + lease_span())

    def _keep(self, job_id: Any, stop: threading.Event) -> None:
        while not stop.wait(settings.JOB_LEASE_SECONDS / 3):
            try:
                self._extend(job_id)
            except Exception:  # a missed beat is repaired by the next one
                logger.exception("lease of job %s could not be extended", job_id)
        connection.close()

    def between_jobs(self, *, now: datetime | None = None) -> None:
        """Outbox, reaper and schedule."""
        now = now or clock.now()
        for name, drain in drains.items():
            try:
                while drain():
                    pass
            except Exception:  # a follower that is down must not stop the others
                logger.exception("outbox drain %s failed; its rows stay", name)
        if self._next_housekeeping is None or now >= self._next_housekeeping:
            self._next_housekeeping = now + self.housekeeping_every
            reap(now=now)
            tick(at=now)
        close_old_connections()
