"""Mail and messages of notifications, in the background."""

from __future__ import annotations

import logging

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tasks import task

from portal.jobs import outbox
from portal.jobs.models import OutboxRow
from portal.lib import clock
from portal.notifications import actions
from portal.notifications.actions.mailing import TOPIC
from portal.notifications.models import Delivery, Notification
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
        entry = rows[0].kind_entry
        subject = _("%(kind)s: %(title)s") % {"kind": entry.label if entry else "", "title": rows[0].title}
    else:
        subject = ngettext("%(count)s notification", "%(count)s notifications", len(rows)) % {"count": len(rows)}
    context = {"user": user, "rows": rows, "base": base, "organisation_name": settings.ORGANISATION_NAME}
    return subject, render_to_string("emails/notifications.txt", context)


@task()
def deliver(delivery_id: str) -> bool:
    """One try of one message to a gateway."""
    found = Delivery.objects.filter(pk=delivery_id).first()
    return bool(found) and actions.send_delivery(delivery=found)


def drain_outbox() -> int:
    """Turns what is to be mailed at once into jobs, one for each person."""

    def enqueue(rows: list[OutboxRow]) -> None:
        with transaction.atomic():
            for key in sorted({row.key for row in rows}):
                send_mail.enqueue(int(key))

    return outbox.drain(TOPIC, enqueue)
