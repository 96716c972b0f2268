"""The questionnaire at a letter's address, and the desk of campaigns."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core import signing
from django.db import close_old_connections, connection
from django.test import Client
from django.utils import timezone
from django_scopes import scopes_disabled

from forms.intake.models import Submission
from forms.surveys import actions
from forms.surveys.models import Campaign, Invitation, Return, SurveyPage
from forms.surveys.views import LETTER_SALT
from portal.lib import clock, pdf
from tests.forms.surveys.conftest import NOW, letters, token
from tests.people import Company

SignedIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def letter(campaign: Campaign) -> Invitation:
    with scopes_disabled():
        return letters(campaign, "OFFICE1")[0]


def filled_in(letter: Invitation, **changes: Any) -> dict[str, Any]:
    return {
        "submission_id": str(uuid4()),
        "letter": signing.dumps(letter.token_digest, salt=LETTER_SALT),
        "q_overall": "4",
        "q_repair": "",
        "q_topics": ["保潔"],
        "q_opinion": "大堂燈壞了很久",
        **changes,
    }


def test_a_letter_leads_to_the_questionnaire_without_its_token(client: Client, letter: Invitation) -> None:
    answer = client.get(f"/survey/{token(letter)}/")
    assert (answer.status_code, answer["Location"]) == (302, "/survey/")
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    page = client.get("/survey/")
    body = page.content.decode()
    assert page.status_code == 200
    assert "總的來說，您滿意嗎？" in body
    assert token(letter) not in body
    assert token(letter) not in str(dict(client.session))


def test_a_household_answers_and_is_thanked(client: Client, letter: Invitation) -> None:
    client.get(f"/survey/{token(letter)}/")
    said = filled_in(letter)
    answer = client.post("/survey/", said)
    assert answer.status_code == 303
    assert client.get(answer["Location"]).status_code == 200
    with scopes_disabled():
        assert Return.objects.get().overall == 4
    again = client.post("/survey/", said)  # the browser sends it once more: the same receipt
    assert (again.status_code, again["Location"]) == (303, answer["Location"])
    seen = client.get("/survey/").content.decode()
    assert "2026-11-23" in seen
    other = client.post("/survey/", filled_in(letter))
    assert other.status_code == 409
    assert "2026-11-23" in other.content.decode()
    with scopes_disabled():
        assert Return.objects.count() == 1


def test_a_lost_session_loses_nothing(client: Client, letter: Invitation) -> None:
    """The form itself says whose letter it is."""
    assert client.post("/survey/", filled_in(letter)).status_code == 303


@pytest.mark.parametrize("changes", [{"q_overall": ""}, {"q_overall": "6"}, {"q_topics": ["別的"]}])
def test_a_form_with_a_fault_is_shown_again(client: Client, letter: Invitation, changes: dict[str, Any]) -> None:
    answer = client.post("/survey/", filled_in(letter, **changes))
    assert answer.status_code == 400
    assert "大堂燈壞了很久" in answer.content.decode()
    with scopes_disabled():
        assert Invitation.objects.get(pk=letter.pk).state == "issued"


CALM = ["mistyped", "replaced", "over", "not there"]


@pytest.mark.parametrize("fault", CALM)
def test_every_token_that_cannot_be_used_gets_the_same_calm_page(
    company: Company, client: Client, letter: Invitation, fault: str
) -> None:
    typed = token(letter)
    if fault == "mistyped":
        typed = typed[:-1] + ("A" if typed[-1] != "A" else "B")
    elif fault == "replaced":
        actions.reissue_token(by=company.users["clerk"], invitation=letter, now=NOW)
    elif fault == "over":
        actions.close_campaign(by=company.users["quality_officer"], campaign=letter.campaign, now=NOW)
    else:
        typed = "ABCDE-FGHJK-MNPQR-STVWX"
    client.cookies["language"] = "en"
    assert client.get(f"/survey/{typed}/")["Location"] == "/survey/"
    page = client.get("/survey/")
    assert page.status_code == 200
    assert "This letter cannot be used" in page.content.decode()
    assert typed not in page.content.decode()


def test_a_code_may_be_typed_by_hand(client: Client, letter: Invitation) -> None:
    assert client.get("/survey/").status_code == 200
    typed = token(letter).lower().replace("-", " ")
    assert client.post("/survey/code/", {"code": typed})["Location"] == "/survey/"
    assert "總的來說" in client.get("/survey/").content.decode()
    assert client.post("/survey/code/", {"code": ""}).status_code == 400


def test_guessing_gets_a_sentence(client: Client, letter: Invitation) -> None:
    for _n in range(40):
        client.get("/survey/wrong/")
    client.get(f"/survey/{token(letter)}/")
    assert client.get("/survey/").status_code == 429


def test_whoever_is_signed_in_the_answer_is_the_households(
    company: Company, signed_in: SignedIn, letter: Invitation
) -> None:
    signed_in("clerk").post("/survey/", filled_in(letter))
    assert Submission.objects.get().by is None


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_five_at_once_with_one_letter_are_one_return(company: Company, letter: Invitation) -> None:
    """Five browsers, each with a form of its own: one is taken, four are told that it was answered."""
    answers: list[int] = []
    ready = threading.Barrier(5)

    def send() -> None:
        try:
            ready.wait()
            answers.append(Client().post("/survey/", filled_in(letter)).status_code)
        finally:
            close_old_connections()
            connection.close()

    threads = [threading.Thread(target=send) for _n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 409, 409, 409, 409]
    with scopes_disabled():
        assert Return.objects.count() == Submission.objects.count() == 1


# ---- the desk -------------------------------------------------------------------------------------------------------
DESK = [
    ("quality_officer", {"OFFICE1", "OFFICE2"}),
    ("director", {"OFFICE1"}),
    ("clerk", {"OFFICE1"}),
    ("other_director", {"OFFICE2"}),
    ("sales_person", None),
    ("crew_leader", None),
    ("administrator", None),
    ("customer", None),
]


@pytest.mark.parametrize(("who", "offices"), DESK)
def test_an_office_sees_its_own_counts(
    campaign: Campaign, signed_in: SignedIn, who: str, offices: set[str] | None
) -> None:
    client = signed_in(who)
    listed, shown = client.get("/desk/surveys/"), client.get(f"/desk/surveys/{campaign.pk}/")
    if offices is None:
        assert (listed.status_code, shown.status_code) == (404, 404)
    else:
        assert {row.office.code for row, _satisfied in shown.context["rows"]} == offices
        assert listed.status_code == 200
    for office in ("OFFICE1", "OFFICE2"):
        status = client.get(f"/desk/surveys/{campaign.pk}/offices/{office}/").status_code
        assert status == (200 if offices and office in offices else 404)


def test_results_are_for_the_office_when_it_is_over_and_enough(
    company: Company, campaign: Campaign, signed_in: SignedIn, answer: Callable[..., Any]
) -> None:
    address = f"/desk/surveys/{campaign.pk}/"
    with scopes_disabled():
        for one in letters(campaign, "OFFICE1")[:5]:
            answer(one)
        answer(letters(campaign, "OFFICE2")[0])
    assert signed_in("director").get(address).context["results"] == []
    assert signed_in("quality_officer").get(address).context["results"]
    actions.close_campaign(by=company.users["quality_officer"], campaign=campaign, now=NOW)
    assert signed_in("director").get(address).context["results"]
    assert signed_in("clerk").get(address).context["results"] == []
    few = signed_in("other_director").get(address).context
    assert (few["results"], few["satisfaction"], few["enough"]) == ([], None, False)
    assert signed_in("director").get(address).context["opinions"] == []


def test_a_campaign_from_draft_to_close_on_the_screen(company: Company, draft: Campaign, signed_in: SignedIn) -> None:
    client, director = signed_in("quality_officer"), signed_in("director")
    assert director.get(f"/desk/surveys/{draft.pk}/").status_code == 404  # a draft is the company's own
    assert director.get("/desk/surveys/new/").status_code == 404
    form = client.get("/desk/surveys/new/").context["form"]
    said = {
        "name": "新調查",
        "page": draft.page_id,
        "period": form.initial["period"],
        "opens_on": form.initial["opens_on"].isoformat(),
        "closes_on": form.initial["closes_on"].isoformat(),
        "offices": [office.pk for office in form.initial["offices"]],
    }
    assert client.post("/desk/surveys/new/", {**said, "period": "someday"}).status_code == 400
    made = client.post("/desk/surveys/new/", said)
    assert made.status_code == 302
    for step, state in (("open", "open"), ("close", "closed")):
        assert client.get(f"{made['Location']}{step}/").status_code == 200
        assert director.post(f"{made['Location']}{step}/").status_code == 404
        client.post(f"{made['Location']}{step}/")
        assert Campaign.objects.get(name="新調查").state == state


def test_letters_as_pdf(company: Company, campaign: Campaign, signed_in: SignedIn) -> None:
    client = signed_in("clerk")
    address = f"/desk/surveys/{campaign.pk}/offices/OFFICE1/letters/"
    assert client.get(address).status_code == 405
    assert signed_in("other_clerk").post(address).status_code == 404
    answer = client.post(address, {"part": "1"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    facts = pdf.check_pdf(answer.content)
    assert (facts.pages, facts.figures, facts.figures_without_text, facts.fonts_embedded) == (10, 10, 0, True)
    with scopes_disabled():
        one = letters(campaign, "OFFICE1")[3]
    single = client.post(address, {"invitation": one.pk})
    assert pdf.check_pdf(single.content).pages == 1
    assert client.post(address, {"part": "9"}).status_code == 302
    assert client.post(address, {"invitation": "nonsense"}).status_code == 302


def test_a_lost_letter_is_replaced_on_the_screen(campaign: Campaign, signed_in: SignedIn, letter: Invitation) -> None:
    address = f"/desk/surveys/invitations/{letter.pk}/reissue/"
    assert signed_in("other_clerk").post(address).status_code == 404
    assert signed_in("director").post(address).status_code == 302
    with scopes_disabled():
        assert Invitation.objects.get(pk=letter.pk).reissued == 1


def test_a_questionnaire_has_no_door_of_its_own(client: Client, campaign: Campaign, rf: Any) -> None:
    from forms.surveys.tiles import SURVEY_KIND

    assert SURVEY_KIND.serve(rf.get("/x/"), campaign.page)["Location"] == "/survey/"


def test_an_editor_sees_how_the_questionnaire_will_look(
    company: Company, questionnaire: SurveyPage, rf: Any, client: Client
) -> None:
    answer = questionnaire.make_preview_request(rf.get("/admin/"), "")
    body = answer.render().content.decode() if hasattr(answer, "render") else answer.content.decode()
    assert answer.status_code == 200
    assert "總的來說，您滿意嗎？" in body


def test_the_clock_of_these_tests_is_the_portals() -> None:
    assert timezone.localdate(clock.now()).isoformat() == "2026-11-23"
