"""A case that reached the company closes after a revisit by somebody who did not handle it (SRV-20)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from forms.cases.actions import acknowledge_case, answer_case, close_case, transfer_case
from forms.cases.coming_back.actions import promise_revisit
from forms.cases.coming_back.measures import revisited_before_closing
from forms.cases.corrections.actions import NewPrevention, add_prevention, record_cause
from forms.cases.models import Case
from forms.cases.registries import reasons_not_to_close
from forms.revisits.actions import finish_revisit
from forms.revisits.permissions import visible_revisits
from portal.lib.periods import Period
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Appointment, Person, User
from portal.org.readers import reader_for
from tests.forms.complaints import NOW

pytestmark = pytest.mark.usefixtures("no_scope")
DUE = NOW + timedelta(days=3)


@pytest.fixture
def second_officer(company):
    """A quality officer who handled nothing."""
    user = User.objects.create(username="second_officer")
    person = Person.objects.create(name="second", staff_number="Q2", user=user)
    Appointment.objects.create(
        person=person, post=company.posts["quality_officer"], unit=company.units["QHSE"], starts_on=date(2020, 1, 1)
    )
    return user


@pytest.fixture
def answered(company, file_case):
    """A case of the company, handled and answered by the quality officer."""
    case, officer = file_case(), company.users["quality_officer"]
    acknowledge_case(case=case, by=company.users["clerk"], now=NOW)
    transfer_case(case=Case.objects.get(pk=case.pk), by=company.users["clerk"], reason="管理處無法處理", now=NOW)
    answer_case(case=Case.objects.get(pk=case.pk), by=officer, text="已查明並改正。", now=NOW)
    record_cause(by=officer, case=case, method="whys", whys=["沒人看", "沒有排班"], conclusion="沒有排班", now=NOW)
    new = NewPrevention("排班", company.people["director"], NOW.date())
    add_prevention(by=officer, case=case, new=new, now=NOW)
    return Case.objects.get(pk=case.pk)


def promise(company, case, by="quality_officer"):
    return promise_revisit(by=company.users[by], case=case, kind="phone", due_at=DUE, now=NOW)


def test_the_companys_case_does_not_close_without_a_revisit_by_another(company, answered, second_officer):
    officer = company.users["quality_officer"]
    with pytest.raises(Refused, match="did not handle"):
        close_case(case=answered, by=officer, now=NOW)
    revisit = promise(company, answered)
    answered.refresh_from_db()
    assert answered.state == "revisit_due"
    with pytest.raises(Refused, match="somebody else"):
        finish_revisit(by=officer, revisit=revisit, satisfied=True, now=NOW)
    finish_revisit(by=second_officer, revisit=revisit, satisfied=True, now=NOW + timedelta(hours=1))
    assert reasons_not_to_close(answered) == []
    close_case(case=answered, by=officer, now=NOW + timedelta(hours=2))
    found = revisited_before_closing(company.units["HQ"], Period.parse("2026-11"))
    assert (found.due, found.done, found.missed) == (1, 1, 0)


def test_an_unsatisfied_customers_case_is_taken_up_again_by_itself(company, answered, second_officer):
    revisit = promise(company, answered)
    finish_revisit(by=second_officer, revisit=revisit, satisfied=False, words="沒有改好", now=NOW + timedelta(hours=1))
    answered.refresh_from_db()
    assert answered.state == "reopened"


def test_an_open_promise_blocks_the_closing_of_any_case(company, file_case):
    case, clerk = file_case(), company.users["clerk"]
    acknowledge_case(case=case, by=clerk, now=NOW)
    answer_case(case=Case.objects.get(pk=case.pk), by=clerk, text="已處理。", now=NOW)
    case.refresh_from_db()
    assert reasons_not_to_close(case) == []
    promise(company, case, by="clerk")
    with pytest.raises(Conflict):
        promise(company, case, by="clerk")
    assert len(reasons_not_to_close(case)) == 1


def test_the_office_of_a_director_complained_about_finds_no_revisit(company, file_case):
    case, officer = file_case(about_director=True), company.users["quality_officer"]
    acknowledge_case(case=case, by=officer, now=NOW)
    answer_case(case=Case.objects.get(pk=case.pk), by=officer, text="已處理。", now=NOW)
    promise(company, Case.objects.get(pk=case.pk))
    for name in ("clerk", "director", "other_clerk"):
        assert visible_revisits(reader_for(company.users[name])).count() == 0
    assert visible_revisits(reader_for(officer)).count() == 1
    with pytest.raises(NotYours):
        promise(company, Case.objects.get(pk=case.pk), by="clerk")
