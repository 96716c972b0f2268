"""Telling people, and taking back what somebody may no longer see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django_scopes import scopes_disabled

from portal.jobs import outbox
from portal.lib import clock
from portal.notifications.enums import MailChoice
from portal.notifications.kinds import Kind, notification_kinds
from portal.notifications.models import Delivery, Gateway, Notification, NotificationSettings
from portal.notifications.quiet import free_from, next_digest
from portal.org.models import Person, User
from portal.org.readers import Reader, reader_for

MAIL_TOPIC = "notifications.mail"
MESSAGE_TOPIC = "notifications.message"
KEPT = timedelta(days=90)
PART = 500


def notify(
    *,
    people: Iterable[Person | Reader],
    kind: str,
    key: str,
    url: str,
    about: int | None = None,
    subject: str = "",
    count: int = 1,
    until: datetime | None = None,
    urgent: bool | None = None,
    replaces: str = "",
    checked: bool = False,
    now: datetime | None = None,
) -> int:
    """Tells people of something, in the caller's transaction. Returns how many were told newly.

    `subject` is a number or a title of the house: names, phones and words of customers stay in the record.
    One row for a person and key: told again of the same key, an unread row says the newer words, a read one stays as
    it is. Whoever has no account, or may not see the record `about` at this moment, is not told (SRV-18). A Reader may
    stand for a person whose posts are known already. `checked`: the caller has asked already whether each of them may
    see the record, and has read the accounts with them. `replaces`: what these people have not read of keys that begin
    so goes, as the new line says the same later. LookupError for a kind nobody registered.
    """
    entry = notification_kinds.get(kind)
    if entry is None:
        raise LookupError(f"nobody registered the kind {kind!r}")
    now = now or clock.now()
    users = _accounts(people) if checked else _allowed(people, entry, about)
    words = {
        "about": about,
        "subject": " ".join(subject.split())[:200],
        "count": count,
        "until": until,
        "url": url,
        "urgent": entry.urgent if urgent is None else urgent,
        "at": now,
    }
    with transaction.atomic():
        parts = [users[start : start + PART] for start in range(0, len(users), PART)]
        return sum(_tell(part, kind, key, words, replaces, now) for part in parts)


def _tell(users: list[User], kind: str, key: str, words: dict[str, Any], replaces: str, now: datetime) -> int:
    known = set(Notification.objects.filter(key=key, user__in=users).values_list("user_id", flat=True))
    if known:
        told = Notification.objects.unread().filter(key=key, user__in=known)
        told.exclude(subject=words["subject"], count=words["count"], until=words["until"]).update(**words)
    if replaces:
        before = Notification.objects.unread().filter(user__in=users, key__startswith=replaces)
        before.exclude(key=key).delete()
    fresh = [user for user in users if user.pk not in known]
    if fresh:
        _write(fresh, kind, key, words, now)
    return len(fresh)


def _accounts(people: Iterable[Person | Reader]) -> list[User]:
    users = [one.user for one in people]
    return list({user.pk: user for user in users if user is not None and user.is_active}.values())


def _allowed(people: Iterable[Person | Reader], entry: Kind, about: int | None) -> list[User]:
    readers = [one if isinstance(one, Reader) else reader_for(one.user) for one in people]
    found = {}
    for reader in readers:
        if reader.is_signed_in and entry.concerns(reader) and _sees(reader, entry, about):
            found[reader.user.pk] = reader.user
    return list(found.values())


def _sees(reader: Reader, entry: Kind, about: int | None) -> bool:
    if about is None or entry.records is None:
        return True
    with scopes_disabled():
        return bool(entry.records(reader).filter(pk=about).exists())


def _write(users: list[User], kind: str, key: str, words: dict[str, Any], now: datetime) -> None:
    chosen = {row.user_id: row for row in NotificationSettings.objects.filter(user__in=users)}
    rows = []
    for user in users:
        wish = chosen.setdefault(user.pk, NotificationSettings(user=user))
        rows.append(Notification(user=user, kind=kind, key=key, mail_at=_mail_at(wish, kind, words, now), **words))
    # Told by two at once, the first stands.
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    for row in rows:
        if row.mail_at is not None and row.mail_at <= now:
            outbox.put(MAIL_TOPIC, str(row.user_id))
    _give_to_gateways(rows, chosen, now)


def _mail_at(wish: NotificationSettings, kind: str, words: dict[str, Any], now: datetime) -> datetime | None:
    choice = wish.choice_for(kind)
    if choice == MailChoice.DIGEST:
        return free_from(next_digest(now, wish.digest_hour), wish.quiet_from, wish.quiet_to)
    return leaves_at(wish, words["urgent"], now) if choice == MailChoice.AT_ONCE else None


def leaves_at(wish: NotificationSettings, urgent: bool, now: datetime) -> datetime:
    """When something may leave the portal for this person: at once, or when the quiet hours are over."""
    if urgent and wish.urgent_passes:
        return now
    return free_from(now, wish.quiet_from, wish.quiet_to)


def _give_to_gateways(rows: list[Notification], chosen: dict[int, NotificationSettings], now: datetime) -> None:
    kind = rows[0].kind
    gateways = [one for one in Gateway.objects.filter(active=True) if kind in one.kinds]
    wanting = [row.user_id for row in rows if chosen[row.user_id].wants_by_gateway(kind)]
    if not gateways or not wanting:
        return
    stored = Notification.objects.filter(key=rows[0].key, user__in=wanting)
    messages = [
        Delivery(
            gateway=gateway,
            notification=row,
            made_at=now,
            due_at=leaves_at(chosen[row.user_id], row.urgent, now),
        )
        for row in stored
        for gateway in gateways
    ]
    Delivery.objects.bulk_create(messages, ignore_conflicts=True)
    for gateway in gateways:
        if any(one.gateway_id == gateway.pk and one.due_at <= now for one in messages):
            outbox.put(MESSAGE_TOPIC, str(gateway.pk))


# ---- taking back -----------------------------------------------------------------------------------------------------
def withdraw(*, kinds: Sequence[str], about: Iterable[int]) -> int:
    """Takes back everything said about these records, read or not, in the caller's transaction. Returns how much."""
    keys, gone = list(about), 0
    for start in range(0, len(keys), PART):
        gone += Notification.objects.filter(kind__in=kinds, about__in=keys[start : start + PART]).delete()[0]
    return gone


def withdraw_unseen(*, kinds: Sequence[str], about: int) -> int:
    """Takes back what was said about a record to people who may no longer see it. They neither read nor count it
    anyway; this way no row of it stays either."""
    return _take_unseen(Notification.objects.filter(kind__in=kinds, about=about))


def forget_old(*, now: datetime) -> int:
    """Nightly: what is older than KEPT goes, and what its person may not see any more since posts changed."""
    gone = Notification.objects.filter(at__lt=now - KEPT).delete()[0]
    gone += Delivery.objects.filter(made_at__lt=now - KEPT).delete()[0]
    return gone + _take_unseen(Notification.objects.unread().exclude(about=None))


def _take_unseen(found: Any) -> int:
    gone = 0
    for user in User.objects.filter(pk__in=found.order_by().values("user")):
        own = found.filter(user=user)
        seen = Notification.objects.shown_to(reader_for(user)).filter(pk__in=own.values("pk"))
        with scopes_disabled():
            unseen = set(own.values_list("pk", flat=True)) - set(seen.values_list("pk", flat=True))
        gone += Notification.objects.filter(pk__in=unseen).delete()[0]
    return gone
