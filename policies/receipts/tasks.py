"""Mail of reminders: queued by the outbox, tried again for a day when the mail server is away."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks import task

from policies.audience import asking_on, confirmed_by
from policies.models import Edition
from policies.receipts.actions import mark_mailed
from policies.receipts.actions.reminding import TOPIC
from policies.receipts.models import Reminder
from portal.jobs import outbox
from portal.jobs.models import OutboxRow
from portal.lib import clock

logger = logging.getLogger(__name__)
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 60, 180, 360, 720))


@task()
def send_reminder(reminder_id: int, attempt: int = 0) -> bool:
    """Sends the mail of a reminder, once, to whoever has an address. Returns whether one was sent.

    What was confirmed meanwhile is left out; when nothing is left, nothing is sent.
    """
    reminder = Reminder.objects.select_related("person__user").filter(pk=reminder_id, mailed_at=None).first()
    user = reminder.person.user if reminder else None
    if reminder is None or user is None or not user.is_active or not user.email:
        return False
    with translation.override(settings.LANGUAGE_CODE):
        mail = _mail(reminder)
    if mail is None:
        return False
    try:
        EmailMessage(mail[0], mail[1], to=[user.email]).send()
    except Exception as problem:  # SMTP and the network fail in many ways
        if attempt >= len(WAITS):
            raise
        logger.warning("reminder %s waits: %s", reminder_id, type(problem).__name__)
        send_reminder.using(run_after=clock.now() + WAITS[attempt]).enqueue(reminder_id, attempt + 1)
        return False
    return mark_mailed(reminder=reminder)


def _mail(reminder: Reminder) -> tuple[str, str] | None:
    """(subject, text), or None where nothing waits any more."""
    lines = list(reminder.lines.select_related("edition__regulation").order_by("deadline"))
    asking = asking_on(reminder.day, Edition.objects.filter(pk__in=[line.edition_id for line in lines]))
    given = confirmed_by(asking, people=[reminder.person_id])
    base = settings.WAGTAILADMIN_BASE_URL.rstrip("/")
    waiting = [
        {
            "title": line.edition.title,
            "deadline": line.deadline,
            "late": max((reminder.day - line.deadline).days, 0),
            "url": base + reverse("regulation_detail", args=[line.edition.regulation.slug]),
        }
        for line in lines
        if reminder.person_id not in given.get(line.edition_id, set())
    ]
    if not waiting and not reminder.overdue_below:
        return None
    context = {
        "person": reminder.person,
        "waiting": waiting,
        "below": reminder.overdue_below,
        "overview_url": base + reverse("receipt_overview"),
        "organisation_name": settings.ORGANISATION_NAME,
    }
    subject = _("Please read: regulations wait for your receipt") if waiting else _("Receipts overdue in your units")
    return subject, render_to_string("emails/receipt_reminder.txt", context)


def drain_outbox() -> int:
    """Turns reminders into mail jobs: the rows go when the jobs stand in the queue."""

    def enqueue(rows: list[OutboxRow]) -> None:
        with transaction.atomic():
            for row in rows:
                send_reminder.enqueue(int(row.key))

    return outbox.drain(TOPIC, enqueue)
