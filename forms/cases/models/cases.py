"""Complaints, service requests, enquiries and praise: one case, its notes, its promises kept and broken."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from forms.cases.clocks import CasePolicy
from forms.cases.enums import (
    ENDED,
    OPEN,
    UNANSWERED,
    UNHEARD,
    CaseChannel,
    CaseKind,
    CaseLevel,
    CaseState,
    ClockName,
    NoteKind,
    Outcome,
    WaitReason,
)
from forms.intake.models import EntrancePage, EntranceQuestion, Submission
from portal.org.fields import EncryptedTextField


class ComplaintPage(EntrancePage):
    """The entrance at which customers complain, ask and praise. Its routing unit answers for what names no estate."""

    kind: ClassVar[str] = "case"
    receipt_prefix: ClassVar[str] = "C"
    template = "cases/complaint.html"
    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]

    acknowledge_hours = models.PositiveSmallIntegerField(_("acknowledge within (working hours)"), default=4)
    answer_days = models.PositiveSmallIntegerField(_("answer within (working days)"), default=5)

    content_panels = [
        *EntrancePage.content_panels,
        MultiFieldPanel([FieldPanel("acknowledge_hours"), FieldPanel("answer_days")], heading=_("Promises")),
    ]

    class Meta:
        verbose_name = _("entrance for complaints")
        verbose_name_plural = _("entrances for complaints")

    @property
    def policy(self) -> CasePolicy:
        return CasePolicy(self.acknowledge_hours, self.answer_days)


class ComplaintQuestion(EntranceQuestion):
    page = ParentalKey(ComplaintPage, on_delete=models.CASCADE, related_name="questions")


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> CaseQuerySet:
        return self.filter(state__in=OPEN)

    def ended(self) -> CaseQuerySet:
        return self.filter(state__in=ENDED)

    def unheard(self) -> CaseQuerySet:
        return self.filter(state__in=UNHEARD)

    def unanswered(self) -> CaseQuerySet:
        return self.filter(state__in=UNANSWERED)

    def overdue(self, now: datetime) -> CaseQuerySet:
        return self.filter(next_due__lt=now)

    def due_between(self, start: datetime, end: datetime) -> CaseQuerySet:
        return self.filter(next_due__gte=start, next_due__lt=end)

    def by_due(self) -> CaseQuerySet:
        """What is due next first; what waits for nobody last."""
        return self.order_by(F("next_due").asc(nulls_last=True), "-received_at", "-pk")

    def for_desk(self) -> CaseQuerySet:
        """What a row of the desk shows, in one query; the encrypted fields stay shut."""
        return self.select_related("office", "estate", "assigned_to").defer(
            "text", "contact_name", "contact_phone", "contact_email"
        )


class PromiseQuerySet(models.QuerySet["CasePromise"]):
    def pending(self) -> PromiseQuerySet:
        return self.filter(kept_at=None, dropped=False)

    def broken_at(self, now: datetime) -> PromiseQuerySet:
        """Broken and noticed, or broken by this moment."""
        return self.filter(Q(broken=True) | Q(kept_at=None, dropped=False, due_at__lt=now))


class Case(models.Model):
    """One thing a customer asks. `unit` may see it (the scope); `office` is whom it concerns, which may be another."""

    submission = models.OneToOneField(Submission, models.PROTECT, related_name="case")
    number = models.CharField(_("number"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=CaseKind, default=CaseKind.COMPLAINT)
    channel = models.CharField(_("channel"), max_length=10, choices=CaseChannel, default=CaseChannel.WEB)
    state = models.CharField(_("state"), max_length=14, choices=CaseState, default=CaseState.RECEIVED)
    level = models.CharField(_("answered for by"), max_length=10, choices=CaseLevel, default=CaseLevel.OFFICE)
    # Every index is a page more to write with each case: none of a foreign key that another index begins with, and none
    # for the cases where it is empty.
    unit = models.ForeignKey(
        "org.Unit", models.PROTECT, related_name="+", db_index=False, verbose_name=_("responsible unit")
    )
    office = models.ForeignKey(
        "org.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("management office"),
    )
    estate = models.ForeignKey(
        "org.Estate",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("estate"),
    )
    house = models.CharField(_("house or flat"), max_length=60, blank=True)
    subject = models.CharField(_("subject"), max_length=120)
    text = models.TextField(_("what happened"))
    about_director = models.BooleanField(_("about the director of the office"), default=False)
    compensation = models.BooleanField(_("asks for compensation"), default=False)
    contact_name = EncryptedTextField(_("name"), blank=True)
    contact_phone = EncryptedTextField(_("phone"), blank=True)
    contact_email = EncryptedTextField(_("e-mail"), blank=True)
    phone_digest = models.CharField(max_length=64, blank=True, db_index=True)
    assigned_to = models.ForeignKey(
        "org.Person",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("assigned to"),
    )
    received_at = models.DateTimeField(_("received"))
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    wanted_on = models.DateField(_("day the customer asked for"), null=True, blank=True)
    waiting_for = models.CharField(_("waiting for"), max_length=12, choices=WaitReason, blank=True)
    waiting_until = models.DateTimeField(_("waiting until"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True)
    route_checked = models.BooleanField(default=False)  # somebody looked at what its words suggest (SRV-18)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="joined", db_index=False
    )
    incident = models.ForeignKey(
        "cases.Incident", models.PROTECT, null=True, blank=True, related_name="cases", db_index=False
    )
    customer_wrote = models.BooleanField(default=False)  # and nobody of the staff has acted since
    reworks = models.PositiveSmallIntegerField(_("taken up again"), default=0)
    escalation = models.PositiveSmallIntegerField(_("escalation"), default=0)
    policy = models.JSONField(default=dict)
    next_due = models.DateTimeField(_("due next"), null=True, blank=True)
    erased_at = models.DateTimeField(_("personal data erased"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedManager(_manager_class=models.Manager.from_queryset(CaseQuerySet), unit="unit")

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-received_at", "-pk"]
        indexes = [
            # All that the desk counts and sorts by: of many thousands it reads this index and no row.
            models.Index(
                fields=[
                    *("unit", "state", "next_due", "received_at", "level", "office", "assigned_to", "escalation"),
                    "customer_wrote",
                ],
                name="case_desk",
            ),
            models.Index(fields=["unit", "received_at"]),
            models.Index(fields=["next_due"]),
            # What stands at the same house is looked up with every case that is opened.
            models.Index(fields=["estate", "house", "kind"]),
            *(
                models.Index(fields=[name], condition=Q(**{f"{name}__isnull": False}), name=f"case_{name}")
                for name in ("office", "assigned_to", "merged_into", "incident")
            ),
        ]
        constraints = [
            # The leaders' level is what hides a case from the office: it follows from what the case is about.
            models.CheckConstraint(
                condition=Q(level=CaseLevel.LEADERS) | Q(about_director=False, compensation=False),
                name="case_about_director_is_leaders",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    def get_absolute_url(self) -> str:
        return reverse("case_detail", args=[self.number])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def waits_for_acknowledgement(self) -> bool:
        return self.state in UNHEARD

    @property
    def is_confined(self) -> bool:
        """Whether the office it concerns must not know of it."""
        return self.level == CaseLevel.LEADERS

    def is_overdue(self, now: datetime) -> bool:
        return self.next_due is not None and self.next_due < now


class CaseNote(models.Model):
    """What was written: inside the house, to the customer, by the customer. It never changes, nor its kind."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=10, choices=NoteKind)
    text = models.TextField(_("text"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")  # None: the customer
    at = models.DateTimeField()

    objects = ScopedManager(unit="case__unit")

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("a note is never changed")
        super().save(*args, **kwargs)


class CasePromise(models.Model):
    """One promise to the customer: to acknowledge, to answer, by when. Broken is broken: no later act clears it."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="promises")
    clock = models.CharField(max_length=12, choices=ClockName)
    starts_at = models.DateTimeField()
    due_at = models.DateTimeField(_("due"), db_index=True)
    kept_at = models.DateTimeField(null=True, blank=True)
    broken = models.BooleanField(default=False)
    dropped = models.BooleanField(default=False)  # the customer withdrew before it was due

    objects = ScopedManager(_manager_class=models.Manager.from_queryset(PromiseQuerySet), unit="case__unit")

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        ordering = ["starts_at", "due_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "clock"], condition=Q(kept_at=None, dropped=False), name="promise_pending_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_clock_display()} {self.due_at:%Y-%m-%d %H:%M}"

    @property
    def is_pending(self) -> bool:
        return self.kept_at is None and not self.dropped

    def is_broken(self, now: datetime) -> bool:
        """Kept too late, or not yet kept and past its time (whether the hourly look has noticed it or not)."""
        return self.broken or (self.is_pending and self.due_at < now)
