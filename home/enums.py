"""For whom a page can be."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.org.readers import CUSTOMER, PUBLIC, STAFF


class AudienceGroup(models.TextChoices):
    """The groups that need no unit and no post. The values are the readers' tokens."""

    PUBLIC = PUBLIC, _("Everybody")
    STAFF = STAFF, _("All staff")
    CUSTOMER = CUSTOMER, _("Customers")
