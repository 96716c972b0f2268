"""Waiting, more time, joining, out of scope, incidents, the customer's own steps, escalation: each as people use it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django_scopes import scopes_disabled

from forms.cases import actions, measures, registries
from forms.cases.clocks import CasePolicy
from forms.cases.enums import CaseState, ClockName
from forms.cases.models import Case, CaseEscalation, CaseExtension, CasePromise, CaseStep, ClockPolicy
from forms.cases.progress import customer_progress
from portal.journal.actions import CUSTOMER
from portal.lib.periods import Period
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Estate
from tests.forms.cases.test_actions import bring, do, promise
from tests.forms.complaints import NOW
from tests.patience import at_once
from tests.people import Company

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_scope")]
FileCase = Callable[..., Case]
DAY = timedelta(days=1)


def here(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


def at_work(file_case: FileCase, company: Company, **changes: Any) -> Case:
    return bring(file_case(**changes), CaseState.IN_PROGRESS, company.users["clerk"])


# ---- waiting ----
@pytest.mark.parametrize(
    ("reason", "resumed", "answer_due"),
    [  # received on Monday 23 November, 10:00: due on Monday the 30th at 17:30, unless the clock stood still
        ("customer", "2026-11-25 10:00", "2026-12-02 17:30"),  # two working days
        ("customer", "2026-11-24 09:00", "2026-12-01 16:30"),  # six hours of Monday, half an hour of Tuesday
        ("appointment", "2026-11-27 10:00", "2026-12-04 17:30"),  # four: they end at closing time
        ("parts", "2026-11-25 10:00", "2026-11-30 17:30"),  # our own parts stop nothing
        ("contractor", "2026-11-25 10:00", "2026-11-30 17:30"),
    ],
)
def test_a_pause_is_read_from_the_history(
    file_case: FileCase, company: Company, reason: str, resumed: str, answer_due: str
) -> None:
    case, clerk = at_work(file_case, company), company.users["clerk"]
    actions.wait_case(case=case, by=clerk, reason=reason, until=here("2026-12-20 00:00"), now=NOW)
    actions.resume_case(case=case, by=clerk, now=here(resumed))
    assert promise(case, ClockName.ANSWER).due_at == here(answer_due)
    assert Case.objects.get().next_due == here(answer_due)


def test_waiting_ends_by_itself_and_no_clock_stands_still_for_ever(file_case: FileCase, company: Company) -> None:
    case = at_work(file_case, company)
    until = here("2026-11-25 10:00")
    actions.wait_case(case=case, by=company.users["clerk"], reason="customer", until=until, now=NOW)
    # The projected moment is known while it waits, and the same as if somebody had gone on at that moment.
    assert promise(case, ClockName.ANSWER).due_at == here("2026-12-02 17:30")
    assert actions.resume_due_cases(until - timedelta(minutes=1)) == 0
    assert actions.resume_due_cases(until + timedelta(hours=5)) == 1
    assert actions.resume_due_cases(until + timedelta(hours=5)) == 0
    after = Case.objects.get()
    assert (after.state, after.waiting_for, after.waiting_until) == (CaseState.IN_PROGRESS, "", None)
    assert promise(case, ClockName.ANSWER).due_at == here("2026-12-02 17:30")


def test_waiting_after_the_due_time_clears_no_breach(file_case: FileCase, company: Company) -> None:
    case, late = at_work(file_case, company), NOW + 20 * DAY
    due = promise(case, ClockName.ANSWER).due_at
    actions.wait_case(case=case, by=company.users["clerk"], reason="customer", until=late + 9 * DAY, now=late)
    assert promise(case, ClockName.ANSWER).due_at == due
    actions.notice_breaches(late)
    assert promise(case, ClockName.ANSWER).broken


@pytest.mark.parametrize(
    ("changes", "field"), [({"reason": "tea"}, "reason"), ({"until": NOW}, "until"), ({"until": NOW - DAY}, "until")]
)
def test_waiting_names_a_reason_and_a_day_to_come(
    file_case: FileCase, company: Company, changes: dict[str, Any], field: str
) -> None:
    case = at_work(file_case, company)
    with pytest.raises(Refused) as refused:
        do("wait", case, company.users["clerk"], **changes)
    assert refused.value.field == field


def test_what_the_customer_adds_ends_the_waiting_for_it(file_case: FileCase, company: Company) -> None:
    case = at_work(file_case, company)
    do("wait", case, company.users["clerk"], reason="parts")
    actions.add_to_case(case=case, by=CUSTOMER, text="週三在家。", now=NOW)
    assert Case.objects.get().state == CaseState.WAITING
    do("resume", case, company.users["clerk"])
    do("wait", case, company.users["clerk"], reason="customer")
    actions.add_to_case(case=case, by=CUSTOMER, text="週三在家。", now=NOW)
    after = Case.objects.get()
    assert (after.state, after.customer_wrote) == (CaseState.IN_PROGRESS, True)
    do("note", case, company.users["clerk"])
    assert not Case.objects.get().customer_wrote


# ---- more time ----
def ask(case: Case, company: Company, now: datetime, **changes: Any) -> CaseExtension:
    given = {
        "clock_name": "wanted",
        "new_due": NOW + 30 * DAY,
        "reason": "配件未到",
        "answer": "agreed",
        "way": "phone",
    }
    return actions.extend_case(case=case, by=company.users["clerk"], now=now, **{**given, **changes})


@pytest.mark.parametrize(
    ("answer", "when", "moves"),
    [
        ("agreed", timedelta(hours=1), True),
        ("refused", timedelta(hours=1), False),
        ("unreached", timedelta(hours=1), False),
        ("agreed", 4 * DAY, False),  # the day was over: it is counted apart, and the promise stays broken
    ],
)
def test_only_an_extension_agreed_beforehand_moves_the_day(
    file_case: FileCase, company: Company, answer: str, when: timedelta, moves: bool
) -> None:
    case = at_work(file_case, company, kind="request", wanted_on=date(2026, 11, 25))
    assert promise(case, ClockName.WANTED).due_at == here("2026-11-26 00:00")
    extension = ask(case, company, NOW + when, answer=answer)
    assert extension.in_time is (when < DAY)
    wanted = promise(case, ClockName.WANTED)
    assert wanted.due_at == (NOW + 30 * DAY if moves else here("2026-11-26 00:00"))
    late = NOW + 10 * DAY
    actions.notice_breaches(late)
    do("resolve", case, company.users["clerk"], now=late)
    assert promise(case, ClockName.WANTED).broken is not moves


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"clock_name": "solution"}, "clock_name"),
        ({"clock_name": "acknowledge"}, "clock_name"),
        ({"new_due": NOW + timedelta(hours=2)}, "new_due"),
    ],
)
def test_an_extension_is_whole_or_none(
    file_case: FileCase, company: Company, changes: dict[str, Any], field: str
) -> None:
    case = at_work(file_case, company, wanted_on=date(2026, 11, 25))
    with pytest.raises(Refused) as refused:
        ask(case, company, NOW, **changes)
    assert refused.value.field == field
    assert not CaseExtension.objects.exists()


def test_the_day_asked_for_is_measured_with_its_extensions(file_case: FileCase, company: Company) -> None:
    kept, moved, missed = (
        at_work(file_case, company, kind="request", wanted_on=date(2026, 11, 25)) for _number in range(3)
    )
    do("resolve", kept, company.users["clerk"], now=NOW + DAY)
    ask(moved, company, NOW, new_due=here("2026-11-28 00:00"))
    do("resolve", moved, company.users["clerk"], now=NOW + 3 * DAY)
    ask(missed, company, NOW + 3 * DAY)
    november = Period.parse("2026-11")
    measured = measures.done_in_time(company.units["OFFICE1"], november)
    assert (measured.due, measured.done, measured.missed) == (3, 2, 1)
    assert "1" in str(measured.note)
    assert measures.done_in_time(company.units["OFFICE2"], november).due == 0


# ---- clocks ----
def test_each_kind_and_office_has_its_own_limits_and_a_case_keeps_a_copy(file_case: FileCase, company: Company) -> None:
    officer, office = company.users["quality_officer"], company.units["OFFICE1"]
    actions.set_limits(by=officer, kind="request", office=None, policy=CasePolicy(2, 3, 10), now=NOW)
    actions.set_limits(by=officer, kind="request", office=office, policy=CasePolicy(1, 1, 2, True), now=NOW)
    from forms.cases.limits import forget_limits

    forget_limits()
    own, other = file_case(kind="request"), file_case(kind="request", office="OFFICE2")
    complaint = file_case()
    due = {case.pk: dict(case.promises.values_list("clock", "due_at")) for case in (own, other, complaint)}
    assert due[own.pk] == {"acknowledge": NOW + timedelta(hours=1), "answer": NOW + DAY, "solution": NOW + 2 * DAY}
    assert due[other.pk]["solution"] == here("2026-12-07 17:30")
    assert set(due[complaint.pk]) == {"acknowledge", "answer"}
    actions.set_limits(by=officer, kind="request", office=office, policy=CasePolicy(9, 9), now=NOW)
    do("acknowledge", own, company.users["clerk"])
    do("resolve", own, company.users["clerk"])
    do("reopen", own, company.users["clerk"])
    assert promise(own, ClockName.SOLUTION).due_at == NOW + 2 * DAY


@pytest.mark.parametrize("who", ["clerk", "director", "customer", "editor"])
def test_limits_are_not_everybodys(company: Company, who: str) -> None:
    with pytest.raises(NotYours):
        actions.set_limits(by=company.users[who], kind="request", office=None, policy=CasePolicy())


def test_reopening_starts_new_clocks_and_keeps_the_old(file_case: FileCase, company: Company) -> None:
    ClockPolicy.objects.create(kind="complaint", solution_days=8)
    case, late = at_work(file_case, company), NOW + 30 * DAY
    do("resolve", case, company.users["clerk"], now=late)
    do("still_broken", case, CUSTOMER, now=late)
    rows = list(CasePromise.objects.filter(case=case).values_list("clock", "broken", "kept_at").order_by("pk"))
    assert [(clock, broken, kept is None) for clock, broken, kept in rows] == [
        ("acknowledge", False, False),
        ("answer", True, False),
        ("solution", True, False),
        ("answer", False, True),
        ("solution", False, True),
    ]
    assert Case.objects.get().reworks == 1


def test_an_edited_holiday_moves_open_clocks_only(file_case: FileCase, company: Company) -> None:
    from forms.cases.schedule import CALENDAR_TOPIC
    from portal.jobs.models import OutboxRow
    from portal.org.models import CalendarDay

    running, done, broken = (at_work(file_case, company) for _number in range(3))
    do("answer", done, company.users["clerk"])
    old = at_work(file_case, company, at=NOW - 20 * DAY)
    before = {case.pk: promise(case, ClockName.ANSWER).due_at for case in (done, old)}
    CasePromise.objects.filter(case=broken, clock="answer").update(broken=True)
    CalendarDay.objects.create(day=date(2026, 11, 26), kind="holiday", name="颱風停工")
    assert OutboxRow.objects.filter(topic=CALENDAR_TOPIC).count() == 1
    assert actions.compute_all_clocks(NOW) == 1
    assert actions.compute_all_clocks(NOW) == 0
    assert promise(running, ClockName.ANSWER).due_at == here("2026-12-01 17:30")
    assert Case.objects.get(pk=running.pk).next_due == here("2026-12-01 17:30")
    assert {case.pk: promise(case, ClockName.ANSWER).due_at for case in (done, old)} == before
    assert promise(broken, ClockName.ANSWER).due_at == here("2026-11-30 17:30")


# ---- escalation ----
def test_the_next_post_is_called_once_however_often_the_clock_is_looked_at(
    file_case: FileCase, company: Company
) -> None:
    own, hidden = file_case(), file_case(about_director=True)
    due = promise(own, ClockName.ACKNOWLEDGE).due_at
    called = [actions.escalate_cases(due + after) for after in (timedelta(0), timedelta(minutes=1), DAY, 2 * DAY)]
    assert called[:2] == [0, 2]
    assert actions.escalate_cases(due + 2 * DAY) == 0
    assert list(CaseEscalation.objects.filter(case=own, promise__clock="acknowledge").values_list("level", "role")) == [
        (1, "office_director"),
        (2, "quality_officer"),
    ]
    roles = set(CaseEscalation.objects.filter(case=hidden).values_list("role", flat=True))
    assert "office_director" not in roles
    assert Case.objects.get(pk=own.pk).escalation == 2
    do("acknowledge", own, company.users["clerk"], now=due + 2 * DAY)
    assert Case.objects.get(pk=own.pk).escalation == 0
    assert CaseEscalation.objects.filter(case=own).count() >= 2


# ---- out of scope, joined ----
def test_enquiries_end_confirmed_or_out_of_scope(file_case: FileCase, company: Company) -> None:
    confirmed, declined, forgotten, running = (file_case(kind="enquiry") for _number in range(4))
    do("acknowledge", confirmed, company.users["clerk"])
    do("answer", confirmed, company.users["clerk"])
    do("decline", declined, company.users["clerk"])
    CasePromise.objects.filter(case=forgotten, clock="answer").update(broken=True)
    assert Case.objects.get(pk=declined.pk).outcome == "out_of_scope"
    assert "自來水公司" in str(customer_progress(declined))
    measured = measures.asked_and_told(company.units["OFFICE1"], Period.parse("2026-11"))
    assert (measured.due, measured.done, measured.missed) == (3, 2, 1)
    assert not Case.objects.get(pk=running.pk).outcome


def test_the_joined_customer_follows_the_other_case(file_case: FileCase, company: Company) -> None:
    first, second = file_case(), file_case(contact_email="huang@example.org")
    third = file_case()
    actions.merge_case(case=third, by=company.users["clerk"], into=second, now=NOW)
    actions.merge_case(case=second, by=company.users["clerk"], into=first, now=NOW)
    assert Case.objects.get(pk=third.pk).merged_into_id == first.pk
    do("acknowledge", first, company.users["clerk"])
    note = do("answer", first, company.users["clerk"], now=NOW + DAY)
    for case in (second, third):
        case = Case.objects.get(pk=case.pk)
        shown = customer_progress(case, now=NOW + DAY)
        assert note.text in str(shown)
        assert shown.state == "Answered"
    from portal.jobs.models import OutboxRow

    told = OutboxRow.objects.filter(topic="intake", key=str(second.submission_id), data__event=f"answered:{note.pk}")
    assert told.count() == 1
    with pytest.raises(Refused):
        do("withdraw", file_with_joined(file_case, company), company.users["clerk"])


def file_with_joined(file_case: FileCase, company: Company) -> Case:
    main = file_case()
    actions.merge_case(case=file_case(), by=company.users["clerk"], into=main, now=NOW)
    return main


@pytest.mark.parametrize("other", [{"office": "OFFICE2"}, {"kind": "praise"}, {"about_director": True}])
def test_only_the_same_is_joined(file_case: FileCase, company: Company, other: dict[str, Any]) -> None:
    case, target = file_case(), file_case(**other)
    for one, two in ((case, target), (target, case)):
        with pytest.raises(Refused):
            actions.merge_case(case=one, by=company.users["quality_officer"], into=two, now=NOW)
    with pytest.raises(Refused):
        actions.merge_case(case=case, by=company.users["clerk"], into=case, now=NOW)


# ---- incidents ----
def test_an_incident_gathers_and_answers_all_at_once(file_case: FileCase, company: Company) -> None:
    clerk = company.users["clerk"]
    incident = actions.open_incident(
        by=clerk, title="爆管", estate=Estate.objects.get(code="CUIHU"), say="搶修中。", now=NOW
    )
    gathered = [file_case(), file_case(), file_case()]
    for case in gathered:
        actions.gather_case(case=case, by=clerk, incident=incident, now=NOW)
    for stranger in (file_case(office="OFFICE2"), file_case(about_director=True)):
        with pytest.raises(Refused):
            actions.gather_case(case=stranger, by=company.users["quality_officer"], incident=incident, now=NOW)
    do("withdraw", gathered[2], clerk)
    assert actions.answer_incident(incident=incident, by=clerk, text="讓您受累了,已恢復供水。", version=1, now=NOW) == 2
    with pytest.raises(Conflict):
        actions.answer_incident(incident=incident, by=clerk, text="再來一次", version=1, now=NOW)
    states = [Case.objects.get(pk=case.pk).state for case in gathered]
    assert states == [CaseState.ANSWERED, CaseState.ANSWERED, CaseState.WITHDRAWN]
    with pytest.raises(NotYours):
        actions.close_incident(incident=incident, by=company.users["other_clerk"], now=NOW)
    actions.close_incident(incident=incident, by=clerk, now=NOW)
    with pytest.raises(Conflict):
        actions.gather_case(case=file_case(), by=clerk, incident=incident, now=NOW)


# ---- the customer's own ----
def test_a_customer_acts_on_the_own_case_alone_and_rates_once(file_case: FileCase, company: Company) -> None:
    mine = bring(file_case(by=company.users["customer"]), CaseState.ANSWERED, company.users["clerk"])
    others = bring(file_case(), CaseState.ANSWERED, company.users["clerk"])
    for act, more in (
        (actions.add_to_case, {"text": "x"}),
        (actions.say_still_broken, {"text": "x"}),
        (actions.rate_case, {"stars": 1}),
    ):
        for case, who in ((others, "customer"), (mine, "clerk"), (mine, "quality_officer")):
            with pytest.raises(NotYours):
                act(case=case, by=company.users[who], now=NOW, **more)
    actions.rate_case(case=mine, by=company.users["customer"], stars=4, now=NOW)
    with pytest.raises(Conflict):
        actions.rate_case(case=mine, by=company.users["customer"], stars=1, now=NOW)


def test_whoever_handled_it_does_not_rate_it(file_case: FileCase, company: Company) -> None:
    """A clerk who is a customer of the own office."""
    case = bring(file_case(by=company.users["clerk"]), CaseState.ANSWERED, company.users["clerk"])
    with pytest.raises(Refused):
        actions.rate_case(case=case, by=company.users["clerk"], stars=5, now=NOW)


# ---- other rooms, history, two at once ----
def test_a_room_keeps_a_case_open_and_hears_of_each_step(
    file_case: FileCase, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    monkeypatch.setattr(registries.closing_guards, "_entries", {"orders": (1, lambda case: ["一張派工單未完成。"])})
    monkeypatch.setattr(
        registries.after_case_step, "_entries", {"orders": (1, lambda case, verb, by, now: heard.append(verb))}
    )
    case = bring(file_case(), CaseState.ANSWERED, company.users["clerk"])
    with pytest.raises(Refused, match="派工單"):
        do("close", case, company.users["clerk"])
    assert Case.objects.get().state == CaseState.ANSWERED
    assert heard == ["acknowledge", "answer"]


def test_every_change_of_state_is_a_row(file_case: FileCase, company: Company) -> None:
    case = at_work(file_case, company)
    do("note", case, company.users["clerk"])
    do("resolve", case, company.users["clerk"])
    assert list(CaseStep.objects.values_list("before", "after")) == [
        ("received", "acknowledged"),
        ("acknowledged", "assigned"),
        ("assigned", "in_progress"),
        ("in_progress", "resolved"),
    ]


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_clerks_at_once_one_wins_and_the_other_is_told(file_case: FileCase, company: Company) -> None:
    """One sets the case aside while the other answers; two join two cases both ways."""
    one, two = file_case(), file_case()
    case = bring(file_case(), CaseState.IN_PROGRESS, company.users["clerk"])

    def free(act: Callable[..., Any], **told: Any) -> Callable[[], Any]:
        def run() -> Any:
            with scopes_disabled():
                return act(by=company.users["clerk"], now=NOW, **told)

        return run

    answers = at_once(
        free(actions.wait_case, case=case, version=case.version, reason="customer", until=NOW + DAY),
        free(actions.answer_case, case=case, version=case.version, text="已修好。"),
    )
    assert sum(isinstance(answer, Conflict) for answer in answers) == 1
    answers = at_once(
        free(actions.merge_case, case=one, version=1, into=two), free(actions.merge_case, case=two, version=1, into=one)
    )
    assert sum(isinstance(answer, Refused) for answer in answers) == 1, answers
    assert sorted(Case.objects.filter(pk__in=[one.pk, two.pk]).values_list("state", flat=True)) == [
        "merged",
        "received",
    ]
