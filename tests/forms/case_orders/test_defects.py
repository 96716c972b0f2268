"""The defect is still there: rework at once, a special revisit in 24 hours, linked, counted, late for ever (SRV-11)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from forms.cases.actions import acknowledge_case, answer_case, say_still_broken
from forms.cases.orders import actions
from forms.cases.orders.enums import DefectSource, OrderState
from forms.cases.orders.models import WorkOrder
from forms.revisits.actions import cancel_revisit, finish_revisit, notice_late_revisits
from forms.revisits.enums import RevisitKind
from forms.revisits.measures import special_revisits
from forms.revisits.models import Revisit
from portal.journal.actions import CUSTOMER
from portal.lib.periods import Period
from portal.lib.refusals import Conflict, NotYours, Refused
from tests.forms.work_orders import NOW, finish

pytestmark = pytest.mark.usefixtures("no_scope")
NOVEMBER = Period.parse("2026-11")
LATER = NOW + timedelta(hours=2)


@pytest.fixture
def finished(write) -> WorkOrder:
    return write(to="finished")


@pytest.fixture
def report(finished):
    def do(source=DefectSource.CUSTOMER, by=CUSTOMER, order=None, now=LATER):
        return actions.report_defect(by=by, order=order or finished, words="還在漏水", source=source, now=now)

    return do


def test_the_rework_may_begin_at_once_free_of_charge(company, finished, report):
    rework = report()
    finished.refresh_from_db()
    assert (finished.state, rework.state, rework.chargeable) == (OrderState.REWORK, OrderState.ACCEPTED, False)
    assert (rework.first_id, rework.rework_of_id, rework.worker_id) == (finished.pk, finished.pk, finished.worker_id)
    assert rework.steps.count() == finished.steps.count()
    assert actions.start_order(by=company.users["repairer"], order=rework, now=LATER).state == OrderState.IN_PROGRESS


def test_a_special_revisit_is_due_in_24_clock_hours_whatever_the_calendar_says(finished, report):
    friday_night = NOW + timedelta(days=4, hours=13)
    report(now=friday_night)
    revisit = Revisit.objects.get()
    assert (revisit.kind, revisit.due_at) == (RevisitKind.SPECIAL, friday_night + timedelta(hours=24))
    assert (revisit.subject_type, revisit.subject_id) == ("case_orders.workorder", str(finished.pk))


def test_the_first_order_is_finished_again_with_its_rework_and_the_count_stays(company, finished, report):
    rework = report()
    worker = company.users["repairer"]
    finish(actions.start_order(by=worker, order=rework, now=LATER), worker, LATER)
    finished.refresh_from_db()
    assert finished.state == OrderState.FINISHED
    again = report(order=finished, now=LATER + timedelta(hours=1))
    assert (again.first_id, again.rework_of_id, finished.reworks.count()) == (finished.pk, rework.pk, 2)


def test_a_second_word_while_the_rework_is_under_way_makes_no_second_one(report):
    report()
    with pytest.raises(Conflict):
        report()
    assert WorkOrder.objects.count() == 2


def test_an_unsatisfied_special_revisit_makes_the_next_rework_by_itself(company, finished, report):
    rework, worker, clerk = report(), company.users["repairer"], company.users["clerk"]
    finish(actions.start_order(by=worker, order=rework, now=LATER), worker, LATER)
    revisit = Revisit.objects.get()
    with pytest.raises(Refused) as refused:
        finish_revisit(by=clerk, revisit=revisit, satisfied=False, now=LATER)
    assert refused.value.field == "words"
    finish_revisit(by=clerk, revisit=revisit, satisfied=False, words="又漏了", now=LATER)
    newest = WorkOrder.objects.order_by("-pk").first()
    assert (newest.first_id, newest.rework_of_id, newest.defect_source) == (finished.pk, rework.pk, "revisit")
    assert Revisit.objects.open().get().kind == RevisitKind.SPECIAL


def test_unsatisfied_while_the_rework_is_under_way_goes_back_once_more(company, report):
    rework = report()
    finish_revisit(by=company.users["clerk"], revisit=Revisit.objects.get(), satisfied=False, words="沒人來", now=LATER)
    assert WorkOrder.objects.count() == 2
    assert "沒人來" in WorkOrder.objects.get(pk=rework.pk).what
    assert Revisit.objects.open().count() == 1


def test_late_is_late_for_ever(company, report):
    report()
    office = company.units["OFFICE1"]
    too_late = LATER + timedelta(hours=25)
    assert notice_late_revisits(too_late) == 1
    assert notice_late_revisits(too_late) == 0
    finish_revisit(by=company.users["clerk"], revisit=Revisit.objects.get(), satisfied=True, now=too_late)
    found = special_revisits(office, NOVEMBER)
    assert (found.due, found.done, found.missed, found.late) == (1, 0, 1, 1)


def test_a_special_revisit_and_a_rework_are_duties(company, report):
    rework = report()
    clerk = company.users["clerk"]
    with pytest.raises(Refused):
        cancel_revisit(by=clerk, revisit=Revisit.objects.get(), reason="不用了", now=LATER)
    with pytest.raises(Refused):
        actions.cancel_order(by=clerk, order=rework, reason="不用了", now=LATER)


@pytest.mark.parametrize("username", ["other_clerk", "repairer", "quality_officer"])
def test_the_hotline_writes_it_down_for_its_own_office(company, report, username):
    with pytest.raises(NotYours):
        report(DefectSource.HOTLINE, by=company.users[username])


def test_the_customers_word_on_the_page_of_the_case_starts_the_rework(company, write, file_case):
    case = file_case(at=NOW)
    clerk = company.users["clerk"]
    write("roof", to="finished", case=case)
    acknowledge_case(case=case, by=clerk, now=NOW)
    case.refresh_from_db()
    answer_case(case=case, by=clerk, text="修好了。", now=NOW)
    case.refresh_from_db()
    say_still_broken(case=case, by=CUSTOMER, text="還在漏", now=LATER)
    rework = WorkOrder.objects.get(rework_of__isnull=False)
    assert (rework.case_id, rework.defect_source) == (case.pk, DefectSource.CUSTOMER)
