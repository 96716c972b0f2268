"""The desk as the clerk works at it, and what the customer gets to see of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django_scopes import scope, scopes_disabled

from forms.cases import actions, demo, measures, tiles
from forms.cases.enums import ON_PLAN, CaseState
from forms.cases.models import Case, CaseNote, ComplaintPage
from forms.cases.progress import customer_progress
from forms.intake.tasks import notify
from portal.demo.stage import Stage
from portal.lib import clock
from portal.lib.periods import Period
from portal.org.readers import reader_for
from tests.forms.complaints import NOW, file_accepted, picture, uploads
from tests.people import Company

pytestmark = pytest.mark.django_db
FileCase = Callable[..., Case]
SignedIn = Callable[[str], Client]


def step(browser: Client, case: Case, verb: str, **data: Any) -> Any:
    with scopes_disabled():
        version = Case.objects.get(pk=case.pk).version
    return browser.post(f"/desk/cases/{case.number}/{verb}/", {"version": version, **data})


def test_from_receipt_to_close(file_case: FileCase, company: Company, signed_in: SignedIn) -> None:
    case, browser = file_case(contact_email="zheng@example.org"), signed_in("clerk")
    step(browser, case, "acknowledge")
    step(browser, case, "assign", person=company.people["clerk"].pk)
    step(browser, case, "start")
    step(browser, case, "note", text="已通知維保公司")
    asked = step(browser, case, "answer", text="電梯已修好,給您添麻煩了。")
    assert asked.status_code == 200
    assert "電梯已修好,給您添麻煩了。" in asked.text
    assert not CaseNote.objects.with_scopes_disabled().filter(kind="answer").exists()
    step(browser, case, "answer", text="電梯已修好,給您添麻煩了。", confirmed="yes")
    step(browser, case, "close", confirmed="yes")
    with scopes_disabled():
        assert Case.objects.get().state == "closed"
    progress = str(customer_progress(case))
    assert "電梯已修好" in progress
    assert "已通知維保公司" not in progress
    note = CaseNote.objects.with_scopes_disabled().get(kind="answer")
    assert notify.func(str(case.submission_id), f"answered:{note.pk}") is True
    assert mail.outbox[0].to == ["zheng@example.org"]
    assert "電梯已修好" in mail.outbox[0].body


def test_back_from_the_question_keeps_the_text(file_case: FileCase, signed_in: SignedIn) -> None:
    case, browser = file_case(), signed_in("clerk")
    step(browser, case, "acknowledge")
    back = step(browser, case, "answer", text="還沒寫完", confirmed="yes", back="yes")
    assert back.status_code == 200
    assert "還沒寫完</textarea>" in back.text
    assert not CaseNote.objects.with_scopes_disabled().exists()


def test_two_clerks_the_second_is_told_and_keeps_the_text(file_case: FileCase, signed_in: SignedIn) -> None:
    case, one, two = file_case(), signed_in("clerk"), signed_in("director")
    step(one, case, "acknowledge")
    data = {"version": 2, "confirmed": "yes"}
    address = f"/desk/cases/{case.number}/answer/"
    assert one.post(address, {**data, "text": "第一個答覆"}).status_code == 302
    told = two.post(address, {**data, "text": "第二個答覆"})
    assert told.status_code == 409
    assert "第二個答覆" in told.text
    assert CaseNote.objects.with_scopes_disabled().count() == 1


@pytest.mark.parametrize(("verb", "field"), [("note", "text"), ("answer", "text"), ("transfer", "reason")])
def test_an_empty_form_comes_back_with_a_sentence(
    file_case: FileCase, signed_in: SignedIn, verb: str, field: str
) -> None:
    case, browser = file_case(), signed_in("clerk")
    step(browser, case, "acknowledge")
    answer = step(browser, case, verb, **{field: ""})
    assert answer.status_code == 400
    assert "This field is required." in answer.text


def test_a_step_is_never_taken_by_a_link(file_case: FileCase, signed_in: SignedIn) -> None:
    case = file_case()
    assert signed_in("clerk").get(f"/desk/cases/{case.number}/acknowledge/").status_code == 405


def test_a_case_that_went_to_the_leaders_leaves_the_desk(file_case: FileCase, signed_in: SignedIn) -> None:
    case, browser = file_case(), signed_in("director")
    answer = step(browser, case, "transfer", reason="投訴本人", about_director="on", confirmed="yes")
    assert answer["Location"] == reverse("case_list")
    assert browser.get(f"/desk/cases/{case.number}/").status_code == 404


def test_notes_and_answers_do_not_look_alike(file_case: FileCase, company: Company, signed_in: SignedIn) -> None:
    case, clerk = file_case(), company.users["clerk"]
    actions.acknowledge_case(case=case, by=clerk)
    actions.add_note(case=case, by=clerk, text="內部的話")
    actions.answer_case(case=case, by=clerk, text="給客戶的話")
    page = signed_in("clerk").get(f"/desk/cases/{case.number}/").text
    inside, outside = page.index("內部的話"), page.index("給客戶的話")
    assert 'class="said inside-note"' in page[inside - 400 : inside]
    assert 'class="said to-customer"' in page[outside - 400 : outside]


def test_the_photos_stand_in_the_case(page: ComplaintPage, signed_in: SignedIn) -> None:
    case = file_accepted(page, files=uploads(picture(), picture())).record
    text = signed_in("clerk").get(f"/desk/cases/{case.number}/").text
    assert text.count('src="/attachments/') == 2


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "C-20261123"}, 2),
        ({"q": "電梯"}, 1),
        ({"q": "3棟"}, 2),
        ({"q": "138 0000 0001"}, 2),
        ({"q": "不存在"}, 0),
        ({"q": "%"}, 0),
        ({"q": "nul\x00"}, 0),
        ({"kind": "request", "view": "all"}, 1),
        ({"kind": "nonsense", "view": "all"}, 2),
        ({"unit": "OFFICE1", "period": "2026Q4"}, 2),
        ({"unit": "OFFICE2", "period": "2026Q4"}, 0),
        ({"unit": "OFFICE1", "period": "2026Q3"}, 0),
        ({"period": "gibberish", "unit": "NOPE"}, 2),
        ({"page": "999"}, 2),
    ],
)
def test_finding(file_case: FileCase, signed_in: SignedIn, query: dict[str, str], found: int) -> None:
    file_case(subject="電梯故障")
    file_case(subject="漏水", kind="request")
    view = {} if "unit" in query or "kind" in query else {"view": "all"}
    answer = signed_in("clerk").get("/desk/cases/", {**view, **query})
    assert len(answer.context["page_obj"].object_list) == found


def test_what_is_due_next_stands_first(file_case: FileCase, company: Company, signed_in: SignedIn) -> None:
    later, sooner = file_case(subject="後到期"), file_case(subject="先到期", at=NOW - timedelta(days=3))
    answered = file_case(subject="已答覆")
    actions.acknowledge_case(case=answered, by=company.users["clerk"])
    actions.answer_case(case=answered, by=company.users["clerk"], text="好了")
    rows = signed_in("clerk").get("/desk/cases/").context["page_obj"].object_list
    assert [case.pk for case in rows] == [sooner.pk, later.pk, answered.pk]


def test_the_desk_takes_few_queries_however_long_it_is(
    file_case: FileCase, signed_in: SignedIn, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        file_case(subject=f"第{number}件")
    browser = signed_in("clerk")
    browser.get("/desk/cases/")
    with django_assert_max_num_queries(12):
        browser.get("/desk/cases/")


def test_a_case_takes_few_queries(
    file_case: FileCase, company: Company, signed_in: SignedIn, django_assert_max_num_queries: Any
) -> None:
    case = file_case()
    for number in range(8):
        actions.add_note(case=case, by=company.users["clerk"], text=f"說明{number}")
    browser = signed_in("clerk")
    browser.get(f"/desk/cases/{case.number}/")
    with django_assert_max_num_queries(30):
        browser.get(f"/desk/cases/{case.number}/")


# ---- home, measures, demo -------------------------------------------------------------------------------------------
def tiles_of(company: Company, who: str) -> dict[str, int | None]:
    reader = reader_for(company.users[who])
    with scope(unit=reader.unit_ids):
        return {str(tile.title): tile.count for tile in tiles.case_tiles(reader)}


def test_the_home_page_says_what_waits(file_case: FileCase, company: Company) -> None:
    file_case(at=clock.now() - timedelta(days=60))
    file_case(at=clock.now(), compensation=True)
    file_case(at=clock.now(), by=company.users["customer"], office="OFFICE2")
    assert tiles_of(company, "clerk")["Cases overdue"] == 1
    assert tiles_of(company, "clerk")["New cases"] == 1
    assert tiles_of(company, "quality_officer")["New cases"] == 3
    assert tiles_of(company, "quality_officer")["Cases with the company"] == 1
    assert tiles_of(company, "customer") == {"My cases": 1}
    assert tiles_of(company, "employee") == {}


def test_the_promises_are_measured_per_office(file_case: FileCase, company: Company) -> None:
    kept, broken = file_case(), file_case()
    file_case(office="OFFICE2")
    actions.acknowledge_case(case=kept, by=company.users["clerk"], now=NOW + timedelta(hours=1))
    actions.acknowledge_case(case=broken, by=company.users["clerk"], now=NOW + timedelta(days=1))
    day = Period.parse("2026-11-23")
    measured = measures.promises_kept(company.units["OFFICE1"], day)
    assert (measured.due, measured.done, measured.missed) == (2, 1, 1)
    assert measures.promises_kept(company.units["HQ"], day).due >= 2


def test_the_leaders_cases_are_counted_for_the_company_alone(file_case: FileCase, company: Company) -> None:
    file_case(about_director=True)
    quarter = Period.parse("2026Q4")
    whole = measures.sensitive_with_leaders(company.units["HQ"], quarter)
    assert (whole.due, whole.done, whole.missed) == (1, 1, 0)
    assert measures.sensitive_with_leaders(company.units["OFFICE1"], quarter).due == 0
    assert measures.promises_kept(company.units["OFFICE1"], quarter).due == 0


def test_the_customer_reads_promises_in_words(file_case: FileCase, company: Company) -> None:
    case = file_case()
    assert "We confirm by 2026-11-23 15:30" in customer_progress(case, now=NOW).next_step
    assert "are late" in customer_progress(case, now=NOW + timedelta(days=9)).next_step


def test_the_demo_company_has_cases_in_every_state(company: Company, db: None) -> None:
    from home.models import HomePage
    from portal.org.models import Estate, Household
    from tests.forms.complaints import root_page

    if not HomePage.objects.exists():
        root_page().add_child(instance=HomePage(title="首頁", slug="home-page"))
    gui = Estate.objects.create(code="GUIYU", name="桂語庭", office=company.units["OFFICE1"])
    Household.objects.create(estate=gui, house="1棟101")
    with scopes_disabled():
        demo.build(Stage(NOW))
        states = set(Case.objects.values_list("state", flat=True))
        assert (
            states == set(CaseState) - {CaseState.REVISIT_DUE} - ON_PLAN
        )  # those are of the rooms of revisits and corrections
        assert Case.objects.count() >= 40
        assert not Case.objects.filter(received_at__gt=NOW).exists()
        assert not CaseNote.objects.filter(at__gt=NOW).exists()
