"""Cause and prevention: recorded before a complaint of the company closes, verified for effect by another (SRV-21)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from forms.cases import actions as cases
from forms.cases.corrections import case_page
from forms.cases.corrections.actions import (
    NewPrevention,
    add_prevention,
    do_prevention,
    issue_plan,
    record_cause,
    verify_effect,
)
from forms.cases.corrections.actions.reminding import remind_due
from forms.cases.corrections.measures import cause_found_and_prevented
from forms.cases.corrections.models import CauseAnalysis, CorrectionReminder, PlanItem, Prevention
from forms.cases.corrections.notifying import ITEM
from forms.cases.corrections.permissions import visible_preventions
from forms.cases.models import Case
from forms.cases.registries import reasons_not_to_close
from portal.journal.actions import SYSTEM
from portal.lib.periods import Period
from portal.lib.refusals import NotYours, Refused
from portal.notifications.models import Notification
from portal.notifications.waiting import still_to_tell
from portal.org.readers import reader_for
from tests.forms.case_corrections.conftest import TODAY, line
from tests.forms.complaints import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_scope")]
LATER = NOW + timedelta(days=91)


def record(company: Any, case: Case, by: str = "quality_officer", **more: Any) -> CauseAnalysis:
    values = {"method": "whys", "whys": ["沒人接", "無人補位", ""], "conclusion": "值班無補位", **more}
    return record_cause(by=company.users[by], case=case, now=NOW, **values)


def prevent(company: Any, case: Case, by: str = "quality_officer", owner: str = "director") -> Prevention:
    new = NewPrevention("電話轉接到巡邏手機", company.people[owner], TODAY + timedelta(days=7))
    return add_prevention(by=company.users[by], case=case, new=new, now=NOW)


@pytest.fixture
def done(house, company_case) -> Prevention:
    """Done by the director, whose it is; its effect is verified ninety days later."""
    record(house, company_case)
    return do_prevention(by=house.users["director"], measure=prevent(house, company_case), proof="已轉接", now=NOW)


BAD = {
    "one why": ({"whys": ["一次"]}, "at least twice", "why_2"),
    "six whys": ({"whys": ["1", "2", "3", "4", "5", "6"]}, "At most five", "why_5"),
    "a gap": ({"whys": ["1", "", "3"]}, "leave none out", "why_2"),
    "no branch": ({"method": "fishbone", "branches": {"people": " "}}, "at least one branch", "people"),
    "no conclusion": ({"conclusion": ""}, "what the cause is", "conclusion"),
    "no method": ({"method": "dice"}, "how the cause", "method"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_cause_is_refused(house, company_case, name):
    changes, sentence, field = BAD[name]
    with pytest.raises(Refused, match=sentence) as refused:
        record(house, company_case, **changes)
    assert refused.value.field == field
    assert not CauseAnalysis.objects.exists()


def test_a_complaint_of_the_company_does_not_close_without_cause_and_prevention(
    house, company_case, file_case, monkeypatch
):
    officer = house.users["quality_officer"]
    cases.resolve_case(case=company_case, by=officer, text="已處理", now=NOW)
    case = Case.objects.get(pk=company_case.pk)
    text = " ".join(reasons_not_to_close(case))
    assert "The cause is not recorded yet." in text
    assert "No preventive measure is recorded yet." in text
    with pytest.raises(Refused, match="cause is not recorded"):
        cases.close_case(case=case, by=officer, now=NOW)
    monkeypatch.setattr(case_page, "reasons_of_cause", lambda case: [])  # the broken twin
    assert "cause" not in " ".join(str(one) for one in reasons_not_to_close(case))
    monkeypatch.undo()
    record(house, case, by="director")  # company and office alike
    prevent(house, case)
    assert "cause" not in " ".join(str(one) for one in reasons_not_to_close(case))
    # Optional where the office answers.
    own = file_case()
    assert reasons_not_to_close(own) == []
    assert record(house, own, by="clerk").version == 1


def test_a_fishbone_is_text_by_branches(house, company_case):
    branches = {"people": "只有一人", "management": "沒有時限", "weather": "x"}
    found = record(house, company_case, method="fishbone", branches=branches)
    assert [text for _name, text in found.lines] == ["只有一人", "沒有時限"]
    again = record(house, company_case, version=1)
    assert (again.version, again.branches, len(again.lines)) == (2, {}, 2)


def test_effect_is_verified_later_and_by_somebody_else(house, done):
    assert done.verify_on == TODAY + timedelta(days=90)
    for who in ("director", "clerk", "other_director"):
        with pytest.raises(NotYours):
            verify_effect(by=house.users[who], measure=done, effective=True, verdict="好", now=LATER)
    officer = house.users["quality_officer"]
    with pytest.raises(Refused, match="too early"):
        verify_effect(by=officer, measure=done, effective=True, verdict="好", now=NOW)
    verify_effect(by=officer, measure=done, effective=True, verdict="抽查三次都有人接", now=LATER)
    done.refresh_from_db()
    assert done.state == "effective"
    with transaction.atomic(), pytest.raises(IntegrityError):
        Prevention.objects.update(verified_by=done.done_by)


def test_without_effect_it_is_not_the_end(house, company_case, done):
    officer = house.users["quality_officer"]
    told = {"by": officer, "measure": done, "effective": False, "verdict": "又沒人接", "now": LATER}
    with pytest.raises(Refused, match="cannot be the end"):
        verify_effect(**told)
    with pytest.raises(Refused, match="does not happen again"):
        verify_effect(follow="measure", **told)
    assert Prevention.objects.get().state == "done"
    new = NewPrevention("加一個值班員", house.people["director"], LATER.date() + timedelta(days=9))
    verify_effect(follow="measure", new=new, **told)
    done.refresh_from_db()
    assert (done.state, done.followed_by) == ("not_effective", "measure")
    assert done.followers.get().text == "加一個值班員"


def test_the_plan_taken_up_again_needs_a_new_edition(house, company_case, done):
    officer = house.users["quality_officer"]
    cases.resolve_case(case=company_case, by=officer, text="已處理", now=NOW)
    verify_effect(by=officer, measure=done, effective=False, verdict="無效", follow="plan", now=LATER)
    case = Case.objects.get(pk=company_case.pk)
    assert case.state == "reopened"
    with pytest.raises(Refused, match="needs a new edition"):
        cases.resolve_case(case=case, by=officer, text="已處理", now=LATER)
    later = LATER + timedelta(hours=1)
    issue_plan(by=officer, case=case, lines=[line(house, days=100)], now=later)
    assert "new edition" not in " ".join(reasons_not_to_close(Case.objects.get(pk=case.pk)))


def test_the_measure_counts_records_and_effects(house, company_case, done, monkeypatch):
    month = Period.parse("2027-02")
    found = cause_found_and_prevented(house.units["OFFICE1"], month)
    assert (found.due, found.done, found.missed) == (0, 0, 0)
    monkeypatch.setattr("portal.lib.clock.now", lambda: LATER + timedelta(days=20))
    assert cause_found_and_prevented(house.units["OFFICE1"], month).missed == 1
    officer = house.users["quality_officer"]
    verify_effect(by=officer, measure=done, effective=True, verdict="有效", now=LATER + timedelta(days=20))
    found = cause_found_and_prevented(house.units["OFFICE1"], month)
    assert (found.due, found.done, found.missed, found.late) == (1, 0, 1, 1)


def test_of_what_is_about_a_director_the_office_sees_no_measure(house, hidden_case, signed_in):
    record(house, hidden_case)
    with pytest.raises(NotYours):
        record(house, hidden_case, by="director")
    with pytest.raises(Refused, match="from the list"):
        prevent(house, hidden_case, owner="director")
    measure = prevent(house, hidden_case, owner="property_person")
    assert not visible_preventions(reader_for(house.users["director"])).exists()
    assert visible_preventions(reader_for(house.users["property_person"])).get() == measure
    assert signed_in("director").get(measure.get_absolute_url()).status_code == 404


def test_pages_of_cause_and_measure(house, company_case, signed_in):
    browser = signed_in("director")
    address = f"/desk/cases/{company_case.number}/cause/"
    told = {"version": "0", "method": "whys", "why_1": "沒人接", "conclusion": "無補位"}
    sent = browser.post(address, told)
    assert sent.status_code == 400
    assert "沒人接" in sent.text
    assert browser.post(address, {**told, "why_2": "只有一人"}).status_code == 302
    owner = str(house.people["director"].pk)
    new = {"text": "轉接", "owner": owner, "due_on": f"{TODAY + timedelta(days=3)}"}
    assert browser.post(f"/desk/cases/{company_case.number}/prevention/", new).status_code == 302
    measure = Prevention.objects.get()
    assert "轉接" in browser.get("/desk/corrections/prevention/").text
    where = measure.get_absolute_url()
    assert browser.post(f"{where}done/", {"version": "1", "proof": "已轉接"}).status_code == 302
    Prevention.objects.update(verify_on=TODAY)
    officer = signed_in("quality_officer")
    assert "Verify the effect" in officer.get(where).text
    wrong = {"version": "2", "effective": "no", "verdict": "還是沒人接", "follow": ""}
    sent = officer.post(f"{where}verify/", wrong)
    assert sent.status_code == 400
    assert "還是沒人接" in sent.text
    assert officer.post(f"{where}verify/", {**wrong, "effective": "yes"}).status_code == 302
    assert Prevention.objects.get().state == "effective"


def test_reminders_go_once_to_owner_and_director_and_past_the_office(house, items, hidden_case, done):
    edition = issue_plan(
        by=house.users["leader"], case=hidden_case, lines=[line(house, "秘密談話", "property_person")], now=NOW
    )
    PlanItem.objects.update(due_on=TODAY - timedelta(days=1))
    Prevention.objects.update(verify_on=TODAY)
    assert remind_due(by=SYSTEM, now=NOW) == 5
    assert remind_due(by=SYSTEM, now=NOW) == 0
    told = {(row.person.name, row.what.split(":")[0]) for row in CorrectionReminder.objects.select_related("person")}
    assert told == {
        ("蘇小梅", "item"),
        ("霍主任", "item"),
        ("鄒物業", "item"),
        ("秦品質", "verify"),
        ("蔣復核", "verify"),
    }
    hidden = f"item:{edition.plan.items.get().pk}"
    assert {row.person.name for row in CorrectionReminder.objects.filter(what=hidden)} == {"鄒物業"}
    told_of_hidden = Notification.objects.filter(about=edition.plan.items.get().pk, kind=ITEM)
    assert [row.user for row in told_of_hidden] == [house.users["property_person"]]
    assert told_of_hidden.get().subject == hidden_case.number
    line_of_clerk = Notification.objects.get(user=house.users["clerk"])
    assert (line_of_clerk.kind, line_of_clerk.url) == (
        ITEM,
        PlanItem.objects.get(pk=line_of_clerk.about).get_absolute_url(),
    )
    assert still_to_tell(house.users["clerk"], [line_of_clerk]) == [line_of_clerk]
    PlanItem.objects.update(state="accepted")
    assert still_to_tell(house.users["clerk"], [line_of_clerk]) == []
