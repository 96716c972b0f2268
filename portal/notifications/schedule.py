"""What was held until now, digests, messages that are tried again; at night what is old goes."""

from __future__ import annotations

from datetime import datetime

from portal.lib import clock
from portal.lib.registries import Scheduled, every_day_at, last_of_every, scheduled
from portal.notifications import actions, tasks
from portal.notifications.actions.delivering import gateways_with_due
from portal.notifications.actions.mailing import people_to_mail


def send_due_mail(moment: datetime) -> None:
    for user_id in people_to_mail(max(moment, clock.now())):
        tasks.send_mail.enqueue(user_id)


def send_due_messages(moment: datetime) -> None:
    for gateway_id in gateways_with_due(max(moment, clock.now())):
        tasks.deliver.enqueue(gateway_id)


def tidy(moment: datetime) -> None:
    actions.forget_old(now=moment)


def register() -> None:
    for name, moments, run in (
        ("notifications.mail", last_of_every(5), send_due_mail),
        ("notifications.messages", last_of_every(1), send_due_messages),
        ("notifications.tidy", every_day_at(3, 40), tidy),
    ):
        scheduled.register(name, Scheduled(name, moments, run))
