"""The kinds of bulletins, and how far one is."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.lib.periods import PeriodKind


class BulletinKind(models.TextChoices):
    """Who owes which bulletin: the project department each quarter, the safety department each half-year (SAF-20)."""

    QUARTERLY = "quarterly", _("Quarterly bulletin")
    HALF_YEARLY = "half_yearly", _("Half-yearly bulletin")


PERIOD_OF_KIND = {BulletinKind.QUARTERLY: PeriodKind.QUARTER, BulletinKind.HALF_YEARLY: PeriodKind.HALF}
KIND_OF_PERIOD = {period: kind for kind, period in PERIOD_OF_KIND.items()}


class PaperState(models.TextChoices):
    """The PDF of a published bulletin is made in the background."""

    NONE = "none", _("Not made yet")
    WAITING = "waiting", _("Being made")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Could not be made")


CHARTS_IN_A_BULLETIN = 2
