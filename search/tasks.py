"""What search does in the background."""

from __future__ import annotations

import logging

from django_tasks import task

from search import actions

logger = logging.getLogger(__name__)


@task()
def repair_index() -> dict[str, int]:
    """Compares the index with the database in small transactions and writes what differs."""
    done = actions.repair()
    if done.written or done.removed:
        logger.warning("the search index had drifted: %s written, %s removed", done.written, done.removed)
    return actions.as_row(done)
