"""The states of a campaign and of an invitation, and the rules that a campaign is held against."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LEAST_RETURN_RATE = 0.6  # SRV-13: at least 60% of the forms come back
SURVEY_MONTHS = (6, 11)  # SRV-12: every June and November
SATISFIED_FROM = 4  # on the scale of five
SMALLEST_GROUP = 5  # fewer answers than this show no result to the office that knows the households


class CampaignState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    OPEN = "open", pgettext_lazy("campaign", "Open")
    CLOSED = "closed", pgettext_lazy("campaign", "Closed")


TRANSITIONS: dict[str, frozenset[str]] = {
    CampaignState.DRAFT: frozenset({CampaignState.OPEN}),
    CampaignState.OPEN: frozenset({CampaignState.CLOSED}),
    CampaignState.CLOSED: frozenset(),
}


class InvitationState(models.TextChoices):
    ISSUED = "issued", pgettext_lazy("invitation", "Issued")
    RETURNED = "returned", _("Returned")
