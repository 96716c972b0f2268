"""What a unit makes of its cards: the weekly analysis, the monthly summary, lessons, awards (clauses 5.4.2 to 5.5).

Contract: attendance, owners of measures and those awarded are people of the unit; none of these rows says whom a card
is about, and only a nomination speaks of a card: one that its nominee observed.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_scopes import ScopedManager

from forms.cards.enums import Category
from forms.cards.weeks.enums import (
    LONGEST_LINE,
    SENT_UP,
    AwardKind,
    LessonState,
    MeasureKind,
    MeasureState,
    Office,
    SummaryState,
    WeekState,
    term_of,
)
from portal.lib.periods import Period

_ACCOUNT = settings.AUTH_USER_MODEL


def _somebody(label: Any) -> models.ForeignKey:
    return models.ForeignKey(_ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label)


class Week(models.Model):
    """The analysis of one week of one unit (appendix C). `figures` are frozen when the meeting is closed."""

    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    starts_on = models.DateField(_("first day"))
    state = models.CharField(_("state"), max_length=8, choices=WeekState, default=WeekState.OPEN)
    version = models.PositiveIntegerField(default=1)
    met_on = models.DateField(_("day of the meeting"), null=True, blank=True)
    met_at = models.TimeField(_("time of the meeting"), null=True, blank=True)
    present = models.ManyToManyField("org.Person", related_name="+", blank=True, verbose_name=_("present"))
    discussion = models.TextField(_("what was discussed"), blank=True)
    no_measure_reason = models.TextField(_("why no measure is needed"), blank=True)
    figures = models.JSONField(null=True, blank=True)
    closed_by = _somebody(_("closed by"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    is_late = models.BooleanField(_("after the term"), default=False)

    objects = ScopedManager(unit="unit")

    class Meta:
        verbose_name = _("weekly analysis")
        verbose_name_plural = _("weekly analyses")
        ordering = ["-starts_on", "unit__path"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "starts_on"], name="week_once"),
            models.CheckConstraint(
                condition=Q(state="open") | Q(closed_at__isnull=False, figures__isnull=False, met_on__isnull=False),
                name="week_closed_with_figures",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.period.code}"

    def get_absolute_url(self) -> str:
        return reverse("card_week", args=[self.unit.code, self.period.code])

    @property
    def period(self) -> Period:
        return Period.of("week", self.starts_on)

    @property
    def is_closed(self) -> bool:
        return self.state == WeekState.CLOSED


class WeekMeasureQuerySet(models.QuerySet["WeekMeasure"]):
    def remedies(self) -> WeekMeasureQuerySet:
        """Retraining is between a person and the leader: never listed or counted with these."""
        return self.filter(kind=MeasureKind.REMEDY)

    def unfinished(self) -> WeekMeasureQuerySet:
        return self.exclude(state=MeasureState.VERIFIED)

    def open(self) -> WeekMeasureQuerySet:
        """Not done yet."""
        return self.filter(state=MeasureState.OPEN)

    def overdue(self, day: date) -> WeekMeasureQuerySet:
        return self.open().filter(due_on__lt=day)

    def for_screens(self) -> WeekMeasureQuerySet:
        return self.select_related("week__unit", "owner", "area", "done_by", "verified_by")


class WeekMeasure(models.Model):
    """What is done about something frequent or repeated, by whom, until when; or a retraining."""

    week = models.ForeignKey(Week, models.PROTECT, related_name="measures")
    kind = models.CharField(_("kind"), max_length=10, choices=MeasureKind, default=MeasureKind.REMEDY)
    area = models.ForeignKey(
        "cards.Area", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("area")
    )
    category = models.CharField(_("category"), max_length=12, choices=Category, blank=True)
    text = models.CharField(pgettext_lazy("measure", "what is done"), max_length=LONGEST_LINE)
    owner = models.ForeignKey("org.Person", models.PROTECT, related_name="+", verbose_name=_("who does it"))
    due_on = models.DateField(_("until"))
    state = models.CharField(_("state"), max_length=8, choices=MeasureState, default=MeasureState.OPEN)
    set_by = _somebody(_("set by"))
    set_at = models.DateTimeField(_("set"))
    proof = models.TextField(_("what was done"), blank=True)
    done_by = _somebody(pgettext_lazy("measure", "done by"))
    done_at = models.DateTimeField(null=True, blank=True)
    verdict = models.TextField(_("words of who verified"), blank=True)
    verified_by = _somebody(_("verified by"))
    verified_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager(unit="week__unit", _manager_class=WeekMeasureQuerySet.as_manager().__class__)

    class Meta:
        verbose_name = _("measure of a week")
        verbose_name_plural = _("measures of a week")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["week", "kind", "owner", "text", "due_on"], name="week_measure_once"),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True) | ~Q(verified_by=F("done_by")),
                name="week_measure_verified_by_another",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"]), models.Index(fields=["owner", "state"])]

    def __str__(self) -> str:
        return self.text[:60]

    def get_absolute_url(self) -> str:
        return reverse("card_week_measure", args=[self.pk])

    @property
    def tone(self) -> str:
        return MeasureState(self.state).tone

    @property
    def is_retraining(self) -> bool:
        return self.kind == MeasureKind.RETRAINING

    def is_overdue(self, day: date) -> bool:
        return self.state == MeasureState.OPEN and self.due_on < day


class Summary(models.Model):
    """The summary of one month of one unit: figures by the portal, words by its manager, signed and sent up."""

    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    starts_on = models.DateField(_("first day"))
    state = models.CharField(_("state"), max_length=8, choices=SummaryState, default=SummaryState.DRAFT)
    version = models.PositiveIntegerField(default=1)
    situation = models.TextField(_("how the month went"), blank=True)
    problems = models.TextField(_("what came often, and why"), blank=True)
    plan = models.TextField(_("what is done next month"), blank=True)
    figures = models.JSONField(null=True, blank=True)
    signed_by = _somebody(_("signed by"))
    signed_at = models.DateTimeField(_("signed and sent up"), null=True, blank=True)
    first_sent_at = models.DateTimeField(null=True, blank=True)
    sending = models.PositiveSmallIntegerField(default=0)  # the how many-th time it was sent up
    return_reason = models.TextField(_("why it was returned"), blank=True)
    returned_by = _somebody(_("returned by"))
    returned_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager(unit="unit")

    class Meta:
        verbose_name = _("monthly summary")
        verbose_name_plural = _("monthly summaries")
        ordering = ["-starts_on", "unit__path"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "starts_on"], name="summary_once"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(signed_by__isnull=False, figures__isnull=False),
                name="summary_sent_with_signature",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.period.code}"

    def get_absolute_url(self) -> str:
        return reverse("card_month", args=[self.unit.code, self.period.code])

    @property
    def period(self) -> Period:
        return Period.of("month", self.starts_on)

    @property
    def tone(self) -> str:
        return SummaryState(self.state).tone

    @property
    def is_sent(self) -> bool:
        return self.state in SENT_UP

    @property
    def term(self) -> date:
        return term_of(self.period)


class SummaryReceipt(models.Model):
    """One of the two offices has received a sending."""

    summary = models.ForeignKey(Summary, models.PROTECT, related_name="receipts")
    sending = models.PositiveSmallIntegerField()
    office = models.CharField(pgettext_lazy("receives a summary", "office"), max_length=8, choices=Office)
    by = models.ForeignKey(_ACCOUNT, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("received"))

    objects = ScopedManager(unit="summary__unit")

    class Meta:
        verbose_name = _("receipt of a summary")
        verbose_name_plural = _("receipts of summaries")
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(fields=["summary", "sending", "office"], name="summary_received_once"),
        ]

    def __str__(self) -> str:
        return self.get_office_display()


class Nomination(models.Model):
    """Who is proposed for an award, and for what. `quote` is what the card says that was good, as it read then."""

    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("unit that awards"))
    kind = models.CharField(_("award"), max_length=8, choices=AwardKind)
    starts_on = models.DateField(_("first day"))
    person = models.ForeignKey("org.Person", models.PROTECT, null=True, blank=True, related_name="+")
    team = models.ForeignKey("org.Shift", models.PROTECT, null=True, blank=True, related_name="+")
    crew = models.ForeignKey("org.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("what was good"), max_length=LONGEST_LINE)
    card = models.ForeignKey("cards.Card", models.PROTECT, null=True, blank=True, related_name="+")
    quote = models.TextField(_("from the card"), blank=True)
    by = models.ForeignKey(_ACCOUNT, models.PROTECT, related_name="+", verbose_name=_("nominated by"))
    at = models.DateTimeField(_("nominated"))
    voters: Any = models.ManyToManyField(_ACCOUNT, through="Vote", related_name="+")

    objects = ScopedManager(unit="unit")

    class Meta:
        verbose_name = _("nomination")
        verbose_name_plural = _("nominations")
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "kind", "starts_on", "person"],
                condition=Q(person__isnull=False),
                name="person_nominated_once",
            ),
            models.UniqueConstraint(
                fields=["unit", "kind", "starts_on", "team"],
                condition=Q(team__isnull=False),
                name="team_nominated_once",
            ),
            models.UniqueConstraint(
                fields=["unit", "kind", "starts_on", "crew"],
                condition=Q(crew__isnull=False),
                name="crew_nominated_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="person", person__isnull=False, team__isnull=True, crew__isnull=True)
                | Q(kind="team", team__isnull=False, person__isnull=True, crew__isnull=True)
                | Q(kind="unit", crew__isnull=False, person__isnull=True, team__isnull=True),
                name="nomination_of_its_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nominee} {self.period.code}"

    @property
    def period(self) -> Period:
        return Period.of("month" if self.kind == AwardKind.UNIT else "week", self.starts_on)

    @property
    def nominee(self) -> str:
        """The name of who is proposed."""
        found = self.person or self.team or self.crew
        return found.name if found is not None else ""


class Vote(models.Model):
    """One voice for one nomination; who gave it is asked only to keep it to one."""

    nomination = models.ForeignKey(Nomination, models.PROTECT, related_name="votes")
    by = models.ForeignKey(_ACCOUNT, models.PROTECT, related_name="+")
    round = models.CharField(max_length=40)  # unit, kind and first day: one voice each

    objects = ScopedManager(unit="nomination__unit")

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        constraints = [models.UniqueConstraint(fields=["by", "round"], name="one_vote_a_round")]

    def __str__(self) -> str:
        return self.round


class Award(models.Model):
    """The decision: who is awarded, why, and with what."""

    nomination = models.OneToOneField(Nomination, models.PROTECT, related_name="award")
    reason = models.CharField(_("reason of the decision"), max_length=LONGEST_LINE)
    reward = models.CharField(_("reward"), max_length=120)
    votes = models.PositiveIntegerField(_("votes"), default=0)
    decided_by = models.ForeignKey(
        _ACCOUNT, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("award", "decided by")
    )
    decided_at = models.DateTimeField(pgettext_lazy("award", "decided"))
    is_late = models.BooleanField(_("after the term"), default=False)

    objects = ScopedManager(unit="nomination__unit")

    class Meta:
        verbose_name = _("award")
        verbose_name_plural = _("awards")
        ordering = ["-decided_at"]

    def __str__(self) -> str:
        return str(self.nomination)


class LessonQuerySet(models.QuerySet["Lesson"]):
    def published(self) -> LessonQuerySet:
        return self.filter(state=LessonState.PUBLISHED)

    def proposed(self) -> LessonQuerySet:
        return self.filter(state=LessonState.PROPOSED)


class Lesson(models.Model):
    """What others can learn from a week or month of one unit. Published, all the staff read it: it is of no scope."""

    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    week = models.ForeignKey(Week, models.PROTECT, null=True, blank=True, related_name="lessons")
    summary = models.ForeignKey(Summary, models.PROTECT, null=True, blank=True, related_name="lessons")
    title = models.CharField(_("title"), max_length=80)
    happened = models.TextField(pgettext_lazy("lesson", "what happened"))
    why = models.TextField(_("why"))
    to_do = models.TextField(_("what to do"))
    state = models.CharField(_("state"), max_length=10, choices=LessonState, default=LessonState.PROPOSED)
    proposed_by = models.ForeignKey(_ACCOUNT, models.PROTECT, related_name="+", verbose_name=_("proposed by"))
    proposed_at = models.DateTimeField(_("proposed"))
    judged_by = _somebody(_("judged by"))
    judged_at = models.DateTimeField(_("judged"), null=True, blank=True)
    verdict = models.TextField(_("words of the safety department"), blank=True)

    objects = LessonQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("safety lesson", "lesson")
        verbose_name_plural = pgettext_lazy("safety lesson", "lessons")
        ordering = ["-judged_at", "-proposed_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(week__isnull=False, summary__isnull=True) | Q(week__isnull=True, summary__isnull=False),
                name="lesson_from_one_record",
            ),
            models.UniqueConstraint(fields=["unit", "title"], name="lesson_title_once"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("safety_lesson", args=[self.pk])

    @property
    def tone(self) -> str:
        return LessonState(self.state).tone


class LessonTalk(models.Model):
    """A unit talked the lesson over."""

    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="talks")
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    on = models.DateField(_("day"))
    note = models.CharField(_("what it means for us"), max_length=LONGEST_LINE)
    by = models.ForeignKey(_ACCOUNT, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = models.Manager()

    class Meta:
        verbose_name = _("talk about a lesson")
        verbose_name_plural = _("talks about lessons")
        ordering = ["on", "pk"]
        constraints = [models.UniqueConstraint(fields=["lesson", "unit"], name="lesson_talked_over_once")]

    def __str__(self) -> str:
        return f"{self.unit} {self.on}"


class WeekReminder(models.Model):
    """That somebody was reminded of a week, measure or month that waits: once for each stage (notifications.stages)."""

    person = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    what = models.CharField(max_length=80)  # week:CREW1:2026-W40, measure:17, month:CREW1:2026-09
    stage = models.PositiveSmallIntegerField()
    term = models.DateField()
    day = models.DateField(_("day"))
    at = models.DateTimeField(_("made at"))

    objects = models.Manager()

    class Meta:
        verbose_name = _("reminder of an analysis")
        verbose_name_plural = _("reminders of analyses")
        constraints = [models.UniqueConstraint(fields=["person", "what", "stage"], name="week_reminder_once")]
        indexes = [models.Index(fields=["person", "day"])]

    def __str__(self) -> str:
        return f"{self.day} {self.what}"
