"""More of the demo company: time limits, kept answers, a burst pipe, waiting, more time, joining, still broken."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from forms.cases import actions
from forms.cases.actions import Filing
from forms.cases.clocks import CasePolicy, start_of
from forms.cases.enums import CaseKind
from forms.cases.limits import forget_limits
from forms.cases.models import Case, ComplaintPage
from forms.cases.permissions import assignable_people
from portal.journal.actions import CUSTOMER
from portal.lib.clock import end_of

NAMESPACE = uuid.UUID("b8a4f0de-3a6c-4f0e-9b7f-52d1a3f3c1a9")
LIMITS = (  # kind, hours, days to answer, days to solve
    (CaseKind.COMPLAINT, 4, 5, 15),
    (CaseKind.REQUEST, 2, 3, 10),
    (CaseKind.ENQUIRY, 4, 3, 0),
    (CaseKind.PRAISE, 8, 5, 0),
)
ANSWERS = (
    (
        "漏水、滲水",
        "漏水弄濕了家裡，換作誰都會着急，我們很理解。",
        "維修師傅會在約定時間上門查找水源，先止水，再修復牆面。修好後我們會再去看一次，確認不再滲漏。",
    ),
    (
        "電梯停運",
        "電梯停了，上下樓確實不便，尤其家裡有老人和孩子，讓您受累了。",
        "維保公司已在檢修，配件更換和試運行需要一點時間；期間另一部電梯照常運行，需要協助請致電值班電話。",
    ),
    (
        "噪音",
        "休息不好的滋味我們明白，感謝您告訴我們。",
        "管理處已到現場勸止，並說明允許施工的時間；巡樓員會在午間和晚間再去查看。",
    ),
)


def build_life(stage: Any, page: ComplaintPage) -> None:
    """Told after the stories: the limits hold for what comes now."""
    officer = stage.company.users["quality_officer"]
    for kind, hours, days, solution in LIMITS:
        policy = CasePolicy(hours, days, solution)
        actions.set_limits(by=officer, kind=kind, office=None, policy=policy, now=stage.now)
    forget_limits()
    office = stage.company.units["OFFICE1"]
    for title, understanding, explanation in ANSWERS:
        actions.keep_answer(
            by=stage.company.users["clerk"],
            unit=office,
            title=title,
            understanding=understanding,
            explanation=explanation,
            now=stage.now,
        )
    _burst_pipe(stage, page)
    _waiting(stage, page)
    _more_time(stage, page)
    _solved(stage, page)
    _elsewhere(stage, page)
    _twice(stage, page)


def _file(stage: Any, page: ComplaintPage, at: datetime, subject: str, text: str, **more: Any) -> Case:
    filing = Filing(
        subject=subject, text=text, **{"estate": stage.company.estates["CUIHU"], "house": "2棟0801", **more}
    )
    key = uuid.uuid5(NAMESPACE, f"{subject}:{filing.house}")
    return actions.file_complaint(page=page, submission_id=key, by=CUSTOMER, filing=filing, now=at).record


def _taken_up(stage: Any, case: Case, at: datetime) -> tuple[Case, Any]:
    """Acknowledged, given to somebody, begun."""
    clerk = stage.company.users["clerk"]
    actions.acknowledge_case(case=case, by=clerk, now=at)
    person = assignable_people(case).first()
    assert person is not None  # noqa: S101 - every demo office has people
    actions.assign_case(case=case, by=clerk, person=person, now=at + timedelta(minutes=5))
    actions.start_case(case=case, by=clerk, now=at + timedelta(minutes=10))
    return Case.objects.get(pk=case.pk), clerk


def _burst_pipe(stage: Any, page: ComplaintPage) -> None:
    clerk, at = stage.company.users["clerk"], stage.now - timedelta(hours=3)
    incident = actions.open_incident(
        by=clerk,
        title="翠湖苑二棟主水管爆裂",
        estate=stage.company.estates["CUIHU"],
        say="主水管爆裂，搶修隊已到場，預計今晚八點前恢復供水；一樓大堂有桶裝水可領。",
        now=at,
    )
    for number, house in enumerate(("2棟0302", "2棟0903", "2棟1501")):
        case = _file(stage, page, at + timedelta(minutes=5 + number), "突然停水", "家裡一滴水都沒有了。", house=house)
        actions.gather_case(case=case, by=clerk, incident=incident, now=at + timedelta(minutes=20))
    _file(stage, page, at + timedelta(minutes=40), "廚房沒有水", "做飯做到一半停水了。", house="2棟1802")


def _waiting(stage: Any, page: ComplaintPage) -> None:
    at = stage.moment(-4, hour=10)
    case = _file(stage, page, at, "陽台推拉門關不嚴", "風大的時候整晚響。", kind=CaseKind.REQUEST, house="1棟0503")
    case, clerk = _taken_up(stage, case, at + timedelta(minutes=30))
    actions.wait_case(
        case=case,
        by=clerk,
        reason="appointment",
        until=start_of(stage.day(3)),
        text="業主出差，約好回來那天上門。",
        now=at + timedelta(hours=2),
    )


def _more_time(stage: Any, page: ComplaintPage) -> None:
    at, wanted = stage.moment(-3, hour=11), stage.day(1)
    case = _file(
        stage,
        page,
        at,
        "玄關燈不亮",
        "週末有客人，希望在那之前修好。",
        kind=CaseKind.REQUEST,
        wanted_on=wanted,
        house="1棟1102",
    )
    case, clerk = _taken_up(stage, case, at + timedelta(minutes=40))
    actions.extend_case(
        case=case,
        by=clerk,
        clock_name="wanted",
        new_due=end_of(stage.day(3)),
        reason="原廠燈具後天才到貨。",
        answer="agreed",
        way="phone",
        now=at + timedelta(hours=3),
    )


def _solved(stage: Any, page: ComplaintPage) -> None:
    """Done, rated; and one that was done but did not hold."""
    at = stage.moment(-6, hour=9)
    case = _file(stage, page, at, "洗手間地漏返味", "晚上味道很重。", kind=CaseKind.REQUEST, house="3棟0601")
    case, clerk = _taken_up(stage, case, at + timedelta(minutes=20))
    text = "氣味整晚不散，確實難受。師傅已更換防臭地漏並清洗管道，當場試水無異味。"
    actions.resolve_case(case=case, by=clerk, text=text, now=at + timedelta(hours=26))
    actions.rate_case(case=case, by=CUSTOMER, stars=5, text="師傅很細心。", now=at + timedelta(hours=30))
    case = _file(stage, page, at, "臥室窗邊滲水", "下雨就濕一片。", kind=CaseKind.REQUEST, house="3棟1203")
    case, clerk = _taken_up(stage, case, at + timedelta(minutes=50))
    text = "雨天滲水讓您擔心了。外牆窗邊密封膠已重打，請在下次下雨時留意。"
    actions.resolve_case(case=case, by=clerk, text=text, now=at + timedelta(hours=48))
    actions.say_still_broken(case=case, by=CUSTOMER, text="昨晚下雨，窗台還是濕的。", now=at + timedelta(hours=96))


def _elsewhere(stage: Any, page: ComplaintPage) -> None:
    at = stage.moment(-2, hour=14)
    case = _file(stage, page, at, "寬帶斷線", "網絡從昨天開始時斷時續。", kind=CaseKind.REQUEST, house="1棟0202")
    actions.decline_case(
        case=case,
        by=stage.company.users["clerk"],
        text="網絡斷線影響工作，我們理解您着急。寬帶線路由電信公司維護，不屬管理處範圍；請致電其客服報修，需要進弱電間時我們會配合開門。",
        now=at + timedelta(hours=1),
    )


def _twice(stage: Any, page: ComplaintPage) -> None:
    at = stage.moment(-1, hour=15)
    first = _file(stage, page, at, "樓道感應燈不亮", "晚上回家漆黑一片。", house="2棟0604")
    second = _file(stage, page, at + timedelta(hours=1), "六樓走廊沒有燈", "又黑了，請派人看。", house="2棟0604")
    actions.merge_case(case=second, by=stage.company.users["clerk"], into=first, now=at + timedelta(hours=2))
    actions.add_to_case(case=first, by=CUSTOMER, text="今晚還是不亮，老人下樓看不清台階。", now=at + timedelta(hours=3))
