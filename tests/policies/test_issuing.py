"""From submission to issue: four eyes, required facts, freezing, and the end of the edition before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from policies import actions, content
from policies.actions import AudienceLine
from policies.enums import EditionState
from policies.models import Edition
from portal.jobs.models import OutboxRow
from portal.journal import actions as journal
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Appointment, Unit
from tests.policies.conftest import NOW, clause, through_review, undone

EVERYBODY = [
    "administrator",
    "editor",
    "second_editor",
    "approver",
    "employee",
    "crew_leader",
    "unit_manager",
    "director",
    "quality_officer",
    "customer",
]
STATES = ["draft", "in_review", "reviewed", "approved", "in_trial", "issued"]
CALLS = {
    "submit": lambda by, e: actions.submit_edition(by=by, edition=e, now=NOW),
    "return": lambda by, e: actions.return_edition(by=by, edition=e, reason="請改第二條", now=NOW),
    "review": lambda by, e: actions.review_edition(by=by, edition=e, now=NOW),
    "approve": lambda by, e: actions.approve_edition(by=by, edition=e, now=NOW),
    "issue": lambda by, e: actions.issue_edition(
        by=by,
        edition=e,
        effective_on=date(2026, 3, 2),
        owner_unit=reader_unit(by),
        audience=[AudienceLine("staff")],
        now=NOW,
    ),
    "try": lambda by, e: actions.try_edition(
        by=by,
        edition=e,
        ends_on=date(2026, 6, 1),
        owner_unit=reader_unit(by),
        audience=[AudienceLine("staff")],
        now=NOW,
    ),
    "withdraw": lambda by, e: actions.withdraw_edition(by=by, edition=e, reason="作廢", now=NOW),
}
# (verb, state) -> (who may, state after). What is not listed is refused to everybody. The editor drafted and submitted.
LAW = {
    ("submit", "draft"): ({"editor", "second_editor"}, "in_review"),
    ("return", "in_review"): ({"editor", "second_editor", "approver"}, "draft"),
    ("return", "reviewed"): ({"editor", "second_editor", "approver"}, "draft"),
    ("return", "approved"): ({"editor", "second_editor", "approver"}, "draft"),
    # The approver is the only one: if he reviewed, nobody would be left to approve.
    ("review", "in_review"): ({"second_editor"}, "in_review"),
    ("approve", "reviewed"): ({"approver"}, "approved"),
    ("try", "approved"): ({"editor", "second_editor", "approver"}, "in_trial"),
    ("issue", "in_trial"): ({"editor", "second_editor", "approver"}, "issued"),
    ("withdraw", "in_trial"): ({"approver"}, "withdrawn"),
    ("issue", "approved"): ({"editor", "second_editor", "approver"}, "issued"),
    ("withdraw", "draft"): ({"editor", "second_editor"}, "withdrawn"),
    ("withdraw", "issued"): ({"approver"}, "withdrawn"),
}


def reader_unit(by):
    return Unit.objects.get(code="QHSE")


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", CALLS)
def test_the_law(company, request, verb, state):
    """Every verb in every state by everybody: allowed by the table, or refused without a trace."""
    edition = request.getfixturevalue(state)
    entries = journal.entries_of(edition).count()
    before = edition.state
    who, after = LAW.get((verb, state), (set(), state))
    for username in EVERYBODY:
        with undone():
            if username in who:
                done = CALLS[verb](company.users[username], edition)
                assert done.state == after, username
                assert journal.entries_of(edition).last().action == f"policies.{verb}_edition"
                continue
            with pytest.raises((NotYours, Conflict)):
                CALLS[verb](company.users[username], edition)
            assert Edition.objects.get(pk=edition.pk).state == before, username
            assert journal.entries_of(edition).count() == entries


def test_who_changed_a_clause_cannot_approve(company, draft):
    actions.edit_clause(
        by=company.users["second_editor"], clause=clause(draft, "2.1"), number="2.1", heading="", text="改了。"
    )
    actions.submit_edition(by=company.users["editor"], edition=draft)
    with pytest.raises(NotYours):
        actions.review_edition(by=company.users["second_editor"], edition=draft)
    with pytest.raises(NotYours):
        actions.approve_edition(by=company.users["second_editor"], edition=draft)


def test_who_submitted_cannot_review(company, draft):
    actions.submit_edition(by=company.users["second_editor"], edition=draft)
    with pytest.raises(NotYours):
        actions.review_edition(by=company.users["second_editor"], edition=draft)


def test_nothing_is_approved_that_nobody_reviewed(company, in_review):
    with pytest.raises(NotYours):
        actions.approve_edition(by=company.users["approver"], edition=in_review)


def test_who_reviewed_cannot_approve(company, in_review):
    """Even with an approver's post: three different people."""
    appoint(company, "second_editor", "approver")
    reviewed = actions.review_edition(by=company.users["second_editor"], edition=in_review)
    with pytest.raises(NotYours) as refusal:
        actions.approve_edition(by=company.users["second_editor"], edition=reviewed)
    assert str(refusal.value)
    assert actions.approve_edition(by=company.users["approver"], edition=reviewed).state == EditionState.APPROVED


def test_an_approver_may_review_while_another_one_is_left(company, in_review):
    appoint(company, "quality_officer", "approver")
    reviewed = actions.review_edition(by=company.users["approver"], edition=in_review)
    approved = actions.approve_edition(by=company.users["quality_officer"], edition=reviewed)
    assert (approved.reviewed_by.username, approved.approved_by.username) == ("approver", "quality_officer")


def test_a_review_is_passed_once(company, reviewed):
    appoint(company, "quality_officer", "editor")
    with pytest.raises(Conflict):
        actions.review_edition(by=company.users["quality_officer"], edition=reviewed)


def test_a_return_forgets_the_review(company, reviewed):
    actions.return_edition(by=company.users["approver"], edition=reviewed, reason="請改第二條", now=NOW)
    draft = Edition.objects.get(pk=reviewed.pk)
    assert (draft.reviewed_by, draft.return_reason) == (None, "請改第二條")
    again = actions.submit_edition(by=company.users["editor"], edition=draft)
    assert (again.return_reason, again.returned_at) == ("", None)
    with pytest.raises(NotYours):
        actions.approve_edition(by=company.users["approver"], edition=again)


def appoint(company, username, post):
    Appointment.objects.create(
        person=company.people[username],
        post=company.posts[post],
        unit=company.units["QHSE"],
        starts_on=date(2020, 1, 1),
    )


@pytest.mark.parametrize(
    ("one", "other"), [("reviewed_by", "drafted_by"), ("approved_by", "drafted_by"), ("approved_by", "reviewed_by")]
)
def test_the_database_itself_keeps_three_people_apart(approved, one, other):
    with pytest.raises(IntegrityError), transaction.atomic():
        _raw(f"UPDATE policies_edition SET {one}_id = {other}_id WHERE id = %s", [approved.pk])


def test_a_text_changed_behind_the_verbs_is_neither_passed_nor_approved(company, in_review):
    with undone():
        _raw("UPDATE policies_editionclause SET text = %s WHERE edition_id = %s", ["偷改", in_review.pk])
        with pytest.raises(Refused):
            actions.review_edition(by=company.users["second_editor"], edition=in_review)
    actions.review_edition(by=company.users["second_editor"], edition=in_review)
    _raw("UPDATE policies_editionclause SET text = %s WHERE edition_id = %s", ["偷改", in_review.pk])
    with pytest.raises(Refused):
        actions.approve_edition(by=company.users["approver"], edition=in_review)


def test_a_text_changed_after_approval_is_not_issued(approved, issue):
    _raw("UPDATE policies_editionclause SET text = %s WHERE edition_id = %s", ["偷改", approved.pk])
    with pytest.raises(Refused):
        issue(approved)


def _raw(sql, parameters):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def test_an_empty_draft_is_not_submitted(company, draft):
    draft.clauses.all().delete()
    with pytest.raises(Refused):
        actions.submit_edition(by=company.users["editor"], edition=draft)


def test_a_return_needs_its_reason(company, in_review):
    with pytest.raises(Refused) as refusal:
        actions.return_edition(by=company.users["approver"], edition=in_review, reason="  ")
    assert refusal.value.field == "reason"


def test_after_a_return_the_text_can_be_changed_and_judged_again(company, in_review):
    actions.return_edition(by=company.users["approver"], edition=in_review, reason="第二條不清楚")
    row = clause(in_review, "2.1")
    actions.edit_clause(by=company.users["editor"], clause=row, number="2.1", heading="許可", text="清楚了。")
    assert through_review(company, in_review).state == EditionState.APPROVED


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"effective_on": None}, "effective_on"),
        ({"owner_unit": None}, "owner_unit"),
        ({"audience": []}, "audience"),
        ({"audience": [AudienceLine("unit")]}, "audience"),
        ({"audience": [AudienceLine("unit_post")]}, "audience"),
        ({"audience": [AudienceLine("nobody")]}, "audience"),
        ({"review_due_on": date(2029, 3, 3)}, "review_due_on"),
        ({"review_due_on": date(2026, 3, 2)}, "review_due_on"),
    ],
)
def test_what_issuing_requires(approved, company, values, field):
    """SAF-23, clause 6.4: a review more than 3 years off is refused."""
    given = {
        "effective_on": date(2026, 3, 2),
        "owner_unit": company.units["QHSE"],
        "audience": [AudienceLine("staff")],
    } | values
    with pytest.raises(Refused) as refusal:
        actions.issue_edition(by=company.users["approver"], edition=approved, now=NOW, **given)
    assert refusal.value.field == field
    assert Edition.objects.get(pk=approved.pk).state == EditionState.APPROVED


@pytest.mark.parametrize(
    ("effective", "latest"),
    [(date(2026, 3, 2), date(2029, 3, 2)), (date(2028, 2, 29), date(2031, 2, 28))],
)
def test_the_review_is_due_in_three_years_where_nobody_says_sooner(approved, issue, effective, latest):
    assert issue(approved, effective_on=effective).review_due_on == latest


def test_issuing_freezes_renders_publishes_and_tells_search(company, approved, issue):
    issued = issue(approved, material=True, change_note="首次發布。")
    assert issued.tree_hash == content.tree_hash(
        issued.title, list(issued.clauses.select_related("clause").order_by("order"))
    )
    assert {body.script for body in issued.bodies.all()} == {"hant", "hans"}
    hans = issued.bodies.get(script="hans")
    assert hans.title == "仓库用火管理规定"
    assert 'id="c-2.2.1"' in hans.html
    assert issued.interpreting_unit == company.units["QHSE"]
    issued.regulation.refresh_from_db()
    assert issued.regulation.live
    assert issued.regulation.owner_unit == company.units["QHSE"]
    told = set(OutboxRow.objects.filter(topic="search").values_list("key", flat=True))
    assert {f"clauses:{pk}" for pk in issued.clauses.values_list("pk", flat=True)} <= told


@pytest.mark.parametrize(
    ("line", "token"),
    [
        (lambda c: AudienceLine("public"), "public"),
        (lambda c: AudienceLine("staff"), "staff"),
        (lambda c: AudienceLine("unit", unit=c.units["CREW1"]), "unit:{CREW1}"),
        (lambda c: AudienceLine("post", post=c.posts["crew_leader"]), "post:crew_leader"),
        (
            lambda c: AudienceLine("unit_post", unit=c.units["CREW1"], post=c.posts["crew_leader"]),
            "unit:{CREW1}+post:crew_leader",
        ),
    ],
)
def test_the_audience_becomes_tokens(company, approved, issue, line, token):
    issued = issue(approved, audience=[line(company), line(company)])
    units = {code: unit.pk for code, unit in company.units.items()}
    assert issued.audience == {token.format(**units)}


def second_edition(company, issue, issued, **given):
    draft = actions.start_draft(by=company.users["editor"], regulation=issued.regulation, now=NOW)
    row = clause(draft, "2.2.2")
    actions.edit_clause(by=company.users["editor"], clause=row, number="2.2.2", heading="", text="監護人不得離崗。")
    return issue(through_review(company, draft), **given)


def test_the_next_edition_supersedes_the_one_before(company, issued, issue):
    second = second_edition(company, issue, issued)
    issued.refresh_from_db()
    assert (issued.state, second.state) == (EditionState.SUPERSEDED, EditionState.ISSUED)
    assert Edition.objects.in_force(date(2026, 3, 2)).get() == second
    assert journal.entries_of(issued).last().action == "policies.supersede_edition"


def test_an_announced_edition_leaves_the_one_before_in_force_until_its_day(company, issued, issue):
    second = second_edition(company, issue, issued, effective_on=date(2026, 4, 1))
    issued.refresh_from_db()
    assert issued.state == EditionState.ISSUED
    assert Edition.objects.in_force(date(2026, 3, 31)).get() == issued
    assert actions.supersede_due(by=journal.SYSTEM, now=NOW) == 0
    day = NOW.replace(month=4, day=1)
    assert actions.supersede_due(by=journal.SYSTEM, now=day) == 1
    assert actions.supersede_due(by=journal.SYSTEM, now=day) == 0
    issued.refresh_from_db()
    assert issued.state == EditionState.SUPERSEDED
    assert Edition.objects.in_force(date(2026, 4, 1)).get() == second
    assert Edition.objects.in_force(date(2026, 3, 15)).get() == issued, "the past stays as it was"


def test_an_edition_before_the_one_in_force_is_refused(company, issued, issue):
    with pytest.raises(Refused) as refusal:
        second_edition(company, issue, issued, effective_on=date(2026, 3, 1))
    assert refusal.value.field == "effective_on"


def test_a_withdrawn_regulation_goes_off_the_site(company, issued):
    actions.withdraw_edition(by=company.users["approver"], edition=issued, reason="不再適用", now=NOW)
    issued.regulation.refresh_from_db()
    assert issued.regulation.live is False
    assert not Edition.objects.in_force(date(2026, 3, 2)).exists()


def test_a_withdrawal_needs_its_reason(company, issued):
    with pytest.raises(Refused):
        actions.withdraw_edition(by=company.users["approver"], edition=issued, reason="")


def test_a_draft_given_up_leaves_its_number_free(company, draft, imported):
    actions.withdraw_edition(by=company.users["editor"], edition=draft, reason="讀錯了")
    again = imported()
    assert (again.number, again.regulation) == (1, draft.regulation)
    assert again.pk != draft.pk


def test_the_schedule_supersedes_each_day(company, issued, issue):
    from portal.lib.registries import scheduled

    second_edition(company, issue, issued, effective_on=date(2026, 4, 1))
    work = scheduled.get("policies.supersede_due")
    day = NOW.replace(month=4, day=1)
    moments = list(work.moments(day - timedelta(days=1), day))
    assert len(moments) == 1
    work.run(moments[0])
    issued.refresh_from_db()
    assert issued.state == EditionState.SUPERSEDED
