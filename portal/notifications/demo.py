"""What the demo company's people were told: the desk's builders told them; the older part is read. A gateway that is
set up, but switched off: the demo sends nothing anywhere."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from portal.notifications.actions import choose_settings, keep_gateway, mark_all_read
from portal.notifications.actions.delivering import MOST_TRIES
from portal.notifications.enums import DeliveryState, MailChoice
from portal.notifications.kinds import notification_kinds
from portal.notifications.models import Delivery, Gateway, Notification, NotificationSettings

NEWEST = 6
SHOWN = 8


def build(stage: Any) -> None:
    """Each keeps the newest few unread; nothing of the past is mailed."""
    told = Notification.objects.all()
    told.update(mail_at=None)
    for user in told.unread().order_by().values_list("user", flat=True).distinct():
        own = told.filter(user=user).select_related("user").order_by("-at", "-pk")
        newest = list(own[: NEWEST + 1])
        if len(newest) > NEWEST:
            last = newest[-1]
            mark_all_read(by=last.user, until=last.at, now=min(last.at + timedelta(hours=1), stage.now))
    wish = NotificationSettings()
    choose_settings(
        by=stage.company.users["clerk"],
        quiet_from=wish.quiet_from,
        quiet_to=wish.quiet_to,
        urgent_passes=True,
        digest_hour=9,
        mail={"cases.assigned": MailChoice.AT_ONCE},
        by_gateway={},
    )
    urgent = [name for name, kind in notification_kinds.items() if kind.urgent]
    gateway = keep_gateway(
        by=stage.company.users["administrator"],
        name="短訊",
        address="https://sms.example.com/portal",
        secret=secrets.token_urlsafe(24),
        kinds=urgent,
        active=False,
        now=stage.now - timedelta(days=20),
    )
    _messages(gateway, list(told.filter(kind__in=urgent).order_by("-at")[:SHOWN]))


def _messages(gateway: Gateway, rows: list[Notification]) -> None:
    """As they went while it was in use; the second one never did."""
    with translation.override(settings.LANGUAGE_CODE):
        problem = _("The gateway refused the message (%(status)s).") % {"status": 503}
    Delivery.objects.bulk_create(
        Delivery(
            gateway=gateway,
            notification=row,
            state=DeliveryState.FAILED if number == 1 else DeliveryState.SENT,
            tries=MOST_TRIES if number == 1 else 1,
            made_at=row.at,
            due_at=row.at,
            sent_at=None if number == 1 else row.at + timedelta(seconds=20),
            problem=problem if number == 1 else "",
        )
        for number, row in enumerate(rows)
    )
