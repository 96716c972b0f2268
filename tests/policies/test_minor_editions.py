"""A minor edition inherits receipts and alters none; a material one asks again."""

from __future__ import annotations

import pytest
from django.urls import reverse

from policies import actions
from policies.models import Edition, Receipt
from policies.training.measures import read_and_trained
from portal.lib.periods import Period
from portal.org.readers import reader_for
from tests.policies.conftest import NOW
from tests.policies.test_issuing import second_edition


@pytest.fixture
def confirmed(company, issued):
    """Edition 1, confirmed by the employee."""
    return actions.give_receipt(by=company.users["employee"], edition=issued, language="zh-hant", now=NOW)


def waits(company, username: str) -> list[int]:
    reader = reader_for(company.users[username])
    found = Edition.objects.to_read_by(company.people[username].pk, reader.tokens)
    return sorted(found.values_list("number", flat=True))


@pytest.mark.parametrize(
    ("weights", "employee", "clerk"),
    [
        ([], [], [1]),
        ([False], [], [2]),
        ([True], [2], [2]),
        ([False, False], [], [3]),
        ([True, False], [3], [3]),
        ([False, True], [3], [3]),
    ],
)
def test_who_is_asked(company, issue, confirmed, weights, employee, clerk):
    edition = confirmed.edition
    for material in weights:
        edition = second_edition_of(company, issue, edition, material)
    assert waits(company, "employee") == employee
    assert waits(company, "clerk") == clerk


def second_edition_of(company, issue, edition, material):
    from tests.policies.conftest import clause, through_review

    draft = actions.start_draft(by=company.users["editor"], regulation=edition.regulation, now=NOW)
    row = clause(draft, "2.2.2")
    text = row.text + "。"
    actions.edit_clause(by=company.users["editor"], clause=row, number="2.2.2", heading="", text=text, now=NOW)
    return issue(through_review(company, draft), material=material)


def test_the_receipt_itself_stays_what_was_acknowledged(company, issue, confirmed):
    before = Receipt.objects.values().get()
    second_edition(company, issue, confirmed.edition, material=False)
    assert Receipt.objects.values().get() == before


@pytest.mark.parametrize(("material", "form"), [(False, False), (True, True)])
def test_the_page_says_whether_the_receipt_counts(company, signed_in, issue, confirmed, material, form):
    client = signed_in("employee")
    client.get(confirmed.edition.regulation.reading_url())
    second_edition(company, issue, confirmed.edition, material=material)
    for _again in range(2):  # the second answer comes the short way
        page = client.get(confirmed.edition.regulation.reading_url()).content.decode()
        assert ("csrfmiddlewaretoken" in page.split('id="receipt"')[1]) == form
    assert NOW.date().isoformat() in page or form
    listed = client.get(reverse("regulation_list"))
    assert len(listed.context["to_read"]) == (1 if material else 0)
    assert len(listed.context["read"]) == (0 if material else 1)
    old = client.get(reverse("regulation_edition", args=[confirmed.edition.regulation.slug, 1])).content.decode()
    assert 'id="receipt"' in old, "the old page keeps its own receipt"


def test_a_withdrawn_edition_lends_no_receipt(company, issue, issued):
    second = second_edition(company, issue, issued, material=False)
    actions.give_receipt(by=company.users["employee"], edition=second, language="zh-hant", now=NOW)
    actions.withdraw_edition(by=company.users["approver"], edition=second, reason="印錯了", now=NOW)
    third = second_edition_of(company, issue, second, False)
    assert third.receipts_from == 1
    assert waits(company, "employee") == [3]


def test_the_measure_counts_what_counts(company, issue, confirmed):
    from policies.models import Obligation

    edition = second_edition(company, issue, confirmed.edition, material=False)
    Obligation.objects.create(
        code="SAF-01", group="SAF", clause_reference="1", regulation=edition.regulation, who="全員", duty="讀",
        measure_name="SAF-01", period_kind="standing",
    )  # fmt: skip
    found = read_and_trained("SAF-01")(None, Period.parse("2026-03"))
    assert found.done == 1
    actions.give_receipt(by=company.users["employee"], edition=edition, language="zh-hant", now=NOW)
    assert read_and_trained("SAF-01")(None, Period.parse("2026-03")).done == 1, "one person counts once"
