"""The daily duty: 5,000 people x 31 days, 100,000 cards in 100 crews. One crew's matrix, and all units' sums, each
beside a plain loop over people: for each person and day the roster, for each slot the cards of its people."""

from __future__ import annotations

import time
from datetime import date, timedelta
from typing import Any

PEOPLE, UNITS, DAYS, CARDS = 5_000, 100, 31, 100_000
LOOPED = 4  # crews the peer of the sums goes through; scaled up
CREW = PEOPLE // UNITS


def build(last: date) -> list[Any]:
    """Crews of 50 people - two managers, three leaders, the others - with rosters and cards, written in bulk."""
    from portal.org.enums import UnitKind
    from portal.org.models import Appointment, Person, Post, Shift, Unit

    root = Unit.objects.get(code="HQ")
    units = [root.add_child(code=f"D{n}", name=f"鑽井{n}隊", kind=UnitKind.CREW) for n in range(UNITS)]
    posts = {code: Post.objects.get(code=code) for code in ("unit_manager", "crew_leader", "floorhand")}
    names = ["unit_manager"] * 2 + ["crew_leader"] * 3 + ["floorhand"] * (CREW - 5)
    people = Person.objects.bulk_create(
        [Person(name=f"員工{n}", staff_number=f"D{n:05d}") for n in range(PEOPLE)], batch_size=2000
    )
    Appointment.objects.bulk_create(
        [
            Appointment(person=one, post=posts[names[n % CREW]], unit=units[n // CREW], starts_on=date(2020, 1, 1))
            for n, one in enumerate(people)
        ],
        batch_size=2000,
    )
    hours = (("早班", 8, 16), ("中班", 16, 0), ("夜班", 0, 8))
    shifts = Shift.objects.bulk_create(
        Shift(unit=unit, name=name, starts_at=f"{starts:02}:00", ends_at=f"{ends:02}:00")
        for unit in units
        for name, starts, ends in hours
    )
    _rosters(units, people, shifts, last)
    _cards(units, people, last)
    return units


def _rosters(units: list[Any], people: list[Any], shifts: list[Any], last: date) -> None:
    from portal.org.models import RosterEntry

    for back in range(DAYS):
        day, entries = last - timedelta(days=back), []
        for n, one in enumerate(people):
            away = (n + back) % 7 == 0
            shift = None if away else shifts[n // CREW * 3 + (n % 3)]
            state = "leave" if away else "working"
            entries.append(RosterEntry(unit=units[n // CREW], person=one, day=day, shift=shift, state=state))
        RosterEntry.objects.bulk_create(entries, batch_size=5000)


def _cards(units: list[Any], people: list[Any], last: date) -> None:
    from django.utils import timezone

    from forms.cards.models import Area, Card, CardImport

    areas = Area.objects.bulk_create(Area(unit=unit, name="鑽台") for unit in units)
    batch = CardImport.objects.create(at=timezone.now())
    through = Card.observers.through
    for start in range(0, CARDS, 10_000):
        cards = []
        for n in range(start, start + 10_000):
            day, hour = last - timedelta(days=n // UNITS % DAYS), (n * 7) % 24
            moment = timezone.make_aware(timezone.datetime(day.year, day.month, day.day, hour, n % 60))  # type: ignore[attr-defined]
            handed_in = moment + timedelta(minutes=20 if n % 20 else 2000)
            cards.append(
                Card(
                    unit=units[n % UNITS],
                    area=areas[n % UNITS],
                    planned=n % 2 == 0,
                    out_of_sight=True,
                    observed_on=day,
                    observed_at=moment.time(),
                    seconds=90,
                    batch=batch,
                    handed_in_at=handed_in,
                )
            )
        made = Card.objects.bulk_create(cards, batch_size=1000)
        seats = []
        for n, card in enumerate(made, start):
            first = n % UNITS * CREW + (n // UNITS * 13) % CREW
            second = n % UNITS * CREW + (n // UNITS * 29 + 1) % CREW
            seats += [through(card=card, person=people[one]) for one in {first, second}]
        through.objects.bulk_create(seats, batch_size=5000)


def plainly(units: list[Any], first: date, last: date) -> tuple[int, int]:
    """(slots that are not excused, those with a card) by a loop: each person and day, and for each slot its cards.

    What one writes first. It gives a card of two people to both, so its second number may only be the larger one."""
    from forms.cards.models import Card
    from portal.org.models import Person, RosterEntry, Shift

    owed = done = 0
    for unit in units:
        together: dict[tuple[date, int], list[int]] = {}
        for person in Person.objects.filter(appointments__unit=unit):
            role = person.appointments.select_related("post").get().post.role
            for entry in RosterEntry.objects.filter(person=person, day__range=(first, last)).order_by("day"):
                if entry.state != "working":
                    continue
                if role not in ("unit_manager", "crew_leader"):
                    together.setdefault((entry.day, entry.shift_id), []).append(person.pk)
                    continue
                owed += 1
                cards = Card.objects.filter(unit=unit, observers=person, observed_on=entry.day, state="handed_in")
                if role == "crew_leader":
                    cards = _on(cards, Shift.objects.get(pk=entry.shift_id))
                done += cards.exists()
        for (day, shift), people in together.items():
            owed += 1
            cards = Card.objects.filter(unit=unit, observers__in=people, observed_on=day, state="handed_in")
            done += _on(cards, Shift.objects.get(pk=shift)).exists()
    return owed, done


def _on(cards: Any, shift: Any) -> Any:
    cards = cards.filter(observed_at__gte=shift.starts_at)
    return cards if f"{shift.ends_at:%H}" == "00" else cards.filter(observed_at__lt=shift.ends_at)


def line(table: Any) -> None:
    from django.conf import settings
    from django.db import transaction
    from django.test import Client

    from forms.cards.duty.matrix import matrix_of
    from forms.cards.duty.statistics import keep_days, total_sums
    from portal.lib import clock
    from portal.lib.periods import Period
    from portal.org.models import User
    from tests.bench.__main__ import in_turns, queries_of

    with transaction.atomic():
        month = Period.parse("2026-10")  # a month of 31 days
        if clock.today() <= month.end:
            raise SystemExit("The month of the benchmark is not over.")
        units = build(month.end)
        start = time.perf_counter()
        keep_days(month.start, month.end)
        print(f"    (the days of {UNITS} units were kept in {time.perf_counter() - start:.1f} s)")
        browser = Client(SERVER_NAME="127.0.0.1")
        browser.force_login(User.objects.get(username="quality_officer"), backend=settings.AUTHENTICATION_BACKENDS[1])

        def page(address: str) -> Any:
            answer = browser.get(f"/desk/cards/duty/{address}?period={month.code}")
            if answer.status_code != 200:
                raise SystemExit(f"The duty page answered {answer.status_code}.")
            return answer

        def timed(work: Any) -> float:
            begun = time.perf_counter()
            work()
            return 1000 * (time.perf_counter() - begun)

        aim = "< 300 ms, < 20 queries"
        first, some = units[0], units[:LOOPED]
        _compare(matrix_of(first, month.start, month.end, clock.now()).total, plainly([first], month.start, month.end))
        queries = queries_of(lambda: page(f"units/{first.code}/"))
        found = in_turns(
            lambda: timed(lambda: page(f"units/{first.code}/")),
            lambda: timed(lambda: plainly([first], month.start, month.end)),
        )
        table.line(f"duty matrix of a unit ({queries} queries)", *found, "ms", aim, lower_is_better=True)
        _compare(total_sums([unit.pk for unit in some], month, clock.now()), plainly(some, month.start, month.end))
        queries = queries_of(lambda: page(""))
        found = in_turns(
            lambda: timed(lambda: page("")),
            lambda: timed(lambda: plainly(some, month.start, month.end)) * UNITS / LOOPED,
        )
        table.line(f"duty of all units ({queries} queries)", *found, "ms", aim, lower_is_better=True)
        transaction.set_rollback(True)


def _compare(total: Any, plain: tuple[int, int]) -> None:
    """The slots are the same; a card that counts once fills no more of them than one that counts twice."""
    if total.owed != plain[0] or not 0 < total.done <= plain[1]:
        raise SystemExit(f"The page ({total}) and the plain loop ({plain}) disagree.")
