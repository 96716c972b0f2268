"""Planning, doing and following an audit: who may, in which order, what is frozen (SAF-22, clause 6.3)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django_scopes import scopes_disabled
from django_scopes.exceptions import ScopeError

from policies.audits import actions
from policies.audits.actions import FindingDraft, Plan
from policies.audits.checklist import proposed_lines
from policies.audits.enums import AuditState, FindingState, LineKind
from policies.audits.models import Audit, AuditLine, Finding
from portal.files.actions import files_of
from portal.files.storage import examine_files
from portal.journal.actions import entries_of
from portal.lib.refusals import Conflict, NotYours, Refused
from tests.forms.complaints import picture
from tests.policies.audits.conftest import NOW, days, lines_of


# ---- the checklist --------------------------------------------------------------------------------------------------
def test_the_checklist_asks_each_duty_and_each_clause_once(issued, duty):
    lines = proposed_lines(issued)
    assert [(line.number, line.kind) for line in lines] == [
        ("2.1", LineKind.OBLIGATION),
        ("2.2.1", LineKind.CLAUSE),
        ("2.2.2", LineKind.CLAUSE),
    ]
    assert duty.duty in lines[0].question
    assert "動火點十米內清除可燃物" in lines[1].question
    assert [line.order for line in lines] == [1, 2, 3]


def test_a_clause_below_a_duty_is_not_asked_again(issued, duty):
    duty.clause = issued.clauses.get(number="2.2").clause
    duty.save()
    assert [line.number for line in proposed_lines(issued)] == ["2.1", "2.2"]


def test_a_duty_on_a_whole_chapter_covers_no_clause(issued, duty):
    duty.clause = issued.clauses.get(number="2").clause
    duty.save()
    assert [line.number for line in proposed_lines(issued)] == ["2", "2.1", "2.2.1", "2.2.2"]


def test_terms_and_references_are_not_asked(imported):
    parts = ["倉庫規定", "1 術語", "1.1 動火：產生火花。", "2 用火", "2.1 先辦許可證。", "3 參考文件", "3.1 消防手冊。"]
    assert [line.number for line in proposed_lines(imported("\n\n".join(parts)))] == ["2.1"]


# ---- planning -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "may"), [("quality_officer", True), ("unit_manager", False), ("editor", False), ("administrator", False)]
)
def test_who_plans(plan, who, may):
    if may:
        assert plan(by=who).state == AuditState.PLANNED
    else:
        with pytest.raises(NotYours):
            plan(by=who)


def test_the_manager_of_the_owner_department_plans(plan, appoint):
    appoint("head_of_safety", "unit_manager", "QHSE")
    assert plan(by="head_of_safety").lead.name


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"lead": "unit_manager"}, "lead"),
        ({"auditors": ("employee",)}, "auditor_1"),
        ({"month": 10}, "month"),
        ({"month": 13}, "month"),
        ({"year": 2028}, "year"),
        ({"unit": "HQ"}, None),  # no kind of unit that is audited
    ],
)
def test_what_cannot_be_planned(plan, given, field):
    with pytest.raises(Refused) as refused:
        plan(**given)
    assert refused.value.field == field


def test_nobody_below_audits_the_unit_above(plan):
    with pytest.raises(Refused):
        plan(unit="PROJECT1", lead="unit_manager", auditors=())


def test_the_same_plan_twice_is_one(plan):
    key = uuid4()
    assert plan(submission_id=key).pk == plan(submission_id=key).pk
    with pytest.raises(Conflict):
        plan(submission_id=key, unit="CREW2", lead="unit_manager", auditors=())
    with pytest.raises(Conflict):
        plan()  # another plan for the same month
    assert plan(month=12).pk


def test_the_plan_changes_until_the_audit_starts(company, planned):
    officer = company.users["quality_officer"]
    new = Plan(2026, 12, company.people["clerk"])
    changed = actions.change_plan(by=officer, audit=planned, version=planned.version, plan=new, now=NOW)
    assert (changed.month, changed.lead, list(changed.auditors.all())) == (12, company.people["clerk"], [])
    with pytest.raises(Conflict):
        actions.change_plan(by=officer, audit=planned, version=planned.version, plan=new, now=NOW)
    actions.start_audit(by=company.users["clerk"], audit=changed, now=NOW)
    with pytest.raises(Conflict):
        actions.change_plan(by=officer, audit=changed, version=changed.version, plan=new, now=NOW)


def test_cancelling_says_why_and_frees_the_month(company, planned, plan):
    officer = company.users["quality_officer"]
    with pytest.raises(Refused):
        actions.cancel_audit(by=officer, audit=planned, note="", now=NOW)
    assert actions.cancel_audit(by=officer, audit=planned, note="搬遷", now=NOW).state == AuditState.CANCELLED
    assert plan().pk != planned.pk


def test_questions_are_edited_until_the_audit_starts(company, planned):
    lead, (first, second, third) = company.users["other_unit_manager"], lines_of(planned)
    actions.save_questions(
        by=lead,
        audit=planned,
        version=planned.version,
        questions={first.pk: "看夜班。"},
        left_out=[second.pk],
        added=[("", "問三個人。"), ("", " ")],
        now=NOW,
    )
    assert [line.question for line in lines_of(planned)] == ["看夜班。", third.question, "問三個人。"]
    with pytest.raises(Conflict):
        actions.save_questions(by=lead, audit=planned, version=planned.version, questions={}, now=NOW)
    with pytest.raises(NotYours):
        actions.save_questions(by=company.users["unit_manager"], audit=planned, version=2, questions={}, now=NOW)
    with pytest.raises(Refused):
        actions.save_questions(by=lead, audit=planned, version=2, questions={first.pk: " "}, now=NOW)
    actions.start_audit(by=lead, audit=planned, now=NOW)
    with pytest.raises(Conflict):
        actions.save_questions(by=lead, audit=planned, version=2, questions={first.pk: "別的"}, now=NOW)


# ---- doing it -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["unit_manager", "quality_officer", "editor", "director"])
def test_only_its_auditors_begin_and_answer(company, planned, started, answer, who):
    with pytest.raises(NotYours):
        actions.start_audit(by=company.users[who], audit=planned, now=NOW)
    with pytest.raises(NotYours):
        answer(lines_of(started)[0], by=who)


def test_an_auditor_who_moved_to_the_unit_does_not_begin(company, planned):
    held = company.people["other_unit_manager"].appointments.get()
    held.unit = company.units["CREW1"]
    held.save()
    with pytest.raises(Refused):
        actions.start_audit(by=company.users["other_unit_manager"], audit=planned, now=NOW)


def test_a_line_is_answered_in_progress_only(company, planned, answer):
    with pytest.raises(Conflict):
        answer(lines_of(planned)[0])


def test_a_line_is_saved_again_and_the_same_twice_is_once(started, answer):
    line = lines_of(started)[0]
    answer(line, files=examine_files([picture()]))
    answer(line, files=examine_files([picture()]))  # the same once more: the network had swallowed the answer
    assert files_of(lines_of(started)[0]).count() == 1
    assert lines_of(started)[0].version == 2
    with pytest.raises(Conflict):
        answer(line, "minor", by="other_crew_leader")  # who saw the line before it was answered
    assert answer(lines_of(started)[0], "not_applicable").result == "not_applicable"


def test_a_line_that_conforms_after_all_loses_its_draft(started, answer, mend):
    answer(lines_of(started)[0], "major", finding=mend)
    with scopes_disabled():
        assert Finding.objects.get().severity == "major"
        answer(lines_of(started)[0], "conforms")
        assert not Finding.objects.exists()


def test_the_owner_of_an_action_belongs_to_the_unit(company, started, answer, mend):
    stranger = FindingDraft(mend.description, mend.action, company.people["clerk"], mend.due_on)
    with pytest.raises(Refused) as refused:
        answer(lines_of(started)[0], "major", finding=stranger)
    assert refused.value.field == "owner"


def test_an_unknown_result_is_refused(started, answer):
    for result in ("", "perfect"):
        with pytest.raises(Refused) as refused:
            answer(lines_of(started)[0], result)
        assert refused.value.field == "result"


# ---- the end --------------------------------------------------------------------------------------------------------
def test_an_audit_is_finished_when_everything_is_there(company, started, answer, mend):
    lead = company.users["other_unit_manager"]

    def finish(conclusion="總體符合。"):
        return actions.finish_audit(by=lead, audit=started, conclusion=conclusion, now=NOW)

    with pytest.raises(Refused):
        finish()
    first, *rest = lines_of(started)
    for line in rest:
        answer(line)
    answer(first, "minor", finding=FindingDraft("缺卡", "補", None, days(3)))
    with pytest.raises(Refused):
        finish()  # nobody does it
    answer(lines_of(started)[0], "minor", finding=FindingDraft("缺卡", "補", mend.owner, days(-1)))
    with pytest.raises(Refused):
        finish()  # the day is over
    answer(lines_of(started)[0], "minor", finding=mend)
    with pytest.raises(Refused) as refused:
        finish(" ")
    assert refused.value.field == "conclusion"
    assert finish().state == AuditState.FINISHED


def test_only_the_lead_finishes(company, answered):
    with pytest.raises(NotYours):
        actions.finish_audit(by=company.users["other_crew_leader"], audit=answered, conclusion="好", now=NOW)


def test_what_is_finished_is_frozen(company, finished, answer):
    with pytest.raises(Conflict):
        answer(lines_of(finished)[0])
    with pytest.raises(Conflict):
        actions.finish_audit(by=company.users["other_unit_manager"], audit=finished, conclusion="改", now=NOW)
    with pytest.raises(Conflict):
        actions.cancel_audit(by=company.users["quality_officer"], audit=finished, note="改", now=NOW)
    kept = entries_of(finished).filter(action="audits.finish").get().data["hash"]
    assert actions.content_hash(finished) == kept
    with scopes_disabled():
        AuditLine.objects.filter(audit=finished).update(evidence="改了")
    assert actions.content_hash(finished) != kept


def test_findings_are_issued_with_the_report(finding, finished):
    assert (finding.state, finding.position, finding.number) == (FindingState.OPEN, 1, f"{finished.number}-1")


# ---- following up ---------------------------------------------------------------------------------------------------
def done(company, finding, by="crew_leader", **given):
    return actions.report_done(by=company.users[by], finding=finding, proof="已核對。", now=NOW, **given)


@pytest.mark.parametrize(
    ("who", "may"),
    [("crew_leader", True), ("unit_manager", True), ("employee", False), ("other_unit_manager", False)],
)
def test_who_reports_an_action_done(company, finding, who, may):
    if may:
        assert done(company, finding, by=who).state == FindingState.DONE
    else:
        with pytest.raises(NotYours):
            done(company, finding, by=who)


def test_done_needs_words(company, finding):
    with pytest.raises(Refused) as refused:
        actions.report_done(by=company.users["crew_leader"], finding=finding, proof=" ", now=NOW)
    assert refused.value.field == "proof"


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("other_unit_manager", True),
        ("other_crew_leader", True),
        ("quality_officer", True),
        ("crew_leader", False),
        ("unit_manager", False),
    ],
)
def test_who_verifies(company, finding, who, may):
    reported = done(company, finding)
    if may:
        verified = actions.verify_finding(by=company.users[who], finding=reported, now=NOW)
        assert (verified.state, verified.verified_by) == (FindingState.VERIFIED, company.users[who])
    else:
        with pytest.raises(NotYours):
            actions.verify_finding(by=company.users[who], finding=reported, now=NOW)


def test_the_owner_never_verifies_even_as_quality_officer(company, finding):
    with scopes_disabled():
        Finding.objects.filter(pk=finding.pk).update(owner=company.people["quality_officer"])
    reported = done(company, finding, by="unit_manager")
    with pytest.raises(NotYours):
        actions.verify_finding(by=company.users["quality_officer"], finding=reported, now=NOW)


def test_the_table_itself_refuses_the_doer_who_verifies(company, finding):
    done(company, finding)
    with pytest.raises(IntegrityError), transaction.atomic(), scopes_disabled():
        Finding.objects.filter(pk=finding.pk).update(verified_by=company.users["crew_leader"])


def test_returned_it_is_open_again_with_its_day(company, finding):
    auditor = company.users["other_crew_leader"]
    reported = done(company, finding)
    with pytest.raises(Refused):
        actions.return_finding(by=auditor, finding=reported, verdict="", now=NOW)
    returned = actions.return_finding(by=auditor, finding=reported, verdict="缺記錄。", now=NOW)
    assert (returned.state, returned.due_on) == (FindingState.OPEN, days(20))
    assert returned.is_overdue(days(21))
    with pytest.raises(Conflict):
        actions.verify_finding(by=auditor, finding=returned, now=NOW)
    late = actions.report_done(
        by=company.users["crew_leader"], finding=returned, proof="補了", now=NOW + timedelta(days=30)
    )
    assert entries_of(late).last().data == {"late": True}


def test_rows_are_not_read_outside_a_scope(planned):
    for model in (Audit, AuditLine, Finding):
        with pytest.raises(ScopeError):
            model.objects.first()
