"""Why a paper card is typed in by somebody else, and what cards may be exported for."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST_WORDS = 300
FEWEST_WORDS = 10  # characters; "學習" alone says no purpose
ROWS_A_PAGE = 4
MOST_ROWS = 12


class OnBehalfReason(models.TextChoices):
    """SAF-12, clause 5.2: why the observers did not hand in the card themselves."""

    NO_DEVICE = "no_device", _("No phone or computer at the place of work")
    NO_NETWORK = "no_network", _("No network during the shift")
    NO_ACCOUNT = "no_account", _("The observers have no account")
    OTHER = "other", _("Another reason, in words")


class Purpose(models.TextChoices):
    """What cards are for. Discipline is none of it, and not on the list."""

    LEARNING = "learning", _("Learning: lessons for teams and training")
    TRENDS = "trends", _("Trend analysis")
    RISKS = "risks", _("Risk assessment and change of a way of working")
    AUDIT = "audit", _("Audit of how observations are made")
