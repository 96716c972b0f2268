"""The demo company's hotlines: a fortnight of roster with one hole, and a week of calls, made by the verbs."""

from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta
from typing import Any

from forms.cases.calls import actions
from forms.cases.calls.actions import NewCall
from forms.cases.calls.demo_stories import STORIES, TURNS, Story
from forms.cases.calls.enums import HotlineKind
from forms.cases.calls.models import Call, Hotline
from home.demo import HOTLINES
from portal.lib.periods import Period
from portal.org.models import Contact, Person

NAMESPACE = uuid.UUID("5b7a5f0e-98c5-4f5b-8f0f-3c1c2a9c7a11")
WORDS = {
    HotlineKind.COMPLAINTS: "對服務有不滿，請打這裡",
    HotlineKind.SERVICES: "報修、預約上門、查詢收費",
    HotlineKind.DUTY: "爆管、停電、電梯困人等緊急情況",
}
CLERKS = {"OFFICE1": "clerk", "OFFICE2": "other_clerk"}
HOLE = 4  # days from today: nobody is found for the night yet


def build(stage: Any) -> None:
    officer = stage.company.users["quality_officer"]
    lines: dict[str, Hotline] = {}
    for kind, (label, number, _hours) in zip(HotlineKind, HOTLINES, strict=True):
        lines[kind.value] = actions.set_hotline(
            by=officer, kind=kind, label=label, number=number, words=WORDS[kind], now=stage.moment(-9)
        )
    _rosters(stage, list(lines.values()))
    homes = {code: _contacts(code) for code in stage.company.estates}
    for place, story in enumerate(STORIES):
        _tell(stage, lines, homes[story.estate], story, place)


def _rosters(stage: Any, lines: list[Hotline]) -> None:
    """From a week ago until the end of next week; a night some days ahead is still open."""
    first = stage.day(-8)
    last = Period.of("week", stage.day(7)).end
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    for post, place, begins, ends in TURNS:
        person = _people(stage, post)[place]
        chosen = [day for day in days if not (post == "guard" and place == 1 and day == stage.day(HOLE))]
        actions.add_turns(
            by=stage.company.users["clerk"],
            hotlines=lines,
            person=person,
            days=chosen,
            begins=time.fromisoformat(begins),
            ends=time.fromisoformat(ends),
            now=stage.moment(-9, hour=10),
        )


def _people(stage: Any, post: str) -> list[Person]:
    found = Person.objects.filter(appointments__unit__code="OFFICE1", appointments__post__code=post)
    return list(found.distinct().order_by("staff_number"))


def _contacts(estate: str) -> list[Contact]:
    found = Contact.objects.filter(household__estate__code=estate).select_related("household__estate__office")
    return list(found.order_by("household__house", "pk"))


def _tell(stage: Any, lines: dict[str, Hotline], contacts: list[Contact], story: Story, number: int) -> None:
    at: datetime = stage.moment(-story.days, hour=story.hour, minute=story.minute)
    if at > stage.now - timedelta(minutes=story.lasted + 1):
        at = stage.now - timedelta(minutes=story.lasted + 2)
    contact = contacts[(number * 5) % len(contacts)]
    by = stage.company.users[CLERKS[contact.household.estate.office.code]]
    unknown = story.outcome == "note"
    call = _record(
        by,
        number,
        NewCall(
            hotline=lines[story.line],
            began_at=at,
            ended_at=at if story.outcome == "missed" else at + timedelta(minutes=story.lasted),
            missed=story.outcome == "missed",
            phone="" if unknown else contact.phone,
            caller_name="" if unknown else contact.name,
            estate=None if unknown else contact.household.estate,
            house="" if unknown else contact.household.house,
            text=story.text,
            outcome="" if story.outcome == "missed" else story.outcome,
            **_more(story),
        ),
        at + timedelta(minutes=story.lasted),
    )
    if story.back:
        back = at + timedelta(minutes=story.back)
        answer = NewCall(
            hotline=call.hotline,
            began_at=back,
            ended_at=back + timedelta(minutes=3),
            phone=contact.phone,
            caller_name=contact.name,
            estate=contact.household.estate,
            house=contact.household.house,
            text="回電時客戶說只是想問收費，已說明。",
            outcome="answered",
            answer="收費以服務指南為準，上門前會再報一次價。",
            returns=call,
        )
        _record(by, number + 1000, answer, back + timedelta(minutes=3))


def _more(story: Story) -> dict[str, Any]:
    names = {"case": "kind", "answered": "answer", "note": "reason"}
    return {names[story.outcome]: story.more} if story.outcome in names else {}


def _record(by: Any, number: int, new: NewCall, now: datetime) -> Call:
    return actions.record_call(by=by, key=uuid.uuid5(NAMESPACE, str(number)), new=new, now=now)
