"""Work orders of the demo company: weeks of both offices, weekly draws with their calls, a defect that came back."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image, ImageDraw

from forms.cases.models import Case
from forms.cases.orders import actions
from forms.cases.orders.actions import NewOrder
from forms.cases.orders.actions.defects import SUBJECT
from forms.cases.orders.demo_stories import CALLS, ORDERS, TODAY, Story
from forms.cases.orders.enums import AFTER, BEFORE, DefectSource
from forms.cases.orders.models import WorkOrder
from forms.revisits.actions import finish_revisit, give_up_revisit, notice_late_revisits, record_attempt
from forms.revisits.actions.drawing import draw_week, draws_of
from forms.revisits.actions.watching import NewFile, open_file, record_rain, record_visit, sign_release
from forms.revisits.enums import AttemptOutcome
from forms.revisits.models import Revisit
from policies.models import ServiceItem
from portal.files.storage import examine_files
from portal.journal.actions import CUSTOMER, SYSTEM
from portal.lib.periods import Period
from portal.org.models import Contact, Household, Person

WEEKS = 3
CLERKS = {"OFFICE1": "clerk", "OFFICE2": "other_clerk"}


@dataclass
class Office:
    """An office of the demo company: its clerk, its repairers by turns, its households."""

    clerk: Any
    workers: list[Person]
    homes: list[Household]


def build(stage: Any) -> None:
    """Week by week: the orders, on Monday the draw, then the calls of the quality department; today's work at last."""
    items = {item.name: item for item in ServiceItem.objects.filter(estate=None)}
    offices = {code: _office(stage, code) for code in CLERKS}
    monday = stage.today - timedelta(days=stage.today.weekday())
    number = 0
    for back in range(WEEKS, 0, -1):
        first = monday - timedelta(weeks=back)
        late = [story for story in ORDERS if story.to == "finished_late"]
        for story in [story for story in ORDERS if story not in late]:
            number += 1
            _tell(stage, offices, items, story, number, first)
        week = Period.of("week", first)
        drawn = _at(first + timedelta(days=7), 6)
        draw_week(by=SYSTEM, week=week, now=drawn, seed=f"demo {week.code}")
        for story in late:  # written down after the week was frozen
            number += 1
            _tell(stage, offices, items, story, number, first)
        _call(stage, week, drawn, last=back == 1)
    for story in TODAY:
        number += 1
        _tell(stage, offices, items, story, number, stage.today)
    _defect_came_back(stage, monday)
    _keep_watching(stage)
    notice_late_revisits(stage.now)


def _office(stage: Any, code: str) -> Office:
    workers = Person.objects.filter(appointments__unit__code=code, appointments__post__code="repairer")
    homes = Household.objects.filter(estate__office__code=code).select_related("estate__office")
    return Office(
        stage.company.users[CLERKS[code]],
        list(workers.select_related("user").distinct().order_by("staff_number")),
        list(homes.order_by("estate", "house")),
    )


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def _tell(
    stage: Any, offices: dict[str, Office], items: dict[str, ServiceItem], story: Story, number: int, first: date
) -> WorkOrder | None:
    """One order as far as its story goes; nothing of it lies in the demo's future."""
    office = offices[story.office]
    start = _at(first + timedelta(days=story.day), 8 + number % 8, number * 7 % 60)
    if start >= stage.now:
        start = stage.now - timedelta(hours=3, minutes=number % 50)
    home = office.homes[number * 11 % len(office.homes)]
    contact = Contact.objects.filter(household=home).first()
    worker = office.workers[number % len(office.workers)]
    new = NewOrder(
        estate=home.estate,
        house=home.house,
        what=story.what,
        item=items[story.service],
        wanted_by=start + timedelta(hours=story.hours),
        case=_case_of(story, office),
        worker=worker if story.to != "priced" else None,
        contact_name=contact.name if contact else "",
        contact_phone=contact.phone if contact else "",
        quantity=Decimal(1),
    )
    key = UUID(int=stage.random(f"orders:{number}").getrandbits(128), version=4)
    order = actions.draft_order(by=office.clerk, key=key, new=new, now=start)
    order = actions.price_order(by=office.clerk, order=order, now=start)
    for step in _steps_to(story.to):
        order = step(stage, office, order, worker, story, start)
    return order


def _case_of(story: Story, office: Office) -> Case | None:
    if not story.of_case:
        return None
    found = Case.objects.open().filter(office__code=story.office, level="office", subject__contains=story.of_case)
    return found.order_by("-received_at").first()


def _steps_to(state: str) -> Iterator[Any]:
    if state == "priced":
        return
    yield _accept
    if state == "accepted":
        return
    yield _begin
    if state in {"finished", "finished_late"}:
        yield _finish


def _accept(stage: Any, office: Office, order: WorkOrder, worker: Person, story: Story, start: datetime) -> WorkOrder:
    at = min(start + timedelta(minutes=20), stage.now)
    if not order.chargeable:
        return order
    if story.accepted == "call":
        words = "可以，按指南的價格做。"
        return actions.record_call(
            by=office.clerk, order=order, name=order.contact_name, words=words, called_at=at, now=at
        )
    if story.accepted == "screen":
        return actions.accept_on_screen(by=CUSTOMER, order=order, now=at)
    return actions.accept_signed(by=worker.user, order=order, name=order.contact_name, now=at)


def _begin(stage: Any, office: Office, order: WorkOrder, worker: Person, story: Story, start: datetime) -> WorkOrder:
    at = min(start + timedelta(minutes=50), stage.now)
    if story.photos:
        actions.add_photos(by=worker.user, order=order, purpose=BEFORE, uploads=_picture(wet=True), now=at)
        order = WorkOrder.objects.get(pk=order.pk)
    order = actions.start_order(by=worker.user, order=order, now=at)
    for number, step in enumerate(order.steps.all()):
        if story.to == "in_progress" and number > 1:
            break
        signed = min(at + timedelta(minutes=8 * number), stage.now)
        skipped = "回訪" in step.text
        note = "由公司抽樣回訪" if skipped else ""
        actions.sign_step(by=worker.user, order=order, step=step, skipped=skipped, note=note, now=signed)
    return WorkOrder.objects.get(pk=order.pk)


def _finish(stage: Any, office: Office, order: WorkOrder, worker: Person, story: Story, start: datetime) -> WorkOrder:
    done = min(start + timedelta(minutes=110), stage.now)
    written = done
    if story.to == "finished_late":  # done on Sunday, written down on Tuesday: it comes into the next population
        written = min(done + timedelta(days=2), stage.now)
    if story.photos:
        actions.add_photos(by=worker.user, order=order, purpose=AFTER, uploads=_picture(wet=False), now=done)
    return actions.finish_order(
        by=worker.user,
        order=WorkOrder.objects.get(pk=order.pk),
        words=story.done,
        finished_at=done,
        no_photos="" if story.photos else "住戶不便拍照",
        major=story.major,
        now=written,
    )


def _call(stage: Any, week: Period, drawn: datetime, *, last: bool) -> None:
    """The quality department calls what was drawn, and those drawn instead; of the last week only the first."""
    officer, minutes = stage.company.users["quality_officer"], 0
    for found in draws_of(week):
        for member in found.drawn[:1] if last else found.drawn:
            if member.revisit is not None:
                minutes += 9
                satisfied, words = CALLS[(member.place + found.draw.pk) % len(CALLS)]
                at = min(drawn + timedelta(days=1, hours=4, minutes=minutes), stage.now)
                _say(officer, member.revisit, satisfied, words, at, stage.now)
    for found in draws_of(week):
        for member in found.replacements:
            if member.revisit is not None:
                at = min(drawn + timedelta(days=3, hours=5), stage.now)
                _say(officer, member.revisit, True, CALLS[0][1], at, stage.now)


def _say(officer: Any, revisit: Revisit, satisfied: bool | None, words: str, at: datetime, latest: datetime) -> None:
    if satisfied is None:
        for tries in range(3):
            when = min(at + timedelta(hours=5 * tries), latest)
            record_attempt(by=officer, revisit=revisit, outcome=AttemptOutcome.NO_ANSWER, now=when)
        give_up_revisit(by=officer, revisit=revisit, words=words, now=min(at + timedelta(hours=11), latest))
    else:
        finish_revisit(by=officer, revisit=revisit, satisfied=satisfied, words=words, now=at)


def _defect_came_back(stage: Any, monday: date) -> None:
    """A customer's word through the page of the order, some days ago: the rework is done, the special revisit came too
    late and stays late for ever."""
    before = _at(monday, 0) - timedelta(days=5)
    order = (
        WorkOrder.objects.filter(state="finished", first=None, office__code="OFFICE1", finished_at__lt=before)
        .filter(reworks=None)
        .order_by("-finished_at")
        .first()
    )
    if order is None:
        return
    said = before + timedelta(hours=15)
    rework = actions.report_defect(
        by=stage.company.users["clerk"],
        order=order,
        words="修好兩天又滴水，接口處還是濕的。",
        source=DefectSource.HOTLINE,
        now=said,
    )
    user = rework.worker.user if rework.worker else stage.company.users["clerk"]
    at = said + timedelta(hours=3)
    rework = actions.start_order(by=user, order=rework, now=at)
    for step in rework.steps.all():
        actions.sign_step(by=user, order=rework, step=step, now=at)
    rework = WorkOrder.objects.get(pk=rework.pk)
    actions.finish_order(by=user, order=rework, words="換了整段接頭，試水半小時。", no_photos="夜間搶修", now=at)
    revisit = Revisit.objects.filter(subject_id=str(order.pk), kind="special").first()
    if revisit is not None:
        finish_revisit(
            by=stage.company.users["director"],
            revisit=revisit,
            satisfied=True,
            words="這次不滴了，師傅態度好。",
            now=said + timedelta(hours=30),
        )


def _keep_watching(stage: Any) -> None:
    """Three leaks under watch: one looked at twice and signed once, one that nobody went to, one just begun."""
    roofs = WorkOrder.objects.filter(major=True, state="finished").select_related("office", "estate", "worker__user")
    for number, order in enumerate(list(roofs.order_by("finished_at"))[:3]):
        clerk = stage.company.users[CLERKS[order.office.code]]
        if order.finished_at is None:
            continue
        opened = min(order.finished_at + timedelta(hours=20), stage.now)
        first = opened.date() + timedelta(days=5)
        new = NewFile(
            office=order.office,
            estate=order.estate,
            subject_type=SUBJECT,
            subject_id=str(order.pk),
            title=order.what.rstrip("。"),
            place=order.place,
            first_on=first,
            every_days=7 if number == 0 else 30,
        )
        file = open_file(by=clerk, new=new, now=opened)
        if number != 0:
            continue
        looked = list(file.visits.order_by("due_on"))[:2]
        for visit, words in zip(looked, ("噴淋後牆面乾燥，補漆未起泡。", "連日小雨，無水漬。"), strict=True):
            at = _at(visit.due_on, 10, 30)
            user = order.worker.user if order.worker else clerk
            if at < stage.now:
                uploads = _picture(wet=False)
                record_visit(by=user, visit=visit, condition="sound", words=words, uploads=uploads, now=at)
        if _at(looked[1].due_on, 16) < stage.now:
            sign_release(by=clerk, file=file, words="兩次查看都乾燥，可以解除。", now=_at(looked[1].due_on, 16))
    estate = stage.company.estates["FENGLIN"]
    rainy = stage.day(-1)
    record_rain(by=stage.company.users["other_clerk"], estate=estate, day=rainy, now=stage.moment(0, hour=8))


def _picture(*, wet: bool) -> Any:
    """A drawn photo: a pipe under a sink, dripping or dry."""
    image = Image.new("RGB", (640, 480), (208, 214, 216) if wet else (226, 231, 230))
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 380, 640, 480), fill=(150, 138, 120) if wet else (182, 172, 156))
    pen.rectangle((280, 40, 340, 260), fill=(120, 132, 140))
    pen.rectangle((280, 220, 520, 280), fill=(120, 132, 140))
    pen.rectangle((470, 200, 500, 300), fill=(92, 104, 112))
    if wet:
        for drop in range(4):
            pen.ellipse((476, 310 + drop * 22, 490, 328 + drop * 22), fill=(90, 140, 180))
        pen.ellipse((380, 400, 580, 450), fill=(110, 150, 176))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return examine_files([ContentFile(out.getvalue(), name="photo.jpg")])
