"""Counting takes a while, so it is done outside of the transaction in which the schedule notes what it did."""

from __future__ import annotations

from datetime import datetime

from django_tasks import task

from portal.jobs.figures import renew
from portal.jobs.models import KeptFigures


@task()
def renew_figures() -> None:
    """May run any number of times: what is fresh is left as it is."""
    renew()


def queue_renewal(moment: datetime) -> None:
    """Nothing where nothing is kept: a small organisation has no such job."""
    if KeptFigures.objects.exists():
        renew_figures.enqueue()
