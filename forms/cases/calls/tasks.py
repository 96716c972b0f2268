"""Reading the customers' mailbox in the background."""

from __future__ import annotations

import logging

from django.conf import settings
from django_tasks import task

from forms.cases.calls.collecting import collect
from forms.cases.calls.mailboxes import MailboxGone

logger = logging.getLogger(__name__)


@task()
def collect_mail() -> dict[str, int]:
    """Reads what came; a mailbox that is away is tried again by the schedule."""
    if not settings.MAIL_INTAKE:
        return {}
    try:
        return dict(collect())
    except MailboxGone as problem:
        logger.warning("the customers' mailbox cannot be read: %s", problem)
        return {}
