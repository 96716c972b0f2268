"""Every five minutes: the customers' mailbox; the schedule only queues the work, because each mail is committed by
itself before it is moved. Every night: what is over its term is erased."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from forms.cases.calls.erasing import erase_without_case
from forms.cases.calls.tasks import collect_mail
from portal.lib.registries import Scheduled, every_day_at, last_of_every, scheduled


def queue_mail(moment: datetime) -> None:
    if settings.MAIL_INTAKE:
        collect_mail.enqueue()


def erase_old(moment: datetime) -> None:
    erase_without_case(moment)


def register() -> None:
    scheduled.register("calls.mail", Scheduled("calls.mail", last_of_every(5), queue_mail))
    scheduled.register("calls.erase", Scheduled("calls.erase", every_day_at(3, 40), erase_old))
