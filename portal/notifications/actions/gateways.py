"""The administrator's verbs: naming a gateway, trying it out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from portal.jobs import outbox
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.outgoing import examine
from portal.lib.refusals import NotYours, Refused
from portal.notifications.actions.telling import MESSAGE_TOPIC
from portal.notifications.kinds import notification_kinds
from portal.notifications.models import Delivery, Gateway
from portal.notifications.permissions import user_keeps_gateways

LEAST_SECRET = 16


def keep_gateway(
    *,
    by: Any,
    name: str,
    address: str,
    secret: str = "",
    kinds: Sequence[str] = (),
    active: bool = True,
    gateway: Gateway | None = None,
    now: datetime | None = None,
) -> Gateway:
    """Names a gateway or changes one; "" for the secret keeps the one it has. What waits goes by the new values.

    Refused: an address that is not https on the public network, a short secret, an unknown kind; an address on
    another host without a new secret, so that nobody points a known secret elsewhere.
    """
    _may(by)
    now = now or clock.now()
    if not name.strip():
        raise Refused(_("Give the gateway a name."), field="name")
    target = examine(address, private=settings.GATEWAYS_MAY_BE_PRIVATE)
    if (secret or gateway is None) and len(secret) < LEAST_SECRET:
        raise Refused(_("Name a secret of at least %(least)s characters.") % {"least": LEAST_SECRET}, field="secret")
    if gateway is not None and not secret and target.host != _host_of(gateway):
        raise Refused(_("Another host needs a secret of its own: set a new one."), field="secret")
    if set(kinds) - set(notification_kinds.names()):
        raise Refused(_("Choose kinds from the list."), field="kinds")
    with transaction.atomic():
        kept = gateway or Gateway()
        kept.name, kept.address, kept.kinds, kept.active = name.strip(), address.strip(), sorted(kinds), active
        if secret:
            kept.secret = secret
        kept.failures, kept.paused_until = 0, None
        kept.changed_by, kept.changed_at = by, now
        kept.save()
        data = {"name": kept.name, "host": target.host, "kinds": kept.kinds, "active": active, "secret": bool(secret)}
        journal.record(by=by, action="notifications.keep_gateway", thing=kept, data=data, now=now)
    return kept


def try_gateway(*, by: Any, gateway: Gateway, now: datetime | None = None) -> Delivery:
    """Queues a test, which is tried once; what came of it stands among the messages of the gateway."""
    _may(by)
    now = now or clock.now()
    with transaction.atomic():
        delivery = Delivery.objects.create(gateway=gateway, made_at=now, due_at=now)
        Gateway.objects.filter(pk=gateway.pk).update(paused_until=None)
        outbox.put(MESSAGE_TOPIC, str(gateway.pk))
        journal.record(by=by, action="notifications.try_gateway", thing=gateway, now=now)
    return delivery


def _host_of(gateway: Gateway) -> str:
    try:
        return examine(gateway.address, private=True).host
    except Refused:
        return ""


def _may(by: Any) -> None:
    if not user_keeps_gateways(by):
        raise NotYours(_("Gateways are kept by the administrator."))
