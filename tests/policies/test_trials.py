"""An edition on trial: for some, until a day, marked; what is in force stays in force."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from policies import actions
from policies.actions import AudienceLine
from policies.enums import EditionState
from policies.models import Edition
from portal.lib import clock
from portal.lib.refusals import Conflict, Refused
from tests.policies.conftest import NOW, clause, through_review


def text_of(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def tried(company, issued):
    """The second edition, on trial with the first crew for thirty days from today; edition 1 holds for all staff."""
    draft = actions.start_draft(by=company.users["editor"], regulation=issued.regulation, now=NOW)
    row = clause(draft, "2.2.2")
    actions.edit_clause(by=company.users["editor"], clause=row, number="2.2.2", heading="", text="監護人佩戴袖標。")
    return actions.try_edition(
        by=company.users["approver"],
        edition=through_review(company, draft),
        ends_on=clock.today() + timedelta(days=30),
        owner_unit=company.units["QHSE"],
        audience=[AudienceLine("unit", unit=company.units["CREW1"])],
    )


def test_a_trial_is_read_by_those_who_try_it_and_marked(signed_in, tried):
    address = reverse("regulation_edition", args=[tried.regulation.slug, 2])
    shown = text_of(signed_in("employee").get(address))
    assert "監護人佩戴袖標" in shown
    assert tried.trial_ends_on.isoformat() in shown
    assert 'action="/regulations/' not in shown.split("receipt")[0]
    assert "csrfmiddlewaretoken" not in shown.split('id="receipt"')[-1] or 'id="receipt"' not in shown
    assert signed_in("other_crew_leader").get(address).status_code == 404
    assert signed_in("clerk").get(address).status_code == 404


def test_what_is_in_force_stays_in_force(signed_in, tried, issued):
    assert Edition.objects.in_force(clock.today()).get() == issued
    main = text_of(signed_in("employee").get(tried.regulation.reading_url()))
    assert "監護人不得離開" in main
    assert reverse("regulation_edition", args=[tried.regulation.slug, 2]) in main, "who tries it is told"
    other = text_of(signed_in("clerk").get(tried.regulation.reading_url()))
    assert reverse("regulation_edition", args=[tried.regulation.slug, 2]) not in other


def test_nobody_is_asked_for_a_receipt_of_a_trial(company, tried):
    with pytest.raises(Conflict):
        actions.give_receipt(by=company.users["employee"], edition=tried, language="zh-hant")


def test_without_an_edition_in_force_the_trial_stands_under_the_address(signed_in, in_trial):
    assert signed_in("employee").get(in_trial.regulation.reading_url()).status_code in {200, 302}
    assert signed_in("clerk").get(in_trial.regulation.reading_url()).status_code == 404


def test_when_its_time_is_over_it_holds_no_longer(signed_in, in_trial):
    """Until 1 June 2026, which is past."""
    assert in_trial.trial_is_over(date(2026, 6, 2))
    assert not in_trial.trial_is_over(date(2026, 6, 1))
    page = signed_in("employee").get(reverse("regulation_edition", args=[in_trial.regulation.slug, 1]))
    assert page.status_code == 200
    assert Edition.objects.get(pk=in_trial.pk).state == EditionState.IN_TRIAL, "issued or withdrawn by a person"


def test_issuing_after_the_trial_keeps_the_text_and_widens_the_audience(company, signed_in, tried, issued):
    signed_in("employee").get(reverse("regulation_edition", args=[tried.regulation.slug, 2]))  # a warm memory
    digests = set(tried.bodies.values_list("digest", flat=True))
    done = actions.issue_edition(
        by=company.users["approver"],
        edition=tried,
        effective_on=clock.today(),
        owner_unit=company.units["QHSE"],
        audience=[AudienceLine("staff")],
    )
    assert done.state == EditionState.ISSUED
    assert set(done.bodies.values_list("digest", flat=True)) == digests
    assert Edition.objects.get(pk=done.pk).audience == {"staff", f"unit:{company.units['CREW1'].pk}"}
    issued.refresh_from_db()
    assert issued.state == EditionState.SUPERSEDED
    shown = text_of(signed_in("employee").get(tried.regulation.reading_url()))
    assert "監護人佩戴袖標" in shown
    assert done.review_due_on.isoformat() in shown, "the facts are those of the issue, not of the trial"


def test_a_trial_may_be_withdrawn_and_its_number_stays_taken(company, tried):
    actions.withdraw_edition(by=company.users["approver"], edition=tried, reason="行不通")
    draft = actions.start_draft(by=company.users["editor"], regulation=tried.regulation)
    assert draft.number == 3


def test_a_later_edition_ends_a_trial(company, tried, issue):
    draft = actions.start_draft(by=company.users["editor"], regulation=tried.regulation)
    assert clause(draft, "2.2.2").text == "監護人佩戴袖標。", "the next draft goes on from what was tried"
    issue(through_review(company, draft), effective_on=clock.today(), now=clock.now())
    tried.refresh_from_db()
    assert tried.state == EditionState.SUPERSEDED


@pytest.mark.parametrize("ends_on", [None, date(2026, 3, 2), date(2026, 3, 1), date(2029, 3, 3)])
def test_a_trial_has_an_end(company, approved, ends_on):
    with pytest.raises(Refused) as refusal:
        actions.try_edition(
            by=company.users["approver"],
            edition=approved,
            ends_on=ends_on,
            owner_unit=company.units["QHSE"],
            audience=[AudienceLine("staff")],
            now=NOW,
        )
    assert refusal.value.field == "ends_on"


def test_the_trial_by_its_screen(signed_in, company, approved):
    approver = signed_in("approver")
    place = reverse("policies_trial", args=[approved.pk])
    form = {
        "owner_unit": company.units["QHSE"].pk,
        "audience-TOTAL_FORMS": "1",
        "audience-INITIAL_FORMS": "0",
        "audience-0-scope": "unit",
        "audience-0-unit": company.units["CREW1"].pk,
        "change_note": "先試",
    }
    late = approver.post(place, form)
    assert late.status_code == 400
    assert "先試" in text_of(late), "nothing typed is lost"
    day = (clock.today() + timedelta(days=9)).isoformat()
    assert approver.post(place, form | {"ends_on": day}).status_code == 302
    assert Edition.objects.get(pk=approved.pk).state == EditionState.IN_TRIAL
