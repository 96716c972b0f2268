"""Who has notifications, and who keeps the gateways. The only place in this room that names roles."""

from __future__ import annotations

from typing import Any

from portal.org.enums import Role
from portal.org.readers import Reader, reader_for


def reader_has_notifications(reader: Reader) -> bool:
    """The staff; customers follow the own cases by their tracking codes."""
    return reader.is_signed_in and reader.is_staff_member


def reader_keeps_gateways(reader: Reader) -> bool:
    return reader.has_role(Role.ADMINISTRATOR)


def user_keeps_gateways(user: Any) -> bool:
    return bool(user is not None and user.pk) and reader_keeps_gateways(reader_for(user))
