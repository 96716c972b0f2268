"""A work order from first to last: the price before the work, the procedure, the photos (SRV-07, SRV-08)."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from forms.cases.actions import acknowledge_case, answer_case, close_case
from forms.cases.orders import actions
from forms.cases.orders.case_page import order_section, order_steps
from forms.cases.orders.enums import BEFORE, SIGNATURE, TRANSITIONS, AcceptedHow, OrderState
from forms.cases.orders.measures import price_before_work, procedure_signed
from forms.cases.orders.models import WorkOrder
from forms.cases.registries import reasons_not_to_close
from policies.actions import issue_guide_edition, save_service
from portal.files.actions import files_of
from portal.files.storage import examine_files
from portal.journal.actions import CUSTOMER, entries_of
from portal.lib.periods import Period
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.notifications.models import Notification
from portal.notifications.tiles import unread_number
from portal.org.readers import reader_for
from tests.forms.complaints import picture
from tests.forms.work_orders import NOW, finish, new_order

pytestmark = pytest.mark.usefixtures("no_scope")
NOVEMBER = Period.parse("2026-11")


# ---- writing ---------------------------------------------------------------------------------------------------------
def test_an_order_brings_the_procedure_and_the_price_of_the_guide(write):
    order = write()
    assert [step.text for step in order.steps.all()] == ["確認位置和價格", "鋪設防護後疏通", "放水試通"]
    assert (order.state, order.price, order.total, order.guide_edition) == ("priced", "每次 80 元", Decimal(80), 1)
    assert [entry.action for entry in entries_of(order)] == ["orders.draft", "orders.price"]


def test_the_price_on_an_order_stays_when_the_guide_changes(company, services, write):
    order = write(to="accepted")
    told = {"section": "維修", "hours": "每日", "phone": "1", "valid_from": date(2026, 10, 1)}
    editor = company.users["editor"]
    save_service(by=editor, name="疏通下水道", price="每次 95 元", amount=Decimal(95), unit="次", now=NOW, **told)
    issue_guide_edition(by=editor, effective_on=date(2026, 11, 23), note="調價。", now=NOW)
    order = actions.start_order(by=company.users["repairer"], order=order, now=NOW)
    assert (order.price, order.total) == ("每次 80 元", Decimal(80))
    assert write().total == Decimal(95)


def test_the_same_form_sent_twice_is_one_order(company, services):
    key, new = uuid.uuid4(), new_order(services["drains"])
    clerk = company.users["clerk"]
    first = actions.draft_order(by=clerk, key=key, new=new, now=NOW)
    assert actions.draft_order(by=clerk, key=key, new=new, now=NOW).pk == first.pk
    with pytest.raises(Conflict):
        actions.draft_order(by=clerk, key=key, new=new_order(services["drains"], what="別的事"), now=NOW)
    assert WorkOrder.objects.count() == 1


@pytest.mark.parametrize("username", ["other_clerk", "repairer", "quality_officer", "employee"])
def test_only_the_service_centre_of_the_office_writes_orders(company, services, username):
    with pytest.raises(NotYours):
        actions.draft_order(by=company.users[username], key=uuid.uuid4(), new=new_order(services["drains"]), now=NOW)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"what": " "}, "what"),
        ({"house": ""}, "house"),
        ({"wanted_by": NOW}, "wanted_by"),
        ({"quantity": Decimal(0)}, "quantity"),
    ],
)
def test_what_is_missing_is_said(company, services, changes, field):
    with pytest.raises(Refused) as refused:
        actions.draft_order(
            by=company.users["clerk"], key=uuid.uuid4(), new=new_order(services["drains"], **changes), now=NOW
        )
    assert refused.value.field == field


def test_there_is_no_order_about_what_lies_with_the_leaders(company, services, file_case):
    case = file_case(about_director=True)
    with pytest.raises(NotYours):
        actions.draft_order(
            by=company.users["clerk"], key=uuid.uuid4(), new=new_order(services["drains"], case=case), now=NOW
        )


# ---- the price before the work (SRV-07) ------------------------------------------------------------------------------
def test_a_chargeable_order_cannot_begin_before_the_price_is_accepted(company, write):
    order = write(to="priced")
    with pytest.raises(Refused, match="accepted the price"):
        actions.start_order(by=company.users["repairer"], order=order, now=NOW)
    order = actions.accept_on_screen(by=CUSTOMER, order=order, version=order.version, now=NOW)
    assert actions.start_order(by=company.users["repairer"], order=order, now=NOW).state == OrderState.IN_PROGRESS


def test_the_database_itself_keeps_no_chargeable_order_that_began_without_a_yes(write):
    order = write(to="priced")
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkOrder.objects.filter(pk=order.pk).update(started_at=NOW)


def test_a_free_order_begins_without_a_yes(company, write):
    order = write("roof", to="priced")
    assert order.state == OrderState.ACCEPTED
    with pytest.raises(Conflict):
        actions.accept_on_screen(by=CUSTOMER, order=order, now=NOW)
    assert actions.start_order(by=company.users["repairer"], order=order, now=NOW).state == OrderState.IN_PROGRESS


def test_another_price_shown_meanwhile_is_told(company, write):
    order = write()
    seen = order.version
    actions.price_order(by=company.users["clerk"], order=order, quantity=Decimal(2), now=NOW)
    with pytest.raises(Conflict):
        actions.accept_on_screen(by=CUSTOMER, order=order, version=seen, now=NOW)


def test_a_signature_is_a_private_file_and_a_typed_name_stands_for_it(company, write):
    signed = actions.accept_signed(
        by=company.users["repairer"],
        order=write(),
        name="鄭女士",
        signature=examine_files([picture("PNG", name="signature.png")], kinds=frozenset({"png"})),
        now=NOW,
    )
    assert signed.accepted_how == AcceptedHow.SIGNATURE
    assert files_of(signed, SIGNATURE).count() == 1
    typed = actions.accept_signed(by=company.users["repairer"], order=write(), name="鄭女士", now=NOW)
    assert (typed.accepted_how, typed.accepted_name) == (AcceptedHow.TYPED, "鄭女士")
    with pytest.raises(Refused):
        actions.accept_signed(by=company.users["repairer"], order=write(), name=" ", now=NOW)


def test_a_call_says_who_when_and_in_which_words(company, write):
    clerk = company.users["clerk"]
    given = {"name": "鄭女士", "words": "可以，下午來", "called_at": NOW}
    order = actions.record_call(by=clerk, order=write(), now=NOW, **given)
    assert (order.accepted_how, order.accepted_at, order.accepted_words) == ("call", NOW, "可以，下午來")
    for changes in ({"called_at": NOW + timedelta(hours=1)}, {"called_at": NOW - timedelta(days=1)}, {"words": ""}):
        with pytest.raises(Refused):
            actions.record_call(by=clerk, order=write(), now=NOW, **(given | changes))
    with pytest.raises(NotYours):
        actions.record_call(by=company.users["repairer"], order=write(), now=NOW, **given)


def test_the_measure_counts_chargeable_orders_that_began(company, write):
    write(to="in_progress")
    write("roof", to="in_progress")
    write(to="priced")
    found = price_before_work(company.units["OFFICE1"], NOVEMBER)
    assert (found.due, found.done, found.missed) == (1, 1, 0)
    assert price_before_work(company.units["OFFICE2"], NOVEMBER).due == 0


# ---- the procedure (SRV-08) ------------------------------------------------------------------------------------------
def test_steps_are_signed_in_their_order_once_and_all_before_the_end(company, write):
    worker = company.users["repairer"]
    order = write(to="in_progress")
    first, second, third = order.steps.all()
    with pytest.raises(Refused, match="before it first"):
        actions.sign_step(by=worker, order=order, step=second, now=NOW)
    actions.sign_step(by=worker, order=order, step=first, now=NOW)
    with pytest.raises(Conflict):
        actions.sign_step(by=worker, order=order, step=first, now=NOW)
    with pytest.raises(Refused, match="2 steps"):
        actions.finish_order(by=worker, order=order, no_photos="x", now=NOW)
    with pytest.raises(Refused) as refused:
        actions.sign_step(by=worker, order=order, step=second, skipped=True, now=NOW)
    assert refused.value.field == "note"
    actions.sign_step(by=worker, order=order, step=second, skipped=True, note="已有防護", now=NOW)
    actions.sign_step(by=worker, order=order, step=third, now=NOW)
    assert actions.finish_order(by=worker, order=order, no_photos="x", now=NOW).state == OrderState.FINISHED


def test_it_is_not_finished_without_photos_or_the_reason_why(company, write):
    worker = company.users["repairer"]
    order = write("roof", to="in_progress")
    for step in order.steps.all():
        actions.sign_step(by=worker, order=order, step=step, now=NOW)
    with pytest.raises(Refused) as refused:
        actions.finish_order(by=worker, order=order, now=NOW)
    assert refused.value.field == "no_photos"
    for purpose in ("before", "after"):
        actions.add_photos(by=worker, order=order, purpose=purpose, uploads=examine_files([picture()]), now=NOW)
    assert files_of(order, BEFORE).count() == 1
    assert actions.finish_order(by=worker, order=order, now=NOW).no_photos == ""


def test_the_measure_of_the_procedure_sees_an_unsigned_step(company, write):
    done, cheated = write(to="finished"), write(to="finished")
    found = procedure_signed(company.units["PROPERTY"], NOVEMBER)
    assert (found.due, found.done, found.missed) == (2, 2, 0)
    cheated.steps.filter(position=2).update(signed_at=None, signed_by=None)
    assert procedure_signed(company.units["PROPERTY"], NOVEMBER).missed == 1
    assert done.recorded_at is not None


@pytest.mark.parametrize(
    "username", ["second_repairer", "other_repairer", "other_clerk", "quality_officer", "employee"]
)
def test_the_work_is_done_by_who_was_given_it(company, write, username):
    order = write(to="accepted")
    with pytest.raises(NotYours):
        actions.start_order(by=company.users[username], order=order, now=NOW)


def test_two_at_once_the_second_is_told(company, write):
    order = write(to="accepted")
    actions.start_order(by=company.users["repairer"], order=order, version=order.version, now=NOW)
    with pytest.raises(Conflict):
        actions.start_order(by=company.users["clerk"], order=order, version=order.version, now=NOW)


def test_every_state_is_left_by_a_verb_or_is_an_end():
    left = {state for allowed, _target in TRANSITIONS.values() for state in allowed}
    assert set(OrderState) - left == {OrderState.CANCELLED}


def test_work_written_down_later_says_when_it_was_done(company, write):
    order = write("roof", to="in_progress", at=NOW - timedelta(days=3))
    worker = company.users["repairer"]
    done = NOW - timedelta(days=2)
    order = finish(order, worker, NOW, finished_at=done)
    assert (order.finished_at, order.recorded_at) == (done, NOW)


# ---- with a case -----------------------------------------------------------------------------------------------------
def test_a_case_does_not_close_while_an_order_is_open(company, services, write, file_case):
    case = file_case(at=NOW)
    clerk = company.users["clerk"]
    order = write("roof", to="in_progress", case=case)
    case = acknowledge_case(case=case, by=clerk, now=NOW)
    answer_case(case=case, by=clerk, text="今天來修。", now=NOW)
    assert order.number in str(reasons_not_to_close(case))
    with pytest.raises(Refused, match=order.number):
        close_case(case=case, by=clerk, now=NOW)
    finish(order, company.users["repairer"], NOW)
    assert reasons_not_to_close(case) == []


def test_the_page_of_a_case_and_its_customer_see_the_orders(company, write, file_case):
    case = file_case(at=NOW)
    assert order_section(case, reader_for(company.users["clerk"])) is None
    order = write("roof", to="finished", case=case)
    section = order_section(case, reader_for(company.users["clerk"]))
    assert [one.pk for one in section.context["orders"]] == [order.pk]
    assert len(order_steps(case)) == 2


def test_a_cancelled_order_blocks_nothing(company, write, file_case):
    case = file_case(at=NOW)
    order = write(case=case)
    with pytest.raises(Refused):
        actions.cancel_order(by=company.users["clerk"], order=order, reason="", now=NOW)
    actions.cancel_order(by=company.users["clerk"], order=order, reason="業主自行處理", now=NOW)
    assert reasons_not_to_close(case) == []


def test_who_is_given_an_order_hears_of_it_by_its_number(company, write):
    order = write()
    Notification.objects.all().delete()
    worker, clerk = company.people["director"], company.users["clerk"]
    given = actions.assign_order(by=clerk, order=order, worker=worker)
    (row,) = Notification.objects.filter(kind="case_orders.given")
    assert (row.user, row.sentence) == (worker.user, f"Work order {order.number} was given to you")
    assert unread_number(reader_for(worker.user)) == 1
    actions.assign_order(by=clerk, order=given, worker=company.people["clerk"])
    assert Notification.objects.filter(kind="case_orders.given").count() == 1
    assert unread_number(reader_for(worker.user)) == 0
