"""For the permission matrix: what the clerk was told of the own case, what the director was told of a case that went to
the leaders since, and the administrator's gateway with a message that failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from forms.cases.notifying import ASSIGNED
from portal.lib import clock
from portal.notifications.actions import keep_gateway
from portal.notifications.models import Delivery, Gateway, Notification


@dataclass
class NotificationsWorld:
    clerks: Notification
    taken_away: Notification
    gateway: Gateway
    failed: Delivery


def build_notifications(world: Any) -> NotificationsWorld:
    users, now = world.company.users, clock.now()

    def told(who: str, case: Any) -> Notification:
        return Notification.objects.create(
            user=users[who],
            kind=ASSIGNED,
            about=case.pk,
            subject=case.number,
            key=f"matrix:{case.pk}",
            url=case.get_absolute_url(),
            at=now,
        )

    gateway = keep_gateway(
        by=users["administrator"], name="SMS", address="https://gateway.example.com/send", secret="a secret of sixteen"
    )
    clerks = told("clerk", world.case)
    failed = Delivery.objects.create(gateway=gateway, notification=clerks, state="failed", made_at=now, due_at=now)
    return NotificationsWorld(clerks, told("director", world.hidden_case), gateway, failed)


def notifications_of(world: Any) -> NotificationsWorld:
    """What was built; the matrix names it when the world stands."""
    found = world.notifications
    assert found is not None
    return found
