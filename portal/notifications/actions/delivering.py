"""Messages to gateways: signed, tried again with growing waits, shown as failed in the end.

What a customer wrote stays in the house: a message says of which kind it is, for whom, and where to read it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.outgoing import examine, post
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.notifications.enums import DeliveryState
from portal.notifications.kinds import notification_kinds, visible
from portal.notifications.models import Delivery
from portal.notifications.permissions import user_keeps_gateways
from portal.org.readers import reader_for

logger = logging.getLogger(__name__)
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180))
MOST_TRIES = len(WAITS) + 1
HELD = timedelta(minutes=2)  # a try that is under way; a worker that died gives it back by that
TEST_KIND = "test"


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """HMAC-SHA256 in hex over "<timestamp>.<body>": nobody else can make it, nobody can send it again much later."""
    return hmac.new(secret.encode(), b"%d.%s" % (timestamp, body), hashlib.sha256).hexdigest()


def send_delivery(*, delivery: Delivery, now: datetime | None = None) -> bool:
    """Tries one message that is due, once. Returns whether the gateway took it.

    Nothing is sent of what was read meanwhile or what its person may no longer see.
    """
    now = now or clock.now()
    claimed = _claim(delivery, now)
    if claimed is None:
        return False
    problem = _problem_of_sending(claimed, now)
    tries = claimed.tries + 1
    changes: dict[str, Any] = {"tries": tries, "problem": problem[:200]}
    if not problem:
        changes |= {"state": DeliveryState.SENT, "sent_at": now}
    elif claimed.notification_id is None or tries >= MOST_TRIES:
        changes |= {"state": DeliveryState.FAILED}
    else:
        changes |= {"due_at": now + WAITS[tries - 1]}
    Delivery.objects.filter(pk=claimed.pk, state=DeliveryState.WAITING).update(**changes)
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
    return (
        delivery.gateway.active
        and row.read_at is None
        and row.user.is_active
        and bool(visible(reader_for(row.user), [row]))
    )


def _problem_of_sending(delivery: Delivery, now: datetime) -> str:
    """'' when the gateway took it, else one sentence."""
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
            return _("The secret cannot be read any more: set a new one.")
        try:
            target = examine(delivery.gateway.address, private=private)
            status = post(target, body, headers, seconds=settings.GATEWAY_SECONDS, private=private)
        except Refused as refused:
            return str(refused.message)
        except (OSError, ValueError) as problem:
            logger.warning("gateway %s: %s", delivery.gateway_id, type(problem).__name__)
            return _("The gateway did not answer (%(why)s).") % {"why": type(problem).__name__}
        if 200 <= status < 300:
            return ""
        if 300 <= status < 400:
            return _("The gateway sent us on to another address (%(status)s); that is not followed.") % {"status": status}
        return _("The gateway refused the message (%(status)s).") % {"status": status}


def message(delivery: Delivery) -> dict[str, Any]:
    """What a gateway is told. `text` is the kind in words; title and words of the record are not sent."""
    base = settings.WAGTAILADMIN_BASE_URL.rstrip("/")
    row = delivery.notification
    with translation.override(settings.LANGUAGE_CODE):
        if row is None:
            text = _("A test from the portal: the gateway works.")
            return {"id": str(delivery.pk), "kind": TEST_KIND, "text": text, "urgent": False, "url": base + "/", "to": None}
        entry = notification_kinds.get(row.kind)
        person = getattr(row.user, "person", None)
        to = {
            "name": str(row.user),
            "staff_number": person.staff_number if person else "",
            "phone": person.phone if person else "",
        }
        return {
            "id": str(delivery.pk),
            "kind": row.kind,
            "text": str(entry.label) if entry else "",
            "urgent": row.urgent,
            "at": row.at.isoformat(),
            "url": f"{base}/notifications/{row.pk}/",
            "to": to,
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
        journal.record(by=by, action="notifications.send_again", thing=delivery.gateway, now=now)


def due_deliveries(now: datetime, most: int = 500) -> list[str]:
    """Keys of the messages that are due, oldest first."""
    due = Delivery.objects.filter(state=DeliveryState.WAITING, due_at__lte=now).order_by("due_at")
    return [str(key) for key in due.values_list("pk", flat=True)[:most]]
