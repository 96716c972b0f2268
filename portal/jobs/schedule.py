"""`tick`: does whatever is due at a moment, each (work, moment) once, however often and from wherever it is called."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from portal.jobs.models import ScheduledRun, ScheduleMark
from portal.lib import clock
from portal.lib.registries import Scheduled, scheduled

logger = logging.getLogger(__name__)
# How far a new schedule looks back at its first tick.
FIRST_LOOK_BACK = timedelta(days=1)


@dataclass(frozen=True)
class Done:
    """One piece of scheduled work that ran, or why it failed."""

    name: str
    moment: datetime
    problem: str = ""


def tick(*, at: datetime | None = None) -> list[Done]:
    """Runs all work due until `at`. A piece that fails is tried again at the next tick and holds up no other."""
    at = at or clock.now()
    done: list[Done] = []
    for work in scheduled:
        mark, _created = ScheduleMark.objects.get_or_create(name=work.name, defaults={"until": at - FIRST_LOOK_BACK})
        if mark.until >= at:
            continue
        results = [_run_once(work, moment) for moment in work.moments(mark.until, at)]
        done += [result for result in results if result is not None]
        if not any(result and result.problem for result in results):
            ScheduleMark.objects.filter(name=work.name, until__lt=at).update(until=at)
    return done


def _run_once(work: Scheduled, moment: datetime) -> Done | None:
    """The work and its mark in one transaction: it is done and marked, or neither."""
    try:
        with transaction.atomic():
            try:
                with transaction.atomic():
                    run = ScheduledRun.objects.create(name=work.name, moment=moment)
            except IntegrityError:
                return None
            work.run(moment)
            run.done_at = clock.now()
            run.save(update_fields=["done_at"])
    except Exception as problem:  # one failing piece of work must not stop the others
        logger.exception("scheduled work %s failed", work.name)
        return Done(work.name, moment, str(problem) or type(problem).__name__)
    return Done(work.name, moment)
