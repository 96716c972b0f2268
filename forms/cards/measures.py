"""What cards prove about the safety regulation: `(unit, period) -> Measured`, counted from the rows themselves."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_scopes import scopes_disabled

from forms.cards.enums import LONGEST_OBSERVATION, PLANNED_TEAM, SHORTEST_OBSERVATION
from forms.cards.models import Card, CardQuerySet
from forms.cards.statistics import card_tally, quarter_counts, rows_url
from portal.lib.periods import Period
from portal.lib.registries import Measured
from portal.org.models import Unit

SMALLEST_CELL = 5  # fewer cards than this are not counted out to readers outside the unit


def _cards(unit: Unit | None, period: Period) -> CardQuerySet:
    cards = Card.objects.counted().in_period(period)
    return cards if unit is None else cards.filter(unit__path__startswith=unit.path)


def _rows(unit: Unit | None, period: Period, planned: bool | None = None) -> str:
    return rows_url(unit, period, planned) if unit is not None else f"{reverse('card_list')}?period={period.code}"


def long_enough(unit: Unit | None, period: Period) -> Measured:
    """SAF-02, clause 2.1: cards of at least 30 seconds of observation. A shorter one is refused at the entrance."""
    enough = Q(seconds__gte=SHORTEST_OBSERVATION, seconds__lte=LONGEST_OBSERVATION)
    with scopes_disabled():
        found = _cards(unit, period).aggregate(due=Count("pk"), done=Count("pk", filter=enough))
    due, done = found["due"], found["done"]
    return Measured(due, done, due - done, _rows(unit, period), smallest=SMALLEST_CELL)


def planned_apart(unit: Unit | None, period: Period) -> Measured:
    """SAF-03, clause 4: the planned cards that statistics count, and how many random ones were kept out of them."""
    planned, random = card_tally(unit, period)
    with scopes_disabled():
        units = [unit] if unit is not None else Unit.get_root_nodes()
        counted = sum(quarter_counts(one, period).cards for one in units)
    note = _("%(random)s random cards kept apart") % {"random": random}
    return Measured(planned, counted, planned - counted, _rows(unit, period, True), note, smallest=SMALLEST_CELL)


def in_a_team(unit: Unit | None, period: Period) -> Measured:
    """SAF-05, clause 4.2: planned observations made by two or three people."""
    with scopes_disabled():
        planned = _cards(unit, period).planned().annotate(team=Count("observers"))
        due = planned.count()
        done = planned.filter(team__gte=PLANNED_TEAM[0], team__lte=PLANNED_TEAM[1]).count()
    return Measured(due, done, due - done, _rows(unit, period, True), smallest=SMALLEST_CELL)


def categories_counted(unit: Unit | None, period: Period) -> Measured:
    """SAF-07, clause 4.4: cards on which something was counted in at least one of the six categories."""
    counted = Q(items__safe__gt=0) | Q(items__unsafe_acts__gt=0) | Q(items__unsafe_conditions__gt=0)
    with scopes_disabled():
        due = _cards(unit, period).count()
        done = _cards(unit, period).filter(counted).distinct().count()
    return Measured(due, done, due - done, _rows(unit, period), smallest=SMALLEST_CELL)


def filled_in_rightly(unit: Unit | None, period: Period) -> Measured:
    """SAF-08, clause 4.5: filled in out of sight of the observed, with area and observer, handed in within the term."""
    with scopes_disabled():
        due = _cards(unit, period).count()
        done = _cards(unit, period).filter(out_of_sight=True, observers__isnull=False).distinct().count()
    return Measured(due, done, due - done, _rows(unit, period), smallest=SMALLEST_CELL)


MEASURES: dict[str, Any] = {
    "SAF-02": long_enough,
    "SAF-03": planned_apart,
    "SAF-05": in_a_team,
    "SAF-07": categories_counted,
    "SAF-08": filled_in_rightly,
}
