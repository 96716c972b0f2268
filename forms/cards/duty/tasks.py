"""Mail of reminders: queued by the outbox, tried again until the shift is over."""

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
from django_scopes import scopes_disabled
from django_tasks import task

from forms.cards.duty.actions import mark_mailed
from forms.cards.duty.actions.reminding import TOPIC
from forms.cards.duty.matrix import open_slots_of
from forms.cards.duty.models import DutyReminder
from portal.jobs import outbox
from portal.jobs.models import OutboxRow
from portal.lib import clock

logger = logging.getLogger(__name__)
AGAIN = timedelta(minutes=5)


@task()
def send_reminder(reminder_id: int) -> bool:
    """Sends the mail of a reminder, once, to whoever has an address and still owes the card. Returns whether it did."""
    now = clock.now()
    with scopes_disabled():
        unsent = DutyReminder.objects.select_related("person__user", "unit").filter(pk=reminder_id, mailed_at=None)
        reminder = unsent.first()
        user = reminder.person.user if reminder else None
        if reminder is None or user is None or not user.is_active or not user.email or reminder.ends_at <= now:
            return False
        owed = open_slots_of(reminder.person_id, [reminder.unit_id], clock.today(now), now)
    if reminder.slot not in {slot.key for slot in owed}:
        return False
    with translation.override(settings.LANGUAGE_CODE):
        context = {
            "person": reminder.person,
            "unit": reminder.unit,
            "ends_at": reminder.ends_at,
            "url": settings.WAGTAILADMIN_BASE_URL.rstrip("/") + reverse("card_observe"),
            "organisation_name": settings.ORGANISATION_NAME,
        }
        subject = _("Your observation card of this shift is still to come")
        text = render_to_string("emails/duty_reminder.txt", context)
    try:
        EmailMessage(subject, text, to=[user.email]).send()
    except Exception as problem:  # SMTP and the network fail in many ways
        logger.warning("duty reminder %s waits: %s", reminder_id, type(problem).__name__)
        send_reminder.using(run_after=now + AGAIN).enqueue(reminder_id)
        return False
    return mark_mailed(reminder=reminder)


def drain_outbox() -> int:
    """Turns reminders into mail jobs: the rows go when the jobs stand in the queue."""

    def enqueue(rows: list[OutboxRow]) -> None:
        with transaction.atomic():
            for row in rows:
                send_reminder.enqueue(int(row.key))

    return outbox.drain(TOPIC, enqueue)
