"""The duty in the demo company: cards that fill most slots of two crews, some late, some missed, an excuse, days
collected. The slots come from the rosters; the cards are handed in by the verb, each by its observer."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.utils import timezone

from forms.cards.actions import hand_in_card
from forms.cards.demo_scenes import SCENES
from forms.cards.duty.actions import collect_day, excuse_person
from forms.cards.duty.enums import Duty
from forms.cards.duty.matrix import slots_of
from forms.cards.duty.permissions import OWED_BY_MANAGERS
from forms.cards.duty.slots import Slot
from forms.cards.duty.statistics import keep_days
from forms.cards.enums import Category, Step
from forms.cards.models import Area, ObservationPage
from forms.cards.rules import CardDraft, ItemDraft
from portal.org.enums import RosterState
from portal.org.models import Person, Shift, Unit

CREWS = {"CREW1": (25, 0.82), "CREW2": (10, 0.6)}  # days back, share of the slots that get a card
LATE = 0.08
EXCUSE = "外出參加井控取證培訓，當日未上井。"


def build(stage: Any) -> None:
    page = ObservationPage.objects.get()
    for code, (days, share) in CREWS.items():
        unit = stage.company.units[code]
        _cards(stage, page, unit, days, share)
        _excuse(stage, unit, days)
        _collect(stage, unit, days)
    keep_days(stage.day(-40), stage.day(7))


def _head(stage: Any, unit: Unit) -> Person:
    return next(
        person
        for person in stage.company.staff_of(unit.code)
        if person.appointments.filter(post__role__in=OWED_BY_MANAGERS).exists()
    )


def _cards(stage: Any, page: ObservationPage, unit: Unit, days: int, share: float) -> None:
    draw = stage.random(f"duty:{unit.code}")
    people = {person.pk: person for person in stage.company.staff_of(unit.code)}
    areas = {area.name: area for area in Area.objects.filter(unit=unit)}
    shifts = {shift.pk: shift for shift in Shift.objects.filter(unit=unit)}
    for slot in slots_of([unit.pk], stage.day(-days), stage.day(0)):
        if slot.excuse or slot.card or draw.random() > share:
            continue
        seen_at = slot.work_ends_at - timedelta(minutes=draw.randrange(40, 400))
        handed_in_at = seen_at + timedelta(minutes=draw.randrange(10, 35))
        if draw.random() < LATE:
            handed_in_at = slot.ends_at + timedelta(hours=draw.randrange(2, 20))
        if handed_in_at >= stage.now:
            continue
        observer = people[draw.choice(slot.members)]
        hand_in_card(
            by=observer.user,
            page=page,
            submission_id=UUID(int=draw.getrandbits(128), version=4),
            draft=_draft(draw, unit, observer, areas, shifts, slot, seen_at),
            now=handed_in_at,
        )


def _draft(
    draw: Random,
    unit: Unit,
    observer: Person,
    areas: dict[str, Area],
    shifts: dict[int, Shift],
    slot: Slot,
    seen_at: datetime,
) -> CardDraft:
    scene = draw.choice(SCENES)
    item = ItemDraft(scene.category, note=scene.note, action=scene.action)
    if scene.is_safe:
        item.safe = draw.randrange(2, 5)
    elif scene.act:
        item.unsafe_acts = 1
    else:
        item.unsafe_conditions = 1
    others = [name for name in draw.sample(Category.values, 3) if name != scene.category]
    local = timezone.localtime(seen_at)
    return CardDraft(
        unit=unit,
        planned=False,
        observers=[observer],
        area=areas[scene.area],
        shift=shifts.get(slot.shift) if slot.duty != Duty.EACH_DAY else None,  # type: ignore[arg-type]
        observed_on=local.date(),
        observed_at=local.time().replace(second=0, microsecond=0),
        seconds=draw.choice([60, 90, 120, 180, 240]),
        items=[item, *(ItemDraft(name, safe=draw.randrange(1, 4)) for name in others)],
        steps=frozenset(
            {Step.DISCUSS, Step.COMMUNICATE, Step.THANK, Step.PRAISE if scene.is_safe else Step.STOP},
        ),
        came_close=True,
        out_of_sight=True,
        said=scene.said,
        agreed=scene.agreed,
        immediate_action=scene.action,
        consequence=scene.consequence,
        suggestion=scene.suggestion,
    )


def _excuse(stage: Any, unit: Unit, days: int) -> None:
    """One missed day of somebody who owes one each day, with its reason."""
    for slot in slots_of([unit.pk], stage.day(-days), stage.day(-1)):
        if slot.duty == Duty.EACH_DAY and slot.card is None and not slot.excuse:
            excuse_person(
                by=_head(stage, unit).user,
                unit=unit,
                person=Person.objects.get(pk=slot.person or 0),
                day=slot.day,
                state=RosterState.NO_WORK,
                reason=EXCUSE,
                now=min(slot.ends_at + timedelta(hours=9), stage.now),
            )
            return


def _collect(stage: Any, unit: Unit, days: int) -> None:
    """Every morning the day before; one day came late, yesterday waits."""
    for back in range(days, 1, -1):
        late = timedelta(days=1) if back == 4 else timedelta()
        at = timezone.make_aware(datetime.combine(stage.day(1 - back), datetime.min.time().replace(hour=8, minute=20)))
        collect_day(by=_head(stage, unit).user, unit=unit, day=stage.day(-back), now=min(at + late, stage.now))
