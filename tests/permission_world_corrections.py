"""Two complaints of 翠湖苑管理處 that the company answers for, one of the leaders', for the permission matrix, made by
the verbs."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django_scopes import scopes_disabled

from forms.cases.actions import Filing, acknowledge_case, file_complaint, transfer_case
from forms.cases.corrections import actions
from forms.cases.corrections.actions import Line, NewPrevention
from forms.cases.corrections.models import CorrectiveReport, PlanItem, Prevention
from forms.cases.models import Case, ComplaintPage
from portal.lib import clock
from portal.org.models import Appointment, Estate, Person, User

TEXTS = dict.fromkeys(("title", "facts", "course", "cause", "plan", "prevention"), "已查明並改正。")


@dataclass
class CorrectionsWorld:
    case: Case  # its plan runs, its report is a draft
    item: PlanItem  # the clerk's, to do
    reported: PlanItem  # the clerk's, its proof to be looked at
    measure: Prevention  # the director's, to do
    done: Prevention  # the director's, its effect to be verified
    hidden_item: PlanItem  # of what is about the director: the finance clerk's
    draft: CorrectiveReport  # a second quality officer's
    approved: CorrectiveReport
    published: CorrectiveReport


def _second_officer(company: Any) -> User:
    user = User.objects.create(username="second_officer")
    person = Person.objects.create(name="蔣復核", staff_number="N2", user=user)
    Appointment.objects.create(
        person=person, post=company.posts["quality_officer"], unit=company.units["QHSE"], starts_on="2020-01-01"
    )
    return user


def build_corrections(world: Any) -> CorrectionsWorld:
    company, today = world.company, clock.today()
    clerk, director, officer = (company.users[who] for who in ("clerk", "director", "quality_officer"))
    writer, due = _second_officer(company), today + timedelta(days=5)

    def filed(about_director: bool = False) -> Case:
        filing = Filing(
            subject="對講無人接聽",
            text="一部電梯停住,對講無人接聽。",
            estate=Estate.objects.select_related("office").get(code="CUIHU"),
            house="3棟1602",
            about_director=about_director,
            contact_name="鄭女士",
            contact_phone="13800000001",
        )
        page, key = ComplaintPage.objects.get(), uuid.uuid4()
        case = file_complaint(page=page, submission_id=key, by=company.users["customer"], filing=filing).record
        acknowledge_case(case=case, by=officer if about_director else clerk)
        if not about_director:
            transfer_case(case=Case.objects.get(pk=case.pk), by=clerk, reason="超出權限")
        return Case.objects.get(pk=case.pk)

    def plan(case: Case, owner: str, *words: str) -> list[PlanItem]:
        lines = [Line(what, due, owner=company.people[owner]) for what in words]
        return list(actions.issue_plan(by=officer, case=case, lines=lines).plan.items.order_by("position"))

    def measure(case: Case, text: str) -> Prevention:
        new = NewPrevention(text, company.people["director"], due)
        return actions.add_prevention(by=officer, case=case, new=new)

    def report(case: Case) -> CorrectiveReport:
        actions.mark_major(by=officer, case=case, reason="困人")
        made = actions.compose_report(by=writer, case=case)
        return actions.write_report(by=writer, report=made, texts=TEXTS)

    def approved(case: Case) -> CorrectiveReport:
        return actions.approve_report(by=officer, report=actions.submit_report(by=writer, report=report(case)))

    with scopes_disabled():
        case, hidden = filed(), filed(about_director=True)
        item, reported = plan(case, "clerk", "修好對講", "張貼電話")
        actions.report_item(by=clerk, item=reported, proof="已張貼")
        done = actions.do_prevention(by=director, measure=measure(case, "兩人試通"), proof="已改")
        Prevention.objects.filter(pk=done.pk).update(verify_on=today)
        return CorrectionsWorld(
            case=Case.objects.get(pk=case.pk),
            item=item,
            reported=PlanItem.objects.get(pk=reported.pk),
            measure=measure(case, "每月抽查"),
            done=Prevention.objects.get(pk=done.pk),
            hidden_item=plan(hidden, "finance_clerk", "談話並留記錄")[0],
            draft=report(case),
            approved=approved(filed()),
            published=actions.publish_report(by=officer, report=approved(filed())),
        )


def corrections_of(world: Any) -> CorrectionsWorld:
    return world.corrections
