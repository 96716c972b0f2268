"""Kinds, states and levels of a case, and the one table of its transitions."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CaseKind(models.TextChoices):
    COMPLAINT = "complaint", _("Complaint")
    REQUEST = "request", _("Service request")
    ENQUIRY = "enquiry", _("Enquiry")
    PRAISE = "praise", _("Praise")


class CaseChannel(models.TextChoices):
    WEB = "web", _("Web form")
    PHONE = "phone", _("Phone")
    COUNTER = "counter", _("Counter")
    MAIL = "mail", _("E-mail")


class CaseState(models.TextChoices):
    RECEIVED = "received", _("Received")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    ASSIGNED = "assigned", _("Assigned")
    IN_PROGRESS = "in_progress", _("In progress")
    TRANSFERRED = "transferred", _("Transferred to the company")
    ANSWERED = "answered", _("Answered")
    REOPENED = "reopened", _("Reopened")
    CLOSED = "closed", _("Closed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class CaseLevel(models.TextChoices):
    """Who answers for a case. At the leaders' level the office it is about neither sees nor counts it (SRV-18)."""

    OFFICE = "office", _("Office")
    COMPANY = "company", _("Company")
    LEADERS = "leaders", _("Company's leaders")


class NoteKind(models.TextChoices):
    INTERNAL = "internal", _("Internal note")
    ANSWER = "answer", _("Answer to the customer")


class ClockName(models.TextChoices):
    ACKNOWLEDGE = "acknowledge", _("Acknowledgement")
    ANSWER = "answer", _("Answer")


ENDED = frozenset({CaseState.CLOSED, CaseState.WITHDRAWN})
OPEN = frozenset(CaseState) - ENDED
# Nobody has told the customer anything yet.
UNHEARD = frozenset({CaseState.RECEIVED})
UNANSWERED = OPEN - {CaseState.ANSWERED}

# verb: (the states it may start from, the state it leads to). None: the state stays.
TRANSITIONS: dict[str, tuple[frozenset[CaseState], CaseState | None]] = {
    "acknowledge": (UNHEARD, CaseState.ACKNOWLEDGED),
    "assign": (UNANSWERED - UNHEARD, CaseState.ASSIGNED),
    "start": (frozenset({CaseState.ASSIGNED, CaseState.REOPENED}), CaseState.IN_PROGRESS),
    "transfer": (UNANSWERED, CaseState.TRANSFERRED),
    "answer": (OPEN - UNHEARD, CaseState.ANSWERED),
    "close": (frozenset({CaseState.ANSWERED}), CaseState.CLOSED),
    "reopen": (frozenset({CaseState.ANSWERED, CaseState.CLOSED}), CaseState.REOPENED),
    "withdraw": (OPEN, CaseState.WITHDRAWN),
    "note": (frozenset(CaseState), None),
}
