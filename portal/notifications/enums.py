"""How a notification reaches somebody outside the portal, and what became of a message to a gateway."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class MailChoice(models.TextChoices):
    """In the portal everybody is told; this is what a person wants by mail besides."""

    AT_ONCE = "at_once", _("Mail at once")
    DIGEST = "digest", _("Daily digest")
    NONE = "none", _("No mail")


class DeliveryState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("delivery", "Waiting")
    SENT = "sent", pgettext_lazy("delivery", "Delivered")
    FAILED = "failed", pgettext_lazy("delivery", "Failed")
    DROPPED = "dropped", pgettext_lazy("delivery", "No longer needed")
