"""Satisfaction campaigns of the demo company: the last one closed with its returns, and one that runs."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.utils import timezone
from django_scopes import scopes_disabled

from forms.intake.questions import answers_of
from forms.surveys.actions import answer_survey, close_campaign, draft_campaign, open_campaign
from forms.surveys.enums import SURVEY_MONTHS, InvitationState
from forms.surveys.letters import survey_link
from forms.surveys.models import Campaign, Invitation, SurveyPage, SurveyQuestion
from forms.surveys.tokens import token_of
from home.models import HomePage
from portal.journal.actions import CUSTOMER
from portal.lib.periods import Period

OFFICES = ["OFFICE1", "OFFICE2"]
UNANSWERED = "3棟1602"  # the household of the customer who signs in: its letter waits
INTRO = "<p>您好！每年六月和十一月，我們請每一戶說說對物業服務的看法。大約三分鐘，謝謝您。</p>"
THANKS = "<p>謝謝您。統計結果在截止後一週內公布，您提的意見我們逐條回覆。</p>"
QUESTIONS = [  # (kind, label, required, choices, overall)
    ("scale", "總的來說，您對物業服務滿意嗎？", True, "", True),
    ("scale", "服務中心的接待與態度", False, "", False),
    ("scale", "報修處理的及時與質量", False, "", False),
    ("scale", "保潔", False, "", False),
    ("scale", "綠化", False, "", False),
    ("scale", "安全與秩序", False, "", False),
    ("radio", "有事時您最常用的聯絡方式", False, "電話\n微信\n到服務中心\n網站", False),
    ("checkboxes", "您最希望改進的方面（可多選）", False, "停車\n電梯\n噪聲\n社區活動\n收費公開", False),
    ("multiline", "您還有甚麼意見或建議？", False, "", False),
]
WEIGHTS = {"OFFICE1": [30, 44, 16, 7, 3], "OFFICE2": [18, 40, 24, 12, 6]}  # answers 5, 4, 3, 2, 1
RETURNED = {"closed": {"OFFICE1": 0.78, "OFFICE2": 0.65}, "open": {"OFFICE1": 0.40, "OFFICE2": 0.52}}
OPINIONS = [
    "地下車庫入口的燈壞了兩盞，晚上看不清。",
    "維修師傅上門很準時，修完還把地擦乾淨了，謝謝。",
    "電梯早高峰要等很久，能不能錯開兩部的停靠層？",
    "樓上裝修噪聲大，希望周末管得嚴一點。",
    "花園的座椅鬆了，老人坐著不安全。",
    "希望把收費明細放到網站上，隨時能查。",
    "快遞櫃常常滿，能不能再加一組？",
    "保安夜裡巡邏很負責，我們很放心。",
    "垃圾分類的桶離得遠，希望在三棟旁邊也放一組。",
    "兒童遊樂區的地墊裂了，請換新的。",
    "報修後沒有人告訴我甚麼時候來，要打兩次電話。",
    "中秋的社區活動很好，希望多辦幾次。",
]


def build(stage: Any) -> None:
    """The questionnaire; the campaign of the last June or November, closed; one that runs now, letters unanswered."""
    page = _questionnaire(stage)
    month = Period.of("month", stage.today)
    earlier = month.previous()
    while earlier.start.month not in SURVEY_MONTHS:
        earlier = earlier.previous()
    closed = _campaign(stage, page, earlier, earlier.start, earlier.end)
    _answers(stage, page, closed, RETURNED["closed"], earlier.start, earlier.end)
    officer, day_after = stage.company.users["quality_officer"], earlier.end + timedelta(days=1)
    close_campaign(by=officer, campaign=closed, now=_at(day_after, 8))
    in_season = month.start.month in SURVEY_MONTHS
    first = month.start if in_season else stage.day(-14)
    last = month.end if in_season else stage.day(10)
    running = _campaign(stage, page, month, first, last)
    _answers(stage, page, running, RETURNED["open"], first, stage.today)


def demo_survey_link() -> str:
    """The address in the letter to a household that has not answered; '' where there is none."""
    with scopes_disabled():
        waiting = Invitation.objects.filter(state=InvitationState.ISSUED, campaign__in=Campaign.objects.running())
        own = waiting.filter(household__house=UNANSWERED).first()
        invitation = own or waiting.order_by("household__house").first()
    return survey_link(token_of(invitation.seed)) if invitation else ""


def _questionnaire(stage: Any) -> SurveyPage:
    page = SurveyPage(title="業主滿意率調查", slug="satisfaction", audience="public", intro=INTRO, thanks=THANKS)
    page.questions = [
        SurveyQuestion(field_type=kind, label=label, required=required, choices=choices, overall=overall)
        for kind, label, required, choices, overall in QUESTIONS
    ]
    HomePage.objects.get().add_child(instance=page)
    page.save_revision(user=stage.company.users["editor"]).publish(user=stage.company.users["editor"])
    return SurveyPage.objects.get(pk=page.pk)


def _campaign(stage: Any, page: SurveyPage, month: Period, first: date, last: date) -> Campaign:
    officer = stage.company.users["quality_officer"]
    campaign = draft_campaign(
        by=officer,
        name=f"{month.start.year}年{month.start.month}月業主滿意率調查",
        page=page,
        period=Period.of("half", month.start).code,
        offices=[stage.company.units[code] for code in OFFICES],
        opens_on=first,
        closes_on=last,
        now=_at(first, 0),
    )
    return open_campaign(by=officer, campaign=campaign, now=_at(first, 0))


def _answers(
    stage: Any, page: SurveyPage, campaign: Campaign, shares: dict[str, float], first: date, last: date
) -> None:
    """Returns spread over the days, each handed in as a household would."""
    draw = stage.random(f"surveys:{campaign.period}")
    questions = list(page.questions.all())
    with scopes_disabled():
        invitations = list(
            Invitation.objects.filter(campaign=campaign)
            .select_related("office", "household", "campaign__page")
            .order_by("household__estate__code", "household__house")
        )
    days = max(1, (last - first).days)
    for invitation in invitations:
        if draw.random() > shares[invitation.office.code] or invitation.household.house == UNANSWERED:
            continue
        moment = _at(first + timedelta(days=draw.randrange(days)), draw.randrange(8, 22), draw.randrange(60))
        answer_survey(
            by=CUSTOMER,
            invitation=invitation,
            submission_id=UUID(int=draw.getrandbits(128), version=4),
            answers=answers_of(questions, _said(draw, questions, WEIGHTS[invitation.office.code])),
            now=moment,
        )


def _said(draw: Random, questions: list[SurveyQuestion], weights: list[int]) -> dict[str, Any]:
    """What one household says; who is dissatisfied writes more often."""
    said: dict[str, Any] = {}
    overall = draw.choices([5, 4, 3, 2, 1], weights)[0]
    for question in questions:
        choices = question.choices.split("\n")
        if question.overall:
            said[question.clean_name] = overall
        elif question.field_type == "scale":
            near = min(5, max(1, overall + draw.choice([-1, 0, 0, 0, 1])))
            said[question.clean_name] = near if draw.random() < 0.93 else None
        elif question.field_type == "radio":
            said[question.clean_name] = draw.choice(choices)
        elif question.field_type == "checkboxes":
            said[question.clean_name] = draw.sample(choices, draw.randrange(3))
        else:
            said[question.clean_name] = draw.choice(OPINIONS) if draw.random() < (0.2 if overall > 3 else 0.5) else ""
    return said


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))
