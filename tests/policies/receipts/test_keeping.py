"""The overview as it is stored: whole or not at all, and who was deleted since."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from policies.actions import give_receipt
from policies.audience import asking_on
from policies.receipts.keeping import overview_count
from policies.receipts.statistics import Overview
from portal.jobs.figures import Count, Parts
from portal.org.models import Appointment, Person
from tests.policies.receipts.conftest import ALL, DEADLINE, EFFECTIVE, on

LATER = DEADLINE + timedelta(days=20)


@pytest.fixture
def count(company, issued) -> Count[Overview]:
    """Somebody confirmed, somebody joined late, the others are overdue."""
    give_receipt(by=company.users["employee"], edition=issued, language="zh-hant", now=on(EFFECTIVE))
    joiner = Person.objects.create(name="新來的", staff_number="N1")
    place = {"post": company.posts["employee"], "unit": company.units["CREW1"]}
    Appointment.objects.create(person=joiner, starts_on=LATER - timedelta(days=3), **place)
    return count_on(LATER)


def count_on(day) -> Count[Overview]:
    return overview_count(ALL, day, unit_path="", regulation="", asking=asking_on(day), tops=())


def lists(found: Overview) -> dict[str, Any]:
    return {
        state: [(entry.person_id, entry.start, entry.held, entry.deadline) for entry in found.people(state)[0:99]]
        for state in ("confirmed", "open", "overdue")
    }


def test_what_is_read_is_what_was_counted(count, django_assert_num_queries):
    made = count.make()
    parts = count.pack(made)
    with django_assert_num_queries(0):
        read = count.read(parts)
    assert (read.total, read.visible) == (made.total, made.visible)
    assert lists(read) == lists(made)
    assert {state: len(rows) for state, rows in lists(read).items()} == {"confirmed": 1, "open": 1, "overdue": 15}
    assert count.pack(read) == parts


def test_parts_that_do_not_fit_are_refused(count):
    parts = count.pack(count.make())
    for place, column in enumerate(parts.columns):
        for other in (column[:-1], column[:-8], column + bytes(8)):
            if other != column:
                columns = [*parts.columns[:place], other, *parts.columns[place + 1 :]]
                with pytest.raises(ValueError, match=r"."):
                    count.read(parts._replace(columns=columns))
    for head in ({}, {"audiences": []}, {"audiences": [[0, 0]]}, {"places": [[]]}):
        with pytest.raises((KeyError, ValueError)):
            count.read(Parts(parts.head | head if head else {}, parts.columns))


def test_who_was_deleted_since_the_count_is_left_out(count, company):
    found = count.read(count.pack(count.make()))
    Appointment.objects.filter(person__staff_number="N1").delete()
    Person.objects.filter(staff_number="N1").delete()
    assert found.total.open == 1
    assert list(found.people("open")[0:9]) == []


def test_the_days_given_are_part_of_what_is_asked(count, settings):
    settings.RECEIPT_DAYS += 1
    assert count_on(LATER).key != count.key
