"""Kinds of documents in the library, for whom an entry is, and how it stands."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class EntryKind(models.TextChoices):
    """What the property handbook asks company and offices to publish (SRV-02, clause 1), and internal papers."""

    NOTICE = "notice", _("Public notices")
    CONVENTION = "convention", _("Residents' convention")
    HANDBOOK = "handbook", _("Residents' handbook")
    CUSTOMER_NOTE = "customer_note", _("Notes for customers")
    GOVERNMENT = "government", _("Government documents")
    ASSOCIATION = "association", _("Association news")
    INTERNAL = "internal", _("Internal documents")


# What every estate must have at least one valid entry of (SRV-02).
REQUIRED_KINDS = (
    EntryKind.NOTICE,
    EntryKind.CONVENTION,
    EntryKind.HANDBOOK,
    EntryKind.CUSTOMER_NOTE,
    EntryKind.GOVERNMENT,
    EntryKind.ASSOCIATION,
)


class EntryAudience(models.TextChoices):
    PUBLIC = "public", _("Everybody, without signing in")
    CUSTOMERS = "customers", _("Customers (of the estate, where one is chosen) and staff")
    STAFF = "staff", _("All staff")
    NAMED = "named", _("Only those named")


FOR_CUSTOMERS = frozenset({EntryAudience.PUBLIC, EntryAudience.CUSTOMERS})


class ReadOf(models.TextChoices):
    """What of a confidential entry was read."""

    PAGE = "page", _("the page")
    FILE = "file", _("a file")
