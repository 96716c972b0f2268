"""A call is written down once, with what it became; who is calling is found; nobody learns what is not theirs."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django_scopes import scopes_disabled

from forms.cases import actions as cases
from forms.cases.calls import lookup
from forms.cases.calls.enums import CallOutcome
from forms.cases.calls.erasing import erase_without_case
from forms.cases.calls.lookup import Wanted, caller_for, lookalikes
from forms.cases.calls.measures import answered_and_recorded
from forms.cases.calls.models import Call
from forms.cases.calls.permissions import visible_calls
from forms.cases.enums import CaseChannel, CaseState, Outcome
from forms.cases.measures import asked_and_told
from forms.cases.models import Case, CaseNote
from forms.cases.retention.actions import erase_case
from forms.revisits.actions.watching import NewFile, open_file
from portal.journal.actions import entries_of
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.readers import reader_for
from tests.forms.calls import NOW, at, day_of, estate_of

pytestmark = pytest.mark.usefixtures("no_scope")
MONDAY = Period.of("day", day_of(0))


def reader(company, name):
    return reader_for(company.users[name], day_of(0))


# ---- what a call becomes ---------------------------------------------------------------------------------------------
def test_a_new_case_is_made_by_the_verb_of_the_public_form(take):
    call = take(kind="request", text="水龍頭漏水，\n請派人。")
    case = call.case
    assert (case.channel, case.kind, case.state) == (CaseChannel.PHONE, "request", CaseState.RECEIVED)
    assert (case.subject, case.contact_phone, case.office) == ("水龍頭漏水，", "13800000001", call.office)
    assert case.submission.by is None  # the customer's, not the clerk's own
    assert (call.outcome, call.settled_at, call.unit) == ("case", NOW + timedelta(minutes=4), case.unit)
    assert [entry.action for entry in entries_of(call)] == ["calls.record"]
    assert "13800000001" not in str(entries_of(call)[0].data)


def test_what_was_said_is_added_to_an_open_case(take, file_case):
    case = file_case()
    call = take(outcome="added", case=case, text="又停了一次。")
    note = CaseNote.objects.get(case=case)
    assert (call.case, note.kind) == (case, "internal")
    assert note.text.endswith("又停了一次。")
    assert "2026-11-23 10:00" in note.text


def test_an_answered_enquiry_is_a_case_that_is_closed_at_once(take, company):
    call = take(outcome="answered", text="泳池幾點關？", answer="晚上九點。")
    case = call.case
    assert (case.kind, case.state, case.outcome) == ("enquiry", CaseState.CLOSED, Outcome.CONFIRMED)
    measured = asked_and_told(company.units["OFFICE1"], Period.parse("2026-11"))  # SRV-05
    assert (measured.due, measured.done) == (1, 1)


@pytest.mark.parametrize("place", [{"estate": None, "house": ""}, {"estate": "OFFICE2", "house": "1棟101"}])
def test_an_enquiry_of_nobodys_or_anothers_house_belongs_to_who_answered(take, company, place):
    where = place | {"estate": estate_of(place["estate"]) if place["estate"] else None}
    case = take(outcome="answered", answer="是。", text="今天開門嗎？", **where).case
    assert (case.unit, case.estate, case.state) == (company.units["OFFICE1"], None, CaseState.CLOSED)
    assert case.house == ("楓林苑 1棟101" if place["house"] else "")


def test_a_case_of_another_office_goes_there(take, company):
    call = take(estate=estate_of("OFFICE2"), house="1棟101")
    assert (call.case.unit, call.unit) == (company.units["OFFICE2"], company.units["OFFICE2"])
    assert visible_calls(reader(company, "clerk")).filter(pk=call.pk).exists()  # who took it
    assert not visible_calls(reader(company, "director")).filter(pk=call.pk).exists()


@pytest.mark.parametrize(
    ("what", "field"),
    [
        ({"outcome": ""}, "outcome"),
        ({"outcome": "open"}, "outcome"),
        ({"text": "  "}, "text"),
        ({"outcome": "note"}, "reason"),
        ({"outcome": "note", "reason": "other", "text": ""}, "text"),
        ({"outcome": "note", "reason": "unreached"}, "reason"),
        ({"outcome": "answered", "answer": " "}, "answer"),
        ({"outcome": "added"}, "case"),
        ({"kind": "gossip"}, "kind"),
        ({"began_at": NOW + timedelta(hours=1)}, "began_at"),
        ({"ended_at": NOW - timedelta(minutes=1)}, "ended_at"),
        ({"ended_at": NOW + timedelta(hours=1)}, "ended_at"),
        ({"missed": True, "phone": "", "estate": None, "house": ""}, "phone"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_kept(take, what, field):
    with pytest.raises(Refused) as refused:
        take(**what)
    assert refused.value.field == field
    assert not Call.objects.exists()
    assert not Case.objects.exists()


def test_a_wrong_number_needs_its_reason_alone(take):
    call = take(outcome="note", reason="wrong", text="", phone="", estate=None, house="")
    assert (call.outcome, call.reason, call.case) == ("note", "wrong", None)


def test_the_same_form_sent_twice_is_one_call(take):
    key = uuid.uuid4()
    assert take(key=key).pk == take(key=key).pk
    assert (Call.objects.count(), Case.objects.count()) == (1, 1)
    for changes in ({"text": "別的事。"}, {"by": "director"}):
        with pytest.raises(Conflict):
            take(key=key, **changes)


@pytest.mark.parametrize("username", ["employee", "administrator", "customer", "sales_person"])
def test_only_the_service_centre_and_whoever_is_on_duty_write_calls_down(take, username):
    with pytest.raises(NotYours):
        take(by=username)


def test_the_database_keeps_no_answered_call_without_an_outcome(take):
    """The broken twin of the verb: the row itself is refused."""
    call = take(outcome="note", reason="wrong")
    for wrong in ({"outcome": ""}, {"reason": ""}, {"outcome": "case"}, {"ended_at": NOW - timedelta(hours=1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Call.objects.filter(pk=call.pk).update(**wrong)


# ---- missed, and called back -----------------------------------------------------------------------------------------
def test_a_missed_call_is_open_until_somebody_called_back(take, company):
    missed = take(missed=True, text="")
    assert (missed.outcome, list(visible_calls(reader(company, "clerk")).waiting())) == ("", [missed])
    back = take(returns=missed, at=NOW + timedelta(minutes=30), text="電梯停了。")
    missed.refresh_from_db()
    assert (missed.outcome, missed.case, missed.settled_at) == ("case", back.case, NOW + timedelta(minutes=34))
    assert back.direction == "out"
    with pytest.raises(Conflict):  # the second of two
        take(returns=missed, outcome="note", reason="wrong")
    with pytest.raises(Refused):
        take(missed=True, returns=missed)


def test_who_is_not_reached_is_tried_three_times(take):
    missed = take(missed=True)
    for number in (1, 2, 3):
        take(returns=missed, outcome="note", reason="unreached", text="", at=NOW + timedelta(hours=number))
        missed.refresh_from_db()
        assert missed.is_waiting is (number < 3)
    assert (missed.outcome, missed.reason) == ("note", "unreached")


def test_a_missed_call_of_another_office_is_not_mine_to_return(take):
    missed = take(missed=True)
    with pytest.raises(NotYours):
        take(by="other_clerk", returns=missed, outcome="note", reason="wrong")


# ---- SRV-01 ----------------------------------------------------------------------------------------------------------
def test_a_call_counts_by_the_end_of_its_day(take, company, hotlines, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: at(12, day=1))
    office = company.units["OFFICE1"]
    type(next(iter(hotlines.values()))).objects.update(since=day_of(5))  # the hotlines' days are another test
    take()
    take(outcome="note", reason="wrong", at=at(23, 58))  # written down after midnight
    returned = take(missed=True, at=at(9))
    take(returns=returned, outcome="note", reason="wrong", at=at(18))
    late = take(missed=True, at=at(9, 5))
    take(missed=True, at=at(9, 10))
    take(returns=late, outcome="note", reason="wrong", at=at(9, day=1))
    measured = answered_and_recorded(office, MONDAY)
    assert (measured.due, measured.done, measured.missed, measured.late) == (5, 3, 2, 1)
    assert "unit=OFFICE1" in measured.rows_url
    assert answered_and_recorded(company.units["OFFICE2"], MONDAY).due == 0
    # Nothing is missed before the day is over.
    monkeypatch.setattr(clock, "now", lambda: at(20))
    assert answered_and_recorded(office, MONDAY).missed == 1  # the one that was late is late


# ---- who is calling --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("written", ["13800000001", "+86 138 0000 0001", "１３８ ００００ ０００１"])
def test_a_number_tells_the_household(take, company, file_case, hotlines, written):
    case, ended = file_case(), file_case(subject="舊事")
    cases.withdraw_case(case=ended, by=company.users["clerk"], reason="客戶撤回", now=NOW)
    found = caller_for(reader(company, "clerk"), Wanted(phone=written), NOW)
    assert (found.home.household, found.home.name) == (company.household, "鄭女士")
    assert (list(found.open_cases), [one.pk for one in found.ended_cases]) == ([case], [ended.pk])


@pytest.mark.parametrize("written", ["3棟1602", " ３棟 1602 ", "1602"])
def test_a_house_tells_the_household(company, hotlines, written):
    found = caller_for(reader(company, "clerk"), Wanted(house=written), NOW)
    assert found.home.household == company.household


def test_the_building_tells_its_defects_and_the_estate_its_incident(company, hotlines, file_case):
    clerk, estate = company.users["clerk"], estate_of()
    incident = cases.open_incident(by=clerk, title="爆管", estate=estate, say="今晚八點前恢復。", now=NOW)
    for number, place in enumerate(("翠湖苑 1棟0101", "翠湖苑 3棟0902")):
        new = NewFile(
            office=estate.office,
            estate=estate,
            subject_type="x.y",
            subject_id=str(number),
            title=f"滲水{number}",
            place=place,
            first_on=day_of(1),
        )
        open_file(by=clerk, new=new, now=NOW)
    found = caller_for(reader(company, "clerk"), Wanted(estate=estate, house="3棟1602"), NOW)
    assert [(file.title, same) for file, same in found.defects] == [("滲水1", True), ("滲水0", False)]
    assert [(said.incident, said.url) for said in found.incidents] == [(incident, incident.get_absolute_url())]
    # Who answers the phone of the other office says the same, and opens neither.
    other = caller_for(reader(company, "other_clerk"), Wanted(estate=estate, house="3棟1602"), NOW)
    assert ([said.url for said in other.incidents], other.defects) == ([""], [])
    assert other.home.household == company.household
    assert (other.home.name, other.home.phone) == ("", "")


def test_open_cases_that_look_alike_are_offered(company, hotlines, file_case):
    case = file_case()
    file_case(kind="praise")
    clerk = reader(company, "clerk")
    assert lookalikes(clerk, estate=estate_of(), house="3棟1602", kind="complaint") == [case]
    assert lookalikes(reader(company, "other_clerk"), estate=estate_of(), house="3棟1602", kind="complaint") == []
    assert lookup.suggestion("", "我要索賠").compensation


# ---- SRV-18 ----------------------------------------------------------------------------------------------------------
def everything_shown(browser, **typed):
    """All that the screens of calls tell: the one screen for this caller, the list, the figures, the home page."""
    pages = [browser.post(reverse("call_new"), {"look": "yes", **typed})]
    pages += [browser.get(f"{reverse('call_list')}?q={value}") for value in typed.values()]
    pages += [browser.get(reverse(name)) for name in ("call_list", "call_figures", "call_new")]
    return "".join(page.content.decode() for page in pages)


@pytest.mark.parametrize("username", ["clerk", "director"])
@pytest.mark.parametrize("way", ["filed", "by phone", "transferred"])
def test_what_lies_with_the_leaders_shows_nowhere_to_the_office(take, company, file_case, signed_in, username, way):
    words = {"subject": "主任收紅包", "text": "主任收紅包才辦事。"}
    if way == "filed":
        case = file_case(about_director=True, contact_phone="13700000007", **words)
    else:
        about = way == "by phone"
        case = take(about_director=about, phone="13700000007", **words).case
        if not about:
            cases.transfer_case(
                case=case, by=company.users["quality_officer"], reason="涉及主任", about_director=True, now=NOW
            )
    case = Case.objects.get(pk=case.pk)
    assert case.is_confined
    with scopes_disabled():
        calls = [call.number for call in Call.objects.filter(case=case)]
    shown = everything_shown(signed_in(username), phone="13700000007", house="3棟1602")
    for hidden in (case.number, "收紅包", *calls):
        assert hidden not in shown
    for number in calls:
        assert signed_in(username).get(reverse("call_detail", args=[number])).status_code == 404
    # The quality department finds it.
    found = everything_shown(signed_in("quality_officer"), phone="13700000007")
    assert case.number in found
    # By number it cannot be written on either, and the sentence is that of a number nobody has.
    with pytest.raises(Refused) as refused:
        take(by=username, outcome="added", case=case)
    assert refused.value.field == "case"
    # Nor is it counted for the office.
    office, company_unit = company.units["OFFICE1"], company.units["HQ"]
    assert answered_and_recorded(company_unit, MONDAY).due - answered_and_recorded(office, MONDAY).due == len(calls)


def test_with_every_case_visible_it_would_show(take, company, file_case, signed_in, monkeypatch):
    """The broken twin of the lookup's guard."""
    file_case(about_director=True, subject="主任收紅包")
    monkeypatch.setattr(lookup, "_cases", lambda *asked: Case._base_manager.all())
    found = caller_for(reader(company, "clerk"), Wanted(phone="13800000001"), NOW)
    assert [case.subject for case in found.open_cases] == ["主任收紅包"]


def test_a_call_about_the_director_is_gone_for_who_took_it(take, company):
    call = take(about_director=True, text="主任罵人。")
    assert call.unit == company.units["HQ"]
    for username in ("clerk", "director", "other_clerk"):
        assert not visible_calls(reader(company, username)).filter(pk=call.pk).exists()
    assert visible_calls(reader(company, "quality_officer")).filter(pk=call.pk).exists()


# ---- the one screen --------------------------------------------------------------------------------------------------
def typed(hotlines, **changes):
    return {
        "key": str(uuid.uuid4()),
        "hotline": hotlines["complaints"].pk,
        "began_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
        "phone": "138 0000 0001",
        "estate": estate_of().pk,
        "house": "3棟1602",
        "text": "電梯又停了。",
        "outcome": "case",
        "kind": "complaint",
        **changes,
    }


def test_looking_up_loses_nothing_that_was_typed(company, hotlines, page, signed_in):
    browser = signed_in("clerk")
    sent = typed(hotlines, look="yes", estate="", house="", outcome="note", text="還在說……")
    shown = browser.post(reverse("call_new"), sent).content.decode()
    for part in ("還在說……", "鄭女士", 'value="3棟1602"', sent["key"]):
        assert part in shown
    assert not Call.objects.exists()


def test_a_call_on_the_screen_with_an_offer_and_a_case(company, hotlines, page, file_case, signed_in):
    """Something that looks alike is offered once; the tracking code is there to be read out."""
    old = file_case()
    browser, sent = signed_in("clerk"), typed(hotlines, record="yes")
    asked = browser.post(reverse("call_new"), sent)
    assert asked.status_code == 200
    assert old.number in asked.content.decode()
    assert not Call.objects.exists()
    answer = browser.post(reverse("call_new"), {**sent, "sure": "yes"})
    call = Call.objects.get()
    assert answer.url == call.get_absolute_url()
    shown = browser.get(answer.url).content.decode()
    assert call.case.number in shown
    assert "Read to the caller" in shown
    same = typed(hotlines, same=old.number)
    browser.post(reverse("call_new"), same)
    assert Call.objects.latest("pk").case == old
    assert Call.objects.latest("pk").outcome == CallOutcome.ADDED


def test_words_about_the_director_are_asked_about_before_the_office_gets_them(company, hotlines, page, signed_in):
    browser, sent = signed_in("clerk"), typed(hotlines, record="yes", text="主任不理人，要求賠償。")
    assert browser.post(reverse("call_new"), sent).status_code == 200
    assert not Call.objects.exists()
    answer = browser.post(reverse("call_new"), {**sent, "about_director": "on"}, follow=True)
    case = Case.objects.get()
    assert case.is_confined
    shown = answer.content.decode()
    assert case.number in shown  # for the caller, once
    assert "Tracking code" not in shown


@pytest.mark.parametrize(
    "changes", [{"outcome": ""}, {"hotline": "0"}, {"began_at": "soon"}, {"text": ""}, {"key": "x"}, {"estate": "\x00"}]
)
def test_a_wrong_field_comes_back_with_everything_typed(company, hotlines, page, signed_in, changes):
    answer = signed_in("clerk").post(reverse("call_new"), typed(hotlines, record="yes", house="2棟0604", **changes))
    assert answer.status_code == 400
    assert 'value="2棟0604"' in answer.content.decode()
    assert not Call.objects.exists()


def test_the_screen_asks_the_database_little(
    company, hotlines, page, file_case, signed_in, take, django_assert_max_num_queries
):
    for _number in range(4):
        file_case()
        take(outcome="note", reason="wrong")
    browser = signed_in("clerk")
    with django_assert_max_num_queries(40):
        browser.post(reverse("call_new"), typed(hotlines, look="yes"))
    with django_assert_max_num_queries(18):
        browser.get(reverse("call_list"))


# ---- the list --------------------------------------------------------------------------------------------------------
def test_the_list_is_narrowed_and_leaves_only_for_a_purpose(company, take, signed_in):
    take(outcome="note", reason="wrong", line="duty", text="打錯了")
    take(at=at(9, day=-1))
    missed = take(missed=True)
    browser = signed_in("clerk")

    def numbers(query: str) -> int:
        return browser.get(f"{reverse('call_list')}?{query}").context["page_obj"].paginator.count

    found = {
        query: numbers(query)
        for query in ("", "hotline=duty", "outcome=note", "outcome=missed", "day=2026-11-22", "view=waiting", "q=打錯")
    }
    assert list(found.values()) == [3, 1, 1, 1, 1, 1, 1]
    assert numbers("q=138-0000-0001") == 3
    assert numbers("unit=OFFICE2") == 0
    assert numbers("day=x&outcome=y&unit=%00&view=z&period=q") == 3
    assert browser.post(reverse("call_export"), {"purpose": ""}).status_code == 400
    sheet = browser.post(reverse("call_export"), {"purpose": "每月服務檢討", "here": "?hotline=duty"})
    assert sheet.status_code == 200
    body = b"".join(sheet) if sheet.streaming else sheet.content
    assert body.startswith(b"PK")
    entry = entries_of(type(missed.hotline).objects.order_by("pk").first()).last()
    assert (entry.action, entry.data["calls"], entry.data["purpose"]) == ("calls.export", 1, "每月服務檢討")


def test_the_figures_count_hours_and_the_time_until_called_back(company, take, signed_in):
    missed = take(missed=True, at=at(9, 10))
    take(returns=missed, outcome="note", reason="wrong", at=at(9, 40))
    take(at=at(9, 20))
    take(outcome="note", reason="wrong", line="duty", at=at(22))
    figures = signed_in("clerk").get(f"{reverse('call_figures')}?period=2026-11").context["figures"]
    assert (figures.total.calls, figures.total.missed, figures.total.waiting) == (3, 1, 0)
    assert figures.total.back == (timedelta(minutes=34), timedelta(minutes=34))
    assert figures.hours.rows[10][2] == "2"
    # Before a hotline was set nobody had to be there.
    before = signed_in("clerk").get(f"{reverse('call_figures')}?period=2026-09").context["figures"]
    assert (before.total.unmanned_hours, before.hours) == (0, None)
    assert signed_in("other_clerk").get(reverse("call_figures")).context["figures"].total.calls == 0


def test_two_clerks_at_one_case(take, file_case, company):
    """A case that was closed meanwhile takes no more; the call is not lost, because nothing was written."""
    case = file_case()
    cases.withdraw_case(case=case, by=company.users["clerk"], reason="客戶撤回", now=NOW)
    with pytest.raises(Refused):
        take(outcome="added", case=case)
    assert not Call.objects.exists()


# ---- erasure ---------------------------------------------------------------------------------------------------------
def test_what_is_personal_goes_with_the_case_and_without_one_after_its_term(take, company, file_case):
    answered = take(outcome="answered", answer="是。", text="鄭女士問")
    note = take(outcome="note", reason="house", caller_name="鄭女士")
    waiting = take(missed=True)
    erase_case(by=company.users["quality_officer"], case=answered.case, reason="客戶要求", now=NOW)
    erase_without_case(NOW + timedelta(days=600))
    found = {call.pk: call for call in Call.objects.all()}
    assert (found[answered.pk].phone, found[answered.pk].house, found[note.pk].phone) == ("", "", "13800000001")
    assert "鄭女士" not in found[answered.pk].text
    assert erase_without_case(NOW + timedelta(days=800)) == 1
    assert erase_without_case(NOW + timedelta(days=801)) == 0
    found = {call.pk: call for call in Call.objects.all()}
    assert (found[note.pk].phone, found[note.pk].caller_name, found[note.pk].phone_digest) == ("", "", "")
    assert found[waiting.pk].phone == "13800000001"
    assert (found[note.pk].outcome, found[note.pk].reason) == ("note", "house")
