"""What may still leave the portal at this moment: seen by its person, and not done meanwhile."""

from __future__ import annotations

from collections.abc import Sequence

from django_scopes import scopes_disabled

from portal.notifications.kinds import notification_kinds
from portal.notifications.models import Notification
from portal.org.models import User
from portal.org.readers import reader_for


def still_to_tell(user: User, rows: Sequence[Notification]) -> list[Notification]:
    """Of these unread notifications of one person those that are still worth telling, in their order."""
    if not rows:
        return []
    with scopes_disabled():
        shown = Notification.objects.filter(pk__in=[row.pk for row in rows]).shown_to(reader_for(user))
        seen = set(shown.values_list("pk", flat=True))
        by_kind: dict[str, list[int]] = {}
        for row in rows:
            by_kind.setdefault(row.kind, []).append(row.about or 0)
        done = set()
        for name, keys in by_kind.items():
            entry = notification_kinds.get(name)
            if entry is not None and entry.still is not None:
                done |= {(name, key) for key in set(keys) - entry.still(user, keys)}
    return [row for row in rows if row.pk in seen and (row.kind, row.about or 0) not in done]
