"""A company of 5,000 people and 1,000,000 cards of a year: appendix B of the company, the duty matrix and the coverage
map of a unit. Each whole request is measured beside the same figures by a scan of all cards in SQL; they are equal."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from forms.cards import tallies
from forms.cards.analysis.statistics import unit_table
from forms.cards.duty.matrix import matrix_of
from forms.cards.enums import Category, Step
from forms.cards.models import Area, Card, CardImport, CardItem
from forms.cards.plans.coverage import coverage_of
from forms.cards.plans.enums import BAND_HOURS
from portal.lib import clock
from portal.lib.periods import Period
from portal.org.models import Appointment, Person, Post, RosterEntry, Shift, Unit, User

CARDS = int(os.environ.get("BENCH_CARDS", "1000000"))
CREWS, CREW, DAYS, AREAS = 100, 50, 365, 8
MANAGERS, LEADERS = 2, 3
ROSTERS = 62  # days back: the month before this one is shown
HOURS = (("早班", 8, 16), ("中班", 16, 0), ("夜班", 0, 8))
AIM = "<= 300 ms, 20 queries"
MOST_QUERIES, A_BATCH = 20, 10_000


@dataclass(frozen=True)
class Company:
    top: Unit
    crews: list[Unit]
    first: date
    last: date


def lines(table: Any) -> None:
    start = time.perf_counter()
    company = build()
    print(
        f"    ({CARDS:,} cards of {CREWS * CREW:,} people were written in {time.perf_counter() - start:.0f} s", end=""
    )
    start = time.perf_counter()
    tallies.rebuild()
    print(f", their sums rebuilt in {time.perf_counter() - start:.0f} s)")
    browser = Client(SERVER_NAME="127.0.0.1")
    browser.force_login(User.objects.get(username="quality_officer"), backend=settings.AUTHENTICATION_BACKENDS[1])
    unit, month = company.crews[7], Period.of("month", company.last).previous()
    quarter, year = Period.of("quarter", month.start), Period.of("year", month.start)
    _line(
        table,
        "appendix B of the company, a quarter",
        browser,
        f"{reverse('card_statistics')}?unit={company.top.code}&period={quarter.code}",
        lambda: _appendix(company.top, quarter),
        lambda: scan_appendix(company.top, quarter),
    )
    _line(
        table,
        "duty matrix of a unit, a month",
        browser,
        f"{reverse('duty_matrix', args=[unit.code])}?period={month.code}",
        lambda: _matrix(unit, month),
        lambda: scan_matrix(unit, month),
    )
    _line(
        table,
        "coverage map of a unit, a year",
        browser,
        f"{reverse('plan_coverage')}?unit={unit.code}&period={year.code}",
        lambda: coverage_of(unit, year).done,
        lambda: scan_coverage(unit, year),
    )


def _line(
    table: Any, name: str, browser: Client, address: str, figures: Callable[[], Any], scan: Callable[[], Any]
) -> None:
    from tests.bench.__main__ import in_turns, queries_of

    def timed(work: Callable[[], Any]) -> float:
        start = time.perf_counter()
        work()
        return 1000 * (time.perf_counter() - start)

    def page() -> None:
        if browser.get(address).status_code != 200:
            raise SystemExit(f"{address} does not open")

    asked = queries_of(page)
    if asked > MOST_QUERIES:
        raise SystemExit(f"{address} asks {asked} queries")
    shown, scanned = figures(), scan()
    if not shown or shown != scanned:
        raise SystemExit(f"{name}: the page says {shown}, the scan {scanned}")
    found = in_turns(lambda: timed(page), lambda: timed(scan))
    table.line(f"{name} ({asked} queries)", *found, "ms", AIM, lower_is_better=True)


# ---- what the pages show, and the same by a scan ---------------------------------------------------------------------
def _appendix(top: Unit, period: Period) -> dict[str, tuple[int, ...]]:
    """By unit: cards, seconds, people done, then safe, acts and conditions of each category."""
    found = {}
    for row in unit_table(top, period).rows:
        counts = [row.categories[one] for one in Category]
        cells = [number for one in counts for number in (one.safe, one.unsafe_acts, one.unsafe_conditions)]
        found[row.unit.code] = (row.cards, row.seconds, row.done, *cells)
    return found


def scan_appendix(top: Unit, period: Period) -> dict[str, tuple[int, ...]]:
    day = "COALESCE(c.observed_on, c.observed_on)"  # no index serves it: all cards are looked at
    where = f"c.state = 'handed_in' AND c.planned AND u.path LIKE %s AND {day} BETWEEN %s AND %s"
    of = [f"{top.path}%", str(period.start), str(period.end)]
    cards = _rows(
        f"SELECT u.code, COUNT(*), SUM(c.seconds) FROM cards_card c JOIN org_unit u ON u.id = c.unit_id WHERE {where}"
        " GROUP BY u.code",
        of,
    )
    people = _rows(
        "SELECT u.code, COUNT(DISTINCT o.person_id) FROM cards_card c JOIN org_unit u ON u.id = c.unit_id"
        f" JOIN cards_card_observers o ON o.card_id = c.id WHERE {where} GROUP BY u.code",
        of,
    )
    items = _rows(
        "SELECT u.code, i.category, SUM(i.safe), SUM(i.unsafe_acts), SUM(i.unsafe_conditions) FROM cards_card c"
        f" JOIN org_unit u ON u.id = c.unit_id JOIN cards_carditem i ON i.card_id = c.id WHERE {where}"
        " GROUP BY u.code, i.category",
        of,
    )
    done, counts = dict(people), {(code, category): tuple(map(int, rest)) for code, category, *rest in items}
    return {
        code: (number, int(seconds), done[code], *(n for one in Category for n in counts[code, one.value]))
        for code, number, seconds in cards
    }


def _matrix(unit: Unit, month: Period) -> dict[str, tuple[int, int]]:
    """By duty: slots that are not excused, and those with a card."""
    sums = matrix_of(unit, month.start, month.end, clock.now()).sums
    return {duty.value: (found.owed + found.due, found.done) for duty, found in sums.items()}


def scan_matrix(unit: Unit, month: Period) -> dict[str, tuple[int, int]]:
    """A manager's day, a leader's shift, the shift of the others: owed by the roster, filled by the cards. Here a
    card names people of one slot alone, so that counting says what the matrix finds by assignment."""
    duty = "CASE p.role WHEN 'unit_manager' THEN 'each_day' WHEN 'crew_leader' THEN 'each_shift' ELSE 'together' END"
    owed = (
        f"SELECT {duty} AS duty, r.day AS day, r.shift_id AS shift, r.person_id AS person FROM org_rosterentry r"
        " JOIN org_appointment a ON a.person_id = r.person_id JOIN org_post p ON p.id = a.post_id"
        " WHERE r.unit_id = %s AND r.day BETWEEN %s AND %s AND r.state = 'working'"
    )
    made = (
        "SELECT c.observed_on AS day, o.person_id AS person, s.id AS shift FROM cards_card c"
        " JOIN cards_card_observers o ON o.card_id = c.id JOIN org_shift s ON s.unit_id = c.unit_id"
        " AND c.observed_at >= s.starts_at AND (c.observed_at < s.ends_at OR s.ends_at = '00:00:00')"
        " WHERE c.unit_id + 0 = %s AND c.state = 'handed_in'"
    )
    by = {"each_day": "w.person", "each_shift": "w.person", "together": "0"}
    found = {}
    for name, who in by.items():
        shift = "0" if name == "each_day" else "w.shift"
        (row,) = _rows(
            f"WITH w AS ({owed}), m AS ({made}), owing AS (SELECT DISTINCT w.day AS day, {who} AS who, {shift} AS shift"
            f" FROM w WHERE w.duty = '{name}'), filled AS (SELECT DISTINCT w.day AS day, {who} AS who, {shift} AS shift"
            f" FROM m JOIN w ON w.day = m.day AND w.person = m.person AND (w.shift = m.shift OR {shift} = 0)"
            f" WHERE w.duty = '{name}') SELECT (SELECT COUNT(*) FROM owing), (SELECT COUNT(*) FROM filled)",
            [unit.pk, str(month.start), str(month.end), unit.pk],
        )
        found[name] = (row[0], row[1])
    return found


def scan_coverage(unit: Unit, period: Period) -> Counter[Any]:
    bands = " ".join(
        f"WHEN c.observed_at >= '{first:02}:00:00' AND c.observed_at <= '{last - 1:02}:59:59' THEN '{band.value}'"
        for band, (first, last) in BAND_HOURS.items()
    )
    rows = _rows(
        f"SELECT c.area_id, COALESCE(c.shift_id, s.id), CASE {bands} END AS band, COUNT(*) FROM cards_card c"
        " JOIN org_shift s ON s.unit_id = c.unit_id AND c.observed_at >= s.starts_at"
        " AND (c.observed_at < s.ends_at OR s.ends_at = '00:00:00')"
        " WHERE c.unit_id + 0 = %s AND c.planned AND c.state = 'handed_in' AND c.observed_on BETWEEN %s AND %s"
        " GROUP BY 1, 2, 3",
        [unit.pk, str(period.start), str(period.end)],
    )
    return Counter({(area, shift, band): number for area, shift, band, number in rows})


def _rows(sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


# ---- the company -----------------------------------------------------------------------------------------------------
@transaction.atomic
def build() -> Company:
    """Written in bulk, the same numbers each time. The rosters are those of the last two months."""
    last = clock.today() - timedelta(days=1)
    first = last - timedelta(days=DAYS - 1)
    top = Unit.objects.get(code="HQ").add_child(code="BM", name="大公司", kind="project")
    crews = [top.add_child(code=f"BM{n}", name=f"鑽井{n}隊", kind="crew") for n in range(CREWS)]
    areas = Area.objects.bulk_create(Area(unit=crew, name=f"區域{n}") for crew in crews for n in range(AREAS))
    shifts = Shift.objects.bulk_create(
        Shift(unit=crew, name=name, starts_at=f"{starts:02}:00", ends_at=f"{ends:02}:00")
        for crew in crews
        for name, starts, ends in HOURS
    )
    people = Person.objects.bulk_create(
        [Person(name=f"員工{n}", staff_number=f"BM{n:05d}") for n in range(CREWS * CREW)], batch_size=2000
    )
    posts = {code: Post.objects.get(code=code) for code in ("unit_manager", "crew_leader", "floorhand")}
    names = ["unit_manager"] * MANAGERS + ["crew_leader"] * LEADERS + ["floorhand"] * (CREW - MANAGERS - LEADERS)
    Appointment.objects.bulk_create(
        [
            Appointment(person=one, post=posts[names[n % CREW]], unit=crews[n // CREW], starts_on=date(2020, 1, 1))
            for n, one in enumerate(people)
        ],
        batch_size=2000,
    )
    company = Company(top, crews, first, last)
    _rosters(company, people, shifts)
    _cards(company, [one.pk for one in people], [one.pk for one in areas], [one.pk for one in shifts])
    return company


def _rosters(company: Company, people: list[Person], shifts: list[Shift]) -> None:
    for back in range(ROSTERS):
        day = company.last - timedelta(days=back)
        RosterEntry.objects.bulk_create(
            [
                RosterEntry(
                    unit=company.crews[n // CREW],
                    person=one,
                    day=day,
                    shift=None if (n + back) % 7 == 0 else shifts[n // CREW * 3 + n % CREW % 3],
                    state="leave" if (n + back) % 7 == 0 else "working",
                )
                for n, one in enumerate(people)
            ],
            batch_size=2000,
        )


def _cards(company: Company, people: list[int], areas: list[int], shifts: list[int]) -> None:
    """Of the cards of a crew and day the first are of each manager and leader alone, random; the others of two people
    of one shift, by plan. Two categories a card."""
    now = clock.now()
    batch = CardImport.objects.create(at=now, cards=CARDS, file_digest="bench").pk
    key = (Card.objects.order_by("pk").values_list("pk", flat=True).last() or 0) + 1
    days = [str(company.first + timedelta(days=n)) for n in range(DAYS)]
    units, alone, categories = [one.pk for one in company.crews], MANAGERS + LEADERS, list(Category.values)
    seats: list[tuple[int, int]] = []
    items: list[tuple[Any, ...]] = []

    def cards() -> Iterator[tuple[Any, ...]]:
        for n in range(CARDS):
            crew, k = n % CREWS, n // CREWS
            day, turn = k % DAYS, k // DAYS
            if turn < alone and (crew + day + turn) % 9:
                team = [turn]
                shift = turn % 3
            else:
                shift = turn % 3
                start = alone + (shift - alone) % 3 + 3 * (k % 13)
                team = [start, start + 3]
            at = f"{HOURS[shift][1] + k % 7:02}:{k % 60:02}:00"
            named = k % 10 and len(team) == 2
            area = areas[crew * AREAS + k * 7 % AREAS]
            seats.extend((key + n, people[crew * CREW + one]) for one in team)
            for place in (k % 6, (k + 1 + k % 5) % 6):
                items.append((key + n, categories[place], k % 4, int(not k % 3), int(not k % 11), "[]", "", ""))
            yield (
                key + n, batch, units[crew], len(team) == 2, area, shifts[crew * 3 + shift] if named else None,
                days[day], at, 60 + k % 500, f"{days[day]} {at}+00:00",
            )  # fmt: skip

    false = ("on_behalf", "kind_by_rule", "came_close", *(step.column for step in Step))
    empty = ("said", "agreed", "immediate_action", "consequence", "suggestion")
    fixed = dict.fromkeys(false, "FALSE") | dict.fromkeys(empty, "''")
    fixed |= {"out_of_sight": "TRUE", "state": "'handed_in'"}
    columns = ["id", "batch_id", "unit_id", "planned", "area_id", "shift_id"]
    columns += ["observed_on", "observed_at", "seconds", "handed_in_at"]
    counts = ["card_id", "category", "safe", "unsafe_acts", "unsafe_conditions", "sub_items", "note", "action"]
    card_sql = _insert(Card, columns, fixed)
    item_sql = _insert(CardItem, counts, {})
    seat_sql = _insert(Card.observers.through, ["card_id", "person_id"], {})
    with connection.cursor() as cursor:
        written = cards()
        while rows := list(islice(written, A_BATCH)):
            cursor.executemany(card_sql, rows)
            cursor.executemany(seat_sql, seats)
            cursor.executemany(item_sql, items)
            seats.clear()
            items.clear()


def _insert(model: Any, columns: list[str], fixed: dict[str, str]) -> str:
    places = ", ".join(["%s"] * len(columns) + list(fixed.values()))
    return f"INSERT INTO {model._meta.db_table} ({', '.join([*columns, *fixed])}) VALUES ({places})"
