"""An entrance that waits for an edition is published when the edition is issued, or both stay where they are."""

from __future__ import annotations

import pytest

from forms.cases.models import ComplaintPage
from home.models import HomePage
from policies.actions import AudienceLine, approve_edition, issue_edition, review_edition, submit_edition
from policies.actions.bundles import what_goes_out, what_is_missing
from policies.enums import EditionState
from policies.importing import import_parsed
from policies.models import Edition
from policies.parsing import parse, read_file
from portal.lib import clock
from portal.lib.refusals import Refused


@pytest.fixture
def approved(company) -> Edition:
    result = parse(read_file("倉庫用火規定\n\n1 範圍\n\n1.1 用火之前先辦許可證。\n".encode()))
    edition = import_parsed(by=company.users["editor"], result=result, source_name="w.txt")[0].edition
    submit_edition(by=company.users["editor"], edition=edition, change_note="首次")
    review_edition(by=company.users["second_editor"], edition=edition)
    return approve_edition(by=company.users["approver"], edition=edition)


@pytest.fixture
def waiting(company, approved) -> ComplaintPage:
    """A draft whose editor chose the regulation, as Wagtail saves a draft: in a revision."""
    page = HomePage.objects.get().add_child(
        instance=ComplaintPage(title="用火申請", slug="fire", live=False, routing_unit=company.units["PROPERTY"])
    )
    page.goes_with = approved.regulation
    page.save_revision(user=company.users["editor"])
    return page


def issue(company, edition: Edition) -> Edition:
    return issue_edition(
        by=company.users["approver"],
        edition=edition,
        effective_on=clock.today(),
        owner_unit=company.units["QHSE"],
        audience=[AudienceLine("staff")],
    )


def test_it_is_named_and_published_with_the_edition_and_waits_no_longer(company, approved, waiting):
    assert [name for _part, name in what_goes_out(approved)] == ["用火申請"]
    issue(company, approved)
    page = ComplaintPage.objects.get(pk=waiting.pk)
    assert (page.live, page.goes_with_id, page.has_unpublished_changes) == (True, None, False)
    assert what_goes_out(approved) == []


def test_one_of_another_regulation_stays_a_draft(company, approved, waiting):
    draft = waiting.get_latest_revision_as_object()
    draft.goes_with = None
    draft.save_revision(user=company.users["editor"])
    issue(company, approved)
    assert not ComplaintPage.objects.get(pk=waiting.pk).live


def test_while_it_is_not_whole_nothing_is_issued(company, approved, waiting):
    draft = waiting.get_latest_revision_as_object()
    draft.title = ""
    draft.save_revision(user=company.users["editor"], clean=False)
    assert what_is_missing(approved)
    with pytest.raises(Refused):
        issue(company, approved)
    assert Edition.objects.get(pk=approved.pk).state == EditionState.APPROVED
    assert not ComplaintPage.objects.get(pk=waiting.pk).live
