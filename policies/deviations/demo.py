"""Deviations of the demo company: in force, expiring, expired with its renewal waiting, declined, undecided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from policies.deviations.actions import Application, apply_for_deviation, approve_deviation, decline_deviation
from policies.deviations.models import Deviation
from policies.models import Edition


@dataclass(frozen=True)
class Story:
    """Days count from today; `head` None leaves it waiting; `note` with declined True says no."""

    unit: str
    by: str
    clause: str
    applied: int
    first: int
    last: int
    reasons: str
    facts: str
    measures: str
    head: str | None = None
    note: str = ""
    declined: bool = False


STORIES = [
    Story(
        "CREW1",
        "crew_leader",
        "4.2.3",
        -52,
        -48,
        127,
        "本井位於峽谷，生活區與井場分開，夜班只有一名管理人員在井場，湊不齊2至3人的觀察小組。",
        "10月排班表：夜班在崗管理人員每班1人；營地到井場車程40分鐘，夜間山路限行。",
        "夜班由值班幹部與司鑽兩人組成小組；觀察報告次日早會復看，隊長每週抽查兩份。",
        "unit_manager",
        "同意。抽查紀錄隨週分析一併上報；夜間限行取消後即恢復按條款執行。",
    ),
    Story(
        "CREW2",
        "other_crew_leader",
        "5.4.1",
        -50,
        -46,
        12,
        "本隊正在整體搬遷，管理人員和大班分三批押運，無法做到每人每天觀察一次。",
        "搬遷計劃書第3版：車隊共14趟，押運人員名單附後；搬遷期間兩地各只有一名管理人員。",
        "改為每人每兩天觀察一次，吊裝和裝車作業全程有專人監護；每天班前會講一項搬遷風險。",
        "other_unit_manager",
        "同意，限搬遷期間。",
    ),
    Story(
        "PROJECT1",
        "PROJECT1:1",
        "5.6",
        -40,
        -38,
        90,
        "本季新開三口井，項目部安全辦公室借調兩人支援現場，季度通報須與下季合併發布。",
        "借調通知兩份；本季各隊的週分析和月小結均按時收到，數據完整。",
        "每月向各隊發一頁簡報，列出三項最常見的不安全行為和整治要求。",
        "PROJECT1:0",
        "同意合併一次，下季起恢復每季通報。",
    ),
    Story(
        "CREW3",
        "CREW3:1",
        "4.5.1",
        -55,
        -54,
        -9,
        "井場網絡故障，觀察報告不能當天上傳。",
        "通信公司告知光纜修復需六週；故障單號已登記在值班日誌。",
        "當班填紙質卡，存值班室，每週一由專人補錄。",
        "PROJECT1:0",
        "同意，光纜修復後立即補齊。",
    ),
    Story(
        "CREW4",
        "CREW4:4",
        "5.2",
        -30,
        -28,
        60,
        "隊長外出培訓較多，擬由資料員代做觀察。",
        "隊長本季培訓日程。",
        "資料員事後向隊長口頭匯報。",
        "CREW4:0",
        "觀察不得代做。請改由副隊長親自觀察，無須偏離；培訓期間的安排寫進月計劃。",
        True,
    ),
    Story(
        "CREW1",
        "crew_leader",
        "4.4.3",
        -3,
        4,
        64,
        "新型防墜器到貨推遲，二層台暫用舊型雙鉤安全帶，觀察卡的裝備一欄須另作註明。",
        "供應商函：到貨日期推遲到下月；舊型安全帶檢驗合格證12份，編號已核對。",
        "每班上台前兩人互檢並簽字；安全員每天抽查一次；風力六級以上不上二層台。",
    ),
    Story(
        "CREW2",
        "other_crew_leader",
        "4.1.2",
        -24,
        -17,
        40,
        "下一口井的開鑽日期未定，全年觀察計劃只能先排到本月。",
        "甲方通知：井位批覆延期，開鑽日期待定。",
        "先按月排計劃，井位批覆後五天內補齊全年計劃。",
    ),
]
RENEWAL = Story(
    "CREW3",
    "CREW3:1",
    "4.5.1",
    -6,
    1,
    45,
    "光纜修復推遲，需再用紙質卡一段時間。",
    "通信公司第二次通知：塌方路段清理後才能敷設，預計再需六週。上一期內216張紙質卡全部按週補錄，無遺漏。",
    "照上一期的辦法；另由副隊長每週核對一次補錄數量。",
)


def build(stage: Any) -> None:
    """Made by the verbs, each at its moment."""
    edition = Edition.objects.get(title="安全觀察與溝通管理規定")
    made: dict[tuple[str, str], Deviation] = {}
    for number, story in enumerate(STORIES):
        made[(story.unit, story.clause)] = _tell(stage, edition, story, number)
    _tell(stage, edition, RENEWAL, len(STORIES), made[("CREW3", "4.5.1")])


def _tell(stage: Any, edition: Edition, story: Story, number: int, before: Deviation | None = None) -> Deviation:
    application = Application(
        unit=stage.company.units[story.unit],
        wording=edition.clauses.get(number=story.clause),
        starts_on=stage.day(story.first),
        ends_on=stage.day(story.last),
        reasons=story.reasons,
        facts=story.facts,
        measures=story.measures,
        renewal_of=before,
    )
    deviation = apply_for_deviation(
        by=_account(stage, story.by),
        submission_id=UUID(int=stage.random(f"deviations:{number}").getrandbits(128), version=4),
        application=application,
        now=stage.moment(story.applied, hour=10, minute=number * 5),
    )
    if story.head is not None:
        verb = decline_deviation if story.declined else approve_deviation
        head, when = _account(stage, story.head), stage.moment(story.applied + 2)
        deviation = verb(by=head, deviation=deviation, note=story.note, now=when)
    return deviation


def _account(stage: Any, name: str) -> Any:
    """An account by its username, or by its place in a unit: "CREW3:1"."""
    unit, found, place = name.partition(":")
    return stage.company.staff_of(unit)[int(place)].user if found else stage.company.users[name]
