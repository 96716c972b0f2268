"""The states of an edition and what leads from one to the next; kinds of regulations, clauses, audiences."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class EditionState(models.TextChoices):
    """A text is drafted, reviewed, approved and issued by different people; it may be tried out before it is issued."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    APPROVED = "approved", _("Approved")
    IN_TRIAL = "in_trial", _("In trial")
    ISSUED = "issued", _("Issued")
    SUPERSEDED = "superseded", _("Superseded")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# Somebody still works on it: a regulation has at most one open edition.
OPEN = frozenset({EditionState.DRAFT, EditionState.IN_REVIEW, EditionState.APPROVED})
# Its clauses may be changed.
EDITABLE = frozenset({EditionState.DRAFT})
# It was read by people: never changes again.
PUBLISHED = frozenset({EditionState.IN_TRIAL, EditionState.ISSUED, EditionState.SUPERSEDED})
# Readers find it without asking for an old edition.
CURRENT = frozenset({EditionState.IN_TRIAL, EditionState.ISSUED})

# (verb, state before) -> state after. Nothing else leads anywhere.
TRANSITIONS: dict[tuple[str, str], EditionState] = {
    ("submit", EditionState.DRAFT): EditionState.IN_REVIEW,
    ("return", EditionState.IN_REVIEW): EditionState.DRAFT,
    ("return", EditionState.APPROVED): EditionState.DRAFT,
    ("review", EditionState.IN_REVIEW): EditionState.IN_REVIEW,
    ("approve", EditionState.IN_REVIEW): EditionState.APPROVED,
    ("try", EditionState.APPROVED): EditionState.IN_TRIAL,
    ("issue", EditionState.APPROVED): EditionState.ISSUED,
    ("issue", EditionState.IN_TRIAL): EditionState.ISSUED,
    ("supersede", EditionState.IN_TRIAL): EditionState.SUPERSEDED,
    ("supersede", EditionState.ISSUED): EditionState.SUPERSEDED,
    ("withdraw", EditionState.DRAFT): EditionState.WITHDRAWN,
    ("withdraw", EditionState.IN_TRIAL): EditionState.WITHDRAWN,
    ("withdraw", EditionState.ISSUED): EditionState.WITHDRAWN,
}


class RegulationKind(models.TextChoices):
    REGULATION = "regulation", _("Regulation")
    PROCEDURE = "procedure", _("Procedure")
    GUIDE = "guide", _("Guide")
    FORM = "form", _("Form")


class ClauseKind(models.TextChoices):
    """The same kinds as `policies.parsing.tree.Kind`."""

    CHAPTER = "chapter", _("Chapter")
    CLAUSE = "clause", _("Clause")
    ITEM = "item", _("Starred item")
    PARAGRAPH = "paragraph", _("Paragraph")
    HEADING = "heading", _("Heading")
    APPENDIX = "appendix", _("Appendix")


NUMBERED = frozenset({ClauseKind.CHAPTER, ClauseKind.CLAUSE, ClauseKind.APPENDIX})


class AudienceScope(models.TextChoices):
    PUBLIC = "public", _("Everybody, without signing in")
    STAFF = "staff", _("All staff")
    UNIT = "unit", _("A unit and what lies below it")
    POST = "post", _("Holders of a post")
    UNIT_POST = "unit_post", _("Holders of a post in a unit")


class Script(models.TextChoices):
    HANT = "hant", _("Traditional")
    HANS = "hans", _("Simplified")


class BookletState(models.TextChoices):
    """The booklet of a guide edition: to be made by the worker, made, or not printable."""

    WAITING = "waiting", _("Being made")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Could not be made")


class ReceiptMode(models.TextChoices):
    """How somebody confirmed."""

    READ = "read", _("Read")
    PASSED = "passed", _("Read and passed")  # the courses that the regulation asks of the person are done, too
    WITNESSED = "witnessed", _("Witnessed on paper")


class PeriodKind(models.TextChoices):
    """How often a duty comes due; `standing` duties have no rhythm, `event` duties follow something that happens."""

    STANDING = "standing", _("Standing")
    EVENT = "event", _("On occasion")
    DAY = "day", _("Daily")
    WEEK = "week", _("Weekly")
    MONTH = "month", _("Monthly")
    QUARTER = "quarter", _("Quarterly")
    HALF_YEAR = "half", _("Half-yearly")
    YEAR = "year", _("Yearly")


class Bound(models.TextChoices):
    """Whom a duty binds: every unit of a kind, or the department that owns or interprets the regulation."""

    COMPANY = "company", _("The company")
    DEPARTMENT = "department", _("Departments")
    PROJECT = "project", _("Project departments")
    CREW = "crew", _("Crews")
    OFFICE = "office", _("Management offices")
    SALES_SITE = "sales_site", _("Sales sites")
    OWNER = "owner", _("Owner department")
    INTERPRETER = "interpreter", _("Interpreting department")


# How often a duty's account is closed: one without a rhythm of its own is judged month by month.
CLOSING_KIND: dict[str, str] = {PeriodKind.STANDING: "month", PeriodKind.EVENT: "month"}


class ImportOutcome(models.TextChoices):
    """What an import did with one regulation of the file."""

    CREATED = "created", _("New regulation")
    NEW_DRAFT = "new_draft", _("New draft of a known regulation")
    UNCHANGED = "unchanged", _("Already here: nothing written")
    OPEN_DRAFT = "open_draft", _("Left out: another draft is still open")
