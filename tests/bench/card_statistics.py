"""Appendix B of a project with many cards in the quarter, beside the same figures by a plain scan in SQL."""

from __future__ import annotations

import os
import random
import time
from datetime import time as time_of_day
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from forms.cards.analysis.statistics import unit_table
from forms.cards.enums import Category
from forms.cards.models import Area, Card, CardImport, CardItem
from portal.lib import clock
from portal.lib.periods import Period
from portal.org.models import Person, Unit, User

CARDS = int(os.environ.get("BENCH_CARDS", "100000"))
CREWS, PEOPLE, BATCH = 40, 2_000, 20_000
SCAN = """
SELECT u.path, c.planned, i.category, SUM(i.safe), SUM(i.unsafe_acts), SUM(i.unsafe_conditions)
FROM cards_carditem i JOIN cards_card c ON c.id + 0 = i.card_id JOIN org_unit u ON u.id + 0 = c.unit_id
WHERE c.state = 'handed_in' AND u.path LIKE %s AND c.observed_on BETWEEN %s AND %s
GROUP BY u.path, c.planned, i.category
"""


def statistics_line(table: Any) -> None:
    from tests.bench.__main__ import in_turns, queries_of

    with transaction.atomic():
        period = Period.of("quarter", clock.today())
        top = build(period)
        browser = Client()
        user = User.objects.get(username="quality_officer")
        browser.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[1])
        address = f"{reverse('card_statistics')}?unit={top.code}&period={period.code}"

        def ours() -> float:
            start = time.perf_counter()
            answer = browser.get(address)
            if answer.status_code != 200:
                raise SystemExit(f"The page answered {answer.status_code}")
            return 1000 * (time.perf_counter() - start)

        queries = queries_of(ours)
        shown = unit_table(top, period).total.totals
        scanned = scan(top, period)
        if (shown.safe, shown.unsafe) != scanned:
            raise SystemExit(f"The page says {shown}, the scan {scanned}")

        def peer() -> float:
            start = time.perf_counter()
            scan(top, period)
            return 1000 * (time.perf_counter() - start)

        found = in_turns(ours, peer)
        name = f"appendix B, {CARDS:,} cards in the quarter, {queries} queries"
        table.line(name, *found, "ms", "<= 300 ms", lower_is_better=True)
        transaction.set_rollback(True)


def scan(top: Unit, period: Period) -> tuple[int, int]:
    """(safe, unsafe) of the planned cards, added up from every row."""
    with connection.cursor() as cursor:
        cursor.execute(SCAN, [f"{top.path}%", period.start, period.end])
        rows = [row for row in cursor.fetchall() if row[1]]
    return sum(row[3] for row in rows), sum(row[4] + row[5] for row in rows)


def build(period: Period) -> Unit:
    """A project with crews of its own; of three cards two are planned, each with two observers and two categories."""
    draw, now = random.Random("bench:statistics"), clock.now()
    top = Unit.objects.get(code="HQ").add_child(code="BP", name="大項目部", kind="project")
    crews = [top.add_child(code=f"BC{n}", name=f"鑽井{n}隊", kind="crew") for n in range(CREWS)]
    areas = [Area.objects.create(unit=crew, name="鑽台") for crew in crews]
    people = Person.objects.bulk_create([Person(name=f"員工{n}", staff_number=f"BS{n:05d}") for n in range(PEOPLE)])
    batch = CardImport.objects.create(at=now, cards=CARDS, file_digest="bench")
    days, categories = (period.end - period.start).days + 1, list(Category)
    for first in range(0, CARDS, BATCH):
        cards = Card.objects.bulk_create(
            [
                Card(
                    batch=batch,
                    import_key=f"bench:{n}",
                    unit=crews[n % CREWS],
                    area=areas[n % CREWS],
                    planned=n % 3 != 2,
                    observed_on=period.start + timedelta(days=draw.randrange(days)),
                    observed_at=time_of_day(9),
                    seconds=draw.randrange(60, 600),
                    out_of_sight=True,
                    handed_in_at=now,
                )
                for n in range(first, min(first + BATCH, CARDS))
            ]
        )
        CardItem.objects.bulk_create(
            [
                CardItem(card=card, category=category, safe=draw.randrange(4), unsafe_acts=draw.randrange(2))
                for card in cards
                for category in draw.sample(categories, 2)
            ]
        )
        through: Any = Card.observers.through
        through.objects.bulk_create(
            [through(card=card, person=person) for card in cards for person in draw.sample(people, 2)]
        )
    return top
