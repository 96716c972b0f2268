"""What the units of the demo company wrote about their figures, and what they proposed because of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from forms.cards.analysis.actions import begin_phase, move_proposal, propose, review_card, sign_analysis
from forms.cards.models import Card
from portal.lib.periods import Period

# (unit, who signs, how many months back, analysis, suggestion)
TEXTS = [
    (
        "CREW1",
        "unit_manager",
        2,
        "本月不安全項集中在工具和設備、個人防護裝備兩類，多為吊索具磨損未及時更換和護目鏡沒有戴。"
        "人員位置一類比上月減少。夜班觀察偏少，數字主要反映白班。",
        "吊索具每週檢查一次並掛牌；磨削、敲擊作業前由班組互查護目鏡。下月夜班至少安排四次有計劃的觀察。",
    ),
    (
        "CREW1",
        "unit_manager",
        1,
        "工具和設備一類下降，吊索具掛牌以後沒有再發現磨損超限。程序和秩序一類上升，主要是泥漿罐區通道堆放雜物。"
        "每小時不安全項在控制限以內，沒有異常點。",
        "泥漿罐區劃出通道線，每班交接時清理；下月在該區域增加觀察。",
    ),
    (
        "CREW2",
        "other_unit_manager",
        1,
        "搬遷期間觀察次數少於平時，人員位置一類的不安全項增加，多發生在吊裝區。樣本較少，區間較寬，暫不下結論。",
        "吊裝時設專人監護並劃出警戒線；搬遷結束後恢復每天觀察，再與本月比較。",
    ),
]

# what the manager and the quality officer said of the same cards
VERDICTS = [("good", "good"), ("enough", "enough"), ("weak", "enough"), ("good", "good")]


def build(stage: Any) -> None:
    for number, (unit, username, back, analysis, suggestion) in enumerate(TEXTS):
        month = Period.of("month", stage.today)
        for _n in range(back):
            month = month.previous()
        sign_analysis(
            by=stage.company.users[username],
            unit=stage.company.units[unit],
            period=month,
            analysis=analysis,
            suggestion=suggestion,
            now=stage.moment(-max(1, (stage.today - month.end).days - 2), hour=15, minute=number * 7),
        )
    _proposals(stage)
    begin_phase(
        by=stage.company.users["unit_manager"],
        unit=stage.company.units["CREW1"],
        grain="week",
        begins_on=_monday(stage.today - timedelta(days=49)),
        reason="新型鐵鑽工投用，管具作業方式改變",
        now=stage.moment(-40, hour=9),
    )
    _reviews(stage)


def _reviews(stage: Any) -> None:
    """Two reviewers of the same cards of last month; they differ on one."""
    unit, month = stage.company.units["CREW1"], Period.of("month", stage.today).previous()
    cards = list(Card.objects.in_period(month).filter(unit=unit).order_by("pk"))  # type: ignore[attr-defined]
    reviewers = [stage.company.users[name] for name in ("unit_manager", "quality_officer")]
    done = 0
    for card in cards:
        if done == len(VERDICTS) or card.observers.filter(user__in=reviewers).exists():
            continue
        for reviewer, verdict in zip(reviewers, VERDICTS[done], strict=True):
            note = "寫一句當時談了什麼。" if verdict == "weak" else ""
            review_card(by=reviewer, card=card, verdict=verdict, note=note, now=stage.moment(-3, hour=16))
        done += 1


def _monday(day: date) -> date:
    return Period.of("week", day).start


def _proposals(stage: Any) -> None:
    company, month = stage.company, Period.of("month", stage.today).previous()
    manager, unit = company.users["unit_manager"], company.units["CREW1"]
    draw = stage.random("card_analysis:proposals")
    first = propose(
        by=manager,
        submission_id=UUID(int=draw.getrandbits(128), version=4),
        unit=unit,
        period=month.previous(),
        finding="工具和設備一類佔不安全項三成以上，其中吊索具磨損出現多次。",
        proposal="吊索具統一編號，每週檢查掛牌，到期更換。",
        owner=company.people["crew_leader"],
        due=stage.day(-10),
        now=stage.moment(-38, hour=10),
    )
    move_proposal(by=manager, proposal=first, to="accepted", now=stage.moment(-37, hour=10))
    move_proposal(
        by=company.users["crew_leader"],
        proposal=first,
        to="done",
        note="全部吊索具已編號，檢查表放在值班室。",
        now=stage.moment(-14, hour=16),
    )
    propose(
        by=company.users["quality_officer"],
        submission_id=UUID(int=draw.getrandbits(128), version=4),
        unit=unit,
        period=month,
        finding="泥漿罐區的程序和秩序三十天內重複出現。",
        proposal="泥漿罐區劃通道線，交接班時共同查看一次。",
        owner=company.people["crew_leader"],
        due=stage.day(16),
        now=stage.moment(-5, hour=11),
    )
