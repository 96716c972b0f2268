"""What a deviation may be, who decides, and that nothing prolongs one (SAF-24, clause 6.5)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django_scopes import scopes_disabled
from django_scopes.exceptions import ScopeError

from policies.deviations import actions, permissions
from policies.deviations.enums import DeviationState, Standing
from policies.deviations.models import Deviation
from portal.journal.actions import entries_of
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.readers import reader_for
from tests.policies.deviations.conftest import NOW, TODAY, days


# ---- the application ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("starts", "ends", "field"),
    [
        (days(0), date(2027, 11, 22), None),  # one year to the day
        (days(0), date(2027, 11, 23), "ends_on"),  # a day more
        (days(5), days(4), "ends_on"),
        (days(5), days(5), None),
        (days(-7), days(30), None),
        (days(-8), days(30), "starts_on"),
        (days(90), days(100), None),
        (days(91), days(100), "starts_on"),
        (days(-5), days(-1), "ends_on"),
    ],
)
def test_the_days_of_a_deviation(apply, starts, ends, field):
    if field is None:
        assert apply(starts_on=starts, ends_on=ends).state == DeviationState.APPLIED
        return
    with pytest.raises(Refused) as refused:
        apply(starts_on=starts, ends_on=ends)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 4, 1), date(2027, 3, 31)),
        (date(2028, 2, 29), date(2029, 2, 28)),
        (date(2027, 3, 1), date(2028, 2, 29)),
        (date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_year_ends_the_day_before(first, last):
    assert actions.latest_end(first) == last


@pytest.mark.parametrize("field", ["reasons", "facts", "measures"])
def test_it_is_in_writing(apply, field):
    with pytest.raises(Refused) as refused:
        apply(**{field: "  \n"})
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("crew_leader", True),
        ("unit_manager", False),
        ("employee", False),
        ("other_crew_leader", False),
        ("editor", False),
    ],
)
def test_who_applies(apply, who, may):
    """The manager may, too, but in this company nobody stands above who could decide."""
    if may:
        assert apply(by=who).applied_by.username == who
    else:
        with pytest.raises(Refused):
            apply(by=who)


def test_the_safety_officer_applies(apply, company, appoint):
    company.posts["employee"].code = "safety_officer"
    company.posts["employee"].save()
    assert apply(by="employee").unit == company.units["CREW1"]


def test_the_same_application_twice_is_one(apply):
    key = uuid4()
    first, second = apply(submission_id=key), apply(submission_id=key)
    assert first.pk == second.pk
    assert [entry.action for entry in entries_of(first)] == ["deviations.apply"]
    with pytest.raises(Conflict):
        apply(submission_id=key, reasons="另一個理由。")


def test_somebody_elses_id_gives_nothing_away(apply, appoint):
    key = uuid4()
    apply(submission_id=key)
    appoint("colleague", "crew_leader", "CREW1")
    with pytest.raises(Conflict):
        apply(by="colleague", submission_id=key)


def test_an_edition_that_is_not_for_the_reader_is_refused(apply, company, issue, imported, application):
    from policies.actions import AudienceLine, approve_edition, review_edition, submit_edition

    other = imported("銷售規定\n\n1 範圍\n\n1.1 本規定只給售樓部。\n")
    submit_edition(by=company.users["editor"], edition=other)
    review_edition(by=company.users["second_editor"], edition=other)
    approve_edition(by=company.users["approver"], edition=other)
    issue(other, audience=[AudienceLine("unit", unit=company.units["SALES1"])])
    with pytest.raises(Refused) as refused:
        apply(wording=other.clauses.get(number="1.1"))
    assert refused.value.field == "clause"


# ---- the decision ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "who", ["crew_leader", "other_unit_manager", "employee", "editor", "quality_officer", "administrator"]
)
def test_nobody_but_the_head_decides(company, applied, who):
    with pytest.raises(NotYours):
        actions.approve_deviation(by=company.users[who], deviation=applied, now=NOW)
    applied.refresh_from_db()
    assert applied.state == DeviationState.APPLIED


def test_the_head_decides(company, granted):
    assert (granted.state, granted.decided_by) == (DeviationState.APPROVED, company.users["unit_manager"])
    assert [entry.action for entry in entries_of(granted)] == ["deviations.apply", "deviations.approve"]


def test_a_head_who_applies_is_decided_on_from_above(company, apply, appoint):
    chief = appoint("chief", "unit_manager", "PROJECT1")
    appoint("deputy", "unit_manager", "CREW1")
    own = apply(by="unit_manager")
    for name in ("unit_manager", "deputy"):
        with pytest.raises(NotYours):
            actions.approve_deviation(by=company.users[name], deviation=own, now=NOW)
    assert permissions.to_decide(reader_for(chief)) == [own]
    assert actions.approve_deviation(by=chief, deviation=own, now=NOW).decided_by == chief


def test_without_anybody_to_decide_it_is_refused(apply):
    with pytest.raises(Refused, match="manager"):
        apply(by="unit_manager")


def test_the_table_itself_refuses_an_applicant_who_decides(company, applied):
    with pytest.raises(IntegrityError), transaction.atomic(), scopes_disabled():
        Deviation.objects.filter(pk=applied.pk).update(decided_by=applied.applied_by, decided_at=NOW, state="approved")


def test_the_second_decision_is_told(company, granted, appoint):
    deputy = appoint("deputy", "unit_manager", "CREW1")
    with pytest.raises(Conflict):
        actions.decline_deviation(by=deputy, deviation=granted, note="不同意", now=NOW)


def test_declining_says_why(company, applied):
    with pytest.raises(Refused) as refused:
        actions.decline_deviation(by=company.users["unit_manager"], deviation=applied, note=" ", now=NOW)
    assert refused.value.field == "note"
    declined = actions.decline_deviation(by=company.users["unit_manager"], deviation=applied, note="不需要", now=NOW)
    assert (declined.state, declined.decision_note) == (DeviationState.DECLINED, "不需要")


def test_what_is_over_is_not_approved(company, applied):
    with pytest.raises(Refused):
        actions.approve_deviation(by=company.users["unit_manager"], deviation=applied, now=NOW + timedelta(days=120))


# ---- nothing prolongs it --------------------------------------------------------------------------------------------
def test_no_verb_moves_a_day(company, granted):
    before = (granted.starts_on, granted.ends_on)
    actions.end_deviation(by=company.users["unit_manager"], deviation=granted, note="恢復", now=NOW + timedelta(days=9))
    granted.refresh_from_db()
    assert (granted.starts_on, granted.ends_on) == before
    assert granted.standing(days(9)) == Standing.ENDED


def test_days_already_taken_are_not_given_twice(apply, granted):
    with pytest.raises(Conflict) as refused:
        apply(now=NOW + timedelta(days=30), starts_on=granted.ends_on, ends_on=days(200))
    assert refused.value.field == "starts_on"
    assert apply(clause="2.2.1", starts_on=days(2), ends_on=days(9))  # another clause


def test_a_renewal_is_a_new_application_that_is_decided_anew(company, apply, granted):
    later = NOW + timedelta(days=60)
    renewal = apply(now=later, renewal_of=granted, starts_on=days(93), ends_on=days(120))
    assert (renewal.state, renewal.renewal_of) == (DeviationState.APPLIED, granted)
    granted.refresh_from_db()
    assert granted.ends_on == days(92)
    assert granted.standing(days(93)) == Standing.EXPIRED


def test_only_what_was_approved_is_renewed(company, apply, applied):
    actions.withdraw_deviation(by=company.users["crew_leader"], deviation=applied, now=NOW)
    with pytest.raises(Refused):
        apply(renewal_of=applied)


# ---- withdrawing, ending, reporting ---------------------------------------------------------------------------------
def test_the_applicant_withdraws(company, applied):
    with pytest.raises(NotYours):
        actions.withdraw_deviation(by=company.users["unit_manager"], deviation=applied, now=NOW)
    done = actions.withdraw_deviation(by=company.users["crew_leader"], deviation=applied, now=NOW)
    assert done.state == DeviationState.WITHDRAWN


def test_work_after_expiry_is_reported_once(company, granted):
    officer, after = company.users["quality_officer"], NOW + timedelta(days=100)
    with pytest.raises(Conflict):
        actions.report_overrun(by=officer, deviation=granted, note="仍在用", now=NOW + timedelta(days=10))
    with pytest.raises(NotYours):
        actions.report_overrun(by=company.users["employee"], deviation=granted, note="仍在用", now=after)
    actions.report_overrun(by=officer, deviation=granted, note="仍在用", now=after)
    with pytest.raises(Conflict):
        actions.report_overrun(by=officer, deviation=granted, note="仍在用", now=after)


def test_rows_are_not_read_outside_a_scope(applied):
    with pytest.raises(ScopeError):
        Deviation.objects.get(pk=applied.pk)


def test_it_expires_by_itself(granted):
    assert granted.standing(TODAY) == Standing.TO_COME
    assert granted.standing(days(2)) == granted.standing(days(92)) == Standing.IN_FORCE
    assert granted.standing(days(93)) == Standing.EXPIRED
