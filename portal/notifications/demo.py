"""What the demo company's people were told: the desk's builders told them; the older part is read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from portal.notifications.actions import mark_all_read
from portal.notifications.models import Notification

NEWEST = 6


def build(stage: Any) -> None:
    """Each keeps the newest few unread; nothing of the past is mailed."""
    for user in Notification.objects.unread().order_by().values_list("user", flat=True).distinct():
        own = Notification.objects.filter(user=user).order_by("-at", "-pk")
        newest = list(own.values_list("at", flat=True)[: NEWEST + 1])
        if len(newest) > NEWEST:
            account = own[0].user
            mark_all_read(by=account, until=newest[-1], now=min(newest[-1] + timedelta(hours=1), stage.now))
