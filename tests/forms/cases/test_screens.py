"""What people do through the screens: many at once, saved filters, kept answers, words that suggest, the own case."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django_scopes import scope, scopes_disabled

from forms.cases import actions, lookalikes
from forms.cases.models import Case, CaseRating, ClockPolicy, Incident, SavedFilter
from portal.journal.actions import entries_of
from portal.org.models import Estate
from portal.org.readers import reader_for
from tests.forms.cases.test_desk import step
from tests.forms.complaints import NOW, file_accepted
from tests.people import Company

pytestmark = pytest.mark.django_db
FileCase = Callable[..., Case]
SignedIn = Callable[[str], Client]


def case_now(case: Case) -> Case:
    with scopes_disabled():
        return Case.objects.get(pk=case.pk)


# ---- the desk --------------------------------------------------------------------------------------------------------
def test_many_are_given_at_once_and_the_rest_are_named(
    file_case: FileCase, company: Company, signed_in: SignedIn
) -> None:
    ready, new, foreign = file_case(), file_case(), file_case(office="OFFICE2")
    actions.acknowledge_case(case=ready, by=company.users["clerk"])
    data = {"case": [ready.number, new.number, foreign.number], "person": company.people["director"].pk}
    answer = signed_in("clerk").post("/desk/assign/", {**data, "here": "?view=new"}, follow=True)
    assert answer.redirect_chain == [("/desk/cases/?view=new", 302)]
    said = [str(message) for message in answer.context["messages"]]
    assert len(said) == 2
    assert new.number in said[1]
    assert case_now(ready).assigned_to == company.people["director"]
    assert case_now(foreign).version == 1


@pytest.mark.parametrize("data", [{}, {"person": "0"}, {"person": "x" * 50, "case": ["C-1"]}])
def test_nothing_ticked_is_said(signed_in: SignedIn, company: Company, data: dict[str, Any]) -> None:
    answer = signed_in("clerk").post("/desk/assign/", data, follow=True)
    assert "Tick the cases" in answer.text


def test_a_filter_is_saved_by_name_seen_by_nobody_else_and_dropped(signed_in: SignedIn, company: Company) -> None:
    browser = signed_in("clerk")
    for _twice in range(2):
        browser.post("/desk/filters/", {"name": "漏水報修", "here": "?view=open&kind=request&evil=<script>"})
    kept = SavedFilter.objects.get()
    assert kept.query == "?view=open&kind=request"
    assert "漏水報修" in browser.get("/desk/cases/").text
    assert "漏水報修" not in signed_in("director").get("/desk/cases/").text
    signed_in("director").post("/desk/filters/", {"drop": kept.pk})
    assert SavedFilter.objects.exists()
    browser.post("/desk/filters/", {"drop": kept.pk})
    assert not SavedFilter.objects.exists()


def test_a_kept_answer_begins_with_understanding(file_case: FileCase, company: Company, signed_in: SignedIn) -> None:
    browser, unit = signed_in("clerk"), company.units["OFFICE1"].pk
    missing = browser.post("/desk/answers/", {"unit": unit, "title": "漏水", "explanation": "明天上門。"})
    assert missing.status_code == 400
    whole = {"unit": unit, "title": "漏水", "explanation": "明天上門。", "understanding": "漏水確實煩人。"}
    assert browser.post("/desk/answers/", whole).status_code == 302
    case = file_case()
    actions.acknowledge_case(case=case, by=company.users["clerk"])
    address = f"/desk/cases/{case.number}/"
    page = browser.get(address)
    key = page.context["canned"][0].pk
    assert "漏水確實煩人。\n\n明天上門。</textarea>" in browser.get(f"{address}?canned={key}").text.replace("\r", "")
    assert "漏水" not in [answer.title for answer in page_of_other(signed_in, file_case).context["canned"]]


def page_of_other(signed_in: SignedIn, file_case: FileCase) -> Any:
    case = file_case(office="OFFICE2")
    return signed_in("other_clerk").get(f"/desk/cases/{case.number}/")


def test_limits_are_set_on_their_page(company: Company, signed_in: SignedIn) -> None:
    browser = signed_in("administrator")
    data = {"kind": "request", "acknowledge_hours": 1, "answer_days": 2, "solution_days": 1}
    refused = browser.post("/desk/limits/", data)
    assert refused.status_code == 400
    assert "not due before" in refused.text
    assert browser.post("/desk/limits/", {**data, "solution_days": 5, "around_the_clock": "on"}).status_code == 302
    row = ClockPolicy.objects.get()
    assert (row.solution_days, row.around_the_clock, row.office) == (5, True, None)


def test_waiting_and_more_time_through_the_screens(file_case: FileCase, company: Company, signed_in: SignedIn) -> None:
    case, browser = file_case(), signed_in("clerk")
    step(browser, case, "acknowledge")
    wrong = step(browser, case, "wait", reason="customer", until="2020-01-01")
    assert wrong.status_code == 400
    assert "still to come" in wrong.text
    late = step(
        browser, case, "extend", clock_name="answer", new_due="2020-01-01", reason="x", way="phone", answer="agreed"
    )
    assert late.status_code == 400
    assert step(browser, case, "wait", reason="customer", until="2099-01-01").status_code == 302
    assert case_now(case).state == "waiting"
    assert step(browser, case, "resume").status_code == 302


def test_duplicates_are_offered_and_joined_after_a_question(file_case: FileCase, signed_in: SignedIn) -> None:
    first, second, browser = file_case(), file_case(), signed_in("clerk")
    page = browser.get(f"/desk/cases/{second.number}/")
    assert [case.pk for case in page.context["duplicates"]] == [first.pk]
    asked = step(browser, second, "merge", into=first.number)
    assert "confirmed" in asked.text
    assert step(browser, second, "merge", into=first.number, confirmed="yes").status_code == 302
    assert case_now(second).merged_into_id == first.pk
    assert second.number in browser.get(f"/desk/cases/{first.number}/").text
    unknown = step(browser, first, "merge", into="C-nobody\x00")
    assert unknown.status_code == 400


def test_an_incident_through_the_screens(file_case: FileCase, company: Company, signed_in: SignedIn) -> None:
    browser, case = signed_in("clerk"), file_case()
    estate = Estate.objects.get(code="CUIHU").pk
    foreign = Estate.objects.get(code="FENGLIN").pk
    data = {"title": "爆管", "kind": "complaint", "say": "搶修中。"}
    assert browser.post("/desk/incidents/", {**data, "estate": foreign}).status_code == 400
    browser.post("/desk/incidents/", {**data, "estate": estate})
    with scopes_disabled():
        incident = Incident.objects.get()
    step(browser, case, "gather", incident=incident.pk)
    assert "搶修中。" in browser.get(f"/desk/cases/{case.number}/").text
    answer = browser.post(f"/desk/incidents/{incident.pk}/answer/", {"version": 1, "text": "已恢復供水。"}, follow=True)
    assert "1 customer" in answer.text
    assert case_now(case).state == "answered"
    assert signed_in("other_clerk").get(f"/desk/incidents/{incident.pk}/").status_code == 404


# ---- by content ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "director", "compensation"),
    [
        ("要求賠償地板", False, True),
        ("要求赔偿地板", False, True),  # the other script
        ("管理處主任罵人", True, False),
        ("主任说不会赔钱", True, True),
        ("I want a REFUND", False, True),
    ],
)
def test_words_suggest_the_leaders(text: str, director: bool, compensation: bool) -> None:
    found = lookalikes.suggestion_in(text)
    assert found is not None
    assert (found.about_director, found.compensation) == (director, compensation)


def test_the_suggestion_is_confirmed_by_a_person(file_case: FileCase, signed_in: SignedIn) -> None:
    browser = signed_in("quality_officer")
    kept, moved = file_case(text="主任很好,不用賠償"), file_case(text="請赔偿衣柜")
    page = browser.get(f"/desk/cases/{moved.number}/")
    assert "It may ask for compensation." in page.text
    transfer = next(item for item in page.context["forms"] if item["act"].verb == "transfer")
    assert transfer["form"].initial["compensation"] is True
    step(browser, moved, "transfer", reason="賠償", compensation="on", confirmed="yes")
    assert case_now(moved).level == "leaders"
    step(browser, kept, "route")
    assert "It may" not in browser.get(f"/desk/cases/{kept.number}/").text
    assert case_now(kept).level == "office"
    assert lookalikes.suggestion_in("電梯停了") is None


@pytest.mark.parametrize("what", ["about_director", "compensation"])
def test_nothing_tells_the_office_of_what_is_with_the_leaders(
    file_case: FileCase, company: Company, signed_in: SignedIn, what: str
) -> None:
    """By list, search, spreadsheet, board, duplicates, incidents, answers to a guess, home page, the joined."""
    own, joined = file_case(subject="電梯停了"), file_case(subject="電梯又停")
    hidden = file_case(subject="機密投訴", **{what: True})
    clerk, officer = company.users["clerk"], company.users["quality_officer"]
    with scopes_disabled():
        incident = actions.open_incident(by=clerk, title="停電", estate=own.estate, say="檢修", now=NOW)
        moved = file_case(subject="先看得見")
        actions.merge_case(case=joined, by=clerk, into=moved, now=NOW)
        actions.gather_case(case=moved, by=clerk, incident=incident, now=NOW)
        actions.transfer_case(case=moved, by=officer, reason="賠償", compensation=True, now=NOW)
        assert case_now(moved).incident is None
    for who in ("director", "clerk"):
        browser = signed_in(who)
        pages = ["/", "/desk/cases/?view=all", "/desk/cases/?q=機密", f"/desk/cases/{own.number}/"]
        pages += [f"/desk/cases/{joined.number}/", f"/desk/incidents/{incident.pk}/", "/desk/incidents/"]
        pages += ["/desk/board/"] if who == "director" else []
        for page in pages:
            text = browser.get(page).text
            for secret in (hidden.number, moved.number, "機密投訴", "先看得見"):
                assert secret not in text, (who, page, secret)
        book = openpyxl.load_workbook(io.BytesIO(browser.get("/desk/cases.xlsx?view=all").content))
        cells = str([[cell.value for cell in row] for row in book.active.rows])
        assert own.number in cells
        assert hidden.number not in cells
        guess, nothing = (
            step(browser, own, "merge", into=number, confirmed="yes").text
            for number in (hidden.number, "C-19990101-0001")
        )
        assert "no other case with this number" in guess
        assert "no other case with this number" in nothing
        entries = entries_of(own)
        assert hidden.number not in str([entry.data for entry in entries])
    board = signed_in("director").get("/desk/board/").context["board"]
    assert next(figure.value for figure in board.figures if figure.name == "open") == 1
    book = openpyxl.load_workbook(io.BytesIO(signed_in("quality_officer").get("/desk/cases.xlsx?view=all").content))
    assert hidden.number in str([[cell.value for cell in row] for row in book.active.rows])


# ---- the customer's own ----------------------------------------------------------------------------------------------
def test_a_customer_says_that_it_is_still_broken_and_rates_once(
    file_case: FileCase, company: Company, signed_in: SignedIn
) -> None:
    case, browser = file_case(by=company.users["customer"]), signed_in("customer")
    address = f"/my/cases/{case.number}/"
    assert "own-still_broken" not in browser.get(address).text
    with scopes_disabled():
        actions.acknowledge_case(case=case, by=company.users["clerk"])
        actions.resolve_case(case=case, by=company.users["clerk"], text="已修好。")
    assert browser.post(f"{address}rate/", {"stars": "4", "text": "快"}).status_code == 302
    assert "own-rate" not in browser.get(address).text
    again = browser.post(f"{address}rate/", {"stars": "1"})
    assert again.status_code == 409
    assert CaseRating.objects.with_scopes_disabled().get().stars == 4
    empty = browser.post(f"{address}still_broken/", {"text": ""})
    assert empty.status_code == 400
    assert browser.post(f"{address}still_broken/", {"text": "窗台還是濕的"}).status_code == 302
    after = case_now(case)
    assert (after.state, after.reworks, after.customer_wrote) == ("reopened", 1, True)
    desk = signed_in("clerk").get(f"/desk/cases/{case.number}/").text
    place = desk.index("窗台還是濕的")
    assert "from-customer" in desk[place - 500 : place]


def test_the_holder_of_the_code_adds_to_the_case(page: Any, company: Company) -> None:
    accepted = file_accepted(page)
    browser = Client()
    assert browser.post("/track/case/add/", {"text": "補充"})["Location"] == "/track/"
    browser.post("/track/", {"code": accepted.tracking_code})
    shown = browser.get("/track/progress/")
    assert "own-add" in shown.text
    assert accepted.record.number not in shown.text
    assert browser.post("/track/case/add/", {"text": "  "}).status_code == 400
    assert browser.post("/track/case/add/", {"text": "晚上也停"}).status_code == 302
    with scopes_disabled():
        assert accepted.record.notes.get().kind == "customer"
    assert "晚上也停" not in browser.get("/track/progress/").text


def test_a_wish_for_a_day_is_checked(fields: Callable[..., Any], page: Any) -> None:
    assert Client().post("/complaint/", fields(wanted_on="2020-01-01")).status_code == 400
    assert Client().post("/complaint/", fields(wanted_on="2199-01-01")).status_code == 400
    assert Client().post("/complaint/", fields(wanted_on="gibberish")).status_code == 400
    assert Client().post("/complaint/", fields(wanted_on="")).status_code in (302, 303)


# ---- escalation reaches posts ----------------------------------------------------------------------------------------
def test_who_is_called_finds_it_on_the_desk(file_case: FileCase, company: Company, signed_in: SignedIn) -> None:
    case, hidden = file_case(), file_case(about_director=True)
    with scopes_disabled():
        actions.escalate_cases(NOW + timedelta(hours=6))
    found = {}
    for who in ("director", "quality_officer"):
        answer = signed_in(who).get("/desk/cases/?view=escalated")
        found[who] = {row.pk for row in answer.context["page_obj"].object_list}
    assert found == {"director": {case.pk}, "quality_officer": {hidden.pk}}
    reader = reader_for(company.users["clerk"])
    with scope(unit=reader.unit_ids):
        assert "escalated" not in str(signed_in("clerk").get("/desk/cases/").context["tabs"])
