"""What a week, a month or an award of a unit is on a day: to come, due, kept, kept late, missed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django_scopes import scopes_disabled

from forms.cards.weeks import figures
from forms.cards.weeks.enums import Standing, WeekState, award_term_of, term_of
from forms.cards.weeks.models import Award, Summary, Week
from portal.lib import clock
from portal.lib.periods import Period
from portal.org.models import Unit


@dataclass(frozen=True)
class Row:
    """One week, month or award of one unit: what it is, and the record if there is one."""

    unit: Unit
    period: Period
    term: date
    standing: Standing
    record: Any = None


def _standing(period: Period, term: date, kept_on: date | None, day: date) -> Standing:
    if kept_on is not None:
        return Standing.KEPT if kept_on <= term else Standing.LATE
    if day < period.end:
        return Standing.RUNNING
    return Standing.DUE if day <= term else Standing.MISSED


def week_row(unit: Unit, period: Period, record: Week | None, day: date) -> Row:
    kept = record is not None and record.state == WeekState.CLOSED
    closed = clock.today(record.closed_at) if kept and record.closed_at else None  # type: ignore[union-attr]
    return Row(unit, period, term_of(period), _standing(period, term_of(period), closed, day), record)


def month_row(unit: Unit, period: Period, record: Summary | None, day: date) -> Row:
    """In time when it was first sent up by the fifth and does not lie returned."""
    sent = record is not None and record.is_sent and record.first_sent_at
    kept = clock.today(record.first_sent_at) if sent else None  # type: ignore[union-attr]
    return Row(unit, period, term_of(period), _standing(period, term_of(period), kept, day), record)


def week_rows(units: Iterable[Unit], weeks: Iterable[Period], day: date) -> list[Row]:
    """Every week of every unit, the records read in one query."""
    units, weeks = list(units), list(weeks)
    with scopes_disabled():
        found = Week.objects.filter(unit__in=units, starts_on__in=[week.start for week in weeks])
        known = {(one.unit_id, one.starts_on): one for one in found.select_related("unit")}
    return [week_row(unit, week, known.get((unit.pk, week.start)), day) for week in weeks for unit in units]


def month_rows(units: Iterable[Unit], months: Iterable[Period], day: date) -> list[Row]:
    units, months = list(units), list(months)
    with scopes_disabled():
        found = Summary.objects.filter(unit__in=units, starts_on__in=[month.start for month in months])
        known = {(one.unit_id, one.starts_on): one for one in found.select_related("unit", "signed_by")}
    return [month_row(unit, month, known.get((unit.pk, month.start)), day) for month in months for unit in units]


def award_rows(units: Iterable[Unit], periods: Iterable[Period], day: date) -> list[Row]:
    """By unit and period; `record` is the list of its awards. Any award of the period keeps it: a person's or a
    team's."""
    units, periods = list(units), list(periods)
    with scopes_disabled():
        awards = Award.objects.filter(
            nomination__unit__in=units, nomination__starts_on__in=[one.start for one in periods]
        ).select_related("nomination__person", "nomination__team", "nomination__crew", "nomination__unit")
        known: dict[tuple[int, str], list[Award]] = {}
        for award in awards.order_by("nomination__kind"):
            known.setdefault((award.nomination.unit_id, award.nomination.period.code), []).append(award)
    rows = []
    for period in periods:
        for unit in units:
            won = known.get((unit.pk, period.code), [])
            first = min((clock.today(one.decided_at) for one in won), default=None)
            rows.append(
                Row(unit, period, award_term_of(period), _standing(period, award_term_of(period), first, day), won)
            )
    return rows


def weeks_due(period: Period, day: date) -> list[Period]:
    """The weeks that end in the period, up to today, since cards are filled in at all."""
    since = figures.in_use_since()
    return [week for week in figures.weeks_ending_in(period) if since and since <= week.end <= day]


def months_due(period: Period, day: date) -> list[Period]:
    """The months that end in the period, up to today."""
    since, month, found = figures.in_use_since(), Period.of("month", period.start), []
    while since and month.end <= min(period.end, day):
        if month.end >= max(period.start, since):
            found.append(month)
        month = month.next()
    return found


def latest(kind: str, day: date, count: int) -> list[Period]:
    """The period of today and those before it, the newest first, not before cards are filled in."""
    since = figures.in_use_since()
    period = Period.of(kind, day)
    found = [period]
    while len(found) < count and since is not None and found[-1].start > since:
        found.append(found[-1].previous())
    return found
