"""Kinds, states and levels of a case, and the one table of its transitions."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.org.enums import Role


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
    LETTER = "letter", _("Letter")
    FORUM = "forum", _("Owners' forum")
    SURVEY = "survey", _("Opinion in a survey")


class CaseState(models.TextChoices):
    RECEIVED = "received", _("Received")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    ASSIGNED = "assigned", _("Assigned")
    IN_PROGRESS = "in_progress", _("In progress")
    TRANSFERRED = "transferred", _("Transferred to the company")
    PLAN_ISSUED = "plan_issued", _("Corrective plan issued")
    EXECUTING = "executing", _("Corrective plan being carried out")
    WAITING = "waiting", _("Waiting")
    ANSWERED = "answered", _("Answered")
    RESOLVED = "resolved", _("Resolved")
    REVISIT_DUE = "revisit_due", _("Revisit due")
    REOPENED = "reopened", _("Reopened")
    CLOSED = "closed", _("Closed")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    MERGED = "merged", _("Joined to another case")
    OUT_OF_SCOPE = "out_of_scope", _("Out of scope")


class CaseLevel(models.TextChoices):
    """Who answers for a case. At the leaders' level the office it is about neither sees nor counts it (SRV-18)."""

    OFFICE = "office", _("Office")
    COMPANY = "company", _("Company")
    LEADERS = "leaders", _("Company's leaders")


class NoteKind(models.TextChoices):
    INTERNAL = "internal", _("Internal note")
    ANSWER = "answer", _("Answer to the customer")
    CUSTOMER = "customer", _("Written by the customer")


class ClockName(models.TextChoices):
    ACKNOWLEDGE = "acknowledge", _("Acknowledgement")
    ANSWER = "answer", _("Answer")
    SOLUTION = "solution", _("Solution")
    WANTED = "wanted", _("Day the customer asked for")


class WaitReason(models.TextChoices):
    """What a case waits for. Only what lies with the customer or with others stops the customer's clocks."""

    CUSTOMER = "customer", _("The customer's reply")
    APPOINTMENT = "appointment", _("The day agreed with the customer")
    AUTHORITY = "authority", _("A decision of an authority")
    PARTS = "parts", _("Parts or material")
    CONTRACTOR = "contractor", _("A contractor")


class ExtensionAnswer(models.TextChoices):
    AGREED = "agreed", _("Agreed")
    REFUSED = "refused", _("Not agreed")
    UNREACHED = "unreached", _("Not reached")


class ExtensionWay(models.TextChoices):
    PHONE = "phone", _("By phone")
    PERSON = "person", _("In person")
    WRITING = "writing", _("In writing")


class Outcome(models.TextChoices):
    """How what was asked ended: it is confirmed, or it was said that it is out of scope (SRV-05)."""

    OPEN = "", _("Open")
    CONFIRMED = "confirmed", _("Confirmed")
    OUT_OF_SCOPE = "out_of_scope", _("Out of scope")


class IncidentState(models.TextChoices):
    OPEN = "open", pgettext_lazy("incident", "Going on")
    CLOSED = "closed", pgettext_lazy("incident", "Over")


# Waiting for our own parts or people is no reason that the customer should wait longer.
PAUSING = frozenset({WaitReason.CUSTOMER, WaitReason.APPOINTMENT, WaitReason.AUTHORITY})
# The clocks that a pause stops. An acknowledgement needs nobody, and a day the customer asked for is a day.
PAUSED = frozenset({ClockName.ANSWER, ClockName.SOLUTION})

ENDED = frozenset({CaseState.CLOSED, CaseState.WITHDRAWN, CaseState.MERGED, CaseState.OUT_OF_SCOPE})
OPEN = frozenset(CaseState) - ENDED
# Nobody has told the customer anything yet.
UNHEARD = frozenset({CaseState.RECEIVED})
# The customer has heard what became of it; what is left is to come back, and to close.
SETTLED = frozenset({CaseState.ANSWERED, CaseState.RESOLVED, CaseState.REVISIT_DUE})
UNANSWERED = OPEN - SETTLED
AT_WORK = UNANSWERED - UNHEARD - {CaseState.WAITING}
# A corrective plan of the company runs: the state stays with it while the case is given to somebody or answered.
ON_PLAN = frozenset({CaseState.PLAN_ISSUED, CaseState.EXECUTING})

# verb: (the states it may start from, the state it leads to). None: the state stays.
TRANSITIONS: dict[str, tuple[frozenset[CaseState], CaseState | None]] = {
    "acknowledge": (UNHEARD, CaseState.ACKNOWLEDGED),
    "assign": (AT_WORK, CaseState.ASSIGNED),
    "start": (frozenset({CaseState.ASSIGNED, CaseState.REOPENED}), CaseState.IN_PROGRESS),
    "wait": (AT_WORK, CaseState.WAITING),
    "resume": (frozenset({CaseState.WAITING}), CaseState.IN_PROGRESS),
    "extend": (UNANSWERED - UNHEARD | {CaseState.ANSWERED}, None),
    "transfer": (UNANSWERED, CaseState.TRANSFERRED),
    "route": (UNANSWERED, None),
    "issue_plan": (UNANSWERED - UNHEARD | {CaseState.ANSWERED}, CaseState.PLAN_ISSUED),
    "execute_plan": (frozenset({CaseState.PLAN_ISSUED}), CaseState.EXECUTING),
    "answer": (UNANSWERED - UNHEARD | {CaseState.ANSWERED}, CaseState.ANSWERED),
    "resolve": (UNANSWERED - UNHEARD | {CaseState.ANSWERED}, CaseState.RESOLVED),
    "expect_revisit": (frozenset({CaseState.ANSWERED, CaseState.RESOLVED}), CaseState.REVISIT_DUE),
    "close": (SETTLED, CaseState.CLOSED),
    "reopen": (SETTLED | {CaseState.CLOSED, CaseState.OUT_OF_SCOPE}, CaseState.REOPENED),
    "decline": (UNANSWERED, CaseState.OUT_OF_SCOPE),
    "merge": (UNANSWERED, CaseState.MERGED),
    "withdraw": (OPEN, CaseState.WITHDRAWN),
    "gather": (UNANSWERED, None),
    "note": (frozenset(CaseState), None),
    # ---- the customer's own
    "add": (OPEN, None),
    "still_broken": (SETTLED | {CaseState.CLOSED}, CaseState.REOPENED),
    "rate": (SETTLED | {CaseState.CLOSED}, None),
}
# What a customer does with the own case, by account or tracking code; no member of the staff does it for them.
CUSTOMER_VERBS = frozenset({"add", "still_broken", "rate"})
# What the portal does by itself: when a time has come, when the first item of a plan is carried out.
PORTAL_VERBS = frozenset({"resume", "execute_plan"})
# What the company alone does, with the cases that reached it.
COMPANY_VERBS = frozenset({"issue_plan"})


@dataclass(frozen=True)
class EscalationStep:
    """After `hours` past a due time the case is the business of whoever holds a post with this role.

    What is with the company or its leaders never comes back to the director: `above` is asked instead.
    """

    level: int
    hours: int
    role: Role
    above: Role


# Levels lead to posts, not people: whoever holds the post that day sees it.
ESCALATION = (
    EscalationStep(1, 0, Role.DIRECTOR, Role.QUALITY_OFFICER),
    EscalationStep(2, 24, Role.QUALITY_OFFICER, Role.QUALITY_OFFICER),
    EscalationStep(3, 72, Role.UNIT_MANAGER, Role.UNIT_MANAGER),
)
