"""The yearly plan of observations of a unit (SAF-04, SAF-11; clauses 4.1, 5.1): teams, slots, the card that fills one,
the trace of changes; and the register of injuries and near misses that a plan is made from."""

from __future__ import annotations

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from forms.cards.enums import COUNTED, Category
from forms.cards.plans.enums import (
    LATEST_REPORT_DAY,
    LONGEST_TEXT,
    Band,
    IncidentVerb,
    PlanState,
    Severity,
    SlotStanding,
    Source,
    Verb,
    Why,
)
from portal.lib.periods import Period

_ACCOUNT = settings.AUTH_USER_MODEL


class Plan(models.Model):
    """The plan of one unit for one year, from its first month to December."""

    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    year = models.PositiveSmallIntegerField(_("year"))
    first_month = models.PositiveSmallIntegerField(_("first month"), default=1)
    report_day = models.PositiveSmallIntegerField(_("day of the monthly report"), default=5)
    report_needs = models.TextField(_("what is reported"), blank=True, max_length=LONGEST_TEXT)
    state = models.CharField(_("state"), max_length=10, choices=PlanState, default=PlanState.DRAFT)
    drafted_by = models.ForeignKey(_ACCOUNT, models.PROTECT, related_name="+", verbose_name=_("drafted by"))
    drafted_at = models.DateTimeField(_("drafted"))
    submitted_by = models.ForeignKey(_ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    approved_by = models.ForeignKey(_ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)

    objects = ScopedManager(unit="unit")

    class Meta:
        verbose_name = _("plan of observations")
        verbose_name_plural = _("plans of observations")
        ordering = ["-year", "unit"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "year"], name="plan_once_a_year"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | (~Q(approved_by=F("drafted_by")) & ~Q(approved_by=F("submitted_by"))),
                name="plan_not_by_drafter",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(approved_by__isnull=False), name="plan_approved_by_somebody"
            ),
            models.CheckConstraint(
                condition=Q(first_month__gte=1)
                & Q(first_month__lte=12)
                & Q(report_day__gte=1)
                & Q(report_day__lte=LATEST_REPORT_DAY),
                name="plan_days_make_sense",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.year}"

    def get_absolute_url(self) -> str:
        return reverse("plan_detail", args=[self.pk])

    @property
    def months(self) -> list[Period]:
        return [Period.of("month", date(self.year, month, 1)) for month in range(self.first_month, 13)]

    @property
    def report_dates(self) -> list[date]:
        """When the report on each month is due: on this day of the month after it."""
        return [month.next().start.replace(day=self.report_day) for month in self.months]


class Team(models.Model):
    """Two or three people who observe together, one of them the leader, and how often in a month."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="teams")
    name = models.CharField(_("name of the team"), max_length=40)
    leader = models.ForeignKey("org.Person", models.PROTECT, related_name="+", verbose_name=_("leader"))
    members = models.ManyToManyField("org.Person", related_name="+", verbose_name=_("people"))
    per_month = models.PositiveSmallIntegerField(_("observations a month"), default=4)

    objects = ScopedManager(unit="plan__unit")

    class Meta:
        verbose_name = _("observation team")
        verbose_name_plural = _("observation teams")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["plan", "name"], name="plan_team_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def people(self) -> list[models.Model]:
        """The leader first."""
        return sorted(self.members.all(), key=lambda person: (person.pk != self.leader_id, person.pk))


class SlotQuerySet(models.QuerySet["PlanSlot"]):
    def standing(self) -> SlotQuerySet:
        """Those that were not taken out."""
        return self.filter(dropped_at__isnull=True)

    def binding(self) -> SlotQuerySet:
        return self.standing().filter(team__plan__state=PlanState.APPROVED)

    def done(self) -> SlotQuerySet:
        return self.filter(Exists(_filling()))

    def undone(self) -> SlotQuerySet:
        return self.filter(~Exists(_filling()))

    def in_period(self, period: Period) -> SlotQuerySet:
        """A slot belongs to the period in which its last day lies."""
        return self.filter(last_day__gte=period.start, last_day__lte=period.end)

    def touching(self, period: Period) -> SlotQuerySet:
        return self.filter(first_day__lte=period.end, last_day__gte=period.start)

    def for_screens(self) -> SlotQuerySet:
        return self.select_related("team__plan__unit", "area", "shift", "filled__card").prefetch_related(
            "team__members"
        )


def _filling() -> models.QuerySet[SlotCard]:
    return SlotCard.objects.filter(slot=OuterRef("pk"), card__state__in=COUNTED)


class PlanSlot(models.Model):
    """One planned observation: which team looks where, in which shift and time of day, from which day to which."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="slots")
    area = models.ForeignKey("cards.Area", models.PROTECT, related_name="+", verbose_name=_("area"))
    shift = models.ForeignKey(
        "org.Shift", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("shift")
    )
    band = models.CharField(_("time of day"), max_length=10, choices=Band)
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("until"))
    why = models.CharField(_("why"), max_length=10, choices=Why, blank=True)
    why_count = models.PositiveIntegerField(default=0)
    why_category = models.CharField(max_length=12, choices=Category, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager(unit="team__plan__unit", _manager_class=SlotQuerySet.as_manager().__class__)

    class Meta:
        verbose_name = _("planned observation")
        verbose_name_plural = _("planned observations")
        ordering = ["first_day", "last_day", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="plan_slot_ends_after_start")
        ]
        indexes = [models.Index(fields=["last_day", "team"], name="plan_slot_due")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        shift = f" · {self.shift}" if self.shift else ""
        days = f"{self.first_day:%m-%d} – {self.last_day:%m-%d}"
        return f"{days} · {self.area}{shift} · {self.get_band_display()} · {self.team}"

    @property
    def cell(self) -> tuple[int, int | None, str]:
        return self.area_id, self.shift_id, self.band

    @property
    def card(self) -> models.Model | None:
        """The card that fills it; a card that was withdrawn fills nothing."""
        link = getattr(self, "filled", None)
        return link.card if link is not None and link.card.state in COUNTED else None

    def standing_on(self, day: date) -> SlotStanding:
        if self.dropped_at is not None:
            return SlotStanding.DROPPED
        if self.card is not None:
            return SlotStanding.DONE
        if self.last_day < day:
            return SlotStanding.OVERDUE
        return SlotStanding.DUE if self.first_day <= day else SlotStanding.TO_COME


class SlotCard(models.Model):
    """One card fills one slot. Beside the observers this is all that a card is joined to."""

    slot = models.OneToOneField(PlanSlot, models.PROTECT, related_name="filled")
    card = models.OneToOneField("cards.Card", models.PROTECT, related_name="+")

    objects = ScopedManager(unit="card__unit")

    class Meta:
        verbose_name = _("card of a planned observation")
        verbose_name_plural = _("cards of planned observations")

    def __str__(self) -> str:
        return f"{self.slot_id}: {self.card_id}"


class PlanChange(models.Model):
    """The trace: who did what to a plan, when, and why."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="changes")
    by = models.ForeignKey(_ACCOUNT, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    verb = models.CharField(max_length=12, choices=Verb)
    about = models.CharField(max_length=300, blank=True)
    why = models.TextField(blank=True)
    after_approval = models.BooleanField(default=False)

    objects = ScopedManager(unit="plan__unit")

    class Meta:
        verbose_name = _("change of a plan")
        verbose_name_plural = _("changes of plans")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_verb_display()} {self.about}"


class IncidentQuerySet(models.QuerySet["Incident"]):
    def counted(self) -> IncidentQuerySet:
        """What the suggested plan rests on: a withdrawn entry stays in the register and weighs nothing."""
        return self.filter(is_withdrawn=False)


class Incident(models.Model):
    """An injury or a near miss, told without names: where, which of the six things, how bad, what happened.

    An entry is corrected or withdrawn, never deleted: IncidentChange says by whom, when and why.
    """

    submission_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    import_key = models.CharField(max_length=64, null=True, blank=True, unique=True)
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    happened_on = models.DateField(_("date"))
    area = models.ForeignKey("cards.Area", models.PROTECT, related_name="+", verbose_name=_("area"))
    source = models.CharField(_("source"), max_length=10, choices=Source)
    category = models.CharField(_("category"), max_length=12, choices=Category)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity)
    what = models.TextField(_("what happened"), max_length=LONGEST_TEXT)
    is_withdrawn = models.BooleanField(_("withdrawn"), default=False)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedManager(unit="unit", _manager_class=IncidentQuerySet.as_manager().__class__)

    class Meta:
        verbose_name = _("injury or near miss")
        verbose_name_plural = _("injuries and near misses")
        ordering = ["-happened_on", "-pk"]
        indexes = [models.Index(fields=["unit", "happened_on"], name="incident_unit_day")]

    def __str__(self) -> str:
        return f"{self.happened_on} {self.area}"

    def get_absolute_url(self) -> str:
        return reverse("incident_detail", args=[self.pk])


class IncidentChange(models.Model):
    """The trace of an entry. `about` holds what was changed as [field, before, after]; of what happened it only says
    that the words were changed, because they may have been changed to take a name out."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="changes")
    by = models.ForeignKey(_ACCOUNT, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    verb = models.CharField(max_length=8, choices=IncidentVerb)
    about = models.JSONField(default=list)
    why = models.TextField(blank=True, max_length=LONGEST_TEXT)

    objects = ScopedManager(unit="incident__unit")

    class Meta:
        verbose_name = _("change of an entry")
        verbose_name_plural = _("changes of entries")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.verb}"
