"""The coverage map of a crew among 100,000 cards, beside a plain loop over the crew's cards.

A crew of 25 has 5,000 cards a year here, as in a company of 5,000 people and 1,000,000 cards: the page reads one crew's
year by its index, so that more crews cost nothing.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse

from forms.cards.models import Area, Card, CardImport
from forms.cards.plans.cells import band_at, shift_at
from forms.cards.plans.coverage import coverage_of
from portal.lib import clock
from portal.lib.periods import Period
from portal.org.models import Shift, Unit, User

CREWS, CARDS = 20, 5000
AREAS = 9


def line(table: Any) -> None:
    from tests.bench.__main__ import in_turns, queries_of

    with transaction.atomic():
        period = Period.of("year", clock.today())
        units = build(period)
        browser = Client()
        user = User.objects.get(username="quality_officer")
        browser.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[1])
        address = f"{reverse('plan_coverage')}?unit={units[0].code}&period={period.code}"
        asked = queries_of(lambda: browser.get(address))
        if coverage_of(units[0], period).done != plain_loop(units[0], period):
            raise SystemExit("The coverage map and the plain loop count differently")
        if asked > 20:
            raise SystemExit(f"The coverage map asks {asked} queries")

        def ours() -> float:
            start = time.perf_counter()
            if browser.get(address).status_code != 200:
                raise SystemExit("The coverage map does not open")
            return 1000 * (time.perf_counter() - start)

        def peer() -> float:
            start = time.perf_counter()
            plain_loop(units[0], period)
            return 1000 * (time.perf_counter() - start)

        found = in_turns(ours, peer)
        name = f"coverage map, {CREWS * CARDS:,} cards, {asked} queries"
        table.line(name, *found, "ms", "<= 300 ms", lower_is_better=True)
        transaction.set_rollback(True)


def build(period: Period) -> list[Unit]:
    draw, now = random.Random("bench:plans"), clock.now()
    above = Unit.objects.get(code="PROJECT1")
    units = [above.add_child(code=f"B{number}", name=f"單位{number}", kind="crew") for number in range(CREWS)]
    batch = CardImport.objects.create(at=now)
    example = Shift.objects.filter(unit__code="CREW1").order_by("pk")
    days = (min(period.end, clock.today()) - period.start).days + 1
    for unit in units:
        areas = [Area.objects.create(unit=unit, name=f"區域{number}") for number in range(AREAS)]
        shifts = [
            Shift.objects.create(unit=unit, name=one.name, starts_at=one.starts_at, ends_at=one.ends_at)
            for one in example
        ]
        Card.objects.bulk_create(
            [_card(draw, unit, areas, shifts, batch, period.start, days, now) for _n in range(CARDS)], batch_size=500
        )
    return units


def _card(
    draw: random.Random,
    unit: Unit,
    areas: list[Area],
    shifts: list[Shift],
    batch: CardImport,
    first: date,
    days: int,
    now: Any,
) -> Card:
    at = (clock.now().replace(hour=0, minute=0) + timedelta(minutes=draw.randrange(1440))).time().replace(microsecond=0)
    named = draw.random() < 0.7
    shift = next((one for one in shifts if one.pk == shift_at(shifts, at)), None) if named else None
    return Card(
        unit=unit,
        planned=draw.random() < 0.7,
        area=draw.choice(areas),
        shift=shift,
        observed_on=first + timedelta(days=draw.randrange(days)),
        observed_at=at,
        seconds=120,
        out_of_sight=True,
        handed_in_at=now,
        batch=batch,
    )


def plain_loop(unit: Unit, period: Period) -> Counter[Any]:
    """What one writes first: every card read, its shift and time of day worked out one by one."""
    found: Counter[Any] = Counter()
    for card in Card.objects.filter(unit__path__startswith=unit.path, planned=True, state="handed_in"):
        if period.contains(card.observed_on):
            shift = card.shift.pk if card.shift else shift_at(Shift.objects.filter(unit=card.unit), card.observed_at)
            found[card.area_id, shift, band_at(card.observed_at).value] += 1
    return found
