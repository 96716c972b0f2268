"""Every five minutes: the customers' mailbox. The schedule only queues the work, because each mail is committed by
itself before it is moved."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from forms.cases.calls.tasks import collect_mail
from portal.lib.registries import Scheduled, last_of_every, scheduled


def queue_mail(moment: datetime) -> None:
    if settings.MAIL_INTAKE:
        collect_mail.enqueue()


def register() -> None:
    scheduled.register("calls.mail", Scheduled("calls.mail", last_of_every(5), queue_mail))
