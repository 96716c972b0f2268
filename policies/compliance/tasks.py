"""Counting takes a while and writes only at its end, so it is done by the worker, outside anybody's transaction."""

from __future__ import annotations

from django_tasks import task

from policies.actions import count_late, count_running


@task()
def count_again(late: bool) -> None:
    """Counts the running periods, and at night what was made good of the closed ones. May run any number of times."""
    count_running()
    if late:
        count_late()
