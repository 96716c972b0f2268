"""Audits: the yearly plan, the checklist of each, findings and what is done about them (SAF-22, clause 6.3)."""

from __future__ import annotations

import uuid
from datetime import date

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from policies.audits.enums import (
    ISSUED,
    UNDER_WAY,
    AuditState,
    FindingState,
    LineKind,
    LineResult,
    Severity,
)

_ACCOUNT = settings.AUTH_USER_MODEL


class AuditQuerySet(models.QuerySet["Audit"]):
    def standing(self) -> AuditQuerySet:
        return self.exclude(state=AuditState.CANCELLED)

    def under_way(self) -> AuditQuerySet:
        return self.filter(state__in=UNDER_WAY)

    def finished(self) -> AuditQuerySet:
        return self.filter(state=AuditState.FINISHED)

    def due_by(self, day: date) -> AuditQuerySet:
        """Planned for this month or an earlier one."""
        return self.filter(Q(year__lt=day.year) | Q(year=day.year, month__lte=day.month))

    def for_screens(self) -> AuditQuerySet:
        return self.select_related("unit", "edition__regulation", "edition__owner_unit", "lead").prefetch_related(
            "auditors"
        )


class Audit(models.Model):
    """One audit of one unit on one edition: who does it, in which month, and what came of it."""

    submission_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    edition = models.ForeignKey("policies.Edition", models.PROTECT, related_name="+", verbose_name=_("regulation"))
    year = models.PositiveSmallIntegerField(_("year"))
    month = models.PositiveSmallIntegerField(_("month"), validators=[MinValueValidator(1), MaxValueValidator(12)])
    lead = models.ForeignKey("org.Person", models.PROTECT, related_name="+", verbose_name=_("lead auditor"))
    auditors = models.ManyToManyField("org.Person", related_name="+", blank=True, verbose_name=_("auditors"))
    state = models.CharField(_("state"), max_length=10, choices=AuditState, default=AuditState.PLANNED)
    version = models.PositiveIntegerField(default=1)  # counts changes of plan and questions: two people are told

    planned_by = models.ForeignKey(_ACCOUNT, models.PROTECT, related_name="+", verbose_name=_("planned by"))
    planned_at = models.DateTimeField(_("planned"))
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_by = models.ForeignKey(
        _ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("finished by")
    )
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    conclusion = models.TextField(_("conclusion"), blank=True)
    cancel_note = models.TextField(_("why it was cancelled"), blank=True)

    objects = ScopedManager(unit="unit", _manager_class=AuditQuerySet.as_manager().__class__)

    class Meta:
        verbose_name = _("audit")
        verbose_name_plural = _("audits")
        ordering = ["-year", "-month", "unit__path"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "edition", "year", "month"],
                condition=~Q(state="cancelled"),
                name="audit_once_a_month",
            ),
            models.CheckConstraint(
                condition=~Q(state="finished") | Q(finished_at__isnull=False), name="audit_finished_at_some_time"
            ),
            models.CheckConstraint(condition=Q(month__gte=1, month__lte=12), name="audit_month_of_a_year"),
        ]
        indexes = [models.Index(fields=["year", "state"]), models.Index(fields=["unit", "state", "finished_at"])]

    def __str__(self) -> str:
        return f"{self.number} {self.unit}"

    def get_absolute_url(self) -> str:
        return reverse("audit_detail", args=[self.pk])

    @property
    def number(self) -> str:
        return f"A-{self.year}-{self.pk:04d}"

    @property
    def tone(self) -> str:
        return AuditState(self.state).tone

    @property
    def month_word(self) -> str:
        return f"{self.year}-{self.month:02d}"

    @property
    def team(self) -> list[object]:
        """The lead auditor and the others."""
        return [self.lead, *self.auditors.all()]

    def is_late(self, day: date) -> bool:
        return self.state in UNDER_WAY and (self.year, self.month) < (day.year, day.month)


class AuditLine(models.Model):
    """A question of the checklist and what was found. `reference` is what the rule says, as it read when planned."""

    audit = models.ForeignKey(Audit, models.PROTECT, related_name="lines")
    order = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=LineKind)
    clause = models.ForeignKey("policies.Clause", models.PROTECT, null=True, blank=True, related_name="+")
    obligation = models.ForeignKey("policies.Obligation", models.PROTECT, null=True, blank=True, related_name="+")
    number = models.CharField(_("clause"), max_length=40, blank=True)
    reference = models.TextField(_("what the rule says"), blank=True)
    question = models.TextField(_("question"))
    result = models.CharField(_("result"), max_length=14, choices=LineResult, blank=True)
    evidence = models.TextField(_("evidence"), blank=True)
    answered_by = models.ForeignKey(_ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedManager(unit="audit__unit")

    class Meta:
        verbose_name = _("line of a checklist")
        verbose_name_plural = _("lines of a checklist")
        ordering = ["audit", "order", "pk"]
        indexes = [models.Index(fields=["audit", "order"])]

    def __str__(self) -> str:
        return f"{self.number} {self.question[:40]}".strip()

    def get_absolute_url(self) -> str:
        return reverse("audit_line", args=[self.audit_id, self.pk])

    @property
    def tone(self) -> str:
        return LineResult(self.result).tone if self.result else "neutral"


class FindingQuerySet(models.QuerySet["Finding"]):
    def issued(self) -> FindingQuerySet:
        """Of finished audits."""
        return self.filter(state__in=ISSUED)

    def open(self) -> FindingQuerySet:
        return self.filter(state=FindingState.OPEN)

    def done(self) -> FindingQuerySet:
        return self.filter(state=FindingState.DONE)

    def overdue(self, day: date) -> FindingQuerySet:
        """Not even reported done, and the day is over."""
        return self.open().filter(due_on__lt=day)

    def for_screens(self) -> FindingQuerySet:
        return self.select_related(
            "audit__unit", "audit__edition__regulation", "audit__lead", "owner", "line"
        ).prefetch_related("audit__auditors")


class Finding(models.Model):
    """What does not conform, what is done about it, by whom and until when."""

    audit = models.ForeignKey(Audit, models.PROTECT, related_name="findings")
    line = models.OneToOneField(AuditLine, models.PROTECT, related_name="finding")
    position = models.PositiveSmallIntegerField(default=0)  # in the report; given when the audit is finished
    severity = models.CharField(_("severity"), max_length=5, choices=Severity)
    description = models.TextField(_("what was found"), blank=True)
    action = models.TextField(_("corrective action"), blank=True)
    owner = models.ForeignKey(
        "org.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who does it")
    )
    due_on = models.DateField(_("until"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=FindingState, default=FindingState.DRAFT)
    proof = models.TextField(_("what was done"), blank=True)
    done_by = models.ForeignKey(_ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(_ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+")
    verified_at = models.DateTimeField(null=True, blank=True)
    verdict = models.TextField(_("words of the auditor"), blank=True)

    objects = ScopedManager(unit="audit__unit", _manager_class=FindingQuerySet.as_manager().__class__)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["audit", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft") | Q(owner__isnull=False, due_on__isnull=False),
                name="finding_has_owner_and_day",
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True) | ~Q(verified_by=F("done_by")),
                name="finding_not_verified_by_doer",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"]), models.Index(fields=["owner", "state"])]

    def __str__(self) -> str:
        return f"{self.number} {self.description[:40]}"

    def get_absolute_url(self) -> str:
        return reverse("audit_finding", args=[self.pk])

    @property
    def number(self) -> str:
        return f"{self.audit.number}-{self.position}"

    @property
    def tone(self) -> str:
        return FindingState(self.state).tone

    @property
    def severity_tone(self) -> str:
        return LineResult(self.severity).tone

    @property
    def is_complete(self) -> bool:
        """Everything is written that the report needs."""
        return bool(self.description.strip() and self.action.strip() and self.owner_id and self.due_on)

    def is_overdue(self, day: date) -> bool:
        return self.state == FindingState.OPEN and self.due_on is not None and self.due_on < day
