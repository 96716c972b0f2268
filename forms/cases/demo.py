"""The demo company's cases: two quarters of both offices, in every state, made by the verbs that people call."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from forms.cases import actions
from forms.cases.actions import Filing
from forms.cases.demo_life import build_life
from forms.cases.demo_stories import STORIES, Story
from forms.cases.models import Case, ComplaintPage
from forms.cases.permissions import assignable_people
from forms.cases.registries import reasons_not_to_close
from home.models import HomePage
from portal.journal.actions import CUSTOMER
from portal.org.models import Household

INTRO = (
    "<p>投訴、報修、諮詢、表揚，都可以寫在這裡，不用登入，也可以不留姓名。"
    "寄出後您會得到一個收據編號和一組查詢碼，憑查詢碼隨時查看進度。</p>"
    "<p>緊急情況（漏水、停電、困梯）請直接撥打24小時值班電話。</p>"
)
THANKS = "<p>我們會在四個工作小時內確認收到，五個工作日內答覆您。</p>"
# The steps on the way to each end, after the receipt.
WAYS = {
    "received": (),
    "acknowledged": ("acknowledge",),
    "assigned": ("acknowledge", "assign"),
    "in_progress": ("acknowledge", "assign", "start"),
    "answered": ("acknowledge", "assign", "start", "answer"),
    "closed": ("acknowledge", "assign", "start", "answer", "close"),
    "reopened": ("acknowledge", "assign", "start", "answer", "reopen"),
    "transferred": ("acknowledge", "transfer"),
    "withdrawn": ("acknowledge", "withdraw"),
}
# Hours after the receipt at which each step is taken.
HOURS = {
    "prompt": {"acknowledge": 1, "assign": 2, "start": 5, "answer": 52, "close": 76, "reopen": 80},
    "late": {"acknowledge": 3, "assign": 26, "start": 50, "answer": 290, "close": 310, "reopen": 320},
    "slow": {"acknowledge": 30, "assign": 50, "start": 72, "answer": 120, "close": 150, "reopen": 160},
}
NAMESPACE = uuid.UUID("6b0e2f6e-54a2-4c0c-9d43-1a2f9c1d7c55")
CLERKS = {"OFFICE1": "clerk", "OFFICE2": "other_clerk"}
OPENING, CLOSING = 9, 17
SURNAMES = "鄭黃林何梁羅謝宋唐許鄧馮曾彭蔡潘袁田董程"


def build(stage: Any) -> None:
    """ComplaintPage at /complaint/ and the stories of demo_stories.py."""
    page = _page(stage)
    homes: dict[str, list[Household]] = {code: [] for code in stage.company.estates}
    for household in Household.objects.select_related("estate").order_by("house"):
        homes[household.estate.code].append(household)
    for number, story in enumerate(STORIES):
        at = stage.moment(-story.days, hour=9 + number % 8, minute=(number * 7) % 60)
        if at > stage.now - timedelta(minutes=20):
            at = stage.now - timedelta(minutes=20 + number % 5)
        home = homes[story.estate][(number * 7) % len(homes[story.estate])] if homes[story.estate] else None
        case = _file(stage, page, story, number, home, at)
        _live(stage, case, story, at)
    build_life(stage, page)
    actions.notice_breaches(stage.now)
    actions.escalate_cases(stage.now)


def _page(stage: Any) -> ComplaintPage:
    page = ComplaintPage(
        title="投訴、報修與表揚",
        slug="complaint",
        intro=INTRO,
        thanks=THANKS,
        routing_unit=stage.company.units["PROPERTY"],
        show_in_menus=True,
    )
    HomePage.objects.get().add_child(instance=page)
    page.save_revision(user=stage.company.users["editor"]).publish()
    return page


def _file(stage: Any, page: ComplaintPage, story: Story, number: int, home: Household | None, at: datetime) -> Case:
    estate = stage.company.estates[story.estate]
    filing = Filing(
        subject=story.subject,
        text=story.text,
        kind=story.kind,
        estate=estate,
        house=home.house if home else "",
        about_director=story.about_director,
        compensation=story.compensation,
        contact_name=SURNAMES[number % len(SURNAMES)] + ("先生", "女士")[number % 2],
        contact_phone=f"138{number:04d}{(number * 7919) % 10000:04d}",
        channel=story.channel,
    )
    submission_id = uuid.uuid5(NAMESPACE, f"{number}:{story.subject}")
    by = stage.company.users.get("customer") if number in (21, 33) else None
    return actions.file_complaint(
        page=page, submission_id=submission_id, by=by or CUSTOMER, filing=filing, now=at
    ).record


def _live(stage: Any, case: Case, story: Story, received: datetime) -> None:
    """The steps to the story's end, by whoever answers for the case at that time."""
    last = received
    for verb in WAYS[story.end]:
        last = max(last + timedelta(minutes=5), _at_work(received + timedelta(hours=HOURS[story.pace].get(verb, 28))))
        last = min(last, stage.now)
        case = Case.objects.get(pk=case.pk)
        by = _actor(stage, case)
        if verb == "close" and reasons_not_to_close(case):
            return  # another room has something to do first, and closes it in its own part of the demo
        if verb == "assign":
            people = list(assignable_people(case))
            actions.assign_case(case=case, by=by, person=people[case.pk % len(people)], now=last)
        elif verb == "answer":
            actions.answer_case(case=case, by=by, text=story.answer, now=last)
        elif verb in ("transfer", "reopen", "withdraw"):
            getattr(actions, f"{verb}_case")(case=case, by=by, reason=story.note, now=last)
        else:
            getattr(actions, f"{verb}_case")(case=case, by=by, now=last)
        if verb == "start" and story.note:
            case = Case.objects.get(pk=case.pk)
            actions.add_note(case=case, by=by, text=story.note, now=min(last + timedelta(hours=1), stage.now))


def _at_work(moment: datetime) -> datetime:
    """Nobody answers customers at night: what falls outside office hours is done the next morning."""
    here = timezone.localtime(moment)
    if here.hour < OPENING:
        return here.replace(hour=OPENING)
    return here if here.hour < CLOSING else here.replace(hour=OPENING) + timedelta(days=1)


def _actor(stage: Any, case: Case) -> Any:
    if case.level != "office" or case.office is None:
        return stage.company.users["quality_officer"]
    return stage.company.users[CLERKS[case.office.code]]
