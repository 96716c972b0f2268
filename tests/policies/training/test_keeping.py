"""The matrix as it is stored: whole or not at all, and who was deleted or left since."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from policies.training import keeping
from policies.training.enums import Standing
from policies.training.keeping import kept_standings, standings_count
from policies.training.standings import required_courses
from portal.jobs import figures
from portal.jobs.figures import Count
from portal.lib.spreadsheets import read_rows
from portal.org.models import Appointment, Person
from tests.policies.training.conftest import DAY, at

LATER = DAY + timedelta(days=31)


@pytest.fixture
def count(course, take) -> Count[keeping.Standings]:
    """One of the first crew is done, two are late; nothing is required of the others."""
    take(course, "employee", at(3, 10))
    return standings_count(LATER, None, list(required_courses(LATER)))


def test_what_is_read_is_what_was_counted(count, django_assert_num_queries):
    made = count.make()
    parts = count.pack(made)
    with django_assert_num_queries(0):
        read = count.read(parts)
    assert (read.by_unit, read.by_course, read.unit_of) == (made.by_unit, made.by_course, made.unit_of)
    assert dict(read.standings) == made.standings
    for state in Standing:
        wanted = [person for person in made.people if dict(made.standings[person].pairs())[state]]
        assert read.with_any([state]) == made.with_any([state]) == wanted
    assert [len(read.with_any(states)) for states in ([Standing.DONE], [Standing.LATE], list(Standing))] == [1, 2, 3]
    assert read.deadlines(read.people) == made.deadlines(made.people) != {}
    assert count.pack(read) == parts


def test_parts_that_do_not_fit_are_refused(count):
    parts = count.pack(count.make())
    for place, column in enumerate(parts.columns):
        for other in (column[:-1], column[:-8], column + bytes(8)):
            if other != column:
                columns = [*parts.columns[:place], other, *parts.columns[place + 1 :]]
                with pytest.raises(ValueError, match=r"."):
                    count.read(parts._replace(columns=columns))
    with pytest.raises(ValueError, match="other courses"):
        count.read(parts._replace(head=parts.head | {"courses": ["0"]}))
    with pytest.raises(ValueError, match="unpack"):
        count.read(parts._replace(columns=parts.columns[:2]))


def test_pages_of_stored_figures_bear_what_changed_since(course, company, settings, monkeypatch, signed_in):
    settings.FIGURES_KEPT_FROM = 0
    monkeypatch.setattr(figures, "beside", lambda work, name: work())
    guest = Person.objects.create(name="過客", staff_number="G1")
    place = {"post": company.posts["employee"], "unit": company.units["CREW1"]}
    Appointment.objects.create(person=guest, starts_on=DAY, **place)
    browser, addresses = signed_in("quality_officer"), [reverse("training_matrix"), reverse("training_matrix_export")]
    assert "過客" in browser.get(addresses[0]).text
    kept_standings.forget()
    Appointment.objects.filter(person=company.people["crew_leader"]).delete()
    Appointment.objects.filter(person=guest).delete()
    guest.delete()
    monkeypatch.setattr(kept_standings, "_measure", None)
    monkeypatch.setattr(figures, "beside", lambda work, name: None)
    page, file = [browser.get(address) for address in addresses]
    assert "過客" not in page.text
    names = [row["Name"] for _line, row in read_rows(file.content)]
    assert sorted(names) == sorted(company.people[name].name for name in ("employee", "crew_leader", "unit_manager"))
