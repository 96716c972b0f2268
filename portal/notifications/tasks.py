"""Mail and messages of notifications, in the background."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import ngettext
from django_tasks import task

from portal.jobs import outbox
from portal.jobs.models import OutboxRow
from portal.lib import clock
from portal.notifications import actions
from portal.notifications.actions.delivering import send_due
from portal.notifications.actions.telling import MAIL_TOPIC, MESSAGE_TOPIC
from portal.notifications.models import Notification
from portal.org.models import User

logger = logging.getLogger(__name__)


@task()
def send_mail(user_id: int) -> bool:
    """One mail with all that is due for one person. Returns whether it went out; what failed is due again later."""
    user = User.objects.filter(pk=user_id).first()
    now = clock.now()
    rows = actions.claim_mail(user=user, now=now) if user else []
    if not rows or user is None:
        return False
    with translation.override(settings.LANGUAGE_CODE):
        subject, text = _mail(user, rows)
    try:
        EmailMessage(subject, text, to=[user.email]).send()
    except Exception as problem:  # SMTP and the network fail in many ways
        logger.warning("notifications wait: %s", type(problem).__name__)
        actions.release_mail(rows=rows, now=now)
        return False
    return True


def _mail(user: User, rows: list[Notification]) -> tuple[str, str]:
    base = settings.WAGTAILADMIN_BASE_URL.rstrip("/")
    if len(rows) == 1:
        subject = rows[0].sentence
    else:
        subject = ngettext("%(count)s notification", "%(count)s notifications", len(rows)) % {"count": len(rows)}
    context = {"user": user, "rows": rows, "base": base, "organisation_name": settings.ORGANISATION_NAME}
    return subject, render_to_string("emails/notifications.txt", context)


@task()
def deliver(gateway_id: int) -> int:
    """Sends what is due at one gateway. Returns how many messages it took."""
    return send_due(gateway_id=gateway_id)


def drain_mail() -> int:
    """Turns what is to be mailed at once into jobs, one for each person."""
    return outbox.drain(MAIL_TOPIC, _enqueue(send_mail))


def drain_messages() -> int:
    """Turns what is to be sent at once into jobs, one for each gateway."""
    return outbox.drain(MESSAGE_TOPIC, _enqueue(deliver))


def _enqueue(job: Any) -> Any:
    def enqueue(rows: list[OutboxRow]) -> None:
        with transaction.atomic():
            for key in sorted({row.key for row in rows}):
                job.enqueue(int(key))

    return enqueue
