"""One thing of each kind for the permission matrix, made by the verbs: what belongs to 翠湖苑管理處 and 鑽井一隊.

The other office (楓林苑管理處) and the other crew (鑽井二隊) own none of it: `other_clerk`, `other_director`,
`other_crew_leader` and `other_unit_manager` are the strangers of the matrix.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django_scopes import scopes_disabled
from wagtail.models import Page

from forms.bulletins.actions import compose_bulletin, publish_bulletin
from forms.bulletins.models import BulletinIndexPage, BulletinPage
from forms.cards.actions import hand_in_card
from forms.cards.models import Area, Card, ObservationPage
from forms.cards.rules import CardDraft, ItemDraft
from forms.cases.actions import Filing, file_complaint
from forms.cases.models import Case, ComplaintPage
from forms.intake.attachments import Upload, examine_files
from forms.surveys import actions as surveys
from forms.surveys.models import Campaign, Invitation, SurveyPage, SurveyQuestion
from forms.surveys.tokens import token_of
from home.models import HomePage, PageAudience
from policies.actions import (
    AudienceLine,
    add_clause,
    approve_edition,
    attach_appendix_files,
    issue_edition,
    load_obligations,
    review_edition,
    start_draft,
    submit_edition,
)
from policies.importing import import_parsed
from policies.models import AppendixFile, Edition
from policies.parsing import parse, read_file
from policies.receipts.models import Batch
from portal.files.actions import files_of
from portal.journal.actions import SYSTEM
from portal.lib import clock
from portal.lib.periods import Period
from portal.org.models import Contact, Estate, Household, Unit, User
from tests import permission_world_guide, permission_world_rulings
from tests.forms.complaints import picture
from tests.people import Company
from tests.permission_world_audits import AuditsWorld, build_audits
from tests.permission_world_calls import CallsWorld, build_calls
from tests.permission_world_card_analysis import CardAnalysisWorld, build_card_analysis
from tests.permission_world_card_plans import PlansWorld, build_plans
from tests.permission_world_cases import CasesWorld, build_cases
from tests.permission_world_corrections import CorrectionsWorld, build_corrections
from tests.permission_world_notifications import NotificationsWorld, build_notifications
from tests.permission_world_orders import OrdersWorld, build_orders
from tests.permission_world_phone import PhoneWorld, build_phone
from tests.permission_world_receipts import reading_on_paper
from tests.permission_world_training import TrainingWorld, build_training
from tests.permission_world_weeks import WeeksWorld, build_weeks


@dataclass
class World:
    """What the addresses of the matrix speak of."""

    company: Company
    edition: Edition  # for all staff
    crew_edition: Edition  # for the first crew alone
    draft: Edition  # the editor's
    appendix_file: AppendixFile  # of an appendix of that draft
    compared: Edition  # the second one for the first crew
    in_review: Edition  # submitted by the editor
    case: Case  # the customer's, at the first office
    hidden_case: Case  # about the first office's director
    card: Card  # the crew leader's, first crew
    area: Area
    campaign: Campaign  # open, both offices
    draft_campaign: Campaign
    invitation: Invitation  # first office
    bulletin: BulletinPage  # published for the first crew
    bulletin_draft: BulletinPage
    training: TrainingWorld
    batch: Batch  # a reading on paper, first office
    cases: CasesWorld | None = None  # an incident and a kept answer of the first office
    orders: OrdersWorld | None = None  # work orders, revisits and a defect of the first office
    calls: CallsWorld | None = None  # hotlines, a missed call of the first office, a mail set aside
    corrections: CorrectionsWorld | None = None  # plans and reports of the first office's complaints
    audits: AuditsWorld | None = None  # deviations and audits of the first crew
    weeks: WeeksWorld | None = None  # weekly analysis, months, awards and lessons of the first crew
    card_analysis: CardAnalysisWorld | None = None  # statistics of the first crew
    phone: PhoneWorld | None = None  # what a card of the first crew left to do
    plans: PlansWorld | None = None  # of the first crew
    notifications: NotificationsWorld | None = None  # the clerk's own, the administrator's gateway

    @property
    def token(self) -> str:
        return token_of(self.invitation.seed)

    @property
    def batch_sheet(self) -> Any:
        return files_of(self.batch).get()

    @property
    def attachment(self) -> Any:
        return self.case.submission.attachments.get()

    @property
    def hidden_attachment(self) -> Any:
        return self.hidden_case.submission.attachments.get()


def build_world(company: Company) -> World:
    home = HomePage.objects.get()
    _second_household(company)
    load_obligations(by=SYSTEM)
    with scopes_disabled():
        permission_world_guide.build(company)
        campaign, draft_campaign, invitation = _campaigns(company, home)
        card, area = _card(company, home)
        bulletin, bulletin_draft = _bulletins(company, home)
        complaint = home.add_child(
            instance=ComplaintPage(title="投訴", slug="complaint-page", routing_unit=company.units["PROPERTY"])
        )
        draft = _draft(company, "倉庫防潮規定")
        edition = _issued(company, "倉庫用火管理規定", AudienceLine("staff"))
        permission_world_rulings.build(company, edition)
        world = World(
            company=company,
            appendix_file=_appendix_file(company, draft),
            compared=_second_edition(company, _issued(company, "一隊交接班規定", _crew(company))),
            edition=edition,
            batch=reading_on_paper(company, edition),
            crew_edition=_issued(company, "一隊值班規定", _crew(company)),
            draft=draft,
            in_review=submit_edition(by=company.users["editor"], edition=_draft(company, "倉庫值守規定")),
            case=_case(company, complaint, by=company.users["customer"]),
            hidden_case=_case(company, complaint, by=company.users["customer"], about_director=True),
            card=card,
            area=area,
            campaign=campaign,
            draft_campaign=draft_campaign,
            invitation=invitation,
            bulletin=bulletin,
            bulletin_draft=bulletin_draft,
            training=build_training(company),
        )
    world.cases = build_cases(world)
    world.orders = build_orders(world)
    world.calls = build_calls(world)
    world.corrections = build_corrections(world)
    world.audits = build_audits(world)
    world.weeks = build_weeks(world)
    world.card_analysis = build_card_analysis(world)
    world.phone = build_phone(world)
    world.plans = build_plans(world)
    world.notifications = build_notifications(world)
    return world


def _second_household(company: Company) -> None:
    """`other_customer` lives at the other office."""
    estate = Estate.objects.get(code="FENGLIN")
    user = User.objects.create(username="other_customer")
    Contact.objects.create(household=Household.objects.create(estate=estate, house="1棟101"), user=user)
    company.users["other_customer"] = user


def _draft(company: Company, title: str) -> Edition:
    text = f"{title}\n\n1 範圍\n\n本規定適用於所有倉庫。\n\n2 用火\n\n2.1 用火之前先辦許可證。\n"
    read = parse(read_file(text.encode()))
    return import_parsed(by=company.users["editor"], result=read, source_name="rule.txt")[0].edition


def _issued(company: Company, title: str, audience: AudienceLine) -> Edition:
    return _issue(company, _draft(company, title), audience)


def _crew(company: Company) -> AudienceLine:
    return AudienceLine("unit", unit=company.units["CREW1"])


def _second_edition(company: Company, first: Edition) -> Edition:
    return _issue(company, start_draft(by=company.users["editor"], regulation=first.regulation), _crew(company))


def _appendix_file(company: Company, draft: Edition) -> AppendixFile:
    editor = company.users["editor"]
    row = add_clause(by=editor, edition=draft, kind="appendix", number="附錄A", heading="圖")
    return attach_appendix_files(by=editor, clause=row, uploads=[picture()])[0]


def _issue(company: Company, draft: Edition, audience: AudienceLine) -> Edition:
    approver = company.users["approver"]
    submitted = submit_edition(by=company.users["editor"], edition=draft)
    reviewed = review_edition(by=company.users["second_editor"], edition=submitted)
    return issue_edition(
        by=approver,
        edition=approve_edition(by=approver, edition=reviewed),
        effective_on=date(2026, 3, 2),
        owner_unit=company.units["QHSE"],
        audience=[audience],
    )


def _case(company: Company, page: ComplaintPage, *, by: Any, about_director: bool = False) -> Case:
    filing = Filing(
        subject="電梯經常故障",
        text="三棟電梯本週停了兩次。",
        estate=Estate.objects.select_related("office").get(code="CUIHU"),
        house="3棟1602",
        about_director=about_director,
        contact_name="鄭女士",
        contact_phone="13800000001",
    )
    files: list[Upload] = examine_files([picture()])
    return file_complaint(page=page, submission_id=uuid.uuid4(), by=by, filing=filing, files=files).record


def _card(company: Company, home: Page) -> tuple[Card, Area]:
    page = home.add_child(instance=ObservationPage(title="安全觀察卡", slug="observe-page", audience="staff"))
    areas = [Area.objects.create(unit=company.units[code], name="鑽台") for code in ("CREW1", "CREW2")]
    now = clock.now()
    draft = CardDraft(
        unit=company.units["CREW1"],
        planned=False,
        observers=[company.people["crew_leader"]],
        area=areas[0],
        observed_on=clock.today(now),
        observed_at=_a_moment_ago(now),
        seconds=120,
        items=[ItemDraft("protection", safe=3)],
        steps=frozenset({"stop", "discuss", "thank"}),
        came_close=True,
        out_of_sight=True,
        said="討論了起吊時站位的風險",
        agreed="起吊前先清空吊物下方",
    )
    accepted = hand_in_card(
        by=company.users["crew_leader"], page=page, submission_id=uuid.uuid4(), draft=draft, now=now
    )
    return accepted.record, areas[0]


def _a_moment_ago(now: datetime) -> time:
    """Some minutes before `now`, on the same day."""
    local = timezone.localtime(now)
    return (local - timedelta(minutes=5)).time() if local.time() > time(0, 5) else time(0)


def _campaigns(company: Company, home: Page) -> tuple[Campaign, Campaign, Invitation]:
    page = home.add_child(instance=SurveyPage(title="滿意率調查", slug="survey-page", audience="public"))
    SurveyQuestion.objects.create(
        page=page, sort_order=0, clean_name="q_overall", field_type="scale", label="總的來說,您滿意嗎?", overall=True
    )
    today = clock.today()
    officer = company.users["quality_officer"]
    offices: list[Unit] = [company.units["OFFICE1"], company.units["OFFICE2"]]
    days = {"opens_on": today - timedelta(days=1), "closes_on": today + timedelta(days=20)}
    half = Period.of("half", today)
    draft = surveys.draft_campaign(by=officer, name="本期", page=page, period=half.code, offices=offices, **days)
    campaign = surveys.open_campaign(by=officer, campaign=draft)
    later = surveys.draft_campaign(by=officer, name="下期", page=page, period=half.next().code, offices=offices, **days)
    return campaign, later, Invitation.objects.get(campaign=campaign, household=company.household)


def _bulletins(company: Company, home: Page) -> tuple[BulletinPage, BulletinPage]:
    home.add_child(instance=BulletinIndexPage(title="通報", slug="bulletins"))
    editor, unit = company.users["editor"], company.units["CREW1"]
    quarter = Period.of("quarter", clock.today()).previous()
    page = compose_bulletin(by=editor, unit=unit, period=quarter)
    page.audience_rules = [PageAudience(unit=unit)]
    page.save_revision(user=editor)
    draft = compose_bulletin(by=editor, unit=unit, period=quarter.previous())
    return publish_bulletin(by=editor, page=page), draft
