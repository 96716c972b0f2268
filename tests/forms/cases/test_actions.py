"""The life of a case: the table of transitions, its promises, two people at once, one journal entry a step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django_scopes import scopes_disabled

from forms.cases import actions
from forms.cases.enums import CUSTOMER_VERBS, ON_PLAN, TRANSITIONS, CaseLevel, CaseState, ClockName
from forms.cases.models import Case, CaseNote, CasePromise, ClockPolicy, Incident
from forms.cases.permissions import assignable_people
from portal.jobs.models import OutboxRow
from portal.journal.actions import CUSTOMER, SYSTEM, entries_of, faults
from portal.lib.phones import phone_digest
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Estate
from tests.forms.complaints import NOW
from tests.patience import at_once
from tests.people import Company

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_scope")]
FileCase = Callable[..., Case]
HOUR = timedelta(hours=1)


def do(verb: str, case: Case, by: Any, now: datetime = NOW, **more: Any) -> Any:
    """The verb by its name, with whatever it must be told."""
    case = Case.objects.get(pk=case.pk)
    told = {
        "assign": lambda: {"person": assignable_people(case).first()},
        "note": lambda: {"text": "內部說明"},
        "answer": lambda: {"text": "我們理解您的心情,電梯已經修好。"},
        "transfer": lambda: {"reason": "需要公司處理"},
        "reopen": lambda: {"reason": "業主說還沒好"},
        "withdraw": lambda: {"reason": "業主來電撤回"},
        "wait": lambda: {"reason": "customer", "until": now + timedelta(days=2)},
        "extend": lambda: {
            "clock_name": next((row.clock for row in actions.pending_promises(case) if row.clock != "acknowledge"), ""),
            "new_due": now + timedelta(days=60),
            "reason": "配件未到",
            "answer": "agreed",
            "way": "phone",
        },
        "resolve": lambda: {"text": "我們明白您的不便,現已修好。"},
        "decline": lambda: {"text": "我們理解您的需要;這屬於自來水公司,電話如下。"},
        "merge": lambda: {"into": Case.objects.exclude(pk=case.pk).get(house=case.house, subject="另一件")},
        "gather": lambda: {"incident": Incident.objects.get()},
        "add": lambda: {"text": "補充:晚上也停。"},
        "still_broken": lambda: {"text": "還是壞的。"},
        "rate": lambda: {"stars": 4},
    }.get(verb, dict)()
    by = CUSTOMER if verb in CUSTOMER_VERBS else SYSTEM if verb == "execute_plan" else by
    return VERBS[verb](case=case, by=by, now=now, **{**told, **more})


ODD_NAMES = {
    "note": actions.add_note,
    "route": actions.keep_route,
    "expect_revisit": actions.expect_revisit,
    "issue_plan": actions.issue_plan,
    "execute_plan": actions.execute_plan,
    "add": actions.add_to_case,
    "still_broken": actions.say_still_broken,
}
VERBS = {verb: ODD_NAMES.get(verb) or getattr(actions, f"{verb}_case") for verb in TRANSITIONS}


WAY_TO = {
    CaseState.RECEIVED: (),
    CaseState.ACKNOWLEDGED: ("acknowledge",),
    CaseState.ASSIGNED: ("acknowledge", "assign"),
    CaseState.IN_PROGRESS: ("acknowledge", "assign", "start"),
    CaseState.TRANSFERRED: ("transfer",),
    CaseState.PLAN_ISSUED: ("transfer", "issue_plan"),
    CaseState.EXECUTING: ("transfer", "issue_plan", "execute_plan"),
    CaseState.ANSWERED: ("acknowledge", "answer"),
    CaseState.REOPENED: ("acknowledge", "answer", "reopen"),
    CaseState.CLOSED: ("acknowledge", "answer", "close"),
    CaseState.WITHDRAWN: ("withdraw",),
    CaseState.WAITING: ("acknowledge", "wait"),
    CaseState.RESOLVED: ("acknowledge", "resolve"),
    CaseState.REVISIT_DUE: ("acknowledge", "resolve", "expect_revisit"),
    CaseState.MERGED: ("merge",),
    CaseState.OUT_OF_SCOPE: ("decline",),
}


def bring(case: Case, state: CaseState, by: Any) -> Case:
    for verb in WAY_TO[state]:
        do(verb, case, by)
    return Case.objects.get(pk=case.pk)


def open_incident(company: Company) -> Incident:
    return actions.open_incident(
        by=company.users["clerk"],
        title="水管爆裂",
        estate=Estate.objects.get(code="CUIHU"),
        say="正在搶修,預計今晚恢復供水。",
        now=NOW,
    )


@pytest.mark.parametrize("state", CaseState)
def test_every_verb_from_every_state(file_case: FileCase, company: Company, state: CaseState) -> None:
    by = company.users["quality_officer"]
    ClockPolicy.objects.create(kind="complaint", solution_days=20)
    file_case(subject="另一件")
    open_incident(company)
    case = bring(file_case(), state, by)
    before, steps = entries_of(case).count(), case.steps.count()
    for verb, (allowed, target) in TRANSITIONS.items():
        with transaction.atomic():
            with_company = state in ON_PLAN | {CaseState.TRANSFERRED}
            not_here = verb in ("transfer", "merge") if with_company else verb == "issue_plan"
            if state not in allowed or not_here:
                with pytest.raises(Refused):
                    do(verb, case, by)
                assert Case.objects.get(pk=case.pk).version == case.version
                assert entries_of(case).count() == before
            else:
                do(verb, case, by)
                after = Case.objects.get(pk=case.pk)
                goes_on = verb == "add" and state == CaseState.WAITING  # what it waited for is here
                stays = verb in ("assign", "answer") and state in ON_PLAN  # with the plan of the company
                assert after.state == (CaseState.IN_PROGRESS if goes_on else state if stays else target or state), verb
                assert after.version == case.version + 1
                assert [entry.action for entry in entries_of(case)][before:] == [f"cases.{verb}"]
                assert after.steps.count() - steps == (after.state != state)
            transaction.set_rollback(True)


def test_a_whole_life_is_in_the_journal_and_the_chain_holds(file_case: FileCase, company: Company) -> None:
    case = file_case()
    for verb in ("acknowledge", "assign", "start", "note", "answer", "close"):
        do(verb, case, company.users["clerk"])
    wanted = ["file", "acknowledge", "assign", "start", "note", "answer", "close"]
    assert [entry.action for entry in entries_of(case)] == [f"cases.{verb}" for verb in wanted]
    assert list(faults()) == []
    assert "鄭女士" not in str([entry.data for entry in entries_of(case)])


# ---- promises -----------------------------------------------------------------------------------------------------
def promise(case: Case, clock: ClockName) -> CasePromise:
    return CasePromise.objects.filter(case=case, clock=clock).latest("starts_at")


@pytest.mark.parametrize(("after", "broken"), [(timedelta(hours=3), False), (timedelta(days=2), True)])
def test_an_acknowledgement_keeps_or_breaks_its_promise(
    file_case: FileCase, company: Company, after: timedelta, broken: bool
) -> None:
    case = file_case()
    do("acknowledge", case, company.users["clerk"], now=NOW + after)
    assert promise(case, ClockName.ACKNOWLEDGE).broken is broken
    assert promise(case, ClockName.ACKNOWLEDGE).kept_at == NOW + after


def test_a_breach_stays_whatever_comes_later(file_case: FileCase, company: Company) -> None:
    case = file_case()
    late = NOW + timedelta(days=30)
    assert actions.notice_breaches(late) == 2
    assert actions.notice_breaches(late) == 0
    for verb in ("acknowledge", "answer", "close", "reopen"):
        do(verb, case, company.users["clerk"], now=late)
    do("withdraw", case, company.users["clerk"], now=late)
    assert list(CasePromise.objects.filter(case=case).values_list("clock", "broken", "dropped")) == [
        ("acknowledge", True, False),
        ("answer", True, False),
        ("answer", False, True),
    ]


def test_what_is_due_next_follows_the_state(file_case: FileCase, company: Company) -> None:
    case, clerk = file_case(), company.users["clerk"]
    assert case.next_due == promise(case, ClockName.ACKNOWLEDGE).due_at
    do("acknowledge", case, clerk)
    assert Case.objects.get().next_due == promise(case, ClockName.ANSWER).due_at
    do("answer", case, clerk)
    assert Case.objects.get().next_due is None
    do("reopen", case, clerk, now=NOW + HOUR)
    assert Case.objects.get().next_due == promise(case, ClockName.ANSWER).due_at
    assert CasePromise.objects.filter(clock="answer").count() == 2


def test_the_policy_of_the_day_stays_with_the_case(file_case: FileCase, page: Any, company: Company) -> None:
    case = file_case()
    page.answer_days = 1
    page.save()
    do("acknowledge", case, company.users["clerk"])
    do("answer", case, company.users["clerk"])
    do("reopen", case, company.users["clerk"])
    assert Case.objects.get(pk=case.pk).policy == {"acknowledge_hours": 4, "answer_days": 5}
    first, second = CasePromise.objects.filter(case=case, clock="answer").values_list("due_at", flat=True)
    assert first == second


# ---- by content ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("what", ["about_director", "compensation"])
def test_what_the_office_must_not_see_goes_to_the_leaders(file_case: FileCase, company: Company, what: str) -> None:
    case = file_case(**{what: True})
    assert (case.level, case.unit, case.office) == (
        CaseLevel.LEADERS,
        company.units["HQ"],
        company.units["OFFICE1"],
    )
    assert entries_of(case).get().unit == company.units["HQ"]


def test_a_transfer_to_the_company_leaves_the_office_its_view_and_takes_its_verbs(
    file_case: FileCase, company: Company
) -> None:
    case, clerk = file_case(), company.users["clerk"]
    do("transfer", case, clerk)
    assert Case.objects.get().unit == company.units["OFFICE1"]
    do("note", case, clerk)
    with pytest.raises(NotYours):
        do("answer", case, clerk, text="不應成功")
    do("assign", case, company.users["quality_officer"])


def test_a_transfer_to_the_leaders_takes_the_view_too(file_case: FileCase, company: Company) -> None:
    case, clerk = file_case(), company.users["clerk"]
    do("transfer", case, clerk, about_director=True)
    assert Case.objects.get().unit == company.units["HQ"]
    with pytest.raises(NotYours):
        do("note", case, clerk)
    with pytest.raises(Refused):
        do("transfer", case, company.users["quality_officer"])


def test_only_people_of_the_list_are_given_a_case(file_case: FileCase, company: Company) -> None:
    case = bring(file_case(), CaseState.ACKNOWLEDGED, company.users["clerk"])
    with pytest.raises(Refused):
        do("assign", case, company.users["clerk"], person=company.people["other_clerk"])
    do("assign", case, company.users["clerk"], person=company.people["director"])


@pytest.mark.parametrize("verb", ["note", "answer", "transfer", "reopen", "withdraw"])
def test_empty_words_are_refused(file_case: FileCase, company: Company, verb: str) -> None:
    case = bring(file_case(), CaseState.ANSWERED, company.users["quality_officer"])
    word = "text" if verb in ("note", "answer") else "reason"
    with pytest.raises(Refused) as refused:
        do(verb, case, company.users["quality_officer"], **{word: "  \n"})
    assert refused.value.field == word


def test_a_note_never_changes(file_case: FileCase, company: Company) -> None:
    note = do("note", file_case(), company.users["clerk"])
    note.text = "改寫"
    with pytest.raises(TypeError):
        note.save()


@pytest.mark.parametrize("nobody", [None, "anonymous"])
def test_nobody_acts_without_a_name(file_case: FileCase, nobody: Any) -> None:
    from django.contrib.auth.models import AnonymousUser

    with pytest.raises(NotYours):
        do("acknowledge", file_case(), AnonymousUser() if nobody else None)


def test_the_customer_is_told_only_where_an_address_was_left(file_case: FileCase, company: Company) -> None:
    silent, told = file_case(), file_case(contact_email="zheng@example.org")
    OutboxRow.objects.all().delete()
    for case in (silent, told):
        do("acknowledge", case, company.users["clerk"])
        do("answer", case, company.users["clerk"])
    note = CaseNote.objects.get(case=told)
    rows = OutboxRow.objects.filter(topic="intake").order_by("id")
    assert [(row.key, row.data["event"]) for row in rows] == [
        (str(told.submission_id), "acknowledged"),
        (str(told.submission_id), f"answered:{note.pk}"),
    ]


# ---- two at once --------------------------------------------------------------------------------------------------
def test_the_second_of_two_clerks_is_told(file_case: FileCase, company: Company) -> None:
    case = bring(file_case(), CaseState.ACKNOWLEDGED, company.users["clerk"])
    do("answer", case, company.users["clerk"], version=case.version)
    with pytest.raises(Conflict):
        do("answer", case, company.users["director"], version=case.version)
    assert CaseNote.objects.count() == 1


def test_without_the_version_the_customer_gets_two_answers(file_case: FileCase, company: Company) -> None:
    """The broken twin of the version."""
    case = bring(file_case(), CaseState.ACKNOWLEDGED, company.users["clerk"])
    do("answer", case, company.users["clerk"])
    do("answer", case, company.users["director"])
    assert CaseNote.objects.count() == 2


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_five_clerks_at_once_one_wins(file_case: FileCase, company: Company) -> None:
    case = file_case()

    def acknowledge() -> Case:
        with scopes_disabled():
            return actions.acknowledge_case(case=case, by=company.users["clerk"], version=case.version, now=NOW)

    answers = at_once(*[acknowledge] * 5)
    assert sum(isinstance(answer, Case) for answer in answers) == 1
    assert sum(isinstance(answer, Conflict) for answer in answers) == 4
    assert Case.objects.get().version == 2


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("138 0000 0001", "13800000001", True),
        ("+86 138-0000-0001", "13800000001", True),
        ("13800000001", "13800000001", True),
        ("13800000001", "13800000002", False),
        ("１３８　００００　０００１", "13800000001", True),
        ("8613800000001", "13800000001", True),
        ("0086 28 5550 0111", "028-5550 0111", True),
        ("+852 2345 6789", "2345 6789", True),
        ("85223456789", "2345-6789", True),
        ("+853 2871 0000", "28710000", True),
        ("+886 912 345 678", "0912-345678", True),
        ("+86 138 0000 0001", "+852 1380 0001", False),
        ("", "", True),
    ],
)
def test_a_number_is_found_however_it_is_written(one: str, other: str, same: bool) -> None:
    assert (phone_digest(one) == phone_digest(other)) is same


def test_names_and_numbers_are_not_readable_in_the_database(file_case: FileCase) -> None:
    from django.db import connection

    case = file_case(contact_email="zheng@example.org")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM cases_case WHERE id = %s", [case.pk])
        row = str(cursor.fetchone())
    for personal in ("鄭女士", "13800000001", "zheng@example.org"):
        assert personal not in row
    assert Case.objects.get(pk=case.pk).contact_name == "鄭女士"
