"""The company's corrective plan of a case: editions that never change, items that are carried out (SRV-19)."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from forms.cases.corrections.enums import UNFINISHED, ItemState
from forms.cases.models import Case

_ACCOUNT = settings.AUTH_USER_MODEL


class Plan(models.Model):
    """One of a case. `edition` is the number of the edition in force, `version` counts every change."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="corrective_plan")
    edition = models.PositiveSmallIntegerField(default=1)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedManager(unit="case__unit")

    class Meta:
        verbose_name = _("corrective plan")
        verbose_name_plural = _("corrective plans")

    def __str__(self) -> str:
        return f"{self.case.number} {self.edition}"

    def get_absolute_url(self) -> str:
        return reverse("case_plan", args=[self.case.number])


class PlanEdition(models.Model):
    """The plan as it was issued: `lines` are its items in words then. Never changes, but for
    the words that go with the data of its case."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="editions")
    number = models.PositiveSmallIntegerField(_("edition"))
    reason = models.CharField(_("why it changed"), max_length=1000, blank=True)
    lines = models.JSONField(default=list)
    by = models.ForeignKey(_ACCOUNT, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("issued"))

    objects = ScopedManager(unit="plan__case__unit")

    class Meta:
        verbose_name = _("edition of a corrective plan")
        verbose_name_plural = _("editions of corrective plans")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="plan_edition_once")]

    def __str__(self) -> str:
        return f"{self.plan} {self.number}"


class ItemQuerySet(models.QuerySet["PlanItem"]):
    def unfinished(self) -> ItemQuerySet:
        return self.filter(state__in=UNFINISHED)

    def open(self) -> ItemQuerySet:
        return self.filter(state=ItemState.OPEN)

    def reported(self) -> ItemQuerySet:
        return self.filter(state=ItemState.REPORTED)

    def standing(self) -> ItemQuerySet:
        return self.exclude(state=ItemState.DROPPED)

    def overdue(self, day: date) -> ItemQuerySet:
        """Not even reported done, and the day is over."""
        return self.open().filter(due_on__lt=day)

    def for_list(self) -> ItemQuerySet:
        """What a row shows, in one query; the customer's words stay shut."""
        return self.select_related("plan__case__office", "owner", "post", "unit", "done_by").defer(
            "plan__case__text",
            "plan__case__contact_name",
            "plan__case__contact_phone",
            "plan__case__contact_email",
        )


class PlanItem(models.Model):
    """What is done, by whom, until when, and what proves it. The owner is a person, or whoever holds a post in a
    unit."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField(_("number"))
    what = models.CharField(_("what is done"), max_length=1000)
    owner = models.ForeignKey(
        "org.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    post = models.ForeignKey("org.Post", models.PROTECT, null=True, blank=True, related_name="+")
    unit = models.ForeignKey("org.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    due_on = models.DateField(_("until"))
    state = models.CharField(_("state"), max_length=10, choices=ItemState, default=ItemState.OPEN)
    added_in = models.PositiveSmallIntegerField(default=1)
    dropped_in = models.PositiveSmallIntegerField(null=True, blank=True)
    proof = models.TextField(_("what was done"), blank=True)
    done_by = models.ForeignKey(_ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    judged_by = models.ForeignKey(_ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+")
    judged_at = models.DateTimeField(null=True, blank=True)
    verdict = models.CharField(_("words of the company"), max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedManager(_manager_class=models.Manager.from_queryset(ItemQuerySet), unit="plan__case__unit")

    class Meta:
        verbose_name = _("item of a corrective plan")
        verbose_name_plural = _("items of corrective plans")
        ordering = ["plan", "position"]
        indexes = [models.Index(fields=["state", "due_on"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(owner__isnull=False, post__isnull=True, unit__isnull=True)
                | Q(owner__isnull=True, post__isnull=False, unit__isnull=False),
                name="plan_item_has_one_owner",
            ),
            models.CheckConstraint(
                condition=Q(judged_by__isnull=True) | ~Q(state="accepted") | ~Q(judged_by=F("done_by")),
                name="plan_item_not_accepted_by_doer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.what[:40]}"

    def get_absolute_url(self) -> str:
        return reverse("correction_item", args=[self.pk])

    @property
    def tone(self) -> str:
        return ItemState(self.state).tone

    @property
    def owner_name(self) -> str:
        if self.owner is not None:
            return self.owner.name
        return f"{self.unit.name} {self.post.title}" if self.unit is not None and self.post is not None else ""

    @property
    def is_unfinished(self) -> bool:
        return self.state in UNFINISHED

    def is_overdue(self, day: date) -> bool:
        return self.state == ItemState.OPEN and self.due_on < day

    @property
    def was_late(self) -> bool:
        return self.done_at is not None and timezone.localdate(self.done_at) > self.due_on

    @property
    def as_line(self) -> dict[str, object]:
        """The item in words, as an edition keeps it."""
        return {
            "position": self.position,
            "what": self.what,
            "owner": self.owner_name,
            "due": self.due_on.isoformat(),
            "state": self.state,
        }


def items_of(plan: Plan) -> ItemQuerySet:
    """All items of a plan, those left out too. Within the scope that is active."""
    found: ItemQuerySet = PlanItem.objects.filter(plan=plan)
    return found


class CorrectionReminder(models.Model):
    """That somebody was reminded of an item or a measure: once for each stage (portal.notifications.stages)."""

    person = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    what = models.CharField(max_length=40)  # item:17, measure:5, verify:5
    stage = models.PositiveSmallIntegerField()
    term = models.DateField()
    day = models.DateField()
    at = models.DateTimeField()

    objects = models.Manager()

    class Meta:
        verbose_name = _("reminder of a correction")
        verbose_name_plural = _("reminders of corrections")
        constraints = [models.UniqueConstraint(fields=["person", "what", "stage", "term"], name="correction_reminder")]
        indexes = [models.Index(fields=["person", "day"])]

    def __str__(self) -> str:
        return f"{self.day} {self.what}"
