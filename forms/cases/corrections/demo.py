"""The demo company's corrections: one complaint finished with plan, cause, verified effect and a published report, one
with its plan half done, one overdue, one with the leaders whose report waits for their release."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from forms.cases import actions as cases
from forms.cases.actions import Filing
from forms.cases.corrections import actions, demo_texts
from forms.cases.corrections.actions import Line, NewPrevention
from forms.cases.corrections.enums import Method
from forms.cases.corrections.models import PlanItem, Prevention
from forms.cases.corrections.permissions import needs_cause, people_who_may_own
from forms.cases.enums import SETTLED, CaseLevel
from forms.cases.models import Case, ComplaintPage
from portal.journal.actions import CUSTOMER
from portal.org.actions import appoint
from portal.org.models import Person

NAMESPACE = uuid.UUID("0f3f7d2c-6f0b-4f57-9a6e-8f6c2f7f4a11")
READERS = 40  # of the staff who have confirmed the report


def build_causes(stage: Any) -> None:
    """Before the company's cases are revisited and closed: what they need on record, and two complaints of this
    room."""
    _leader(stage)
    _finished(stage)
    _overdue(stage)
    officer = stage.company.users["quality_officer"]
    for case in Case.objects.filter(state__in=SETTLED).exclude(level=CaseLevel.OFFICE).order_by("answered_at"):
        if not needs_cause(case) or case.answered_at is None or case.preventions.exists():
            continue
        at = case.answered_at + timedelta(minutes=30)
        words = demo_texts.CAUSES["director" if case.about_director else "other"]
        actions.record_cause(
            by=officer, case=case, method=Method.WHYS, whys=words.whys, conclusion=words.conclusion, now=at
        )
        owner = people_who_may_own(case).filter(user__isnull=False).exclude(user=officer).first()
        due = at.date() + timedelta(days=20)
        actions.add_prevention(by=officer, case=case, new=NewPrevention(words.prevention, owner, due), now=at)


def build(stage: Any) -> None:
    """After the revisits: plans that run, effects, reports."""
    _half_done(stage)
    _preventions(stage)
    _published(stage)
    _with_the_leaders(stage)


def _leader(stage: Any) -> None:
    """The manager of the property department also manages the company: the demo's leader."""
    person = stage.company.staff_of("PROPERTY")[0]
    appoint(
        by=stage.company.users["administrator"],
        person=person,
        post=stage.company.posts["general_manager"],
        unit=stage.company.units["HQ"],
        starts_on=stage.day(-300),
        now=stage.now,
    )


def _second_officer(stage: Any) -> Any:
    """The quality officer of the property department: writes what the first one approves."""
    found = Person.objects.filter(appointments__post__code="quality_officer", appointments__unit__code="PROPERTY")
    return found.order_by("staff_number")[0].user


def _file(stage: Any, story: demo_texts.Story, at: datetime) -> Case:
    """A complaint that the office handed to the company two days later."""
    filing = Filing(
        subject=story.subject,
        text=story.text,
        estate=stage.company.estates[story.estate],
        house=story.house,
        contact_name=story.contact,
        contact_phone="13805550199",
    )
    key = uuid.uuid5(NAMESPACE, story.subject)
    page = ComplaintPage.objects.get()
    case = cases.file_complaint(page=page, submission_id=key, by=CUSTOMER, filing=filing, now=at).record
    clerk = stage.company.users["clerk"]
    cases.acknowledge_case(case=case, by=clerk, now=at + timedelta(hours=1))
    cases.transfer_case(case=Case.objects.get(pk=case.pk), by=clerk, reason=story.handed_up, now=at + timedelta(days=1))
    return Case.objects.get(pk=case.pk)


def _lines(stage: Any, items: tuple[demo_texts.Item, ...], at: datetime) -> list[Line]:
    unit = stage.company.units["OFFICE1"]
    lines = []
    for item in items:
        due = at.date() + timedelta(days=item.days)
        if item.post:
            lines.append(Line(item.what, due, post=stage.company.posts[item.post], unit=unit))
        else:
            lines.append(Line(item.what, due, owner=stage.company.people[item.person]))
    return lines


def _carry_out(stage: Any, item: PlanItem, proof: str, at: datetime, *, accept: bool = True) -> None:
    by = stage.company.users["director"]
    actions.report_item(by=by, item=item, proof=proof, now=min(at, stage.now))
    if accept:
        officer = stage.company.users["quality_officer"]
        actions.accept_item(by=officer, item=item, now=min(at + timedelta(hours=5), stage.now))


def _finished(stage: Any) -> None:
    officer, at = stage.company.users["quality_officer"], stage.moment(-52, hour=10)
    story = demo_texts.FINISHED
    case = _file(stage, story, at)
    actions.mark_major(by=officer, case=case, reason=story.major, now=at + timedelta(days=1, hours=3))
    issued = at + timedelta(days=2)
    edition = actions.issue_plan(by=officer, case=case, lines=_lines(stage, story.items, issued), now=issued)
    for place, item in enumerate(edition.plan.items.order_by("position")):
        _carry_out(stage, item, story.items[place].proof, issued + timedelta(days=1 + place))
    solved = issued + timedelta(days=len(story.items) + 1)
    actions.record_cause(
        by=officer,
        case=case,
        method=Method.FISHBONE,
        branches=story.branches,
        conclusion=story.conclusion,
        now=solved - timedelta(hours=2),
    )
    new = NewPrevention(story.prevention, stage.company.people["director"], solved.date() + timedelta(days=10))
    actions.add_prevention(by=officer, case=case, new=new, now=solved - timedelta(hours=1))
    cases.resolve_case(case=Case.objects.get(pk=case.pk), by=officer, text=story.answer, now=solved)


def _overdue(stage: Any) -> None:
    officer, at = stage.company.users["quality_officer"], stage.moment(-20, hour=11)
    case = _file(stage, demo_texts.OVERDUE, at)
    issued = at + timedelta(days=2)
    items = demo_texts.OVERDUE.items
    edition = actions.issue_plan(by=officer, case=case, lines=_lines(stage, items, issued), now=issued)
    first = edition.plan.items.order_by("position").first()
    assert first is not None  # noqa: S101 - just issued
    _carry_out(stage, first, items[0].proof, issued + timedelta(days=3))


def _half_done(stage: Any) -> None:
    officer = stage.company.users["quality_officer"]
    case = Case.objects.filter(subject=demo_texts.HALF_DONE.subject).first()
    if case is None:
        return
    items, issued = demo_texts.HALF_DONE.items, stage.moment(-9, hour=14)
    edition = actions.issue_plan(by=officer, case=case, lines=_lines(stage, items, issued), now=issued)
    rows = list(edition.plan.items.order_by("position"))
    _carry_out(stage, rows[0], items[0].proof, issued + timedelta(days=1))
    _carry_out(stage, rows[1], items[1].proof, issued + timedelta(days=5), accept=False)
    changed = issued + timedelta(days=6)
    lines = [Line(row.what, row.due_on, owner=row.owner, post=row.post, unit=row.unit, item=row.pk) for row in rows[2:]]
    more = _lines(stage, (demo_texts.ADDED,), changed)
    actions.issue_plan(by=officer, case=case, lines=[*lines, *more], reason=demo_texts.WHY_ADDED, now=changed)
    words = demo_texts.CAUSES["walls"]
    actions.record_cause(
        by=officer, case=case, method=Method.WHYS, whys=words.whys, conclusion=words.conclusion, now=changed
    )
    new = NewPrevention(words.prevention, stage.company.people["director"], changed.date() + timedelta(days=25))
    actions.add_prevention(by=officer, case=case, new=new, now=changed)
    actions.mark_major(by=officer, case=case, reason=demo_texts.HALF_DONE.major, now=changed)
    actions.compose_report(by=_second_officer(stage), case=case, now=stage.moment(-1, hour=11))


def _preventions(stage: Any) -> None:
    """The measure of the finished complaint worked; of the others one waits to be verified."""
    officer = stage.company.users["quality_officer"]
    worked = Prevention.objects.get(case__subject=demo_texts.FINISHED.subject)
    done = worked.at + timedelta(days=6)
    day = stage.day(-22)
    actions.do_prevention(
        by=stage.company.users["director"],
        measure=worked,
        proof=demo_texts.FINISHED.prevention_proof,
        verify_on=day,
        now=done,
    )
    actions.verify_effect(
        by=officer,
        measure=worked,
        effective=True,
        verdict=demo_texts.FINISHED.effect,
        now=stage.moment(-21, hour=15),
    )
    for measure in Prevention.objects.open().filter(at__lte=stage.moment(-20)).select_related("case", "owner__user"):
        waits = measure.case.about_director
        actions.do_prevention(
            by=measure.owner.user,
            measure=measure,
            proof=demo_texts.DONE,
            verify_on=stage.day(-1) if waits else stage.day(-12),
            now=measure.at + timedelta(days=5),
        )
        if not waits:
            actions.verify_effect(
                by=officer, measure=measure, effective=True, verdict=demo_texts.WORKED, now=stage.moment(-11, hour=16)
            )


def _written(stage: Any, case: Case, texts: dict[str, str], at: datetime) -> Any:
    """Written by the second officer, approved by the first."""
    writer = _second_officer(stage)
    report = actions.compose_report(by=writer, case=case, now=at)
    report = actions.write_report(by=writer, report=report, texts=texts, now=at + timedelta(hours=1))
    report = actions.submit_report(by=writer, report=report, now=at + timedelta(hours=2))
    officer = stage.company.users["quality_officer"]
    return actions.approve_report(by=officer, report=report, now=at + timedelta(hours=20))


def _published(stage: Any) -> None:
    case = Case.objects.get(subject=demo_texts.FINISHED.subject)
    report = _written(stage, case, demo_texts.REPORT, stage.moment(-20, hour=10))
    at = stage.moment(-18, hour=9)
    report = actions.publish_report(by=stage.company.users["quality_officer"], report=report, now=at)
    people = Person.objects.filter(user__isnull=False).select_related("user").order_by("staff_number")
    asleep = {"employee", "director", "clerk"}  # they find it on their home page
    for number, person in enumerate(people[:READERS]):
        if person.user is not None and person.user.username not in asleep:
            actions.give_receipt(by=person.user, report=report, now=at + timedelta(hours=number))


def _with_the_leaders(stage: Any) -> None:
    """What is about a director: the report is approved and waits for the leaders."""
    case = Case.objects.filter(about_director=True, answered_at__isnull=False).order_by("pk").first()
    if case is None:
        return
    officer = stage.company.users["quality_officer"]
    actions.mark_major(by=officer, case=case, reason=demo_texts.LEADERS_MAJOR, now=stage.moment(-4, hour=9))
    _written(stage, case, demo_texts.LEADERS_REPORT, stage.moment(-3, hour=10))
