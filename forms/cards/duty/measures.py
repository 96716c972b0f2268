"""What the duty proves: in person (SAF-12), one card a slot (SAF-14), collected daily (SAF-15)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_scopes import scopes_disabled

from forms.cards.duty import statistics
from forms.cards.duty.models import Collection
from forms.cards.duty.permissions import OWED_BY_MANAGERS
from forms.cards.measures import SMALLEST_CELL
from forms.cards.models import Card, CardQuerySet
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.registries import Measured
from portal.org.models import Unit

COLLECTED_WITHIN = timedelta(days=1)  # of the end of the day


def managers_cards(units: list[int], period: Period) -> CardQuerySet:
    """Cards on which somebody who managed on that day is an observer."""
    held = Q(
        observers__appointments__post__role__in=OWED_BY_MANAGERS,
        observers__appointments__starts_on__lte=F("observed_on"),
    ) & (Q(observers__appointments__ends_on__isnull=True) | Q(observers__appointments__ends_on__gte=F("observed_on")))
    return Card.objects.counted().in_period(period).filter(held, unit__in=units).distinct()


def in_person(unit: Unit | None, period: Period) -> Measured:
    """SAF-12, clause 5.2: cards of managers, and those of them that somebody else handed in. The rules of a card refuse
    that, so a card here came past them."""
    with scopes_disabled():
        cards = managers_cards(statistics.duty_units(unit), period)
        due, others = cards.count(), cards.filter(on_behalf=True).count()
    note = _("Cards with a manager among the observers. Handing one in for a manager is refused.")
    return Measured(due, due - others, others, statistics.rows_url(unit, period), note, smallest=SMALLEST_CELL)


def daily_duty(unit: Unit | None, period: Period) -> Measured:
    """SAF-14, clause 5.4.1: slots that are over or have a card; excused ones do not count."""
    with scopes_disabled():
        sums = statistics.total_sums(statistics.duty_units(unit), period, clock.now())
    note = _("Slots with a card of all slots, by the roster. Excused: %(excused)s, handed in late: %(late)s.")
    words = note % {"excused": sums.excused, "late": sums.late}
    rows = statistics.rows_url(unit, period)
    return Measured(sums.owed, sums.done, sums.missed, rows, words, smallest=SMALLEST_CELL)


def collection_due(day: date) -> datetime:
    """The cards of a day are collected by the end of the next one."""
    return timezone.make_aware(datetime.combine(day + COLLECTED_WITHIN + timedelta(days=1), time(0)))


def collected_daily(unit: Unit | None, period: Period) -> Measured:
    """SAF-15, clause 5.4.2: days on which a unit worked or had cards, and those whose cards were collected in time."""
    now = clock.now()
    with scopes_disabled():
        units = statistics.duty_units(unit)
        due = {
            one for one in statistics.days_with_work(units, period.start, period.end) if collection_due(one[1]) <= now
        }
        rows = Collection.objects.filter(unit__in=units, day__gte=period.start, day__lte=period.end)
        collected = {(row[0], row[1]): row[2] for row in rows.values_list("unit_id", "day", "at")}
    in_time = {one for one in due if one in collected and collected[one] < collection_due(one[1])}
    late = len([one for one in due - in_time if one in collected])
    query = urlencode({"period": period.code})
    address = reverse("duty_days", args=[unit.code]) if unit else reverse("duty_overview")
    note = _("Days whose cards were collected by the end of the next day.")
    return Measured(len(due), len(in_time), len(due - in_time), f"{address}?{query}", note, late=late)


MEASURES: dict[str, Any] = {"SAF-12": in_person, "SAF-14": daily_duty, "SAF-15": collected_daily}
