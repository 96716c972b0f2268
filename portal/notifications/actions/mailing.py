"""Which notifications one mail carries: claimed before it goes, given back when it could not go.

A worker that dies between the two leaves something unmailed, never mailed twice; it still stands in the portal.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from portal.notifications.actions.telling import leaves_at
from portal.notifications.enums import MailChoice
from portal.notifications.models import Notification, NotificationSettings
from portal.notifications.waiting import still_to_tell
from portal.org.models import User

STALE = timedelta(days=3)  # after a longer pause of the portal nobody is mailed what they can read there
MOST = 50  # of one mail
WAITS = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 60, 180, 360, 720))


def people_to_mail(now: datetime) -> list[int]:
    """Keys of the accounts for whom something is due, with an address to send it to."""
    due = Notification.objects.waiting_for_mail().filter(mail_at__lte=now, mail_at__gt=now - STALE)
    due = due.filter(user__is_active=True).exclude(user__email="")
    return sorted(set(due.order_by().values_list("user_id", flat=True)))


def claim_mail(*, user: User, now: datetime) -> list[Notification]:
    """What a mail to this person says now, oldest first, and marks it as mailed; [] where nothing is to be sent.

    Left out is what was read or done meanwhile, what the person may not see any more, and what the person no longer
    wants.
    """
    if not user.is_active or not user.email:
        return []
    with transaction.atomic():
        due = Notification.objects.select_for_update(skip_locked=True).waiting_for_mail()
        due = due.filter(user=user, mail_at__lte=now, mail_at__gt=now - STALE)
        found = list(due.order_by("at", "pk")[:MOST])
        wish = NotificationSettings.objects.filter(user=user).first() or NotificationSettings(user=user)
        wanted = [row for row in found if wish.choice_for(row.kind) != MailChoice.NONE]
        claimed = still_to_tell(user, wanted)
        kept = {row.pk for row in claimed}
        Notification.objects.filter(pk__in=kept).update(mailed_at=now)
        Notification.objects.filter(pk__in=[row.pk for row in found if row.pk not in kept]).update(mail_at=None)
    return claimed


def release_mail(*, rows: Sequence[Notification], now: datetime) -> None:
    """The mail to one person did not go: it is tried again later, each time after a longer wait and never in the quiet
    hours, and at last not any more."""
    if not rows:
        return
    wish = NotificationSettings.objects.filter(user=rows[0].user_id).first() or NotificationSettings()
    for row in rows:
        tries = row.mail_tries + 1
        again = leaves_at(wish, row.urgent, now + WAITS[tries - 1]) if tries <= len(WAITS) else None
        Notification.objects.filter(pk=row.pk).update(mailed_at=None, mail_tries=tries, mail_at=again)
