"""What cards do in the background."""

from __future__ import annotations

import logging

from django_tasks import task

from forms.cards.actions import check_figures
from portal.journal.actions import SYSTEM

logger = logging.getLogger(__name__)


@task()
def compare_figures() -> int:
    """Compares the kept sums with the cards. Nothing is mended by itself: somebody should know why they differ."""
    found = check_figures(by=SYSTEM)
    if found:
        first = found[0].without_person
        logger.warning("%s sums of cards differ from the cards; run rebuild_figures. %s", len(found), first)
    return len(found)
