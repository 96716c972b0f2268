"""Asking, and the desk of the department that answers (SAF-26)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django_scopes import scopes_disabled

from policies.actions import AudienceLine
from policies.rulings import actions
from policies.rulings.enums import QUESTION_STEPS, QuestionState
from policies.rulings.models import Handover, Question
from policies.rulings.permissions import people_of_desk
from portal.journal.actions import SYSTEM, entries_of
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.notifications.models import Notification
from portal.notifications.tiles import unread_number
from portal.org.models import CalendarDay
from portal.org.readers import reader_for
from tests.policies.rulings.conftest import ANSWERED, ASKED, DUE, LATE, clause_of

pytestmark = pytest.mark.usefixtures("no_scope")


# ---- asking ---------------------------------------------------------------------------------------------------------
def test_a_question_goes_to_the_interpreting_department_with_a_clock(company, question):
    assert (question.unit.code, question.state, question.due_at) == ("QHSE", "waiting", DUE)
    entry = entries_of(question).get()
    assert (entry.action, entry.unit_id) == ("rulings.ask", company.units["QHSE"].pk)
    assert question.text not in str(entry.data)


def test_the_clock_knows_holidays(company, ask):
    CalendarDay.objects.create(day=ASKED.date() + timedelta(days=1), kind="holiday")
    assert ask().due_at == DUE + timedelta(days=1)


def test_twice_is_one_question_and_other_words_are_refused(company, issued, ask):
    key = uuid4()
    first = ask(submission_id=key)
    assert ask(submission_id=key).pk == first.pk
    assert ask(submission_id=key, text=f" {first.text} ").pk == first.pk
    with pytest.raises(Conflict):
        ask(submission_id=key, text="別的問題")
    with pytest.raises(Conflict):
        ask(submission_id=key, by="crew_leader")
    assert Question.objects.count() == 1
    assert entries_of(first).count() == 1


@pytest.mark.parametrize(("text", "field"), [("  ", "text"), ("長" * 2001, "text")])
def test_a_question_has_words(ask, text, field):
    with pytest.raises(Refused) as refused:
        ask(text=text)
    assert refused.value.field == field
    assert Question.objects.count() == 0


def test_only_the_audience_asks(company, ask, approved, issue):
    with pytest.raises(NotYours):
        ask(by="customer")


def test_a_customer_asks_about_what_is_for_everybody(company, imported, issue):
    from policies.actions import approve_edition, review_edition, submit_edition

    text = "服務承諾\n\n1 收費\n\n1.1 先說價格,再動手。\n"
    submitted = submit_edition(by=company.users["editor"], edition=imported(text))
    review_edition(by=company.users["second_editor"], edition=submitted)
    public = issue(approve_edition(by=company.users["approver"], edition=submitted), [AudienceLine("public")])
    found = actions.ask_question(
        by=company.users["customer"],
        edition=public,
        clause_id=clause_of(public, "1.1"),
        text="材料費也算嗎?",
        submission_id=uuid4(),
        now=ASKED,
    )
    assert found.unit.code == "QHSE"


def test_nobody_asks_about_a_text_that_no_longer_holds(company, issued, ask, next_edition):
    later = next_edition("2.2.1", text="動火點二十米內清除可燃物。", effective_on=ASKED.date())
    with pytest.raises(Conflict):
        ask()
    assert ask(edition=later, now=LATE).edition_id == later.pk


def test_a_clause_of_another_regulation_is_refused(company, issued, imported):
    other = imported("倉庫防潮規定\n\n1 防潮\n\n1.1 墊高存放。\n")
    with pytest.raises(Conflict):
        actions.ask_question(
            by=company.users["employee"],
            edition=issued,
            clause_id=clause_of(other, "1.1"),
            text="?",
            submission_id=uuid4(),
            now=ASKED,
        )


# ---- the desk -------------------------------------------------------------------------------------------------------
def acts(company: Any, question: Question, by: str = "editor") -> dict[str, Any]:
    """Each step of the table as a call."""
    user, colleague = company.users[by], company.users["second_editor"]
    given = {"by": user, "question": question, "now": ANSWERED}
    return {
        "acknowledge": lambda: actions.acknowledge_question(**given),
        "assign": lambda: actions.assign_question(to=colleague, **given),
        "hand_over": lambda: actions.hand_over_question(to=company.units["FINANCE"], reason="歸財務", **given),
        "answer": lambda: actions.answer_question(answer="可以。", **given),
        "decline": lambda: actions.decline_question(answer="與本制度無關。", **given),
        "publish": lambda: actions.publish_ruling(asked="問?", answer="答。", **given),
    }


@pytest.mark.parametrize("verb", ["acknowledge", "assign", "hand_over", "answer", "decline", "publish"])
@pytest.mark.parametrize("state", QuestionState.values)
def test_the_table_of_steps_is_the_law(company, question, verb, state):
    settled = state not in {"waiting", "in_work"}
    Question.objects.filter(pk=question.pk).update(state=state, answered_at=ANSWERED if settled else None)
    act = acts(company, question)[verb]
    target = QUESTION_STEPS.get((verb, state))
    if target is None:
        with pytest.raises(Conflict):
            act()
    else:
        act()
        question.refresh_from_db()
        assert question.state == target
        assert entries_of(question).last().action == f"rulings.{verb}"


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("editor", True),
        ("approver", True),
        ("quality_officer", True),
        ("administrator", False),
        ("employee", False),
        ("unit_manager", False),
        ("director", False),
        ("customer", False),
    ],
)
def test_only_the_department_answers(company, ask, who, may):
    question = ask(by="crew_leader")
    for verb, act in acts(company, question, who).items():
        if may:
            continue
        with pytest.raises(NotYours):
            act()
        assert Question.objects.get(pk=question.pk).state == "waiting", verb
    if may:
        acts(company, question, who)["answer"]()
        assert Question.objects.get(pk=question.pk).state == "answered"


def test_nobody_answers_the_own_question(company, ask):
    question = ask(by="editor")
    for act in acts(company, question).values():
        with pytest.raises(NotYours):
            act()
    acts(company, question, "second_editor")["answer"]()


def test_the_second_answer_is_told_and_changes_nothing(company, question):
    acts(company, question)["answer"]()
    with pytest.raises(Conflict) as refused:
        actions.answer_question(by=company.users["approver"], question=question, answer="不可以。", now=ANSWERED)
    assert str(QuestionState.ANSWERED.label) in str(refused.value.message)
    question.refresh_from_db()
    assert (question.answer, question.answered_by.username) == ("可以。", "editor")


def test_handing_over_moves_the_question_and_not_the_clock(company, question):
    acts(company, question)["hand_over"]()
    question.refresh_from_db()
    assert (question.unit.code, question.due_at, question.state) == ("FINANCE", DUE, "waiting")
    assert Handover.objects.get().reason == "歸財務"
    with pytest.raises(NotYours) as refused:  # two at once: the second learns where it lies
        acts(company, question)["answer"]()
    assert "財務部" in str(refused.value.message)


@pytest.mark.parametrize(("to", "reason", "field"), [("QHSE", "因為", "to"), ("FINANCE", " ", "reason")])
def test_a_handover_needs_another_department_and_a_reason(company, question, to, reason, field):
    with pytest.raises(Refused) as refused:
        actions.hand_over_question(
            by=company.users["editor"], question=question, to=company.units[to], reason=reason, now=ANSWERED
        )
    assert refused.value.field == field


@pytest.mark.parametrize("to", ["employee", "crew_leader", "customer"])
def test_a_question_is_given_to_somebody_of_the_department(company, ask, to):
    question = ask(by="second_editor")
    for username in (to, "second_editor"):  # nor to who asked
        with pytest.raises(Refused):
            actions.assign_question(
                by=company.users["editor"], question=question, to=company.users[username], now=ANSWERED
            )


def test_declining_says_why(company, question):
    with pytest.raises(Refused) as refused:
        actions.decline_question(by=company.users["editor"], question=question, answer=" ", now=ANSWERED)
    assert refused.value.field == "answer"


# ---- late stays late ------------------------------------------------------------------------------------------------
def test_what_ran_late_stays_late(company, question):
    assert actions.mark_late(by=SYSTEM, now=DUE) == 0
    assert actions.mark_late(by=SYSTEM, now=LATE) == 1
    assert actions.mark_late(by=SYSTEM, now=LATE + timedelta(days=1)) == 0
    later = LATE + timedelta(days=1)
    user = company.users["editor"]
    actions.hand_over_question(by=user, question=question, to=company.units["FINANCE"], reason="歸財務", now=later)
    question.refresh_from_db()
    assert (question.breached_at, question.breached_unit.code, question.unit.code) == (DUE, "QHSE", "FINANCE")
    assert question.is_late(later)
    assert [entry.action for entry in entries_of(question)] == ["rulings.ask", "rulings.breach", "rulings.hand_over"]


@pytest.mark.parametrize("verb", ["answer", "decline", "publish", "hand_over"])
def test_a_late_act_notes_the_breach_even_before_the_schedule(company, question, verb):
    given = {"by": company.users["editor"], "question": question, "now": LATE}
    {
        "answer": lambda: actions.answer_question(answer="可以。", **given),
        "decline": lambda: actions.decline_question(answer="無關。", **given),
        "publish": lambda: actions.publish_ruling(asked="問?", answer="答。", **given),
        "hand_over": lambda: actions.hand_over_question(to=company.units["FINANCE"], reason="歸財務", **given),
    }[verb]()
    question.refresh_from_db()
    assert (question.breached_at, question.breached_unit.code) == (DUE, "QHSE")


def test_only_the_schedule_marks(company, question):
    with pytest.raises(NotYours):
        actions.mark_late(by=company.users["administrator"], now=LATE)


def test_the_answer_is_seen_once(company, question):
    acts(company, question)["answer"]()
    with pytest.raises(NotYours):
        actions.see_answer(by=company.users["editor"], thing=question)
    for _again in range(2):
        actions.see_answer(by=company.users["employee"], thing=question, now=LATE)
    question.refresh_from_db()
    assert question.seen_at == LATE
    assert [entry.action for entry in entries_of(question)].count("rulings.see_answer") == 1
    with scopes_disabled():
        actions.publish_ruling(by=company.users["editor"], question=question, asked="問?", answer="答。", now=LATE)
    question.refresh_from_db()
    assert question.seen_at is None  # told again: it is public now
    assert question.answered_at == ANSWERED
    assert question.breached_at is None


def test_the_department_hears_of_a_question_and_the_next_one_when_it_is_handed_over(company, ask):
    """Those who speak for it, by the regulation's title; the words of the question stay at the desk."""

    def told():
        rows = Notification.objects.filter(kind="rulings.asked")
        assert all("十米" not in row.sentence for row in rows)
        return {row.user.username for row in rows}

    question = ask()
    first = told()
    assert first == {user.username for user in people_of_desk(question.unit, date(2026, 3, 9))} - {"employee"}
    assert first
    for username in first:
        assert unread_number(reader_for(company.users[username])) == 1
    by = company.users[sorted(first)[0]]
    actions.hand_over_question(by=by, question=question, to=company.units["OFFICE1"], reason="由管理處答覆", now=ASKED)
    assert told() - first == {"director"}
    assert unread_number(reader_for(company.users["director"])) == 1
