"""The states of an audit and of a finding and what leads from one to the next; what a line of a checklist can say."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.org.enums import UnitKind

# Every unit of these kinds that a regulation's audience names is audited each year (SAF-22, clause 6.3).
AUDITED_KINDS = frozenset({UnitKind.CREW, UnitKind.OFFICE, UnitKind.PROJECT, UnitKind.DEPARTMENT, UnitKind.SALES_SITE})
LATE_IN_THE_YEAR = 10  # from October on a unit without an audit is urgent


class AuditState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("audit", "Planned")
    STARTED = "started", pgettext_lazy("audit", "In progress")
    FINISHED = "finished", pgettext_lazy("audit", "Finished")
    CANCELLED = "cancelled", pgettext_lazy("audit", "Cancelled")

    @property
    def tone(self) -> str:
        return AUDIT_TONES[self]


AUDIT_TONES = {
    AuditState.PLANNED: "info",
    AuditState.STARTED: "accent",
    AuditState.FINISHED: "success",
    AuditState.CANCELLED: "neutral",
}
# (verb, state before) -> state after. A finished audit never changes.
TRANSITIONS: dict[tuple[str, str], AuditState] = {
    ("start", AuditState.PLANNED): AuditState.STARTED,
    ("finish", AuditState.STARTED): AuditState.FINISHED,
    ("cancel", AuditState.PLANNED): AuditState.CANCELLED,
}
# Somebody still has to do something.
UNDER_WAY = frozenset({AuditState.PLANNED, AuditState.STARTED})


class LineKind(models.TextChoices):
    CLAUSE = "clause", _("Clause")
    OBLIGATION = "obligation", _("Obligation")
    OWN = "own", _("Own question")


class LineResult(models.TextChoices):
    CONFORMS = "conforms", _("Conforms")
    MINOR = "minor", _("Minor nonconformity")
    MAJOR = "major", _("Major nonconformity")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")

    @property
    def tone(self) -> str:
        return RESULT_TONES[self]


RESULT_TONES = {
    LineResult.CONFORMS: "success",
    LineResult.MINOR: "warning",
    LineResult.MAJOR: "danger",
    LineResult.NOT_APPLICABLE: "neutral",
}
NONCONFORMING = frozenset({LineResult.MINOR, LineResult.MAJOR})


class Severity(models.TextChoices):
    MINOR = "minor", _("Minor")
    MAJOR = "major", _("Major")


class FindingState(models.TextChoices):
    """A draft belongs to an audit in progress; it counts once the audit is finished."""

    DRAFT = "draft", pgettext_lazy("finding", "Draft")
    OPEN = "open", pgettext_lazy("finding", "Open")
    DONE = "done", _("Reported done")
    VERIFIED = "verified", _("Verified")

    @property
    def tone(self) -> str:
        return FINDING_TONES[self]


FINDING_TONES = {
    FindingState.DRAFT: "neutral",
    FindingState.OPEN: "warning",
    FindingState.DONE: "info",
    FindingState.VERIFIED: "success",
}
FINDING_TRANSITIONS: dict[tuple[str, str], FindingState] = {
    ("issue", FindingState.DRAFT): FindingState.OPEN,
    ("report_done", FindingState.OPEN): FindingState.DONE,
    ("verify", FindingState.DONE): FindingState.VERIFIED,
    ("return", FindingState.DONE): FindingState.OPEN,
}
ISSUED = frozenset({FindingState.OPEN, FindingState.DONE, FindingState.VERIFIED})
UNRESOLVED = frozenset({FindingState.OPEN, FindingState.DONE})


class View(models.TextChoices):
    """The parts of the follow-up list."""

    OPEN = "open", pgettext_lazy("findings", "Open")
    OVERDUE = "overdue", pgettext_lazy("findings", "Overdue")
    DONE = "done", _("To be verified")
    VERIFIED = "verified", pgettext_lazy("findings", "Verified")
    ALL = "all", pgettext_lazy("findings", "All")
