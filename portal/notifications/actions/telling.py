"""Telling people, and taking back what somebody may no longer see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from portal.jobs import outbox
from portal.lib import clock
from portal.notifications.enums import MailChoice
from portal.notifications.kinds import Kind, notification_kinds, visible
from portal.notifications.models import Delivery, Gateway, Notification, NotificationSettings
from portal.notifications.quiet import free_from, next_digest
from portal.org.models import Person, User
from portal.org.readers import Reader, reader_for

TOPIC = "notifications.mail"
KEPT = timedelta(days=90)
PART = 500


def notify(
    *,
    people: Iterable[Person | Reader],
    kind: str,
    about: str = "",
    title: str,
    text: str = "",
    url: str,
    key: str,
    urgent: bool | None = None,
    now: datetime | None = None,
) -> int:
    """Tells people of something, in the caller's transaction. Returns how many were told newly.

    One row for a person and key: told again of the same key, an unread row says the newer words, a read one stays as
    it is. Whoever has no account, or may not see the record `about` at this moment, is not told (SRV-18). A Reader may
    stand for a person whose posts are known already. LookupError for a kind nobody registered.
    """
    entry = notification_kinds.get(kind)
    if entry is None:
        raise LookupError(f"nobody registered the kind {kind!r}")
    now = now or clock.now()
    users = _allowed(people, entry, about)
    words = {
        "title": " ".join(title.split())[:200],
        "text": " ".join(text.split())[:300],
        "url": url,
        "urgent": entry.urgent if urgent is None else urgent,
        "at": now,
    }
    with transaction.atomic():
        known = set(Notification.objects.filter(key=key, user__in=users).values_list("user_id", flat=True))
        if known:
            Notification.objects.unread().filter(key=key, user__in=known).update(**words)
        fresh = [user for user in users if user.pk not in known]
        if fresh:
            _write(fresh, kind, about, key, words, now)
    return len(fresh)


def _allowed(people: Iterable[Person | Reader], entry: Kind, about: str) -> list[User]:
    readers = [one if isinstance(one, Reader) else reader_for(one.user) for one in people]
    found = {}
    for reader in readers:
        if reader.is_signed_in and (not about or about in entry.may_see(reader, [about])):
            found[reader.user.pk] = reader.user
    return list(found.values())


def _write(users: list[User], kind: str, about: str, key: str, words: dict[str, Any], now: datetime) -> None:
    chosen = {row.user_id: row for row in NotificationSettings.objects.filter(user__in=users)}
    rows = []
    for user in users:
        wish = chosen.get(user.pk) or NotificationSettings(user=user)
        rows.append(
            Notification(user=user, kind=kind, about=about, key=key, mail_at=_mail_at(wish, kind, words, now), **words)
        )
    # Told by two at once, the first stands.
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    for row in rows:
        if row.mail_at is not None and row.mail_at <= now:
            outbox.put(TOPIC, str(row.user_id))
    _give_to_gateways(rows, chosen, now)


def _mail_at(wish: NotificationSettings, kind: str, words: dict[str, Any], now: datetime) -> datetime | None:
    choice = wish.choice_for(kind)
    if choice == MailChoice.DIGEST:
        return free_from(next_digest(now), wish.quiet_from, wish.quiet_to)
    return leaves_at(wish, words["urgent"], now) if choice == MailChoice.AT_ONCE else None


def leaves_at(wish: NotificationSettings, urgent: bool, now: datetime) -> datetime:
    """When something may leave the portal for this person: at once, or when the quiet hours are over."""
    if urgent and wish.urgent_passes:
        return now
    return free_from(now, wish.quiet_from, wish.quiet_to)


def _give_to_gateways(rows: list[Notification], chosen: dict[int, NotificationSettings], now: datetime) -> None:
    gateways = [one for one in Gateway.objects.filter(active=True) if rows[0].kind in one.kinds]
    if not gateways:
        return
    stored = Notification.objects.filter(key=rows[0].key, user__in=[row.user_id for row in rows])
    Delivery.objects.bulk_create(
        (
            Delivery(
                gateway=gateway,
                notification=row,
                made_at=now,
                due_at=leaves_at(chosen.get(row.user_id) or NotificationSettings(), row.urgent, now),
            )
            for row in stored
            for gateway in gateways
        ),
        ignore_conflicts=True,
    )


# ---- taking back -----------------------------------------------------------------------------------------------------
def withdraw(*, kinds: Sequence[str], about: Iterable[str]) -> int:
    """Takes back everything said about these records, read or not, in the caller's transaction. Returns how much."""
    return Notification.objects.filter(kind__in=kinds, about__in=list(about)).delete()[0]


def withdraw_unseen(*, kinds: Sequence[str], about: str) -> int:
    """Takes back what was said about a record to people who may no longer see it: they neither read nor count it."""
    return _take_unseen(Notification.objects.filter(kind__in=kinds, about=about))


def forget_old(*, now: datetime) -> int:
    """Nightly: what is older than KEPT goes, and what its person may not see any more since posts changed."""
    gone = Notification.objects.filter(at__lt=now - KEPT).delete()[0]
    return gone + _take_unseen(Notification.objects.unread().exclude(about=""))


def _take_unseen(found: Any) -> int:
    by_user: dict[int, list[Notification]] = {}
    for row in found.select_related("user").order_by("user_id").iterator(PART):
        by_user.setdefault(row.user_id, []).append(row)
    gone = []
    for rows in by_user.values():
        seen = {row.pk for row in visible(reader_for(rows[0].user), rows)}
        gone += [row.pk for row in rows if row.pk not in seen]
    for start in range(0, len(gone), PART):
        Notification.objects.filter(pk__in=gone[start : start + PART]).delete()
    return len(gone)


