"""Who hears of a question: those who speak for the department it lies with, by the regulation's title alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from policies.rulings.models import Question
from policies.rulings.permissions import desk_questions, people_of_desk, reader_sees_desk
from portal.lib import clock
from portal.notifications.actions import notify
from portal.notifications.enums import MailChoice
from portal.notifications.kinds import Kind
from portal.org.readers import reader_for

ASKED = "rulings.asked"
KINDS = {
    ASKED: Kind(
        _("My department is asked what a clause means"),
        _("Your department is asked about “%(subject)s”"),
        concerns=reader_sees_desk,
        records=desk_questions,
        mail=MailChoice.AT_ONCE,
        icon="question-circle",
    )
}


def notify_asked(question: Question, by: Any, now: datetime) -> None:
    """In the transaction that asks or hands over; nobody hears of the own question."""
    people = people_of_desk(question.unit, clock.today(now)).exclude(pk__in={by.pk, question.sent_by_id})
    notify(
        people=[reader_for(user) for user in people],
        kind=ASKED,
        about=question.pk,
        subject=question.edition.title,
        until=question.due_at,
        url=question.get_absolute_url(),
        key=f"question:{question.pk}:{question.unit_id}",
        now=now,
    )
