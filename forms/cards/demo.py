"""Observation cards of the demo company: two crews, this quarter and the last, planned and random."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.utils import timezone

from forms.cards.actions import finish_action, hand_in_card, open_area
from forms.cards.demo_scenes import AREAS, SCENES, Scene
from forms.cards.enums import Category, Step, SubItem
from forms.cards.models import Area, CardAction, ObservationPage
from forms.cards.rules import CardDraft, FollowUp, ItemDraft
from home.models import HomePage
from portal.lib.periods import Period
from portal.org.enums import MANAGING
from portal.org.models import Person, Shift, Unit

CREWS = ["CREW1", "CREW2", "CREW3", "CREW4"]
OBSERVING = {"CREW1": 64, "CREW2": 56}  # how many cards; of three, two are planned
INTRO = (
    "<p>看一看正在工作的人，至少三十秒；安全的也要記。談一談，謝謝對方，再到對方看不見的地方填這張卡。"
    "卡上<b>不寫被觀察人的姓名</b>，結果不作為處罰的依據。</p>"
)
THANKS = "<p>謝謝您花時間觀察和交談。您的卡進入本隊的日觀察、周分析和月小結。</p>"


def build(stage: Any) -> None:
    """The entrance, the areas of the crews, some 120 cards."""
    page = _entrance(stage)
    for code in CREWS:
        for name in AREAS:
            open_area(by=_manager(stage, code).user, unit=stage.company.units[code], name=name, now=stage.now)
    for code, count in OBSERVING.items():
        _cards(stage, page, stage.company.units[code], count)


def _entrance(stage: Any) -> ObservationPage:
    page = ObservationPage(
        title="安全觀察與溝通卡", slug="observation-card", audience="staff", intro=INTRO, thanks=THANKS
    )
    HomePage.objects.get().add_child(instance=page)
    page.save_revision(user=stage.company.users["editor"]).publish(user=stage.company.users["editor"])
    return page


def _manager(stage: Any, code: str) -> Person:
    return next(person for person in stage.company.staff_of(code) if _leads(person))


def _leads(person: Person) -> bool:
    return person.appointments.filter(post__role__in=MANAGING).exists()


def _cards(stage: Any, page: ObservationPage, unit: Unit, count: int) -> None:
    draw = stage.random(f"cards:{unit.code}")
    staff = stage.company.staff_of(unit.code)
    managers = {person.pk for person in staff if _leads(person)}
    areas = {area.name: area for area in Area.objects.filter(unit=unit)}
    shifts = list(Shift.objects.filter(unit=unit))
    first = Period.of("quarter", stage.today).previous().start
    span = (stage.today - first).days
    for index in range(count):
        day = first + timedelta(days=index * span // count)
        scene = SCENES[(index * 5 + draw.randrange(3)) % len(SCENES)]
        planned = index % 3 != 2
        team = draw.sample(staff[:10], draw.choice([2, 2, 3])) if planned else [draw.choice(staff)]
        by = next((person for person in team if person.pk in managers), team[0])
        moment = _moment(day, draw)
        draft = _draft(draw, scene, unit, team, areas[scene.area], moment)
        draft.planned, draft.shift = planned, _shift_at(shifts, moment.time())
        manager = next(person for person in staff if _leads(person))
        later = _left_to_do(index, scene, draft, manager)
        accepted = hand_in_card(
            by=by.user,
            page=page,
            submission_id=UUID(int=draw.getrandbits(128), version=4),
            draft=draft,
            now=moment + timedelta(minutes=draw.randrange(20, 90)),
        )
        if later is not None and later.due_on < stage.today - timedelta(days=5):
            action = CardAction.objects.get(item__card=accepted.record)
            finish_action(by=manager.user, action=action, note="已落實，現場看過。", now=moment + timedelta(days=4))


def _left_to_do(index: int, scene: Scene, draft: CardDraft, manager: Person) -> FollowUp | None:
    """Of some unsafe things a part is left to do: the manager of the crew sees to it within a week."""
    item = next(item for item in draft.items if item.category == scene.category)
    item.sub_items = (SubItem.of(scene.category)[index % len(SubItem.of(scene.category))].value,)
    if scene.is_safe or index % 4 or not scene.suggestion:
        return None
    item.follow_up = FollowUp(scene.suggestion, manager, draft.observed_on + timedelta(days=7))
    return item.follow_up


def _moment(day: date, draw: Random) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(draw.choice([6, 9, 10, 14, 15, 17, 21]), draw.randrange(60))))


def _shift_at(shifts: list[Shift], at: time) -> Shift | None:
    """The shift of a crew that runs at this time of day; the last one ends at midnight."""
    for shift in shifts:
        if shift.starts_at <= at and (at < shift.ends_at or shift.ends_at == time(0)):
            return shift
    return None


def _draft(draw: Random, scene: Scene, unit: Unit, team: list[Person], area: Area, moment: datetime) -> CardDraft:
    items = {scene.category: ItemDraft(scene.category, note=scene.note, action=scene.action)}
    if scene.is_safe:
        items[scene.category].safe = draw.randrange(2, 5)
    elif scene.act:
        items[scene.category].unsafe_acts = draw.choice([1, 1, 1, 2])
    else:
        items[scene.category].unsafe_conditions = draw.choice([1, 1, 2])
    for category in draw.sample(Category.values, draw.randrange(2, 5)):
        items.setdefault(category, ItemDraft(category)).safe += draw.randrange(1, 4)
    steps = {Step.DISCUSS, Step.COMMUNICATE, Step.THANK} | ({Step.PRAISE} if scene.is_safe else {Step.STOP})
    return CardDraft(
        unit=unit,
        planned=False,
        observers=team,
        area=area,
        observed_on=timezone.localdate(moment),
        observed_at=timezone.localtime(moment).time(),
        seconds=draw.choice([45, 60, 90, 120, 180, 240, 300, 420]),
        items=list(items.values()),
        steps=frozenset(steps | ({Step.INSPIRE} if draw.random() < 0.4 else set())),
        came_close=True,
        out_of_sight=True,
        said=scene.said,
        agreed=scene.agreed,
        immediate_action=scene.action,
        consequence=scene.consequence,
        suggestion=scene.suggestion,
    )
