"""A course that opens with an edition; a receipt that says its person passed, too."""

from __future__ import annotations

import pytest
from django.urls import reverse

from policies import actions as policies
from policies.enums import EditionState, ReceiptMode
from policies.models import Edition, Receipt
from policies.training import actions
from policies.training.enums import CourseState
from policies.training.models import Course
from portal.lib.refusals import Refused
from tests.policies.training.conftest import DAY, OPENED, at, details


@pytest.fixture
def second(company, issued) -> Edition:
    """An approved second edition of the regulation."""
    draft = policies.start_draft(by=company.users["editor"], regulation=issued.regulation, now=OPENED)
    row = draft.clauses.get(number="2.1")
    policies.edit_clause(
        by=company.users["editor"], clause=row, number="2.1", heading=row.heading, text="先辦許可證。", now=OPENED
    )
    policies.submit_edition(by=company.users["editor"], edition=draft, change_note="改", now=OPENED)
    policies.review_edition(by=company.users["second_editor"], edition=draft, now=OPENED)
    return policies.approve_edition(by=company.users["approver"], edition=draft, now=OPENED)


def waits(company, course: Course, **given) -> Course:
    values = {"regulation": course.regulation, "with_edition": True} | given
    return actions.edit_course(
        by=company.users["editor"], course=course, details=details(company, **values), version=course.version
    )


def test_a_course_opens_with_the_edition(company, draft_course, second, issue):
    waits(company, draft_course)
    issue(second, effective_on=DAY, now=OPENED)
    assert Course.objects.get().state == CourseState.OPEN


def test_a_draft_that_does_not_wait_stays_a_draft(draft_course, second, issue):
    issue(second, effective_on=DAY, now=OPENED)
    assert Course.objects.get().state == CourseState.DRAFT


def test_while_the_quiz_lacks_questions_nothing_is_issued(company, draft_course, second, issue):
    waits(company, draft_course, drawn=40)
    with pytest.raises(Refused) as refused:
        issue(second, effective_on=DAY, now=OPENED)
    assert draft_course.title in str(refused.value.message)
    assert Edition.objects.get(pk=second.pk).state == EditionState.APPROVED
    assert Course.objects.get().state == CourseState.DRAFT


def test_a_course_that_waits_names_its_regulation(company):
    with pytest.raises(Refused) as refused:
        actions.create_course(by=company.users["editor"], details=details(company, with_edition=True))
    assert refused.value.field == "regulation"


def modes(company) -> list[str]:
    return list(Receipt.objects.filter(person=company.people["employee"]).order_by("pk").values_list("mode", flat=True))


def read(company, edition: Edition, now) -> None:
    policies.give_receipt(by=company.users["employee"], edition=edition, language="zh-hant", now=now)


def test_who_reads_and_then_passes_has_a_receipt_of_both(company, course, issued, take):
    read(company, issued, at(3, 10))
    take(course, "employee", at(3, 11))
    assert modes(company) == [ReceiptMode.READ, ReceiptMode.PASSED]
    take_again = Receipt.objects.filter(mode=ReceiptMode.PASSED).get()
    assert take_again.tree_hash == issued.tree_hash


def test_who_passed_before_reading_has_one_receipt(company, course, issued, take):
    take(course, "employee", at(3, 10))
    assert modes(company) == [], "passing is no reading"
    read(company, issued, at(3, 11))
    read(company, issued, at(3, 12))
    assert modes(company) == [ReceiptMode.PASSED]


def test_who_fails_has_only_read(company, course, issued, take):
    read(company, issued, at(3, 10))
    take(course, "employee", at(3, 11), right=False)
    assert modes(company) == [ReceiptMode.READ]


def test_a_course_that_nobody_requires_proves_nothing(company, draft_course, issued, take):
    course = actions.open_course(by=company.users["editor"], course=draft_course, now=OPENED)
    read(company, issued, at(3, 10))
    take(course, "employee", at(3, 11))
    assert modes(company) == [ReceiptMode.READ]


def test_two_receipts_of_one_person_count_once(company, course, issued, take, signed_in):
    read(company, issued, at(3, 10))
    take(course, "employee", at(3, 11))
    shown = signed_in("editor").get(reverse("policies_edition", args=[issued.pk]))
    assert shown.context["receipt_count"] == 1
