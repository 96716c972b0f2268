"""States of the weekly analysis, the monthly summary, awards and lessons; the terms by which each is due."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.lib.periods import Period, PeriodKind

LOOK_BACK = 4  # weeks before, with which a week is compared
FREQUENT = 3  # unsafe acts or conditions of one category in one area within a week
WEEK_TERM = timedelta(days=7)  # the analysis and the awards of a week: by the Sunday after
MONTH_TERM = timedelta(days=5)  # the summary of a month: by the fifth of the next
MONTH_AWARD_TERM = timedelta(days=10)
LESSON_TERM = timedelta(days=30)  # within which every crew has talked a published lesson over
FEWEST_PRESENT = 2  # one person alone is no meeting
LONGEST_WORDS = 3000
LONGEST_LINE = 300


def term_of(period: Period) -> date:
    """The last day on which the analysis of a week, or the summary of a month, is in time."""
    return period.end + (WEEK_TERM if period.kind == PeriodKind.WEEK else MONTH_TERM)


def award_term_of(period: Period) -> date:
    return period.end + (WEEK_TERM if period.kind == PeriodKind.WEEK else MONTH_AWARD_TERM)


class WeekState(models.TextChoices):
    OPEN = "open", pgettext_lazy("weekly analysis", "In preparation")
    CLOSED = "closed", pgettext_lazy("weekly analysis", "Closed")


class MeasureKind(models.TextChoices):
    REMEDY = "remedy", _("Measure against unsafe acts")
    RETRAINING = "retraining", _("Retraining in filling in cards")


class MeasureState(models.TextChoices):
    OPEN = "open", pgettext_lazy("measure of a week", "Under way")
    DONE = "done", pgettext_lazy("measure of a week", "Done, to be verified")
    VERIFIED = "verified", pgettext_lazy("measure of a week", "Verified")

    @property
    def tone(self) -> str:
        return {"open": "accent", "done": "info", "verified": "success"}[self.value]


# (verb, state before) -> state after.
MEASURE_TRANSITIONS: dict[tuple[str, str], MeasureState] = {
    ("done", MeasureState.OPEN): MeasureState.DONE,
    ("verify", MeasureState.DONE): MeasureState.VERIFIED,
    ("return", MeasureState.DONE): MeasureState.OPEN,
}


class SummaryState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("monthly summary", "In preparation")
    SENT = "sent", _("Signed and sent up")
    RETURNED = "returned", pgettext_lazy("monthly summary", "Returned")
    RECEIVED = "received", _("Received by both")

    @property
    def tone(self) -> str:
        return {"draft": "neutral", "sent": "info", "returned": "warning", "received": "success"}[self.value]


SUMMARY_TRANSITIONS: dict[tuple[str, str], SummaryState] = {
    ("write", SummaryState.DRAFT): SummaryState.DRAFT,
    ("write", SummaryState.RETURNED): SummaryState.RETURNED,
    ("sign", SummaryState.DRAFT): SummaryState.SENT,
    ("sign", SummaryState.RETURNED): SummaryState.SENT,
    ("receive", SummaryState.SENT): SummaryState.SENT,  # RECEIVED once both offices did
    ("return", SummaryState.SENT): SummaryState.RETURNED,
}
WRITABLE = frozenset({SummaryState.DRAFT, SummaryState.RETURNED})
SENT_UP = frozenset({SummaryState.SENT, SummaryState.RECEIVED})


class Office(models.TextChoices):
    """Who receives a summary (clause 5.4.2)."""

    COMPANY = "company", _("The company above")
    SAFETY = "safety", _("The safety office")


class AwardKind(models.TextChoices):
    """Weekly for people and teams of a crew, monthly for crews (clause 5.5.1)."""

    PERSON = "person", _("Good observer of the week")
    TEAM = "team", _("Good team of the week")
    UNIT = "unit", _("Good crew of the month")


class LessonState(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("lesson", "Proposed")
    PUBLISHED = "published", pgettext_lazy("lesson", "Published")
    DECLINED = "declined", pgettext_lazy("lesson", "Not taken up")

    @property
    def tone(self) -> str:
        return {"proposed": "accent", "published": "success", "declined": "neutral"}[self.value]


class Standing(models.TextChoices):
    """What a week, a month or an award is on a day."""

    RUNNING = "running", pgettext_lazy("week or month", "Still running")
    DUE = "due", pgettext_lazy("week or month", "Due now")
    KEPT = "kept", pgettext_lazy("week or month", "In time")
    LATE = "late", _("Late: stays missed")
    MISSED = "missed", pgettext_lazy("week or month", "Missed")

    @property
    def tone(self) -> str:
        return {"running": "neutral", "due": "accent", "kept": "success", "late": "warning", "missed": "danger"}[
            self.value
        ]

    @property
    def counts_as_missed(self) -> bool:
        return self in (Standing.LATE, Standing.MISSED)
