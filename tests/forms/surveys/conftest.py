"""A questionnaire, an open campaign of two offices, and letters to its households."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from wagtail.models import Locale, Page

from forms.intake.actions import Accepted
from forms.intake.questions import answers_of
from forms.surveys import actions
from forms.surveys.models import Campaign, Invitation, SurveyPage, SurveyQuestion
from forms.surveys.tokens import token_of
from portal.journal.actions import CUSTOMER
from portal.org.models import Estate, Household
from tests.people import Company

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
DAYS = {"opens_on": date(2026, 11, 1), "closes_on": date(2026, 11, 30)}
QUESTIONS = [  # (name, type, label, required, choices, overall)
    ("q_overall", "scale", "總的來說，您滿意嗎？", True, "", True),
    ("q_repair", "scale", "維修服務", False, "", False),
    ("q_way", "radio", "您最常用的聯絡方式", False, "電話\n微信\n服務中心", False),
    ("q_topics", "checkboxes", "您希望改進的方面", False, "保潔\n綠化\n安保", False),
    ("q_opinion", "multiline", "您的意見", False, "", False),
]


@pytest.fixture
def questionnaire(company: Company) -> SurveyPage:
    Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)  # a test that commits empties the tables
    root = Page.objects.filter(depth=1).first() or Page.add_root(title="Root", slug="root")
    page = root.add_child(instance=SurveyPage(title="滿意率調查", slug="satisfaction", audience="public"))
    for order, (name, kind, label, required, choices, overall) in enumerate(QUESTIONS):
        question = SurveyQuestion(
            page=page,
            sort_order=order,
            clean_name=name,
            field_type=kind,
            label=label,
            required=required,
            choices=choices,
            overall=overall,
        )
        question.save()
        SurveyQuestion.objects.filter(pk=question.pk).update(clean_name=name)
    return SurveyPage.objects.get(pk=page.pk)


@pytest.fixture
def draft(company: Company, questionnaire: SurveyPage) -> Campaign:
    """A draft for both offices: ten households at the first, two at the second."""
    first, second = Estate.objects.get(code="CUIHU"), Estate.objects.get(code="FENGLIN")
    Household.objects.bulk_create(Household(estate=first, house=f"1棟{n}") for n in range(101, 110))
    Household.objects.bulk_create(Household(estate=second, house=f"2棟{n}") for n in (201, 202))
    return actions.draft_campaign(
        by=company.users["quality_officer"],
        name="2026年11月滿意率調查",
        page=questionnaire,
        period="2026H2",
        offices=[company.units["OFFICE1"], company.units["OFFICE2"]],
        now=NOW,
        **DAYS,
    )


@pytest.fixture
def campaign(company: Company, draft: Campaign) -> Campaign:
    return actions.open_campaign(by=company.users["quality_officer"], campaign=draft, now=NOW)


@pytest.fixture
def answer(questionnaire: SurveyPage) -> Callable[..., Accepted]:
    """answer(invitation, q_overall=5) hands in a questionnaire."""

    def hand_in(invitation: Invitation, *, key: UUID | None = None, now: datetime = NOW, **given: Any) -> Accepted:
        cleaned = {"q_overall": 5, "q_repair": None, "q_way": "", "q_topics": [], "q_opinion": "", **given}
        return actions.answer_survey(
            by=CUSTOMER,
            invitation=invitation,
            submission_id=key or uuid4(),
            answers=answers_of(questionnaire.questions.all(), cleaned),
            now=now,
        )

    return hand_in


def letters(campaign: Campaign, office: str) -> list[Invitation]:
    """The invitations of an office, in the order of the houses."""
    found = Invitation.objects.filter(campaign=campaign, office__code=office).select_related("campaign__page")
    return list(found.order_by("household__house"))


def token(invitation: Invitation) -> str:
    return token_of(invitation.seed)
