"""A newer edition: questions whose clause changed are listed, certificates with them; obligations are measured."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from policies import actions as policies
from policies.models import Obligation
from policies.training import actions, clause_texts, measures
from portal.lib.periods import Period
from portal.lib.refusals import Conflict, Refused
from tests.policies.training.conftest import at, question


@pytest.fixture
def second_edition(company, course, issue):
    """2.1 is worded anew, 2.2.2 is taken out, 2.2.1 stays."""
    editor = company.users["editor"]
    draft = policies.start_draft(by=editor, regulation=course.regulation, now=at(4, 1))
    row = draft.clauses.get(number="2.1")
    policies.edit_clause(
        by=editor, clause=row, number="2.1", heading=row.heading, text="用火之前辦許可證並通知消防。", now=at(4, 1)
    )
    policies.remove_clause(by=editor, clause=draft.clauses.get(number="2.2.2"), now=at(4, 1))
    policies.submit_edition(by=editor, edition=draft, change_note="改用火許可。", now=at(4, 2))
    policies.review_edition(by=company.users["second_editor"], edition=draft, now=at(4, 3))
    approved = policies.approve_edition(by=company.users["approver"], edition=draft, now=at(4, 3))
    return issue(approved, effective_on=date(2026, 4, 5), now=at(4, 4))


def test_nothing_to_check_before(company, course):
    assert clause_texts.open_to_check() == []


def test_changed_and_removed_clauses_are_listed_and_confirmed(company, course, second_edition):
    editor = company.users["editor"]
    found = {(one.question.text, one.change) for one in clause_texts.open_to_check()}
    assert found == {("用火之前要先做什麼？", "changed"), ("哪些要做？", "changed"), ("監護人可以離開嗎？", "removed")}
    changed = course.questions.get(text="哪些要做？")
    gone = course.questions.get(text="監護人可以離開嗎？")
    with pytest.raises(Conflict):
        actions.confirm_question(by=editor, question=changed, edition_id=second_edition.pk - 1, now=at(4, 6))
    actions.confirm_question(by=editor, question=changed, edition_id=second_edition.pk, now=at(4, 6))
    with pytest.raises(Refused):
        actions.confirm_question(by=editor, question=gone, now=at(4, 6))
    actions.retire_question(by=editor, question=gone, now=at(4, 6))
    row = second_edition.clauses.select_related("edition").get(number="2.1")
    first = course.questions.get(text="用火之前要先做什麼？")
    content = question(text="要通知誰？", choices=[("消防", True), ("門衛", False)], clause=row)
    actions.save_question(by=editor, course=course, question=first, content=content, now=at(4, 6))
    assert clause_texts.open_to_check() == []


def test_the_list_costs_the_same_for_any_number_of_questions(
    company, course, second_edition, django_assert_num_queries
):
    with django_assert_num_queries(4):
        assert len(clause_texts.open_to_check()) == 3
    first = course.questions.first()
    for _more in range(10):
        first.pk = None
        first.save()
    with django_assert_num_queries(4):
        assert len(clause_texts.open_to_check()) == 13


def test_certificates_that_rest_on_the_course_stand_beside(company, course, take, second_edition, signed_in):
    take(course, "employee", at(4, 6))
    page = signed_in("editor").get(reverse("training_to_check")).content.decode()
    assert f"{reverse('training_course_certificates', args=[course.pk])}?show=valid" in page
    listed = signed_in("editor").get(reverse("training_course_certificates", args=[course.pk]) + "?show=valid")
    assert "葉子安" in listed.content.decode()


# ---- obligations -----------------------------------------------------------------------------------------------------
MARCH, APRIL = Period.parse("2026-03"), Period.parse("2026-04")


@pytest.fixture
def tied(course):
    """The course's regulation answers SAF-01 and SAF-25."""
    for code in ("SAF-01", "SAF-25"):
        Obligation.objects.create(
            code=code,
            group="SAF",
            regulation=course.regulation,
            who="全體",
            duty="培訓",
            measure_name=code,
            period_kind="year",
        )
    return course


@pytest.fixture
def today(monkeypatch):
    def on(day):
        monkeypatch.setattr("portal.lib.clock.today", lambda at=None: day)

    return on


def test_saf_25_counts_people_of_the_required_posts(company, tied, take, today):
    take(tied, "employee", at(3, 10))
    measure = measures.people_trained("SAF-25")
    today(date(2026, 3, 20))
    found = measure(company.units["CREW1"], MARCH)
    assert (found.due, found.done, found.missed) == (3, 1, 0)
    today(date(2026, 5, 5))
    assert measure(company.units["HQ"], APRIL).missed == 2
    assert measure(company.units["OFFICE1"], APRIL).due == 0
    assert "unit=CREW1" in measure(company.units["CREW1"], APRIL).rows_url


def test_receipt_and_course_together(company, tied, issued, take, today):
    """Read and passed is done; read alone is not; whom no course names needs the receipt alone."""
    measure = measures.read_and_trained("SAF-01")
    today(date(2026, 3, 20))
    for name in ("employee", "crew_leader", "clerk"):
        policies.give_receipt(by=company.users[name], edition=issued, language="zh-hant", now=at(3, 12))
    take(tied, "employee", at(3, 10))
    take(tied, "unit_manager", at(3, 10))  # passed, but did not confirm the edition
    crew = measure(company.units["CREW1"], MARCH)
    assert (crew.due, crew.done, crew.missed) == (3, 1, 0)
    office = measure(company.units["OFFICE1"], MARCH)
    assert (office.due, office.done) == (2, 1)
    today(date(2026, 4, 2))
    assert measure(company.units["CREW1"], MARCH).missed == 2
