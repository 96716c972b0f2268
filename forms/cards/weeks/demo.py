"""Weeks, months, awards and lessons of the demo company: the first crew keeps them, the second one misses a week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from forms.cards.models import Area, Card
from forms.cards.weeks.actions.awards import NominationDraft, decide_award, nominate, quote_of, vote
from forms.cards.weeks.actions.lessons import LessonDraft, propose_lesson, publish_lesson, talk_lesson_over
from forms.cards.weeks.actions.months import Words, receive_summary, sign_summary, write_summary
from forms.cards.weeks.actions.weeks import (
    MeasureDraft,
    Minutes,
    close_week,
    report_measure_done,
    set_measure,
    verify_measure,
    write_week,
)
from forms.cards.weeks.enums import MeasureKind, Office
from forms.cards.weeks.models import Summary, Week
from portal.lib import clock
from portal.lib.periods import Period


@dataclass(frozen=True)
class Meeting:
    """Weeks before this one; `late` days after the week's end on which it was closed."""

    before: int
    discussion: str
    measure: str = ""
    area: str = ""
    category: str = ""
    reason: str = "同類行為已有整治措施在執行，本週不另設。"
    state: str = ""  # "", done, verified
    late: int = 1


MEETINGS = {
    "CREW1": [
        Meeting(9, "搬遷後第一次分析。大家對照卡片重新走了一遍井場道路，補齊了限速牌。"),
        Meeting(8, "討論了起吊前的溝通：指揮人先看站位，再發信號。"),
        Meeting(7, "夜班卡片偏少，商定夜班交接前各留十分鐘觀察。"),
        Meeting(
            6,
            "上卸扣時站位的問題連續出現。大家看了尾繩擺動範圍，認為黃線磨損、雨天看不清是主要原因。",
            "鑽台黃線重新刷漆並加反光條，上卸扣前由一人口令確認退出",
            "鑽台",
            "positions",
            state="verified",
        ),
        Meeting(
            5,
            "黃線刷好後，站位的不安全行為減少。二層平台移動時尾繩不掛的情況仍有，原因是中段沒有掛點。",
            "在梯口與操作台之間加裝一段生命線",
            "二層平台",
            "protection",
            state="verified",
        ),
        Meeting(4, "本週以安全行為為主。表揚了接班時主動檢查護罩的做法，交接班會上推廣。"),
        Meeting(
            3,
            "泥漿罐區取樣時未戴護目鏡的情況重複出現，護目鏡放得遠是原因之一。",
            "在取樣口旁固定放置護目鏡盒，每班交接時清點",
            "泥漿罐區",
            "protection",
            state="done",
        ),
        Meeting(2, "討論了管具場地吊裝時人員的站位，一起走了一遍撤離路線，並在地面畫出等候區。", late=12),
    ],
    "CREW2": [
        Meeting(5, "泥漿泵房聽力防護佩戴不齊，重新講了噪聲區的界線。"),
        Meeting(4, "本週卡片較少，大家商定每班在交接班前留出十分鐘觀察。"),
        Meeting(2, "機房地面油污清理及時，談了吸油氈的擺放。"),
    ],
}
RETRAINING = "到安全員處一起填兩張卡，學習怎樣把談話的內容寫清楚"
SITUATION = "全月按計劃完成觀察，週分析會按時召開。卡片中安全行為的記錄增多，員工願意主動談身邊的隱患。"
PROBLEMS = "站位和防護用品兩類較多，集中在鑽台和二層平台。主要原因是標線磨損、掛點不足，使人圖省事。"
PLAN = "完成生命線的驗收；泥漿罐區護目鏡盒每班清點；下月把夜班的觀察時段補齊。"
LESSON = LessonDraft(
    "二層平台中段要有掛點",
    "多次觀察到在二層平台移動時尾繩沒有掛好。談話中發現，從梯口到操作台中間一段沒有可掛的地方。",
    "設計時只考慮了兩端的掛點；移動時摘下前鈎，後鈎無處可掛。",
    "檢查本隊二層平台：從梯口走到操作台，每一步都應有掛點；沒有的加裝生命線，裝好前在地面系好防墜器。",
)
PROPOSED = LessonDraft(
    "護目鏡放在取樣口旁邊",
    "取樣時未戴護目鏡的情況重複出現。",
    "護目鏡放在值班房，來回要走五分鐘。",
    "防護用品放在用它的地方，交接班時清點。",
)


def build(stage: Any) -> None:
    """Made by the verbs, each at its moment."""
    for code, meetings in MEETINGS.items():
        for meeting in meetings:
            _meet(stage, code, meeting)
    _retraining(stage)
    _months(stage)
    _awards(stage)
    _lessons(stage)


def _week(stage: Any, before: int) -> Period:
    return Period.of("week", stage.today - timedelta(weeks=before))


def _leader(stage: Any, code: str) -> Any:
    return stage.company.users["crew_leader" if code == "CREW1" else "other_crew_leader"]


def _at(day: Any, hour: int = 16) -> Any:
    return timezone.make_aware(datetime.combine(day, time(hour)))


def _meet(stage: Any, code: str, meeting: Meeting) -> None:
    unit, by, week = stage.company.units[code], _leader(stage, code), _week(stage, meeting.before)
    now = min(_at(week.end + timedelta(days=meeting.late)), stage.now)
    staff = stage.company.staff_of(code)
    if meeting.measure:
        owner = staff[3 + meeting.before % 3]
        area = Area.objects.get(unit=unit, name=meeting.area)
        draft = MeasureDraft(
            meeting.measure, owner, clock.today(now) + timedelta(days=9), area=area, category=meeting.category
        )
        measure = set_measure(by=by, unit=unit, week=week, draft=draft, now=now)
        if meeting.state:
            done = now + timedelta(days=5)
            words = "已完成，照片貼在班前會板上。"
            report_measure_done(by=owner.user, measure=measure, words=words, now=min(done, stage.now))
        if meeting.state == "verified":
            manager = stage.company.users["unit_manager"]
            later = min(now + timedelta(days=7), stage.now)
            verify_measure(by=manager, measure=measure, words="現場看過，已落實。", now=later)
    minutes = Minutes(clock.today(now), time(16), staff[:8], meeting.discussion, meeting.reason)
    record = write_week(by=by, unit=unit, week=week, minutes=minutes, now=now)
    close_week(by=by, record=record, now=now)


def _retraining(stage: Any) -> None:
    """The week before this one waits for its meeting; a retraining is set already."""
    unit, now = stage.company.units["CREW1"], stage.now
    draft = MeasureDraft(RETRAINING, stage.company.people["employee"], stage.day(6), kind=MeasureKind.RETRAINING.value)
    set_measure(by=stage.company.users["unit_manager"], unit=unit, week=_week(stage, 1), draft=draft, now=now)


def _months(stage: Any) -> None:
    """Two months of the first crew: one received by both, the last one by nobody yet; the second crew's is late."""
    last = Period.of("month", stage.today).previous()
    chief = stage.company.staff_of("PROJECT1")[0].user
    officer = stage.company.users["quality_officer"]
    for code, manager, month, days in (
        ("CREW1", "unit_manager", last.previous(), 3),
        ("CREW1", "unit_manager", last, 4),
        ("CREW2", "other_unit_manager", last.previous(), 9),
    ):
        by, unit = stage.company.users[manager], stage.company.units[code]
        now = min(_at(month.end + timedelta(days=days), 10), stage.now)
        words = Words(SITUATION, PROBLEMS, PLAN)
        summary = write_summary(by=by, unit=unit, month=month, words=words, now=now)
        sign_summary(by=by, summary=summary, now=now)
        if month != last:
            receive_summary(by=officer, summary=summary, office=Office.SAFETY, now=now + timedelta(hours=5))
            receive_summary(by=chief, summary=summary, office=Office.COMPANY, now=now + timedelta(hours=6))


def _awards(stage: Any) -> None:
    """Three weeks of the first crew, the newest still to be decided; a month of the project department."""
    unit, manager = stage.company.units["CREW1"], stage.company.users["unit_manager"]
    staff = stage.company.staff_of("CREW1")
    for before in (4, 3, 1):
        week = _week(stage, before)
        now = min(_at(week.end, 18), stage.now)
        cards = Card.objects.counted().in_period(week).filter(unit=unit).prefetch_related("items", "observers")  # type: ignore[attr-defined]
        good = [card for card in cards if quote_of(card) and _nominee(card, manager) is not None]
        if not good:
            continue
        person = _nominee(good[0], manager)
        by = next(one for one in staff if one != person).user
        draft = NominationDraft("卡片寫得具體，建議當週就能落實。", person=person, card=good[0])
        nomination = nominate(by=by, unit=unit, period=week, draft=draft, now=now)
        team = NominationDraft("全班主動觀察，交接班時互相提醒。", team=unit.shifts.first())
        nominate(by=by, unit=unit, period=week, draft=team, now=now)
        for voter in staff[4:9]:
            vote(by=voter.user, nomination=nomination, now=now)
        if before != 1:
            reason = "建議被採納，對全隊有幫助。"
            after = min(now + timedelta(days=1), stage.now)
            decide_award(by=manager, nomination=nomination, reason=reason, reward="獎金200元，通報表揚", now=after)
    _month_award(stage)


def _nominee(card: Card, manager: Any) -> Any:
    return next((one for one in card.observers.all() if one.user_id not in (None, manager.pk)), None)


def _month_award(stage: Any) -> None:
    month, officer = Period.of("month", stage.today).previous(), stage.company.users["quality_officer"]
    now = min(_at(month.end + timedelta(days=6), 10), stage.now)
    draft = NominationDraft("週分析扎實，措施落實並複查，經驗已分享。", crew=stage.company.units["CREW1"])
    nomination = nominate(by=officer, unit=stage.company.units["PROJECT1"], period=month, draft=draft, now=now)
    decide_award(
        by=officer, nomination=nomination, reason="全月措施按期完成。", reward="流動紅旗，集體獎金2000元", now=now
    )


def _lessons(stage: Any) -> None:
    """One published and talked over by the other crew, one that waits to be judged."""
    leader, officer = stage.company.users["crew_leader"], stage.company.users["quality_officer"]
    week = Week.objects.get(unit__code="CREW1", starts_on=_week(stage, 5).start)
    lesson = propose_lesson(by=leader, record=week, draft=LESSON, now=stage.moment(-26))
    publish_lesson(by=officer, lesson=lesson, draft=LESSON, now=stage.moment(-24))
    lesson.refresh_from_db()
    other = stage.company.users["other_crew_leader"]
    unit = stage.company.units["CREW2"]
    words = "我隊同樣缺一段掛點，已報修，裝好前用防墜器。"
    talk_lesson_over(by=other, lesson=lesson, unit=unit, on=stage.day(-17), words=words, now=stage.moment(-17))
    summary = Summary.objects.get(unit__code="CREW1", starts_on=Period.of("month", stage.today).previous().start)
    propose_lesson(by=leader, record=summary, draft=PROPOSED, now=stage.moment(-1))
