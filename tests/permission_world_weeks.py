"""A week, a month, a nomination and lessons of 鑽井一隊 for the permission matrix, made by the verbs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django_scopes import scopes_disabled

from forms.cards.weeks.actions.awards import NominationDraft, nominate
from forms.cards.weeks.actions.lessons import LessonDraft, propose_lesson, publish_lesson
from forms.cards.weeks.actions.months import Words, sign_summary, write_summary
from forms.cards.weeks.actions.weeks import MeasureDraft, Minutes, close_week, set_measure, write_week
from forms.cards.weeks.models import Lesson, Nomination, Summary, Week, WeekMeasure
from portal.lib import clock
from portal.lib.periods import Period


@dataclass
class WeeksWorld:
    closed: Week  # the week before the last, closed
    month: Summary  # the last month, sent up
    measure: WeekMeasure  # the employee does it, under way
    retraining: WeekMeasure  # the employee's
    nomination: Nomination  # the employee, for the last week
    month_nomination: Nomination  # the crew, for the last month
    proposed: Lesson
    published: Lesson

    @property
    def open_week(self) -> Period:
        return self.closed.period.next()


def build_weeks(world: Any) -> WeeksWorld:
    with scopes_disabled():
        users, people, units = world.company.users, world.company.people, world.company.units
        leader, manager, officer = users["crew_leader"], users["unit_manager"], users["quality_officer"]
        unit, today = units["CREW1"], clock.today()
        week, month = Period.of("week", today).previous().previous(), Period.of("month", today).previous()
        measures = [
            set_measure(
                by=leader,
                unit=unit,
                week=week,
                draft=MeasureDraft(text, people["employee"], today + timedelta(days=9), kind=kind),
            )
            for text, kind in (("刷黃線", "remedy"), ("學習填卡", "retraining"))
        ]
        minutes = Minutes(week.end, None, [people["crew_leader"], people["employee"]], "談了站位。")
        record = close_week(by=leader, record=write_week(by=leader, unit=unit, week=week, minutes=minutes))
        words = Words("按計劃觀察。", "站位較多。", "重刷黃線。")
        summary = sign_summary(by=manager, summary=write_summary(by=manager, unit=unit, month=month, words=words))
        drafts = [LessonDraft(title, "尾繩未掛。", "沒有掛點。", "加裝生命線。") for title in ("中段掛點", "護目鏡盒")]
        lessons = [propose_lesson(by=leader, record=record, draft=draft) for draft in drafts]
        return WeeksWorld(
            closed=record,
            month=summary,
            measure=measures[0],
            retraining=measures[1],
            nomination=nominate(
                by=leader, unit=unit, period=week.next(), draft=NominationDraft("建議具體", person=people["employee"])
            ),
            month_nomination=nominate(
                by=officer, unit=units["PROJECT1"], period=month, draft=NominationDraft("週分析扎實", crew=unit)
            ),
            proposed=lessons[0],
            published=publish_lesson(by=officer, lesson=lessons[1], draft=drafts[1]),
        )
