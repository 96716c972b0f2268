"""The verbs of notifications: the only code that writes one."""

from portal.notifications.actions.delivering import send_again, send_delivery
from portal.notifications.actions.gateways import keep_gateway, try_gateway
from portal.notifications.actions.mailing import claim_mail, release_mail
from portal.notifications.actions.reading import choose_settings, mark_all_read, mark_read
from portal.notifications.actions.telling import forget_old, notify, withdraw, withdraw_unseen

__all__ = [
    "choose_settings",
    "claim_mail",
    "forget_old",
    "keep_gateway",
    "mark_all_read",
    "mark_read",
    "notify",
    "release_mail",
    "send_again",
    "send_delivery",
    "try_gateway",
    "withdraw",
    "withdraw_unseen",
]
