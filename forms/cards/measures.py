"""What cards prove about the safety regulation: `(unit, period) -> Measured`, counted from the rows themselves."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_scopes import scopes_disabled

from forms.cards.enums import LONGEST_OBSERVATION, PLANNED_TEAM, SHORTEST_OBSERVATION
from forms.cards.models import Card, CardItem, CardQuerySet
from forms.cards.statistics import card_tally, quarter_counts, rows_url
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.registries import Measured
from portal.org.models import Unit

UNSAFE = Q(unsafe_acts__gt=0) | Q(unsafe_conditions__gt=0)
UNSAFE_ITEM = Q(items__unsafe_acts__gt=0) | Q(items__unsafe_conditions__gt=0)
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
    _planned, random = card_tally(unit, period)
    with scopes_disabled():
        planned = _cards(unit, period).planned().count()  # the rows themselves: what statistics miss is seen here
        units = [unit] if unit is not None else Unit.get_root_nodes()
        counted = sum(quarter_counts(one, period).cards for one in units)
    note = _("%(random)s random cards kept apart") % {"random": random}
    return Measured(planned, counted, planned - counted, _rows(unit, period, True), note, smallest=SMALLEST_CELL)


def in_a_team(unit: Unit | None, period: Period) -> Measured:
    """SAF-05, clause 4.2: planned observations made by two or three people. A daily card that counts as planned by the
    rule was no observation of a team."""
    with scopes_disabled():
        planned = _cards(unit, period).planned().filter(kind_by_rule=False).annotate(team=Count("observers"))
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


def steps_recorded(unit: Unit | None, period: Period) -> Measured:
    """SAF-06, clause 4.3: stopped near enough, looked long enough, talked and thanked; and where something was to be
    stopped or praised, that too. A step that was not called for is not missed."""
    led = Q(came_close=True, seconds__gte=SHORTEST_OBSERVATION, step_thank=True)
    led &= Q(step_discuss=True) | Q(step_communicate=True) | Q(step_inspire=True) | Q(step_praise=True)
    with scopes_disabled():
        cards = _cards(unit, period).annotate(
            acts=Sum("items__unsafe_acts", default=0), safe=Sum("items__safe", default=0)
        )
        due = cards.count()
        stopped = Q(acts=0) | Q(step_stop=True)
        praised = Q(safe=0) | Q(acts__gt=0) | Q(step_praise=True)
        done = cards.filter(led & stopped & praised).count()
    return Measured(due, done, due - done, _rows(unit, period), smallest=SMALLEST_CELL)


def acted_upon(unit: Unit | None, period: Period) -> Measured:
    """SAF-10, clause 4.7: unsafe items that were acted on at once, or have an action with owner and day that is not
    overdue. One that was finished after its day stays missed, and is shown as late."""
    today = clock.today()
    with scopes_disabled():
        cards = _cards(unit, period)
        alone = cards.annotate(unsafe=Count("items", filter=UNSAFE_ITEM)).filter(unsafe=1).exclude(immediate_action="")
        at_once = ~Q(action="") | Q(card__in=alone.values("pk"))
        in_time = Q(follow_up__done_at=None, follow_up__due_on__gte=today) | Q(
            follow_up__done_at__date__lte=F("follow_up__due_on")
        )
        late = Q(follow_up__done_at__date__gt=F("follow_up__due_on"))
        found = CardItem.objects.filter(UNSAFE, card__in=cards.values("pk")).aggregate(
            due=Count("pk"), done=Count("pk", filter=at_once | in_time), late=Count("pk", filter=~at_once & late)
        )
    due, done = found["due"], found["done"]
    return Measured(due, done, due - done, _rows(unit, period), late=found["late"], smallest=SMALLEST_CELL)


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
    "SAF-06": steps_recorded,
    "SAF-07": categories_counted,
    "SAF-08": filled_in_rightly,
    "SAF-10": acted_upon,
}
