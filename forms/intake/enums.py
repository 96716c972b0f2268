"""The states of a submission, and for whom an entrance is open."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SubmissionState(models.TextChoices):
    """A suspected submission is kept like any other: the mark only tells the clerk to look twice."""

    RECEIVED = "received", _("Received")
    SUSPECTED = "suspected", _("Suspected to be automatic")


class EntranceAudience(models.TextChoices):
    PUBLIC = "public", _("Everybody, without signing in")
    STAFF = "staff", _("Staff")
    CUSTOMER = "customer", _("Customers with an account")
    SIGNED_IN = "signed_in", _("Everybody who signed in")
