"""The pages: asking twice, earlier rulings first, what two at once see, who finds what."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from policies.rulings import actions, measures
from policies.rulings.models import Proposal, Question
from portal.lib.periods import Period
from tests.policies.rulings.conftest import ANSWERED, LATE

pytestmark = pytest.mark.usefixtures("no_scope")


def address(edition: Any, number: str = "2.2.1", page: str = "/rulings/ask/") -> str:
    return f"{page}?edition={edition.pk}&clause={edition.clauses.get(number=number).clause_id}"


def test_the_clause_is_found_by_its_number(signed_in, issued):
    client = signed_in("employee")
    found = client.get("/rulings/ask/", {"edition": issued.pk, "number": "２.２.１。"})
    assert (found.status_code, found.url) == (302, address(issued))
    unknown = client.get("/rulings/ask/", {"edition": issued.pk, "number": "9.9"})
    assert unknown.status_code == 400
    assert 'value="9.9"' in unknown.content.decode()
    assert "動火點十米內清除可燃物" in client.get(address(issued)).content.decode()


@pytest.mark.parametrize("query", ["?clause=1", "?edition=x&clause=y", "?edition=99999999&clause=1", "?clause="])
def test_an_address_that_names_nothing_is_404(signed_in, issued, query):
    assert signed_in("employee").get(f"/rulings/ask/{query}").status_code == 404


def test_a_clause_outside_ones_audience_does_not_exist(signed_in, issued):
    assert signed_in("customer").get(address(issued)).status_code == 404
    assert signed_in("customer").post(address(issued), {"text": "?"}).status_code == 404


def test_asking_twice_is_one_question_and_one_receipt(signed_in, issued):
    client, sent = signed_in("employee"), {"text": "十米從哪裡量起？", "submission_id": str(uuid4()), "offered": ""}
    first = client.post(address(issued), sent)
    again = client.post(address(issued), sent, headers={"X-Requested-With": "fetch"})
    assert (first.status_code, again.status_code) == (303, 201)
    assert again.json() == {"location": first.url}
    other = client.post(address(issued), sent | {"text": "別的"})
    assert other.status_code == 409
    assert "別的" in other.content.decode()
    assert sent["submission_id"] not in other.content.decode()
    assert Question.objects.count() == 1
    assert Question.objects.get().reference in client.get(first.url).content.decode()


def test_an_empty_question_is_shown_again(signed_in, issued):
    shown = signed_in("employee").post(address(issued), {"text": " ", "submission_id": "nonsense"})
    assert shown.status_code == 400
    assert Question.objects.count() == 0


def test_an_earlier_ruling_is_shown_before_it_is_sent(signed_in, issued, ask, publish):
    ruling = publish(ask("2.1"), asked="許可證丟了怎麼辦？", answer="停止用火，重新辦理。")
    client = signed_in("crew_leader")
    assert ruling.number not in client.get(address(issued)).content.decode()
    assert ruling.number in client.get(address(issued, "2.1")).content.decode()
    sent = {"text": "許可证丢了怎么办？", "submission_id": str(uuid4()), "offered": ""}
    shown = client.post(address(issued), sent)
    html = shown.content.decode()
    assert (shown.status_code, Question.objects.count()) == (200, 1)
    assert ruling.number in html
    assert sent["text"] in html
    assert client.post(address(issued), sent | {"offered": ruling.number}).status_code == 303
    assert Question.objects.count() == 2


def test_the_second_of_two_is_told_and_keeps_the_words(signed_in, company, question):
    client = signed_in("approver")
    page = f"/rulings/desk/{question.pk}/"
    assert client.get(page).status_code == 200
    actions.answer_question(by=company.users["editor"], question=question, answer="可以。", now=ANSWERED)
    told = client.post(f"{page}answer/", {"answer": "我的長篇答覆"})
    assert told.status_code == 409
    assert "我的長篇答覆" in told.content.decode()
    question.refresh_from_db()
    assert question.answer == "可以。"


def test_who_handed_over_still_sees_where_it_went(signed_in, company, question):
    actions.hand_over_question(
        by=company.users["editor"], question=question, to=company.units["SALES1"], reason="歸銷售", now=ANSWERED
    )
    client = signed_in("approver")
    assert client.get(f"/rulings/desk/{question.pk}/").status_code == 200
    told = client.post(f"/rulings/desk/{question.pk}/answer/", {"answer": "晚了一步"})
    assert told.status_code == 403
    assert "晚了一步" in told.content.decode()


def test_the_desk_publishes_and_the_asker_sees_it(signed_in, question):
    page = f"/rulings/desk/{question.pk}/publish/"
    desk = signed_in("editor")
    named = desk.post(page, {"asked": "葉子安問：從哪裡量？", "answer": "最遠處。"})
    assert named.status_code == 400
    assert "最遠處。" in named.content.decode()
    assert desk.post(page, {"asked": "從哪裡量？", "answer": "最遠處。"}).status_code == 302
    employee = signed_in("employee")
    assert "最遠處。" in employee.get(f"/rulings/mine/{question.pk}/").content.decode()
    assert signed_in("crew_leader").get(f"/rulings/mine/{question.pk}/").status_code == 404
    question.refresh_from_db()
    assert question.seen_at is not None


def test_the_list_finds_words_in_either_script_and_numbers(signed_in, ruling):
    client = signed_in("crew_leader")
    for query in ("火花最远处", "火花最遠處", "2.2.1", "r2026-001"):
        assert ruling.get_absolute_url() in client.get("/rulings/", {"q": query}).content.decode(), query
    assert ruling.get_absolute_url() not in client.get("/rulings/", {"q": "鯨魚"}).content.decode()
    assert ruling.get_absolute_url() not in signed_in("customer").get("/rulings/").content.decode()


def test_a_withdrawn_ruling_stays_readable_with_its_mark(signed_in, company, ruling):
    actions.withdraw_ruling(by=company.users["editor"], ruling=ruling, reason="與2.1不符", now=LATE)
    client = signed_in("employee")
    page = client.get(ruling.get_absolute_url())
    assert page.status_code == 200
    assert "與2.1不符" in page.content.decode()
    assert ruling.get_absolute_url() not in client.get("/rulings/").content.decode()
    assert ruling.get_absolute_url() in client.get("/rulings/?view=past").content.decode()


def test_a_changed_clause_shows_both_texts_and_lets_the_department_decide(signed_in, ruling, next_edition):
    later = next_edition("2.2.1", text="動火點二十米內清除可燃物。")
    page = signed_in("employee").get(ruling.get_absolute_url()).content.decode()
    assert "<ins>" in page
    assert "reaffirm" not in page
    desk = signed_in("editor")
    assert "reaffirm" in desk.get(ruling.get_absolute_url()).content.decode()
    done = desk.post(
        f"{ruling.get_absolute_url()}reaffirm/", {"asked": "二十米從哪裡量起？", "answer": "從火花最遠處。"}
    )
    assert done.status_code == 302
    assert ruling.reaffirmed_by.edition_id == later.pk


def test_the_rows_of_the_measure_are_what_it_counted(signed_in, company, ask):
    for text in ("一", "二"):
        actions.answer_question(by=company.users["editor"], question=ask(text=text), answer="答", now=ANSWERED)
    late = ask(text="三")
    actions.hand_over_question(
        by=company.users["editor"], question=late, to=company.units["SALES1"], reason="歸銷售", now=LATE
    )
    measured = measures.questions_answered(company.units["QHSE"], Period.parse("2026-03"))
    page = signed_in("editor").get(measured.rows_url)
    assert (measured.due, len(page.context["rows"])) == (3, 3)
    assert signed_in("editor").get("/rulings/desk/?period=soon").status_code == 404


def test_a_list_asks_the_database_as_often_for_many_as_for_few(signed_in, ask, publish, django_assert_max_num_queries):
    for place in range(6):
        publish(ask(text=f"第{place}問"), answer=f"第{place}答")
    client = signed_in("employee")
    client.get("/rulings/")
    with django_assert_max_num_queries(18):
        client.get("/rulings/")
    desk = signed_in("editor")
    with django_assert_max_num_queries(20):
        desk.get("/rulings/desk/?view=all")


# ---- proposals ------------------------------------------------------------------------------------------------------
def test_a_proposal_from_the_form_to_the_thanks(signed_in, issued):
    client, where = signed_in("employee"), address(issued, page="/proposals/new/")
    sent = {"kind": "wording", "suggestion": "寫明二十米。", "reason": "", "submission_id": str(uuid4())}
    refused = client.post(where, sent)
    assert refused.status_code == 400
    assert "寫明二十米。" in refused.content.decode()
    for _twice in range(2):
        assert client.post(where, sent | {"reason": "更安全。"}).status_code == 303
    proposal = Proposal.objects.get()
    page = f"/proposals/{proposal.pk}/"
    assert signed_in("crew_leader").get(page).status_code == 404
    desk = signed_in("editor")
    assert desk.post(f"{page}answer/", {"decision": "accept", "answer": "採納。"}).status_code == 302
    told = signed_in("approver").post(f"{page}answer/", {"decision": "note", "answer": "我說不用改"})
    assert told.status_code == 409
    assert "我說不用改" in told.content.decode()
    thanks = signed_in("crew_leader").get("/proposals/").content.decode()
    assert "寫明二十米。" in thanks
    assert "葉子安" not in thanks
    assert "葉子安" not in signed_in("crew_leader").get(page).content.decode()
    assert "採納。" in client.get(page).content.decode()


def test_the_name_is_shown_where_the_proposer_agreed(signed_in, company, proposal):
    Proposal.objects.filter(pk=proposal.pk).update(name_shown=True)
    actions.answer_proposal(by=company.users["editor"], proposal=proposal, decision="accept", answer="好", now=ANSWERED)
    assert "葉子安" in signed_in("crew_leader").get("/proposals/").content.decode()
    assert signed_in("customer").get("/proposals/").status_code == 404


def test_the_regulation_desk_lists_what_was_accepted(signed_in, company, proposal, next_edition):
    actions.answer_proposal(by=company.users["editor"], proposal=proposal, decision="accept", answer="好", now=ANSWERED)
    later = next_edition("2.2.1", text="從火花最遠處二十米內清除可燃物。")
    desk = signed_in("editor")
    assert proposal.suggestion in desk.get("/admin/regulations/proposals/").content.decode()
    done = desk.post(f"/admin/regulations/proposals/{proposal.pk}/included/", {"edition": later.pk})
    assert done.status_code == 302
    proposal.refresh_from_db()
    assert (proposal.state, proposal.included_in_id) == ("included", later.pk)
