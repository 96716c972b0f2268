"""Mail about submissions: queued by the outbox, tried again for a day when the mail server is away."""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import translation
from django_tasks import task

from forms.intake.actions import ACCEPTED_TOPIC
from forms.intake.kinds import kinds, no_mail
from forms.intake.models import Notice, Submission
from forms.intake.threads import message_id_of
from portal.jobs import outbox
from portal.jobs.models import OutboxRow
from portal.lib import clock

logger = logging.getLogger(__name__)
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 60, 180, 360, 720))


@task()
def notify(submission_id: str, event: str, attempt: int = 0) -> bool:
    """Sends the customer the mail about `event`, once. Returns whether one was sent.

    The mark of a sent mail makes a repeated job harmless. When sending fails, the next try is queued; after the last
    one the job fails, and the failure stays to be seen.
    """
    submission = Submission.objects.filter(pk=UUID(submission_id)).first()
    kind = kinds.get(submission.kind) if submission else None
    if submission is None or kind is None or Notice.objects.filter(submission=submission, event=event).exists():
        return False
    with translation.override(submission.language):
        record = kind.record_of(submission)
        mail = kind.mail(record, event) if record is not None else None
    if mail is None or not mail.to:
        return False
    try:
        EmailMessage(mail.subject, mail.text, to=[mail.to], headers=_headers(submission, event)).send()
    except Exception as problem:  # SMTP and the network fail in many ways
        if attempt >= len(WAITS):
            raise
        logger.warning("mail about %s %s waits: %s", submission.receipt_number, event, type(problem).__name__)
        later = clock.now() + WAITS[attempt]
        notify.using(run_after=later).enqueue(submission_id, event, attempt + 1)
        return False
    Notice.objects.get_or_create(submission=submission, event=event, defaults={"sent_at": clock.now()})
    return True


def _headers(submission: Submission, event: str) -> dict[str, str]:
    """By which an answer is known, and which ask other machines not to answer at all."""
    return {
        "Message-ID": message_id_of(submission, event),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }


def drain_outbox() -> int:
    """Turns what was accepted or answered into mail jobs: the rows go when the jobs stand in the queue."""

    def enqueue(rows: list[OutboxRow]) -> None:
        with transaction.atomic():
            for row in rows:
                kind = kinds.get(row.data.get("kind", ""))
                if kind is not None and kind.mail is not no_mail:
                    notify.enqueue(row.key, row.data["event"])

    return outbox.drain(ACCEPTED_TOPIC, enqueue)
