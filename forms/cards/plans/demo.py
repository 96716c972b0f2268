"""Plans of the demo's crews: one approved and half made, one waiting for its manager, one begun, one missing; and what
happened before, which the suggestions rest on. All by the verbs."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from forms.cards.actions import hand_in_card
from forms.cards.demo_scenes import SCENES, Scene
from forms.cards.enums import Step
from forms.cards.models import Area, ObservationPage
from forms.cards.plans.actions import approve_plan, draft_plan, submit_plan
from forms.cards.plans.actions.incidents import IncidentDraft, enter_incident
from forms.cards.plans.actions.writing import TeamDraft, add_team, drop_slots, fill_with_suggestions
from forms.cards.plans.enums import BAND_HOURS, Band
from forms.cards.plans.keeping import CARD_PLAN
from forms.cards.plans.models import Plan, PlanSlot
from forms.cards.rules import CardDraft, ItemDraft
from portal.org.models import Person

BEGUN = 60  # days ago
KEPT = 0.85  # of the planned observations whose days are over
REPORT = "每月報告：計劃與完成次數、各小組完成率、頻次高的不安全行為、整治措施及驗證結果。"
INCIDENTS = [  # (crew, days ago, area, source, category, severity, what)
    ("CREW1", 210, "泥漿罐區", "near_miss", "positions", "medium", "罐面蓋板移位，一人踩空，扶住欄杆未墜落。"),
    ("CREW1", 150, "鑽台", "injury", "tools", "medium", "液壓大鉗回擺，擦傷手背，簡單包紮後返回工作。"),
    ("CREW1", 96, "管具場地", "near_miss", "procedures", "light", "鑽桿滾落管架，人員及時退開，墊木未楔緊。"),
    ("CREW1", 40, "鑽台", "near_miss", "positions", "grave", "吊卡銷未鎖好，立柱晃動，下方人員已退到安全區。"),
    ("CREW2", 120, "泥漿泵房", "injury", "protection", "light", "換缸套時未戴護目鏡，鐵屑入眼，沖洗後無礙。"),
    ("CREW2", 33, "機房", "near_miss", "ergonomics", "light", "單人搬運濾芯箱，扭到腰，休息後恢復。"),
]


def build(stage: Any) -> None:
    _register(stage)
    begun = _begun(stage)
    kept = _written(stage, "CREW1", "crew_leader", begun)
    submit_plan(by=stage.company.users["crew_leader"], plan=kept, now=begun + timedelta(hours=1))
    manager = stage.company.users["unit_manager"]
    approve_plan(by=manager, plan=kept, note="同意，夜班的觀察由副隊長帶隊。", now=begun + timedelta(hours=5))
    _make_observations(stage, kept)
    _change(stage, kept, manager)
    waiting = _written(stage, "CREW2", "other_crew_leader", stage.moment(-2, hour=8))
    submit_plan(by=stage.company.users["other_crew_leader"], plan=waiting, now=stage.moment(-1, hour=16))
    _begin(stage, "CREW3", _account(stage, "CREW3", 4), stage.moment(-4))


def _register(stage: Any) -> None:
    for number, (code, ago, area, source, category, severity, what) in enumerate(INCIDENTS):
        unit = stage.company.units[code]
        place = Area.objects.get(unit=unit, name=area)
        enter_incident(
            by=_account(stage, code, 0),
            submission_id=UUID(int=stage.random(f"incidents:{number}").getrandbits(128), version=4),
            draft=IncidentDraft(unit, stage.day(-ago), place, source, category, severity, what),
            now=stage.moment(-ago, hour=17),
        )


def _begun(stage: Any) -> datetime:
    """Some weeks ago, but in this year."""
    first = max(stage.day(-BEGUN), date(stage.today.year, 1, 1))
    return timezone.make_aware(datetime.combine(first, time(8)))


def _account(stage: Any, code: str, place: int) -> Any:
    return stage.company.staff_of(code)[place].user


def _begin(stage: Any, code: str, by: Any, now: datetime) -> Plan:
    day = timezone.localdate(now)
    return draft_plan(
        by=by,
        unit=stage.company.units[code],
        year=day.year,
        first_month=day.month,
        report_day=5,
        report_needs=REPORT,
        now=now,
    )


def _written(stage: Any, code: str, username: str, now: datetime) -> Plan:
    """Teams of all managers and crew leaders, and suggestions for what they agreed."""
    by = stage.company.users[username]
    plan = _begin(stage, code, by, now)
    staff = stage.company.staff_of(code)
    manager, deputy, senior, safety = staff[:4]
    leaders = _crew_leaders(staff)
    teams = [
        ("第一小組", manager, [manager, leaders[0], senior]),
        ("第二小組", deputy, [deputy, leaders[1]]),
        ("第三小組", leaders[2], [leaders[2], safety]),
    ]
    for name, leader, members in teams:
        add_team(by=by, plan=plan, draft=TeamDraft(name, leader, members, 5), now=now)
    fill_with_suggestions(by=by, plan=plan, now=now)
    return plan


def _crew_leaders(staff: list[Person]) -> list[Person]:
    return [person for person in staff if person.appointments.filter(post__code="crew_leader").exists()]


def _make_observations(stage: Any, plan: Plan) -> None:
    """Most of what is over was made, each on one of its days, with a card that fills the slot."""
    draw, page = stage.random(f"plans:{plan.unit.code}"), ObservationPage.objects.get()
    slots = PlanSlot.objects.standing().filter(team__plan=plan, first_day__lt=stage.today)
    for number, slot in enumerate(slots.for_screens().order_by("first_day", "pk")):
        if draw.random() > (KEPT if slot.last_day < stage.today else 0.3):
            continue
        day = slot.first_day + timedelta(
            days=draw.randrange((min(slot.last_day, stage.day(-1)) - slot.first_day).days + 1)
        )
        moment = _moment(slot, day, draw)
        scene = _scene(slot.area.name, number)
        team = slot.team.people
        with transaction.atomic():
            accepted = hand_in_card(
                by=team[0].user,
                page=page,
                submission_id=UUID(int=draw.getrandbits(128), version=4),
                draft=_draft(slot, scene, team, moment, draw),
                now=moment + timedelta(minutes=draw.randrange(20, 50)),
            )
            CARD_PLAN.take(card=accepted.record, slot_pk=slot.pk, by=team[0].user, now=moment + timedelta(hours=1))


def _moment(slot: PlanSlot, day: date, draw: Random) -> datetime:
    """A time within the band and the shift."""
    first, last = BAND_HOURS[Band(slot.band)]
    starts = slot.shift.starts_at.hour if slot.shift else 0
    ends = (slot.shift.ends_at.hour if slot.shift else 24) or 24
    hour = draw.randrange(max(first, starts), max(min(last, ends), max(first, starts) + 1))
    return timezone.make_aware(datetime.combine(day, time(hour, draw.randrange(60))))


def _scene(area: str, number: int) -> Scene:
    here = [scene for scene in SCENES if scene.area == area] or SCENES
    return here[number % len(here)]


def _draft(slot: PlanSlot, scene: Scene, team: list[Any], moment: datetime, draw: Random) -> CardDraft:
    item = ItemDraft(scene.category, note=scene.note, action=scene.action)
    if scene.is_safe:
        item.safe = 3
    elif scene.act:
        item.unsafe_acts = 1
    else:
        item.unsafe_conditions = 1
    local = timezone.localtime(moment)
    return CardDraft(
        unit=slot.team.plan.unit,
        planned=True,
        observers=team,
        area=slot.area,
        shift=slot.shift,
        observed_on=local.date(),
        observed_at=local.time(),
        seconds=draw.choice([60, 120, 180, 300]),
        items=[item],
        steps=frozenset({Step.DISCUSS, Step.COMMUNICATE, Step.THANK}),
        came_close=True,
        out_of_sight=True,
        said=scene.said,
        agreed=scene.agreed,
        immediate_action=scene.action,
        consequence=scene.consequence,
        suggestion=scene.suggestion,
    )


def _change(stage: Any, plan: Plan, manager: Any) -> None:
    """One observation of what is to come is taken out, with its reason."""
    slot = PlanSlot.objects.standing().undone().filter(team__plan=plan, first_day__gt=stage.today).last()
    if slot is not None:
        why = "月底整體搬遷，該區域停用。"
        drop_slots(by=manager, plan=plan, slots=[slot], why=why, now=stage.moment(-1, hour=10))
