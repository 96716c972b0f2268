"""Campaigns: drafted, opened with a census that stays, answered once a household, closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from forms.intake.models import Answer, Submission
from forms.surveys import actions
from forms.surveys.actions import AlreadyAnswered, CannotAnswer
from forms.surveys.models import Campaign, Invitation, Return, SurveyPage
from forms.surveys.tokens import find_invitation, token_of
from portal.journal.actions import SYSTEM, entries_of
from portal.lib.refusals import Conflict, NotYours, Refused, TooMany
from portal.org.models import Household
from tests.forms.surveys.conftest import DAYS, NOW, letters, token
from tests.people import Company

pytestmark = pytest.mark.usefixtures("no_scope")


# ---- drafting, opening, closing -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"period": "soon"}, "period"),
        ({"closes_on": date(2026, 10, 31)}, "closes_on"),
        ({"opens_on": date(2026, 6, 1), "closes_on": date(2026, 6, 30)}, "closes_on"),
        ({"offices": []}, "offices"),
        ({"name": "  "}, "name"),
    ],
)
def test_a_draft_that_makes_no_sense_is_refused(
    company: Company, questionnaire: SurveyPage, changes: dict[str, Any], field: str
) -> None:
    said = {"name": "調查", "period": "2026H2", "offices": [company.units["OFFICE1"]], **DAYS, **changes}
    with pytest.raises(Refused) as refused:
        actions.draft_campaign(by=company.users["quality_officer"], page=questionnaire, now=NOW, **said)
    assert refused.value.field == field


@pytest.mark.parametrize("who", ["director", "clerk", "administrator", "editor", "customer"])
def test_campaigns_are_run_by_the_quality_department(company: Company, draft: Campaign, who: str) -> None:
    for verb in (actions.open_campaign, actions.close_campaign):
        with pytest.raises(NotYours):
            verb(by=company.users[who], campaign=draft, now=NOW)


def test_opening_freezes_the_census(company: Company, campaign: Campaign) -> None:
    assert {office: len(letters(campaign, office)) for office in ("OFFICE1", "OFFICE2")} == {
        "OFFICE1": 10,
        "OFFICE2": 2,
    }
    Household.objects.create(estate=company.household.estate, house="新入住")
    assert campaign.invitations.count() == 12
    opened = entries_of(campaign).last()
    assert (opened.action, opened.data) == ("surveys.open", {"households": 12})
    assert campaign.overall_question == "q_overall"
    assert campaign.questions[0]["name"] == "q_overall"


def test_a_campaign_opens_once(company: Company, campaign: Campaign) -> None:
    with pytest.raises(Conflict):
        actions.open_campaign(by=company.users["quality_officer"], campaign=campaign, now=NOW)


@pytest.mark.parametrize("wrong", ["none", "two", "not a scale"])
def test_one_question_on_a_scale_is_the_overall_one(company: Company, draft: Campaign, wrong: str) -> None:
    questions = draft.page.questions.all()
    {
        "none": lambda: questions.update(overall=False),
        "two": lambda: questions.filter(clean_name="q_repair").update(overall=True),
        "not a scale": lambda: questions.filter(overall=True).update(field_type="radio", choices="是\n否"),
    }[wrong]()
    with pytest.raises(Refused):
        actions.open_campaign(by=company.users["quality_officer"], campaign=draft, now=NOW)
    assert Invitation.objects.count() == 0


def test_without_households_nobody_is_asked(company: Company, draft: Campaign) -> None:
    draft.offices.set([company.units["SALES1"]])
    with pytest.raises(Refused):
        actions.open_campaign(by=company.users["quality_officer"], campaign=draft, now=NOW)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_the_portal_closes_a_campaign_when_its_last_day_is_over(campaign: Campaign) -> None:
    assert actions.close_ended_campaigns(by=SYSTEM, now=NOW + timedelta(days=7)) == 0
    assert actions.close_ended_campaigns(by=SYSTEM, now=NOW + timedelta(days=8)) == 1
    campaign.refresh_from_db()
    closed = entries_of(campaign).last()
    assert (campaign.state, closed.action, closed.actor) == ("closed", "surveys.close", SYSTEM.label)


# ---- answering ------------------------------------------------------------------------------------------------------
def test_a_household_answers_once(campaign: Campaign, answer: Callable[..., Any]) -> None:
    letter, key = letters(campaign, "OFFICE1")[0], uuid4()
    first = answer(letter, key=key, q_opinion="電梯要修")
    assert answer(letter, key=key, q_opinion="電梯要修").receipt_number == first.receipt_number
    with pytest.raises(AlreadyAnswered) as refused:
        answer(letter, q_overall=1)
    assert refused.value.invitation.used_at == NOW
    returned = Return.objects.get()
    assert (returned.household, returned.office.code, returned.overall) == (letter.household, "OFFICE1", 5)
    assert Submission.objects.get().by is None
    assert {a.name: a.value for a in Answer.objects.all()}["q_opinion"] == "電梯要修"


def test_the_journal_says_neither_household_nor_answer(campaign: Campaign, answer: Callable[..., Any]) -> None:
    letter = letters(campaign, "OFFICE1")[0]
    answer(letter, q_opinion="電梯要修")
    entry = entries_of(Return.objects.get()).get()
    written = str(entry.data) + entry.actor
    assert "電梯" not in written
    assert letter.household.house not in written


@pytest.mark.parametrize("when", ["before", "after", "closed"])
def test_outside_its_days_a_campaign_takes_no_answers(
    company: Company, campaign: Campaign, answer: Callable[..., Any], when: str
) -> None:
    letter, now = letters(campaign, "OFFICE1")[0], NOW
    if when == "closed":
        actions.close_campaign(by=company.users["quality_officer"], campaign=campaign, now=NOW)
    else:
        now = NOW - timedelta(days=23) if when == "before" else NOW + timedelta(days=8)
    with pytest.raises(CannotAnswer):
        answer(letter, now=now)
    assert not Submission.objects.exists()
    letter.refresh_from_db()
    assert letter.state == "issued"


def test_a_replaced_letter_is_dead(company: Company, campaign: Campaign, answer: Callable[..., Any]) -> None:
    old = letters(campaign, "OFFICE1")[0]
    old_token = token(old)
    new = actions.reissue_token(by=company.users["clerk"], invitation=old, now=NOW)
    assert find_invitation(old_token, address="a", now=NOW) is None
    assert find_invitation(token_of(new.seed), address="a", now=NOW) == new
    with pytest.raises(CannotAnswer):
        answer(old)
    answer(letters(campaign, "OFFICE1")[0])
    with pytest.raises(Conflict):
        actions.reissue_token(by=company.users["clerk"], invitation=new, now=NOW)


@pytest.mark.parametrize(
    ("who", "may"),
    [("clerk", True), ("director", True), ("quality_officer", True), ("other_clerk", False), ("sales_person", False)],
)
def test_letters_are_made_by_the_office_of_the_households(
    company: Company, campaign: Campaign, who: str, may: bool
) -> None:
    office, invitations = company.units["OFFICE1"], letters(campaign, "OFFICE1") + letters(campaign, "OFFICE2")
    said = {"by": company.users[who], "campaign": campaign, "office": office, "invitations": invitations}
    if not may:
        with pytest.raises(NotYours):
            actions.make_letters(**said)
        with pytest.raises(NotYours):
            actions.reissue_token(by=company.users[who], invitation=invitations[0])
        return
    made = actions.make_letters(**said)
    assert len(made) == 10  # none of the other office
    entry = entries_of(campaign).last()
    assert (entry.action, entry.data) == ("surveys.make_letters", {"letters": 10})


# ---- tokens ---------------------------------------------------------------------------------------------------------
def test_tokens_are_found_however_they_are_typed(campaign: Campaign) -> None:
    letter = letters(campaign, "OFFICE1")[0]
    right = token(letter)
    full_width = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in right)
    typed = [right, right.lower(), right.replace("-", ""), f"  {right} ", full_width, right.replace("0", "O")]
    assert {find_invitation(one, address="a", now=NOW) for one in typed} == {letter}
    wrong = [right[:-1], right[1:], "", "x" * 200, "ABCDE-ABCDE-ABCDE-ABCDE", "' OR 1=1 --"]
    assert {find_invitation(one, address="a", now=NOW) for one in wrong} == {None}


def test_tokens_stand_nowhere_in_the_database(campaign: Campaign) -> None:
    """Neither the token nor a plain hash of it: who steals the database cannot answer for anybody."""
    tokens = {token(letter) for letter in Invitation.objects.all()}
    assert len(tokens) == 12
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM surveys_invitation")
        rows = str(cursor.fetchall())
    assert not any(one in rows or one.replace("-", "") in rows for one in tokens)


def test_guessing_is_slowed_down(campaign: Campaign) -> None:
    for _n in range(40):
        find_invitation("wrong", address="guesser", now=NOW)
    with pytest.raises(TooMany):
        find_invitation(token(letters(campaign, "OFFICE1")[0]), address="guesser", now=NOW)
    assert find_invitation(token(letters(campaign, "OFFICE1")[0]), address="neighbour", now=NOW)
