"""The training matrix of a large organisation: 10,000 people and 50 courses, beside a plain loop over the people."""

from __future__ import annotations

import random
import time
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse

from policies.training.enums import How, RequirementScope
from policies.training.keeping import kept_standings
from policies.training.models import Certificate, Course, Requirement
from portal.jobs import figures
from portal.jobs.models import KeptFigures
from portal.lib import clock
from portal.org.models import Appointment, Person, Post, Unit, User

PEOPLE, COURSES, UNITS, DONE = 10_000, 50, 100, 0.7
LOOP = 200  # people of the plain loop; its time is scaled up to all of them


def matrix_line(table: Any) -> None:
    from tests.bench.__main__ import in_turns, queries_of

    with transaction.atomic():
        day = clock.today()
        build(day)
        storing: list[Any] = []
        figures.beside = lambda work, name: storing.append(work)  # a thread would not see what is not committed
        browser = Client()
        user = User.objects.get(username="quality_officer")
        browser.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[1])
        address = reverse("training_matrix")
        browser.get(address)

        def ours() -> float:
            start = time.perf_counter()
            answer = browser.get(address)
            if answer.status_code != 200:
                raise SystemExit(f"The matrix answered {answer.status_code}")
            return 1000 * (time.perf_counter() - start)

        def peer() -> float:
            start = time.perf_counter()
            plain_loop(day, LOOP)
            return 1000 * (time.perf_counter() - start) * PEOPLE / LOOP

        def first_look_ever() -> float:
            KeptFigures.objects.all().delete()
            kept_standings.forget()
            return ours()

        def first_look_of_a_process() -> float:
            first_look_ever()
            storing.pop()()
            kept_standings.forget()
            return ours()

        KeptFigures.objects.all().delete()
        kept_standings.forget()
        what = f"matrix, {PEOPLE:,} x {COURSES} ({queries_of(ours)} queries)"
        table.line(what, *in_turns(first_look_ever, peer), "ms", "never asked", lower_is_better=True)
        found = in_turns(first_look_of_a_process, peer)
        table.line("  first look of a process", *found, "ms", "< 300 ms, < 20", lower_is_better=True)
        table.line("  within a minute", *in_turns(ours, peer), "ms", "< 300 ms, < 20", lower_is_better=True)
        transaction.set_rollback(True)


def build(day: date) -> None:
    """Every course is required of everybody; seven in ten are done, some of them long ago."""
    draw, top, now = random.Random("bench:training"), Unit.objects.get(code="HQ"), clock.now()
    units = [top.add_child(code=f"B{number}", name=f"單位{number}", kind="department") for number in range(UNITS)]
    post, user = Post.objects.get(code="employee"), User.objects.get(username="editor")
    people = Person.objects.bulk_create(
        [Person(name=f"員工{number}", staff_number=f"B{number:05d}") for number in range(PEOPLE)], batch_size=1000
    )
    Appointment.objects.bulk_create(
        [
            Appointment(person=person, post=post, unit=units[number % UNITS], starts_on=day - timedelta(days=900))
            for number, person in enumerate(people)
        ],
        batch_size=1000,
    )
    opened = day - timedelta(days=700)
    rules = {"owner_unit": top, "state": "open", "opened_on": opened, "created_by": user, "created_at": now}
    courses = [Course.objects.create(title=f"課程{number}", due_days=30, **rules) for number in range(COURSES)]
    for course in courses:
        Requirement.objects.create(course=course, scope=RequirementScope.STAFF, token="staff", since=opened)
    batch = []
    for person in people:
        for course in courses:
            if draw.random() < DONE:
                done = day - timedelta(days=draw.randrange(600))
                batch.append(
                    Certificate(
                        number=f"B-{person.pk}-{course.pk}",
                        person=person,
                        course=course,
                        course_title=course.title,
                        how=How.QUIZ,
                        done_on=done,
                        given_at=now,
                        valid_until=done + timedelta(days=365),
                    )
                )
        if len(batch) > 5000:
            Certificate.objects.bulk_create(batch, batch_size=1000)
            batch = []
    Certificate.objects.bulk_create(batch, batch_size=1000)


def plain_loop(day: date, people: int) -> dict[str, int]:
    """What one writes first: for each person the required courses, for each course the certificate."""
    totals = {"done": 0, "due": 0, "late": 0, "expired": 0}
    for person in Person.objects.filter(staff_number__startswith="B")[:people]:
        held = person.appointments.select_related("unit").first()
        for course in Course.objects.filter(state="open", requirements__isnull=False).distinct():
            if not any(line.names(held.unit.path, held.post_id) for line in course.requirements.all()):
                continue
            last = person.certificates.filter(course=course, withdrawn_on=None).order_by("-valid_until").first()
            if last is None:
                begun = max(course.opened_on, held.starts_on) + timedelta(days=course.due_days)
                totals["late" if begun < day else "due"] += 1
            else:
                totals["done" if last.valid_until is None or last.valid_until >= day else "expired"] += 1
    return totals
