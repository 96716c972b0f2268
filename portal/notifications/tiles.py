"""The number in the header, and the administrator's way to the gateways."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.lib.registries import Tile
from portal.notifications.models import Notification
from portal.notifications.permissions import reader_has_notifications, reader_keeps_gateways
from portal.org.readers import Reader


def unread_number(reader: Reader) -> int:
    """How many notifications this reader has not read and may see now: one query, none for visitors and customers."""
    if not reader_has_notifications(reader):
        return 0
    return Notification.objects.unread().shown_to(reader).order_by().count()


def gateway_tile(reader: Reader) -> list[Tile]:
    if not reader_keeps_gateways(reader):
        return []
    text = _("SMS and messengers that carry notifications on.")
    return [Tile(_("Gateways"), reverse("notification_gateways"), text, icon="send")]
