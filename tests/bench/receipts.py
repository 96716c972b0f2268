"""Who knows the regulations: 10,000 people x 50 regulations, the managers' page beside a plain loop over people."""

from __future__ import annotations

import random
import time
from datetime import date, timedelta
from typing import Any

PEOPLE, REGULATIONS, UNITS = 10_000, 50, 300
CONFIRMED = 0.93
ROSTER_DAYS = 45


def build() -> None:
    """Units, people, editions, receipts and a roster with a day of leave a week, beside what the demo company has."""
    from policies.models import Edition
    from portal.lib import clock
    from portal.org.enums import UnitKind
    from portal.org.models import Appointment, Person, Post, Unit

    draw, today = random.Random(1), clock.today()
    root = Unit.objects.get(code="HQ")
    units = []
    for number in range(UNITS):
        above = units[number // 15 * 15] if number % 15 else root
        above = Unit.objects.get(pk=above.pk)
        units.append(above.add_child(code=f"B{number}", name=f"單位{number}", kind=UnitKind.CREW))
    posts = list(Post.objects.filter(role="employee"))
    people = Person.objects.bulk_create(
        [Person(name=f"員工{n}", staff_number=f"B{n:05d}") for n in range(PEOPLE)], batch_size=2000
    )
    Appointment.objects.bulk_create(
        [
            Appointment(
                person=person,
                post=draw.choice(posts),
                unit=units[n % UNITS],
                starts_on=today - timedelta(days=draw.choice([20, 100, 400, 2000])),
            )
            for n, person in enumerate(people)
        ],
        batch_size=2000,
    )
    editions = [_edition(n, today - timedelta(days=18 + 20 * n)) for n in range(REGULATIONS)]
    _fill(people[0].pk, [edition.pk for edition in editions], today)
    if Edition.objects.in_force(today).count() < REGULATIONS:
        raise SystemExit("The regulations of the benchmark are not in force.")


def _fill(first: int, editions: list[int], today: date) -> None:
    """Half a million receipts and rosters, written by the database itself: what their verbs do is not measured here."""
    from django.db import connection

    from portal.lib import clock

    days = ", ".join(f"('{today - timedelta(days=day)}', {day})" for day in range(ROSTER_DAYS))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO policies_receipt (person_id, edition_id, tree_hash, language, mode, at)"
            " SELECT person.id, edition.id, edition.tree_hash, 'zh-hant', 'read', %s"
            " FROM org_person person, policies_edition edition WHERE person.id >= %s"
            f" AND edition.id IN ({', '.join(map(str, editions))})"
            " AND (person.id * 7919 + edition.id * 611953) %% 1000 < %s",
            [clock.now(), first, int(1000 * CONFIRMED)],
        )
        cursor.execute(
            f"WITH days (day, number) AS (VALUES {days})"
            " INSERT INTO org_rosterentry (unit_id, person_id, day, state, reason)"
            " SELECT held.unit_id, held.person_id, days.day,"
            " CASE WHEN (held.person_id + days.number) %% 7 = 0 THEN 'leave' ELSE 'working' END, ''"
            " FROM org_appointment held, days WHERE held.person_id >= %s",
            [first],
        )


def _edition(number: int, effective_on: date) -> Any:
    from policies.actions import AudienceLine, approve_edition, issue_edition, review_edition, submit_edition
    from policies.importing import import_parsed
    from policies.parsing import parse, read_file
    from portal.org.models import Post, Unit, User

    editor, approver = User.objects.get(username="editor"), User.objects.get(username="approver")
    text = f"第{number}號規定\n\n1 範圍\n\n本規定適用於全體員工。\n"
    draft = import_parsed(by=editor, result=parse(read_file(text.encode())), source_name=f"{number}.txt")[0].edition
    submit_edition(by=editor, edition=draft)
    audience = [AudienceLine("staff")]
    if number % 5 == 1:
        audience = [AudienceLine("unit", unit=Unit.objects.get(code=f"B{n}")) for n in range(0, UNITS, 30)]
    elif number % 5 == 2:
        audience = [AudienceLine("post", post=post) for post in Post.objects.filter(role="employee")[:3]]
    review_edition(by=User.objects.get(username="second_editor"), edition=draft)
    return issue_edition(
        by=approver,
        edition=approve_edition(by=approver, edition=draft),
        effective_on=effective_on,
        owner_unit=Unit.objects.get(code="QHSE"),
        audience=audience,
    )


def plainly() -> tuple[int, int]:
    """(asked, confirmed) by a loop over people: whom each edition asks, and the receipts of each, one by one."""
    from policies.measures import people_asked
    from policies.models import Edition, Receipt
    from portal.lib import clock
    from portal.org.models import Person

    day = clock.today()
    asked = {edition.pk: people_asked(edition, None, day) for edition in Edition.objects.in_force(day)}
    sums = [0, 0]
    for person in Person.objects.all():
        given = set(Receipt.objects.filter(person=person).values_list("edition_id", flat=True))
        for edition, people in asked.items():
            if person.pk in people:
                sums[0] += 1
                sums[1] += edition in given
    return sums[0], sums[1]


def line(table: Any) -> None:
    from django.conf import settings
    from django.db import transaction
    from django.test import Client

    from policies.receipts.keeping import kept_overviews
    from policies.receipts.permissions import Scope
    from policies.receipts.statistics import Overview
    from portal.jobs import figures
    from portal.jobs.models import KeptFigures
    from portal.lib import clock
    from portal.org.models import User
    from tests.bench.__main__ import in_turns, queries_of

    with transaction.atomic():
        build()
        storing: list[Any] = []
        figures.beside = lambda work, name: storing.append(work)  # a thread would not see what is not committed
        browser = Client(SERVER_NAME="127.0.0.1")
        officer = User.objects.get(username="quality_officer")
        browser.force_login(officer, backend=settings.AUTHENTICATION_BACKENDS[1])

        def page() -> Any:
            answer = browser.get("/receipts/")
            if answer.status_code != 200:
                raise SystemExit(f"The managers' page answered {answer.status_code}.")
            return answer

        def timed(work: Any) -> float:
            start = time.perf_counter()
            work()
            return 1000 * (time.perf_counter() - start)

        def nothing_kept() -> None:
            KeptFigures.objects.all().delete()
            kept_overviews.forget()

        def first_look_ever() -> float:
            nothing_kept()
            return timed(page)

        def first_look_of_a_process() -> float:
            first_look_ever()
            storing.pop()()
            kept_overviews.forget()
            return timed(page)

        nothing_kept()
        queries = queries_of(page)
        if Overview(Scope(True, (), ()), clock.today()).total.asked != plainly()[0]:
            raise SystemExit("The sums of the page and the plain loop disagree.")
        loop: list[float] = []

        def peer() -> float:
            loop.append(timed(plainly))
            return loop[-1]

        found = in_turns(first_look_ever, peer)
        table.line(f"receipts, 10,000 x 50 ({queries} queries)", *found, "ms", "never asked", lower_is_better=True)
        loops = list(loop)
        found = in_turns(first_look_of_a_process, loop.pop)
        table.line("  first look of a process", *found, "ms", "< 300 ms, < 20", lower_is_better=True)
        found = in_turns(lambda: timed(page), loops.pop)
        table.line("  within a minute", *found, "ms", "< 300 ms, < 20", lower_is_better=True)
        transaction.set_rollback(True)
