"""Audits of the demo company: one finished with its findings, one in progress, one planned; units without."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from policies.audits.actions import (
    FindingDraft,
    Plan,
    answer_line,
    finish_audit,
    plan_audit,
    report_done,
    return_finding,
    start_audit,
    verify_finding,
)
from policies.audits.enums import LineResult
from policies.audits.models import Audit, AuditLine, Finding
from policies.models import Edition

SEEN = [  # what conforming lines rest on, in turn
    "查近三個月的記錄，齊全，簽字完整。",
    "現場詢問司鑽和井架工各一人，說得清楚，與規定一致。",
    "抽查觀察卡10份，填寫符合要求。",
    "看值班室公告欄，上月小結和本週措施都在。",
    "隨隊長走了一遍鑽台和循環罐區，做法與規定相符。",
    "查班前會記錄6份，內容具體。",
]
NOT_HERE = {"3.1", "3.3", "3.4", "5.4.3", "5.6", "6.2", "6.4", "6.6", "6.7"}  # duties of other departments
# clause: (result, evidence, description, action, place of the owner in the unit, days until due)
NONCONFORMING: dict[str, tuple[LineResult, str, str, str, int, int]] = {
    "5.4.1": (
        LineResult.MAJOR,
        "核對10月排班表與觀察卡：夜班有9天班組人員合計為0張。",
        "夜班班組其他人員當班合計不足1人次，10月共9天，佔夜班的三成。",
        "值班幹部每晚交班前核對卡數，不足的當班補做；每週分析會通報夜班完成情況。",
        1,
        -6,
    ),
    "4.2": (
        LineResult.MINOR,
        "抽查有計劃的觀察卡20份，3份只有一名觀察者。",
        "3份有計劃的觀察由一個人完成，不合2至3人的要求。",
        "月計劃表上固定每組兩人，請假時由副隊長指定替補。",
        4,
        20,
    ),
    "4.5": (
        LineResult.MINOR,
        "抽查60份卡片，1份寫了被觀察人員的工種和班次，可以認出是誰。",
        "1份報告的內容可以認出被觀察的人。",
        "安全員每天收卡時先看一遍；班前會重講「只寫行為，不寫人」。",
        3,
        -12,
    ),
    "4.7": (
        LineResult.MINOR,
        "循環罐區梯子護欄鬆動，卡片上寫了兩次，沒有處置記錄。",
        "兩次報告的不安全狀態沒有馬上處置。",
        "護欄當天焊固；建立現場隱患台賬，隊長每天銷項。",
        0,
        -20,
    ),
}
CONCLUSION = (
    "鑽井一隊的觀察與溝通已成習慣：管理人員親自觀察，卡片內容具體，週分析的措施多數落實。"
    "主要不足在夜班：人次不夠，部分有計劃的觀察由一個人完成。請隊長按限期整改，兩個月後復查。"
)


def build(stage: Any) -> None:
    """Made by the verbs, each at its moment. Planned by the quality officer."""
    edition = Edition.objects.get(title="安全觀察與溝通管理規定")
    safety = stage.company.staff_of("QHSE")[5:8]
    people = stage.company.people
    finished = _plan(stage, edition, "CREW1", -45, -40, Plan(0, 0, people["quality_officer"], [safety[0]]), 1)
    _finish(stage, finished)
    running = _plan(stage, edition, "PROJECT1", -20, 0, Plan(0, 0, people["quality_officer"], [safety[1]]), 2)
    _begin(stage, running)
    _plan(stage, edition, "CREW2", -10, 0, Plan(0, 0, safety[0], [people["unit_manager"]]), 3)


def _plan(stage: Any, edition: Edition, code: str, planned: int, done: int, plan: Plan, number: int) -> Audit:
    day = stage.day(done)
    return plan_audit(
        by=stage.company.users["quality_officer"],
        submission_id=UUID(int=stage.random(f"audits:{number}").getrandbits(128), version=4),
        unit=stage.company.units[code],
        edition=edition,
        plan=Plan(day.year, day.month, plan.lead, plan.auditors),
        now=stage.moment(planned),
    )


def _finish(stage: Any, audit: Audit) -> None:
    """Two days on the rig; then the crew mends what was found, not all of it in time."""
    lead, staff = audit.lead.user, stage.company.staff_of("CREW1")
    start_audit(by=lead, audit=audit, now=stage.moment(-38, hour=8, minute=30))
    for place, line in enumerate(AuditLine.objects.filter(audit=audit).select_related("audit")):
        moment = stage.moment(-38, hour=9) + timedelta(minutes=7 * place)
        rest: Any
        result, evidence, *rest = NONCONFORMING.get(line.number, (LineResult.CONFORMS, SEEN[place % len(SEEN)]))
        if rest and AuditLine.objects.filter(audit=audit, number=line.number, order__lt=line.order).exists():
            result, evidence, rest = LineResult.CONFORMS, SEEN[place % len(SEEN)], []
        if line.number in NOT_HERE:
            result, evidence = LineResult.NOT_APPLICABLE, "不屬本隊職責。"
        finding = None
        if rest:
            description, action, owner, until = rest
            finding = FindingDraft(description, action, staff[owner], stage.day(until))
        answer_line(
            by=lead, line=line, version=line.version, result=result, evidence=evidence, finding=finding, now=moment
        )
    finish_audit(by=lead, audit=audit, conclusion=CONCLUSION, now=stage.moment(-37, hour=16))
    found: dict[str, Any] = {
        finding.line.number: finding for finding in Finding.objects.filter(audit=audit).select_related("line")
    }
    mended = found["4.7"]
    report_done(
        by=mended.owner.user, finding=mended, proof="護欄已焊固並驗收；台賬自11日起每天銷項。", now=stage.moment(-24)
    )
    verify_finding(by=lead, finding=mended, verdict="到現場看過，牢固；台賬連續一週有記錄。", now=stage.moment(-21))
    named = found["4.5"]
    report_done(by=named.owner.user, finding=named, proof="班前會講過一次。", now=stage.moment(-16))
    return_finding(by=lead, finding=named, verdict="請附收卡復看的記錄，只講一次不夠。", now=stage.moment(-15))
    report_done(
        by=named.owner.user,
        finding=named,
        proof="收卡登記表增加「復看」一欄，近兩週逐份簽字；班前會重講三次，記錄見值班日誌。",
        now=stage.moment(-13),
    )


def _begin(stage: Any, audit: Audit) -> None:
    """Half a morning's work: the rest of the checklist waits."""
    lead = audit.lead.user
    start_audit(by=lead, audit=audit, now=stage.moment(-1, hour=9))
    for place, line in enumerate(AuditLine.objects.filter(audit=audit).select_related("audit")[:9]):
        moment = stage.moment(-1, hour=9, minute=10 + 5 * place)
        answer_line(
            by=lead,
            line=line,
            version=line.version,
            result=LineResult.CONFORMS,
            evidence=SEEN[place % len(SEEN)],
            now=moment,
        )
