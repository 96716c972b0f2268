"""What weeks, months, lessons and awards prove: `(unit, period) -> Measured`, counted from the rows themselves.

A week belongs to the period in which it ends. What is done after its term is late: it stays missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cards.weeks import figures, standing
from forms.cards.weeks.enums import LESSON_TERM, Standing, SummaryState
from forms.cards.weeks.models import Lesson, LessonTalk, WeekMeasure
from forms.cards.weeks.standing import Row
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.registries import Measured
from portal.org.enums import UnitKind
from portal.org.models import Unit


def _address(route: str, unit: Unit | None, period: Period) -> str:
    query = {"unit": unit.code} if unit is not None else {}
    return f"{reverse(route)}?{urlencode(query | {'period': period.code})}"


def _counted(rows: Sequence[Row], url: str, note: Any) -> Measured:
    return Measured(
        due=len(rows),
        done=sum(row.standing == Standing.KEPT for row in rows),
        missed=sum(row.standing.counts_as_missed for row in rows),
        rows_url=url,
        note=note,
        late=sum(row.standing == Standing.LATE for row in rows),
    )


def weeks_analysed(unit: Unit | None, period: Period) -> Measured:
    """SAF-16, clause 5.4.2: one closed record a week and crew, by the Sunday after the week."""
    day = clock.today()
    rows = standing.week_rows(figures.crews(unit), standing.weeks_due(period, day), day)
    with scopes_disabled():
        measures = WeekMeasure.objects.remedies().filter(week__unit__in=figures.crews(unit))  # type: ignore[attr-defined]
        overdue = measures.overdue(day).count()
    note = _("Closed by the Sunday after. Measures overdue now: %(overdue)s.") % {"overdue": overdue}
    return _counted(rows, _address("card_weeks", unit, period), note)


def months_sent(unit: Unit | None, period: Period) -> Measured:
    """SAF-17, clause 5.4.2: the summary of each month signed and sent up by the fifth of the next."""
    day = clock.today()
    rows = standing.month_rows(figures.crews(unit), standing.months_due(period, day), day)
    received = sum(row.record is not None and row.record.state == SummaryState.RECEIVED for row in rows)
    note = _("Sent up by the fifth of the next month. Received by both offices: %(received)s.") % {"received": received}
    return _counted(rows, _address("card_months", unit, period), note)


def lessons_learnt(unit: Unit | None, period: Period) -> Measured:
    """SAF-18, clause 5.4.3: of the lessons published in the period, each crew talks each over within 30 days."""
    day, crews = clock.today(), figures.crews(unit)
    lessons = [
        one
        for one in Lesson.objects.published().filter(judged_at__isnull=False)  # type: ignore[attr-defined]
        if period.contains(clock.today(one.judged_at))
    ]
    talks = {
        (talk.lesson_id, talk.unit_id): clock.today(talk.at)
        for talk in LessonTalk.objects.filter(lesson__in=lessons, unit__in=crews)
    }
    done = missed = late = 0
    for lesson in lessons:
        term = clock.today(lesson.judged_at) + timedelta(days=LESSON_TERM.days)
        for crew in crews:
            on = talks.get((lesson.pk, crew.pk))
            done += on is not None and on <= term
            missed += (on or day) > term
            late += on is not None and on > term
    note = _("Lessons shared: %(lessons)s. Each crew talks each one over within 30 days.") % {"lessons": len(lessons)}
    return Measured(len(lessons) * len(crews), done, missed, reverse("safety_lessons"), note, late=late)


def awards_given(unit: Unit | None, period: Period) -> Measured:
    """SAF-19, clause 5.5: crews award people or teams weekly, project departments crews monthly."""
    day = clock.today()
    weekly = standing.award_rows(figures.crews(unit), standing.weeks_due(period, day), day)
    projects = Unit.objects.filter(kind=UnitKind.PROJECT, closed_on=None)
    if unit is not None:
        projects = projects.filter(path__startswith=unit.path)
    monthly = standing.award_rows(projects, standing.months_due(period, day), day)
    note = _("Weekly awards due: %(weekly)s. Monthly awards due: %(monthly)s.")
    counts = {"weekly": len(weekly), "monthly": len(monthly)}
    return _counted([*weekly, *monthly], _address("card_awards", unit, period), note % counts)


MEASURES: dict[str, Any] = {
    "SAF-16": weeks_analysed,
    "SAF-17": months_sent,
    "SAF-18": lessons_learnt,
    "SAF-19": awards_given,
}
