"""What makes a complaint major, and the corrective-action report that the whole company reads (SRV-22)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from forms.cases.corrections.enums import ON_ITS_WAY, ReportState, Section, Trace
from forms.cases.models import Case

_ACCOUNT = settings.AUTH_USER_MODEL


class MajorMark(models.Model):
    """Who called a complaint major, and why. Taken away it stays, with the reason."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="major_marks")
    reason = models.CharField(_("why it is major"), max_length=1000)
    by = models.ForeignKey(_ACCOUNT, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(_ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+")
    end_reason = models.CharField(_("why it is not"), max_length=1000, blank=True)

    objects = ScopedManager(unit="case__unit")

    class Meta:
        verbose_name = _("mark of a major complaint")
        verbose_name_plural = _("marks of major complaints")
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["case"], condition=Q(ended_at=None), name="major_once")]

    def __str__(self) -> str:
        return f"{self.case.number} {self.at:%Y-%m-%d}"


class ReportQuerySet(models.QuerySet["CorrectiveReport"]):
    def published(self) -> ReportQuerySet:
        return self.filter(state=ReportState.PUBLISHED)

    def standing(self) -> ReportQuerySet:
        return self.exclude(state=ReportState.WITHDRAWN)


class CorrectiveReport(models.Model):
    """The report of one major complaint. Where the case lies with the leaders the report never names the office, and
    only the leaders release it. `writers` are the keys of all accounts that wrote in it: none of them approves it."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="corrective_reports")
    number = models.CharField(_("number"), max_length=20, unique=True)
    title = models.CharField(_("title"), max_length=120)
    facts = models.TextField(Section.FACTS.label)
    course = models.TextField(Section.COURSE.label)
    cause = models.TextField(Section.CAUSE.label)
    plan = models.TextField(Section.PLAN.label)
    prevention = models.TextField(Section.PREVENTION.label)
    revisit = models.TextField(Section.REVISIT.label)
    lesson = models.TextField(Section.LESSON.label, blank=True)
    writers = models.JSONField(default=list)
    state = models.CharField(_("state"), max_length=10, choices=ReportState, default=ReportState.DRAFT)
    written_by = models.ForeignKey(_ACCOUNT, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(_("written"))
    returned_with = models.CharField(_("why it was returned"), max_length=1000, blank=True)
    approved_by = models.ForeignKey(_ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(_ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    notice = models.ForeignKey("home.NoticePage", models.SET_NULL, null=True, blank=True, related_name="+")
    withdrawn_by = models.ForeignKey(_ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_why = models.CharField(_("why it was withdrawn"), max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedManager(_manager_class=models.Manager.from_queryset(ReportQuerySet), unit="case__unit")

    class Meta:
        verbose_name = _("corrective-action report")
        verbose_name_plural = _("corrective-action reports")
        ordering = ["-written_at", "-pk"]
        indexes = [models.Index(fields=["state", "-published_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=~Q(state="withdrawn"), name="corrective_report_once_a_case"
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("written_by")),
                name="corrective_report_not_approved_by_writer",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False, approved_by__isnull=False),
                name="corrective_report_published_is_approved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("corrective_report", args=[self.number])

    @property
    def tone(self) -> str:
        return ReportState(self.state).tone

    @property
    def office_name(self) -> str:
        """The office as the report names it; '' where it must not be named (SRV-18)."""
        return self.case.office.name if self.case.office is not None and not self.case.is_confined else ""

    @property
    def parts(self) -> list[tuple[Section, str]]:
        """Its sections that say something, in their order."""
        return [(section, text) for section in Section if (text := getattr(self, section.value).strip())]

    @property
    def is_unpublished(self) -> bool:
        """Still on its way to the readers."""
        return self.state in ON_ITS_WAY


class Confirmation(models.Model):
    """A name, house or number that may stand in a report: which one, in which part, who said so and why."""

    report = models.ForeignKey(CorrectiveReport, models.CASCADE, related_name="confirmations")
    field = models.CharField(max_length=12)
    trace = models.CharField(max_length=10, choices=Trace)
    text = models.CharField(max_length=120)
    reason = models.CharField(_("why it may stay"), max_length=500)
    by = models.ForeignKey(_ACCOUNT, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = ScopedManager(unit="report__case__unit")

    class Meta:
        verbose_name = _("confirmed name")
        verbose_name_plural = _("confirmed names")
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["report", "field", "trace", "text"], name="confirmation_once")]

    def __str__(self) -> str:
        return f"{self.get_trace_display()} {self.field}"


class ReportReceipt(models.Model):
    """That somebody on the staff has read a published report. Never changes."""

    report = models.ForeignKey(CorrectiveReport, models.PROTECT, related_name="receipts")
    person = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField(_("given at"))

    objects = models.Manager()

    class Meta:
        verbose_name = _("receipt for a report")
        verbose_name_plural = _("receipts for reports")
        constraints = [models.UniqueConstraint(fields=["report", "person"], name="report_receipt_once")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.person_id}"
