"""Questions on clauses, the rulings that answer them for everybody, and proposals for better clauses.

Questions and proposals belong to the department that owes the answer; a ruling belongs to the readers of its edition.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from policies.models import AudienceRule
from policies.rulings.enums import (
    LONGEST_TEXT,
    THANKED,
    UNANSWERED,
    ProposalKind,
    ProposalState,
    QuestionState,
    RulingState,
)


class OwedQuerySet(models.QuerySet[Any]):
    """What a department owes an answer to."""

    def unanswered(self) -> OwedQuerySet:
        return self.filter(answered_at__isnull=True)

    def late(self, now: datetime) -> OwedQuerySet:
        """Overdue and still without an answer."""
        return self.unanswered().filter(due_at__lt=now)

    def unseen(self) -> OwedQuerySet:
        """Answered, and whoever asked has not looked yet."""
        return self.filter(answered_at__isnull=False, seen_at__isnull=True)

    def by_due(self) -> OwedQuerySet:
        return self.order_by("due_at", "pk")

    def for_list(self) -> OwedQuerySet:
        """With what a line of a list shows."""
        return self.select_related("edition__regulation", "clause", "unit", "sent_by")

    def answerable_by(self, path: str) -> OwedQuerySet:
        """For which the unit at `path`, or one below it, has to stand: whoever let it run late keeps the miss."""
        breached = Q(breached_unit__isnull=False, breached_unit__path__startswith=path)
        return self.filter(breached | Q(breached_unit__isnull=True, unit__path__startswith=path))


class Owed(models.Model):
    """Something on a clause that a department owes an answer to, with its clock.

    `breached_at` is the moment at which the answer was due and not there, `breached_unit` who held it then: no later
    act clears them. `submission_id` is made by the client; `fingerprint` tells a retry from other words under its id.
    """

    submission_id = models.UUIDField(unique=True, editable=False)
    fingerprint = models.CharField(max_length=64)
    edition = models.ForeignKey("policies.Edition", models.PROTECT, related_name="+", verbose_name=_("edition"))
    clause = models.ForeignKey("policies.Clause", models.PROTECT, related_name="+", verbose_name=_("clause"))
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("sent by"))
    sent_at = models.DateTimeField(_("sent"))
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("department"))
    due_at = models.DateTimeField(_("answer due"))
    breached_at = models.DateTimeField(_("late since"), null=True, blank=True)
    breached_unit = models.ForeignKey("org.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def is_late(self, now: datetime) -> bool:
        """Answered too late, or overdue."""
        return self.breached_at is not None or (self.answered_at is None and self.due_at < now)


class Question(Owed):
    """Somebody asks what a clause means."""

    text = models.TextField(_("question"), max_length=LONGEST_TEXT)
    state = models.CharField(_("state"), max_length=12, choices=QuestionState, default=QuestionState.WAITING)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("assigned to")
    )

    objects = ScopedManager(_manager_class=OwedQuerySet.as_manager().__class__, unit="unit")

    class Meta:
        verbose_name = _("question on a clause")
        verbose_name_plural = _("questions on clauses")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=sorted(UNANSWERED), answered_at__isnull=True)
                | (~Q(state__in=sorted(UNANSWERED)) & Q(answered_at__isnull=False)),
                name="question_settled_when_answered",
            )
        ]
        indexes = [
            models.Index(fields=["unit", "state", "due_at"], name="question_desk"),
            models.Index(fields=["sent_by", "-sent_at"], name="question_mine"),
            models.Index(fields=["due_at"], name="question_due"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """By which asker and department speak of it: Q2026-0012."""
        return f"Q{self.sent_at.year}-{self.pk:04d}"

    def get_absolute_url(self) -> str:
        """Where the department works on it."""
        return reverse("ruling_question", args=[self.pk])


class Handover(models.Model):
    """A question went from one department to another; its clock ran on."""

    question = models.ForeignKey(Question, models.PROTECT, related_name="handovers")
    from_unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")
    to_unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.from_unit} → {self.to_unit}"


class RulingQuerySet(models.QuerySet["Ruling"]):
    def published(self) -> RulingQuerySet:
        return self.filter(state=RulingState.PUBLISHED)

    def for_tokens(self, tokens: frozenset[str]) -> RulingQuerySet:
        """Rulings under editions whose audience holds one of these reader tokens."""
        rules = AudienceRule.objects.filter(edition=models.OuterRef("edition"), token__in=tokens)
        return self.filter(models.Exists(rules))

    def newest_first(self) -> RulingQuerySet:
        return self.order_by("-decided_at", "-pk")

    def for_list(self) -> RulingQuerySet:
        return self.select_related("edition__regulation", "unit")


class Ruling(models.Model):
    """What a clause means, decided by its department and published under that clause and edition.

    `asked` is the question as the department words it, without a name. `words` is all of it folded, for finding.
    """

    number = models.CharField(_("number"), max_length=20, unique=True)
    question = models.ForeignKey(
        Question, models.PROTECT, related_name="rulings", verbose_name=_("question on a clause")
    )
    reaffirms = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reaffirmed_by", verbose_name=_("reaffirms")
    )
    edition = models.ForeignKey("policies.Edition", models.PROTECT, related_name="+", verbose_name=_("edition"))
    clause = models.ForeignKey("policies.Clause", models.PROTECT, related_name="+", verbose_name=_("clause"))
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("decided by"))
    asked = models.TextField(_("question"), max_length=LONGEST_TEXT)
    answer = models.TextField(_("answer"))
    words = models.TextField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"))
    state = models.CharField(_("state"), max_length=12, choices=RulingState, default=RulingState.PUBLISHED)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(_("withdrawn or replaced"), null=True, blank=True)
    ended_reason = models.TextField(_("reason"), blank=True)

    objects = RulingQuerySet.as_manager()

    class Meta:
        verbose_name = _("ruling")
        verbose_name_plural = _("rulings")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=RulingState.WITHDRAWN) | ~Q(ended_reason=""), name="ruling_withdrawn_with_reason"
            )
        ]
        indexes = [
            models.Index(fields=["clause", "state"], name="ruling_of_clause"),
            models.Index(fields=["state", "-decided_at"], name="ruling_list"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("ruling_detail", args=[self.number])


class RulingSerial(models.Model):
    """The last number of each year; locked while a ruling gets its own."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class ProposalQuerySet(OwedQuerySet):
    def accepted(self) -> ProposalQuerySet:
        """Accepted, and no edition holds it yet."""
        return self.filter(state=ProposalState.ACCEPTED)

    def thanked_for(self) -> ProposalQuerySet:
        """Those whose proposers are thanked before everybody."""
        return self.filter(state__in=THANKED).order_by("-answered_at", "-pk")

    def for_tokens(self, tokens: frozenset[str]) -> ProposalQuerySet:
        """Proposals on editions whose audience holds one of these reader tokens."""
        rules = AudienceRule.objects.filter(edition=models.OuterRef("edition"), token__in=tokens)
        return self.filter(models.Exists(rules))


class Proposal(Owed):
    """Somebody on the staff proposes a better wording or practice. The name is shown only where they agreed."""

    kind = models.CharField(_("what it is about"), max_length=12, choices=ProposalKind)
    suggestion = models.TextField(_("proposal"), max_length=LONGEST_TEXT)
    reason = models.TextField(_("reason"), max_length=LONGEST_TEXT)
    name_shown = models.BooleanField(_("name may be shown"), default=False)
    state = models.CharField(_("state"), max_length=12, choices=ProposalState, default=ProposalState.WAITING)
    included_in = models.ForeignKey("policies.Edition", models.PROTECT, null=True, blank=True, related_name="+")

    objects = ScopedManager(_manager_class=ProposalQuerySet.as_manager().__class__, unit="unit")

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ProposalState.WAITING, answered_at__isnull=True)
                | (~Q(state=ProposalState.WAITING) & Q(answered_at__isnull=False)),
                name="proposal_settled_when_answered",
            ),
            models.CheckConstraint(
                condition=~Q(state=ProposalState.INCLUDED) | Q(included_in__isnull=False),
                name="proposal_included_somewhere",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "state", "due_at"], name="proposal_desk"),
            models.Index(fields=["sent_by", "-sent_at"], name="proposal_mine"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """By which proposer and department speak of it: P2026-0012."""
        return f"P{self.sent_at.year}-{self.pk:04d}"

    def get_absolute_url(self) -> str:
        return reverse("proposal_detail", args=[self.pk])
