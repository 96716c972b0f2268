"""Major complaints and their reports: redacted, approved by another, published with receipts, released by the leaders
where the office must not be known (SRV-18, SRV-22)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from forms.cases.corrections import actions, paper, redaction, standing, tiles
from forms.cases.corrections.measures import major_reported
from forms.cases.corrections.models import CorrectiveReport, MajorMark, ReportReceipt
from forms.cases.corrections.permissions import visible_drafts
from forms.cases.corrections.sources import report_keys, report_passages
from forms.cases.models import Case
from home.models import HomePage, NoticeIndexPage, NoticePage
from portal.lib import pdf
from portal.lib.periods import Period
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Contact, Household
from portal.org.readers import reader_for
from tests.forms.complaints import NOW, root_page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_scope")]
TEXTS = {
    "title": "糾正措施報告：電梯困人",
    "facts": "一部電梯停在兩層之間，對講無人接聽。",
    "course": "當晚困人，次日轉交公司。",
    "cause": "月檢流於打勾。",
    "plan": "全部對講試通。",
    "prevention": "月檢改為兩人試通。",
    "revisit": "",
    "lesson": "打勾不等於試過。",
}


@pytest.fixture
def notices(house: Any) -> NoticeIndexPage:
    home = HomePage.objects.first() or root_page().add_child(instance=HomePage(title="首頁", slug="home-page"))
    index: NoticeIndexPage | None = NoticeIndexPage.objects.first()
    return index or home.add_child(instance=NoticeIndexPage(title="通知", slug="notices"))


def written(company: Any, case: Case, **texts: str) -> CorrectiveReport:
    """Marked as major by the first officer, written by the second."""
    actions.mark_major(by=company.users["quality_officer"], case=case, reason="困人", now=NOW)
    writer = company.users["second_officer"]
    report = actions.compose_report(by=writer, case=case, now=NOW)
    return actions.write_report(by=writer, report=report, texts={**TEXTS, **texts}, now=NOW)


def approved(company: Any, case: Case, **texts: str) -> CorrectiveReport:
    report = written(company, case, **texts)
    actions.submit_report(by=company.users["second_officer"], report=report, now=NOW)
    return actions.approve_report(by=company.users["quality_officer"], report=report, now=NOW)


@pytest.fixture
def published(house, company_case, notices) -> CorrectiveReport:
    report = approved(house, company_case)
    return actions.publish_report(by=house.users["quality_officer"], report=report, now=NOW)


def test_who_calls_a_complaint_major_and_why_is_kept(house, company_case, file_case):
    officer = house.users["quality_officer"]
    with pytest.raises(Refused, match="why the complaint is major"):
        actions.mark_major(by=officer, case=company_case, reason=" ", now=NOW)
    for who in ("clerk", "director", "other_director"):
        with pytest.raises(NotYours):
            actions.mark_major(by=house.users[who], case=company_case, reason="x", now=NOW)
    with pytest.raises(NotYours):  # the office answers for it still
        actions.mark_major(by=officer, case=file_case(), reason="x", now=NOW)
    with pytest.raises(Refused, match="as major first"):
        actions.compose_report(by=officer, case=company_case, now=NOW)
    actions.mark_major(by=officer, case=company_case, reason="困人", now=NOW)
    with pytest.raises(Conflict):
        actions.mark_major(by=officer, case=company_case, reason="困人", now=NOW)
    actions.unmark_major(by=officer, case=company_case, reason="查無困人", now=NOW)
    mark = MajorMark.objects.get()
    assert (mark.reason, mark.by, mark.end_reason) == ("困人", officer, "查無困人")
    assert not standing.is_major(company_case)


# What points at somebody, as it stands in a text, and what it is found as.
TRACES = {
    "鄭女士說": "customer",
    "業主鄭婉婷反映": "customer",
    "住3棟1602的業主": "house",
    "住三栋１６０２的業主": "house",
    "九座12樓B室反映": "house",
    "1602室反映": "house",
    "電話13800000001": "phone",
    "寫信到 a.b@example.com": "mail",
    "蘇小梅接的電話": "staff",
    "苏 小 梅接的電話": "staff",
    "霍主任說": "staff",
}


@pytest.mark.parametrize("text", TRACES)
def test_what_points_at_somebody_is_found(house, company_case, text):
    home = Household.objects.get(house="3棟1602")
    Contact.objects.create(household=home, name="鄭婉婷")
    report = written(house, company_case, facts=text)
    found = redaction.to_decide(report)
    assert TRACES[text] in {one.trace.value for one in found}, found
    with pytest.raises(Refused, match="Take these out"):
        actions.submit_report(by=house.users["second_officer"], report=report, now=NOW)


def test_a_clean_text_raises_no_alarm(house, company_case):
    assert redaction.to_decide(written(house, company_case)) == []


def test_each_is_taken_out_or_confirmed_one_by_one_with_a_reason(house, company_case):
    writer = house.users["second_officer"]
    report = written(house, company_case, facts="蘇小梅和霍主任到場。")
    left = redaction.to_decide(report)
    assert len(left) == 2
    told = {"field": "facts", "trace": left[0].trace.value, "text": left[0].text}
    with pytest.raises(Refused, match="why it may stay"):
        actions.confirm_trace(by=writer, report=report, reason=" ", **told)
    actions.confirm_trace(by=writer, report=report, reason="本人同意", now=NOW, **told)
    assert [one.text for one in redaction.to_decide(report)] == [left[1].text]
    with pytest.raises(Refused, match=left[1].text):
        actions.submit_report(by=writer, report=report, now=NOW)
    # Confirmed in one part is not confirmed in another, and a changed text is looked at again.
    report = actions.write_report(by=writer, report=report, texts={"facts": "蘇小梅到場。", "course": "蘇小梅登記。"})
    assert [(one.field, one.text) for one in redaction.to_decide(report)] == [("course", "蘇小梅")]
    with pytest.raises(Conflict):
        actions.confirm_trace(by=writer, report=report, field="plan", trace="staff", text="蘇小梅", reason="x")


def test_approved_by_who_wrote_no_word_of_it(house, company_case, monkeypatch):
    first, second, leader = (house.users[who] for who in ("quality_officer", "second_officer", "leader"))
    report = written(house, company_case)
    actions.write_report(by=first, report=report, texts={"lesson": "再補一句。"}, now=NOW)
    actions.submit_report(by=second, report=report, now=NOW)
    for writer in (first, second):
        with pytest.raises(NotYours):
            actions.approve_report(by=writer, report=report, now=NOW)
    with pytest.raises(Refused, match="missing"):
        actions.return_report(by=leader, report=report, reason="", now=NOW)
    actions.approve_report(by=leader, report=report, now=NOW)
    with pytest.raises(Conflict):
        actions.write_report(by=second, report=report, texts={"facts": "x"}, now=NOW)
    with transaction.atomic(), pytest.raises(IntegrityError):
        CorrectiveReport.objects.update(approved_by=second)
    # Somebody named in it joined the staff meanwhile: it is looked at once more before it goes out.
    joined = redaction.Found("facts", redaction.Trace.STAFF, "某人")
    monkeypatch.setattr("forms.cases.corrections.actions.reports.to_decide", lambda report: [joined])
    with pytest.raises(Refused, match="某人"):
        actions.publish_report(by=first, report=report, now=NOW)


def test_published_with_a_notice_found_by_search_and_read_with_receipts(house, published, signed_in):
    assert published.notice.live
    passage = next(iter(report_passages(report_keys())))
    assert (passage.title, passage.audience) == (TEXTS["title"], frozenset({"staff"}))
    tile = tiles.report_tiles(reader_for(house.users["employee"]))[0]
    assert (tile.count, len(tile.rows)) == (1, 1)
    browser = signed_in("employee")
    page = browser.get(published.get_absolute_url())
    assert TEXTS["facts"] in page.text
    assert "翠湖苑管理處" in page.text
    for _twice in range(2):
        assert browser.post(f"{published.get_absolute_url()}receipt/").status_code == 302
    assert ReportReceipt.objects.get().person == house.people["employee"]
    assert tiles.report_tiles(reader_for(house.users["employee"])) == []
    readers = signed_in("unit_manager").get(f"{published.get_absolute_url()}readers/").context
    assert {row.unit.code for row in readers["rows"]} == {"CREW1"}
    everybody = signed_in("quality_officer").get(f"{published.get_absolute_url()}readers/").context
    assert everybody["read"] == 1
    assert everybody["asked"] == len(house.people)
    missing = {person.name for row in everybody["rows"] for person in row.missing}
    assert "蘇小梅" in missing
    assert "葉子安" not in missing
    for who in ("customer", "employee"):
        assert signed_in(who).get(f"{published.get_absolute_url()}readers/").status_code == 404
    assert signed_in("customer").get(published.get_absolute_url()).status_code == 404


def test_taken_back_it_is_gone_with_its_notice_and_leaves_a_trace(house, published, signed_in):
    officer = house.users["quality_officer"]
    with pytest.raises(Refused, match="why the report is taken back"):
        actions.withdraw_report(by=officer, report=published, reason="", now=NOW)
    actions.withdraw_report(by=officer, report=published, reason="數字有誤", now=NOW)
    assert list(report_keys()) == []
    assert list(report_passages([str(published.pk)])) == []
    assert not NoticePage.objects.live().exists()
    assert signed_in("employee").get(published.get_absolute_url()).status_code == 404
    with pytest.raises(Conflict):
        actions.give_receipt(by=house.users["employee"], report=published)
    again = actions.compose_report(by=officer, case=published.case, now=NOW)  # a new one may be written
    assert again.number == "CR-2026-002"
    assert "數字有誤" in signed_in("second_officer").get(f"/desk/corrections/reports/{published.number}/").text


def test_of_the_leaders_the_office_is_not_named_and_only_they_release(house, hidden_case, notices, signed_in):
    leader, officer = house.users["leader"], house.users["quality_officer"]
    named = written(house, hidden_case, facts="翠湖苑管理處的負責人口頭回應。", course=f"案件{hidden_case.number}")
    assert {one.trace.value for one in redaction.to_decide(named)} == {"office", "number"}
    writer = house.users["second_officer"]
    actions.write_report(by=writer, report=named, texts={"facts": "負責人口頭回應。", "course": "公司處理。"}, now=NOW)
    actions.submit_report(by=writer, report=named, now=NOW)
    report = actions.approve_report(by=officer, report=named, now=NOW)
    for who in ("quality_officer", "second_officer", "director", "clerk"):
        with pytest.raises(NotYours):
            actions.publish_report(by=house.users[who], report=report, now=NOW)
    director = signed_in("director")
    draft = f"/desk/corrections/reports/{report.number}/"
    assert director.get(draft).status_code == 404
    assert director.get(report.get_absolute_url()).status_code == 404
    house.people["director"].appointments.create(
        post=house.posts["quality_officer"], unit=house.units["QHSE"], starts_on="2020-01-01"
    )
    assert not visible_drafts(reader_for(house.users["director"])).exists()
    assert report.number not in director.get("/desk/corrections/reports/?view=all").text
    assert major_reported(house.units["OFFICE1"], Period.parse("2026-11")).due == 0
    report = actions.publish_report(by=leader, report=report, now=NOW)
    read = director.get(report.get_absolute_url())
    assert read.status_code == 200
    for words in ("翠湖苑", hidden_case.number, hidden_case.subject):
        assert words not in read.text.partition("<main")[2].partition("</main>")[0]
        assert words not in paper.report_html(report)
        assert words not in next(iter(report_passages(report_keys()))).body


def test_the_measure_counts_reports_within_thirty_days(house, company_case, published, monkeypatch):
    month = Period.parse("2026-11")
    closed = {"state": "closed", "ended_at": NOW - timedelta(days=3)}
    Case.objects.filter(pk=company_case.pk).update(**closed)
    found = major_reported(house.units["OFFICE1"], month)
    assert (found.due, found.done, found.missed) == (1, 1, 0)
    CorrectiveReport.objects.update(published_at=NOW + timedelta(days=60))
    found = major_reported(house.units["OFFICE1"], month)
    assert (found.done, found.missed, found.late) == (0, 1, 1)


def test_the_paper_is_a_proper_pdf(house, published, signed_in):
    answer = signed_in("employee").get(f"{published.get_absolute_url()}report.pdf")
    assert answer["Content-Type"] == "application/pdf"
    facts = pdf.check_pdf(answer.content)
    assert facts.language == "zh-Hant"
    assert facts.title.startswith(published.number)


def test_the_page_of_a_draft_keeps_what_was_typed(house, company_case, signed_in):
    report = written(house, company_case, facts="蘇小梅到場。")
    browser = signed_in("second_officer")
    where = f"/desk/corrections/reports/{report.number}/"
    assert "蘇小梅" in browser.get(where).text
    typed = {**TEXTS, "facts": "新的事實", "version": "1"}
    sent = browser.post(where, typed)  # somebody wrote meanwhile
    assert sent.status_code == 409
    assert "新的事實" in sent.text
    step = {"version": str(report.version)}
    assert browser.post(f"{where}submit/", step).status_code == 400
    # Whatever button is pressed in a draft, what was typed is kept first; who changes nothing writes nothing.
    again = browser.post(where, {**TEXTS, "facts": "蘇小梅到場處理。", **step, "then": "submit"})
    assert again.status_code == 400
    assert "蘇小梅到場處理。" in again.text
    report.refresh_from_db()
    step = {"version": str(report.version)}
    same = {**TEXTS, "facts": "蘇小梅到場處理。", **step, "then": "confirm 1"}
    named = {"field_1": "facts", "trace_1": "staff", "text_1": "蘇小梅"}
    assert signed_in("quality_officer").post(where, {**same, **named, "reason_1": ""}).status_code == 400
    report.refresh_from_db()
    assert report.writers == [house.users["second_officer"].pk]
    confirm = {"field": "facts", "trace": "staff", "text": "蘇小梅", "reason": ""}
    assert browser.post(f"{where}confirm/", confirm).status_code == 400
    assert browser.post(f"{where}confirm/", {**confirm, "reason": "本人同意"}).status_code == 302
    assert browser.post(f"{where}submit/", step).status_code == 302
    approver = signed_in("quality_officer")
    version = {"version": str(report.version + 1)}
    assert approver.post(f"{where}return/", {**version, "reason": ""}).status_code == 400
    assert approver.post(f"{where}approve/", version).status_code == 302
    assert CorrectiveReport.objects.get().state == "approved"
