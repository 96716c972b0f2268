"""What people do with what they were told, and how they want to be told. It is each person's own: nothing of it goes
into the journal."""

from __future__ import annotations

from collections.abc import Collection, Mapping
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
    *,
    by: Any,
    quiet_from: time,
    quiet_to: time,
    urgent_passes: bool,
    digest_hour: int,
    mail: Mapping[str, str],
    by_gateway: Mapping[str, bool],
    wecom: str | None = None,
) -> NotificationSettings:
    """Keeps how a person wants to be told; it holds for what comes. Choices for kinds not named stay as they were, and
    so does the WeCom account where None is given."""
    row = NotificationSettings.objects.filter(user=by).first() or NotificationSettings(user=by)
    row.quiet_from, row.quiet_to, row.urgent_passes = quiet_from, quiet_to, urgent_passes
    row.digest_hour = digest_hour
    row.mail = {**row.mail, **{kind: choice for kind, choice in mail.items() if choice in MailChoice.values}}
    row.not_by_gateway = _refused(row.not_by_gateway, by_gateway)
    if wecom is not None:
        row.wecom = wecom.strip()
    row.save()
    return row


def _refused(before: Collection[str], wanted: Mapping[str, bool]) -> list[str]:
    kept = {kind for kind in before if kind not in wanted}
    return sorted(kept | {kind for kind, yes in wanted.items() if not yes})
