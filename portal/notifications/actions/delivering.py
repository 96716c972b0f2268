"""Messages to gateways: signed, tried again with growing waits, shown as failed in the end.

What a customer wrote stays in the house: a message says what happened in the words of its kind, for whom, and where to
read it. A gateway that does not answer costs one wait of `GATEWAY_SECONDS` and is then left alone for a while, so that
it holds up neither other gateways nor other jobs.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.jobs import outbox
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.outgoing import examine, post
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.notifications.actions.telling import MESSAGE_TOPIC
from portal.notifications.enums import DeliveryState
from portal.notifications.models import Delivery, Gateway, NotificationSettings
from portal.notifications.permissions import user_keeps_gateways
from portal.notifications.waiting import still_to_tell

logger = logging.getLogger(__name__)
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180))
MOST_TRIES = len(WAITS) + 1
LONGEST = timedelta(days=1)  # after which a message has failed, however few tries it had
HELD = timedelta(minutes=2)  # a try that is under way; a worker that died gives it back by that
AT_MOST = 500  # messages of one job
ONE_JOB = 20  # seconds after which a job leaves the rest to the next one
TEST_KIND = "test"
OVERLOADED = 429


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """HMAC-SHA256 in hex over "<timestamp>.<body>": nobody else can make it, nobody can send it again much later."""
    return hmac.new(secret.encode(), b"%d.%s" % (timestamp, body), hashlib.sha256).hexdigest()


# ---- what is due -----------------------------------------------------------------------------------------------------
def gateways_with_due(now: datetime) -> list[int]:
    """Keys of the gateways for which something is due and which are not left alone at this moment."""
    due = Delivery.objects.filter(state=DeliveryState.WAITING, due_at__lte=now)
    due = due.filter(Q(gateway__paused_until=None) | Q(gateway__paused_until__lte=now))
    return sorted(set(due.order_by().values_list("gateway_id", flat=True)))


def send_due(*, gateway_id: int, now: datetime | None = None) -> int:
    """Sends what is due at one gateway, tests and then the oldest first, until it does not answer or ONE_JOB seconds
    are over. Returns how many it took. Two at once share the work: each message is tried by one of them."""
    now = now or clock.now()
    _give_up_old(gateway_id, now)
    sent, end = 0, monotonic() + ONE_JOB
    due = Delivery.objects.filter(gateway=gateway_id, state=DeliveryState.WAITING, due_at__lte=now)
    for delivery in list(due.order_by(F("notification").asc(nulls_first=True))[:AT_MOST]):
        if monotonic() > end or _is_paused(gateway_id, now):
            break
        sent += send_delivery(delivery=delivery, now=now)
    return sent


def _is_paused(gateway_id: int, now: datetime) -> bool:
    return Gateway.objects.filter(pk=gateway_id, paused_until__gt=now).exists()


def _give_up_old(gateway_id: int, now: datetime) -> None:
    old = Delivery.objects.filter(gateway=gateway_id, state=DeliveryState.WAITING, due_at__lt=now - LONGEST)
    with translation.override(settings.LANGUAGE_CODE):
        problem = _("The gateway took nothing for a day.")
    old.update(state=DeliveryState.FAILED, problem=problem)


# ---- one message -----------------------------------------------------------------------------------------------------
def send_delivery(*, delivery: Delivery, now: datetime | None = None) -> bool:
    """Tries one message that is due, once. Returns whether the gateway took it.

    Nothing is sent of what was read meanwhile or what its person may no longer see.
    """
    now = now or clock.now()
    claimed = _claim(delivery, now)
    if claimed is None:
        return False
    problem, answers = _problem_of_sending(claimed, now)
    tries = claimed.tries + 1
    changes: dict[str, Any] = {"tries": tries, "problem": problem[:200]}
    if not problem:
        changes |= {"state": DeliveryState.SENT, "sent_at": now}
    elif claimed.notification_id is None or tries >= MOST_TRIES:
        changes |= {"state": DeliveryState.FAILED}
    else:
        changes |= {"due_at": now + WAITS[tries - 1]}
    Delivery.objects.filter(pk=claimed.pk, state=DeliveryState.WAITING).update(**changes)
    _note_answer(claimed.gateway, answers, now)
    return not problem


def _claim(delivery: Delivery, now: datetime) -> Delivery | None:
    with transaction.atomic():
        due = Delivery.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            pk=delivery.pk, state=DeliveryState.WAITING, due_at__lte=now
        )
        found = due.select_related("gateway", "notification__user__person").first()
        if found is None:
            return None
        changes: dict[str, Any] = {"due_at": now + HELD}
        if not _wanted(found):
            changes = {"state": DeliveryState.DROPPED}
        Delivery.objects.filter(pk=found.pk).update(**changes)
    return None if "state" in changes else found


def _wanted(delivery: Delivery) -> bool:
    row = delivery.notification
    if row is None:
        return True
    alive = delivery.gateway.active and row.read_at is None and row.user.is_active
    return alive and bool(still_to_tell(row.user, [row]))


def _note_answer(gateway: Gateway, answers: bool, now: datetime) -> None:
    """A gateway that does not answer is left alone, each time for longer; the first answer ends that."""
    kept = Gateway.objects.filter(pk=gateway.pk)
    if answers:
        kept.exclude(failures=0).update(failures=0, paused_until=None)
    else:
        wait = WAITS[min(gateway.failures, len(WAITS) - 2)]
        kept.update(failures=gateway.failures + 1, paused_until=now + wait)


def _problem_of_sending(delivery: Delivery, now: datetime) -> tuple[str, bool]:
    """('' when the gateway took it, else one sentence; whether the gateway is there at all)."""
    body = json.dumps(message(delivery), ensure_ascii=False, separators=(",", ":")).encode()
    timestamp = int(now.timestamp())
    headers = {
        "X-Portal-Timestamp": str(timestamp),
        "X-Portal-Signature": "sha256=" + signature(delivery.gateway.secret, timestamp, body),
        "X-Portal-Delivery": str(delivery.pk),
    }
    private = settings.GATEWAYS_MAY_BE_PRIVATE
    with translation.override(settings.LANGUAGE_CODE):
        if not delivery.gateway.secret:
            return _("The secret cannot be read any more: set a new one."), False
        try:
            target = examine(delivery.gateway.address, private=private)
            status = post(target, body, headers, seconds=settings.GATEWAY_SECONDS, private=private)
        except Refused as refused:
            return str(refused.message), False
        except (OSError, ValueError) as problem:
            logger.warning("gateway %s: %s", delivery.gateway_id, type(problem).__name__)
            return _("The gateway did not answer (%(why)s).") % {"why": type(problem).__name__}, False
        if 200 <= status < 300:
            return "", True
        if 300 <= status < 400:
            return _("The gateway sent us on to another address (%(status)s); that is not followed.") % {
                "status": status
            }, True
        refused_it = _("The gateway refused the message (%(status)s).") % {"status": status}
        return refused_it, status < 500 and status != OVERLOADED


def message(delivery: Delivery) -> dict[str, Any]:
    """What a gateway is told, in the portal's language."""
    base = settings.WAGTAILADMIN_BASE_URL.rstrip("/")
    row = delivery.notification
    with translation.override(settings.LANGUAGE_CODE):
        if row is None:
            text = _("A test from the portal: the gateway works.")
            return {
                "id": str(delivery.pk),
                "kind": TEST_KIND,
                "text": text,
                "urgent": False,
                "created": timezone.localtime(delivery.made_at).isoformat(),
                "url": base + "/",
                "to": None,
            }
        person = getattr(row.user, "person", None)
        wish = NotificationSettings.objects.filter(user=row.user).first()
        return {
            "id": str(delivery.pk),
            "kind": row.kind,
            "text": row.sentence,
            "urgent": row.urgent,
            "created": timezone.localtime(row.at).isoformat(),
            "url": f"{base}/notifications/{row.pk}/",
            "to": {
                "staff_number": person.staff_number if person else "",
                "phone": person.phone if person else "",
                "wecom": wish.wecom if wish else "",
            },
        }


def send_again(*, by: Any, delivery: Delivery, now: datetime | None = None) -> None:
    """A message that failed is due again at once, with all its tries. Refused while it is not failed."""
    if not user_keeps_gateways(by):
        raise NotYours(_("Gateways are kept by the administrator."))
    now = now or clock.now()
    with transaction.atomic():
        failed = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.FAILED, notification__isnull=False)
        if not failed.update(state=DeliveryState.WAITING, tries=0, due_at=now, problem=""):
            raise Conflict(_("Only a message that failed is sent again."))
        Gateway.objects.filter(pk=delivery.gateway_id).update(paused_until=None)
        outbox.put(MESSAGE_TOPIC, str(delivery.gateway_id))
        journal.record(by=by, action="notifications.send_again", thing=delivery.gateway, now=now)
