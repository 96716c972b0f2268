"""What people do with what they were told, and how they want to be told. It is each person's own: nothing of it goes
into the journal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from portal.lib import clock
from portal.notifications.enums import MailChoice
from portal.notifications.models import Notification, NotificationSettings


def mark_read(*, by: Any, notification: Notification, now: datetime | None = None) -> bool:
    """Notes that its person has seen it; it is then neither mailed nor sent on. False where it was read already."""
    unread = Notification.objects.unread().filter(pk=notification.pk, user=by)
    return bool(unread.update(read_at=now or clock.now()))


def mark_all_read(*, by: Any, until: datetime | None = None, now: datetime | None = None) -> int:
    """Notes that a person has seen everything told up to `until` (default: now). Returns how much was unread."""
    now = now or clock.now()
    return Notification.objects.unread().filter(user=by, at__lte=until or now).update(read_at=now)


def choose_settings(
    *, by: Any, quiet_from: time, quiet_to: time, urgent_passes: bool, mail: Mapping[str, str]
) -> NotificationSettings:
    """Keeps how a person wants to be told; it holds for what comes. Choices for kinds not named stay as they were."""
    row = NotificationSettings.objects.filter(user=by).first() or NotificationSettings(user=by)
    row.quiet_from, row.quiet_to, row.urgent_passes = quiet_from, quiet_to, urgent_passes
    row.mail = {**row.mail, **{kind: choice for kind, choice in mail.items() if choice in MailChoice.values}}
    row.save()
    return row
