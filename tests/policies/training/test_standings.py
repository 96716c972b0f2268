"""The matrix: the law of due, done, late, expired; whom a course names; its cost for any number of people."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from policies.actions import AudienceLine
from policies.training import actions, own, standings
from policies.training.enums import How, Standing
from policies.training.keeping import kept_standings
from policies.training.models import Certificate
from portal.jobs import figures
from portal.jobs.models import KeptFigures
from portal.lib import clock
from portal.org.models import Appointment, Person
from tests.policies.training.conftest import DAY, OPENED, at, details, question

DUE_ON = DAY + timedelta(days=30)


def state(company, course, username, day):
    found = standings.compute(day)
    standing = found.standings.get(company.people[username].pk)
    return standing.of(str(course.pk)) if standing else None


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (DAY - timedelta(days=1), None),
        (DAY, Standing.DUE),
        (DUE_ON, Standing.DUE),  # the last day is in time
        (DUE_ON + timedelta(days=1), Standing.LATE),
    ],
)
def test_due_until_the_last_day_then_late(company, course, day, expected):
    assert state(company, course, "employee", day) == expected
    assert state(company, course, "clerk", day) is None, "it is required of the first crew alone"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 3, 9), Standing.DUE),
        (date(2026, 3, 10), Standing.DONE),
        (date(2027, 3, 10), Standing.DONE),  # its last day
        (date(2027, 3, 11), Standing.EXPIRED),
    ],
)
def test_done_until_the_certificate_ends(company, course, take, day, expected):
    take(course, "employee", at(3, 10))
    assert state(company, course, "employee", day) == expected


def test_a_withdrawn_certificate_is_due_again_but_was_valid_before(company, course, take):
    take(course, "employee", at(3, 10))
    certificate = Certificate.objects.get()
    actions.withdraw_certificate(by=company.users["editor"], certificate=certificate, why="代考", now=at(5, 1))
    assert state(company, course, "employee", date(2026, 4, 30)) == Standing.DONE
    assert state(company, course, "employee", date(2026, 5, 1)) == Standing.LATE


@pytest.mark.parametrize(("day", "expected"), [(date(2026, 7, 20), Standing.DUE), (date(2026, 8, 1), Standing.LATE)])
def test_a_newcomers_deadline_runs_from_joining(company, course, day, expected):
    newcomer = Person.objects.create(name="新人", staff_number="S9999")
    place = {"post": company.posts["employee"], "unit": company.units["CREW1"]}
    Appointment.objects.create(person=newcomer, starts_on=date(2026, 7, 1), **place)
    found = standings.compute(day)
    assert found.standings[newcomer.pk].of(str(course.pk)) == expected
    assert found.deadlines([newcomer.pk])[newcomer.pk, str(course.pk)] == date(2026, 7, 31)
    assert found.standings[company.people["employee"].pk].of(str(course.pk)) == Standing.LATE


@pytest.mark.parametrize(
    ("line", "named"),
    [
        (("staff", None, None), {"employee", "clerk", "editor", "sales_person"}),
        (("unit", "PROJECT1", None), {"employee"}),
        (("post", None, "employee"), {"employee"}),
        (("unit_post", "CREW1", "crew_leader"), set()),
    ],
)
def test_whom_a_line_names(company, draft_course, line, named):
    scope, unit, post = line
    editor = company.users["editor"]
    chosen = AudienceLine(scope, company.units.get(unit), company.posts.get(post))
    actions.require_course(by=editor, course=draft_course, line=chosen, since=DAY, now=OPENED)
    actions.open_course(by=editor, course=draft_course, now=OPENED)
    found = standings.compute(DAY).standings
    people = {name for name in ("employee", "clerk", "editor", "sales_person") if any(found[company.people[name].pk])}
    assert people == named


def test_who_holds_two_posts_is_counted_once_and_owes_both(company, course):
    other = actions.create_course(by=company.users["editor"], details=details(company, title="乙", drawn=1), now=OPENED)
    actions.save_question(by=company.users["editor"], course=other, content=question(), now=OPENED)
    line = AudienceLine("unit", unit=company.units["OFFICE1"])
    actions.require_course(by=company.users["editor"], course=other, line=line, since=DAY, now=OPENED)
    other = actions.open_course(by=company.users["editor"], course=other, now=OPENED)
    place = {"post": company.posts["employee"], "unit": company.units["OFFICE1"]}
    Appointment.objects.create(person=company.people["employee"], starts_on=date(2020, 1, 1), **place)
    found = standings.compute(DAY)
    person = company.people["employee"].pk
    assert found.people.count(person) == 1
    assert found.standings[person].due == {str(course.pk), str(other.pk)}
    assert found.by_unit[company.units["CREW1"].pk].due == 4  # three people of the crew, one of them twice


def test_totals_are_the_sum_of_the_people(company, course, take):
    take(course, "employee", at(3, 10))
    day = DUE_ON + timedelta(days=1)
    found = standings.compute(day)
    crew = found.by_unit[company.units["CREW1"].pk]
    assert (crew.required, crew.done, crew.late, crew.share) == (3, 1, 2, 1 / 3)
    assert found.by_course[course.pk] == crew
    other = standings.compute(day, units=[company.units["CREW2"]])
    assert sum(one.required for one in other.by_unit.values()) == 0
    assert standings.compute(day, units=[]).people == []


def test_ones_own_list_says_the_same_as_the_matrix(company, course, take):
    take(course, "crew_leader", at(3, 10))
    for day in (DAY, DUE_ON + timedelta(days=1), date(2027, 6, 1)):
        matrix = standings.compute(day)
        for name in ("employee", "crew_leader", "clerk"):
            person = company.people[name]
            held = list(Appointment.objects.on(day).filter(person=person).select_related("unit", "post"))
            mine = {str(one.course.pk): one.state for one in own.courses_of(person.pk, held, day)}
            theirs = {key: state for state, keys in matrix.standings[person.pk].pairs() for key in keys}
            assert mine == theirs, (name, day)


def grow(company, course, people):
    """So many more people in the first crew, half of them certified."""
    made = Person.objects.bulk_create(
        Person(name=f"工{number}", staff_number=f"X{number:05d}") for number in range(people)
    )
    place = {"post": company.posts["employee"], "unit": company.units["CREW1"], "starts_on": date(2024, 1, 1)}
    Appointment.objects.bulk_create(Appointment(person=person, **place) for person in made)
    Certificate.objects.bulk_create(
        Certificate(
            number=f"T-{person.pk}",
            person=person,
            course=course,
            course_title="甲",
            how=How.QUIZ,
            done_on=DAY,
            given_at=OPENED,
        )
        for person in made[::2]
    )


@pytest.mark.parametrize("people", [0, 300])
def test_the_matrix_costs_the_same_for_any_number_of_people(
    company, course, signed_in, people, django_assert_max_num_queries
):
    grow(company, course, people)
    browser = signed_in("quality_officer")
    with django_assert_max_num_queries(19):
        page = browser.get(reverse("training_matrix"))
    assert page.context["total"].required == 3 + people
    assert page.context["total"].done == (people + 1) // 2
    with django_assert_max_num_queries(19):
        assert browser.get(reverse("training_matrix") + "?show=overdue&unit=PROJECT1").status_code == 200
    with django_assert_max_num_queries(19):
        assert browser.get(reverse("training_activities")).status_code == 200


def test_another_process_and_the_worker_show_the_same(
    company, course, settings, monkeypatch, signed_in, take, django_assert_max_num_queries
):
    """What one process counted and stored, another reads; the worker asks the same question again."""
    settings.FIGURES_KEPT_FROM = 0
    monkeypatch.setattr(figures, "beside", lambda work, name: work())
    take(course, "employee", at(3, 10))
    grow(company, course, 40)
    for username, query in (("quality_officer", ""), ("unit_manager", f"?course={course.pk}&show=overdue")):
        browser = signed_in(username)
        seen = []
        for step in ("counts", "reads", "reads what the worker counted"):
            if step == "reads what the worker counted":
                KeptFigures.objects.update(counted_at=clock.now() - timedelta(minutes=5))
                assert figures.renew() >= 1
            kept_standings.forget()
            with monkeypatch.context() as patch:
                if step != "counts":  # nobody counts, neither the page nor a thread beside it
                    patch.setattr(kept_standings, "_measure", None)
                    patch.setattr(figures, "beside", lambda work, name: None)
                with django_assert_max_num_queries(19):
                    shown = browser.get(reverse("training_matrix") + query).context
            seen.append((shown["total"], shown["unit_rows"], shown["course_rows"], shown["rows"]))
        assert seen[0] == seen[1] == seen[2]
        assert seen[0][3]


def test_the_export_holds_the_people_of_the_page(company, course, take, signed_in):
    from portal.lib.spreadsheets import read_rows

    take(course, "employee", at(3, 10))
    answer = signed_in("unit_manager").get(reverse("training_matrix_export"), HTTP_ACCEPT_LANGUAGE="zh-Hant")
    rows = [row for _line, row in read_rows(b"".join(answer) if answer.streaming else answer.content)]
    assert {row["姓名"] for row in rows} == {"葉子安", "龐建國", "尹志遠"}
    assert all(row[course.title] for row in rows)


def test_a_manager_sees_the_own_units_alone(company, course, signed_in):
    page = signed_in("other_unit_manager").get(reverse("training_matrix"))
    assert page.context["total"].required == 0
    assert signed_in("other_unit_manager").get(reverse("training_matrix") + "?unit=CREW1").status_code == 404
