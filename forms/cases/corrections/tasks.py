"""Mail of reminders: queued by the outbox, tried again for a day when the mail server is away."""

from __future__ import annotations

import logging
from datetime import date, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks import task

from forms.cases.corrections.actions.reminding import TOPIC, mark_mailed
from forms.cases.corrections.models import CorrectionReminder
from forms.cases.corrections.waiting import waiting_on
from portal.jobs import outbox
from portal.jobs.models import OutboxRow
from portal.lib import clock
from portal.org.models import Person

logger = logging.getLogger(__name__)
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 60, 180, 360, 720))


@task()
def send_reminder(person_id: int, day: str, attempt: int = 0) -> bool:
    """Sends one person's mail of one day, once. What was done meanwhile is left out; when nothing is left, nothing is
    sent. Returns whether a mail went out."""
    unsent = CorrectionReminder.objects.filter(person_id=person_id, day=day, mailed_at=None)
    terms = dict(unsent.values_list("what", "term"))
    person = Person.objects.select_related("user").filter(pk=person_id).first()
    if not terms or person is None or person.user is None or not person.user.is_active or not person.user.email:
        return False
    with translation.override(settings.LANGUAGE_CODE):
        mail = _mail(person, terms, clock.today())
    if mail is None:
        return False
    try:
        EmailMessage(mail[0], mail[1], to=[person.user.email]).send()
    except Exception as problem:  # SMTP and the network fail in many ways
        if attempt >= len(WAITS):
            raise
        logger.warning("reminder of %s waits: %s", day, type(problem).__name__)
        send_reminder.using(run_after=clock.now() + WAITS[attempt]).enqueue(person_id, day, attempt + 1)
        return False
    return mark_mailed(person_id=person_id, day=day)


def _mail(person: Person, terms: dict[str, date], day: date) -> tuple[str, str] | None:
    """(subject, text), or None where nothing waits any more."""
    base = settings.WAGTAILADMIN_BASE_URL.rstrip("/")
    waiting = [
        {"title": one.title, "term": one.term, "late": max((day - one.term).days, 0), "url": base + one.url}
        for one in sorted(waiting_on(day), key=lambda one: one.term)
        if one.what in terms and person.pk in one.people
    ]
    if not waiting:
        return None
    context = {"person": person, "waiting": waiting, "organisation_name": settings.ORGANISATION_NAME}
    return _("This waits for you: corrective plans and preventive measures"), render_to_string(
        "emails/correction_reminder.txt", context
    )


def drain_outbox() -> int:
    """Turns reminders into mail jobs: the rows go when the jobs stand in the queue."""

    def enqueue(rows: list[OutboxRow]) -> None:
        with transaction.atomic():
            for row in rows:
                person, _colon, day = row.key.partition(":")
                send_reminder.enqueue(int(person), day)

    return outbox.drain(TOPIC, enqueue)
