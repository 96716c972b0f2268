"""What the demo company's hotlines heard in a week, told to the builder as a table."""

from __future__ import annotations

from typing import NamedTuple

# (post's place in the office, from, until): by day the clerks, in the evening and at night the guards.
TURNS = (
    ("service_centre_clerk", 0, "08:00", "20:00"),
    ("guard", 0, "20:00", "02:00"),
    ("guard", 1, "02:00", "08:00"),
)


class Story(NamedTuple):
    """`days` ago at `hour`:`minute`; `outcome` is one of forms.cases.calls.enums, or "missed". `back`: minutes until
    somebody called back."""

    days: int
    hour: int
    minute: int
    line: str
    outcome: str
    text: str
    more: str = ""  # kind of a new case, answer, reason
    estate: str = "CUIHU"
    lasted: int = 4  # minutes
    back: int = 0


STORIES = [
    Story(6, 7, 40, "services", "case", "廚房水龍頭關不緊，一直滴水，想約今天下午修。", "request"),
    Story(6, 8, 25, "complaints", "case", "樓上凌晨兩點還在搬家具，已經連續三晚。", "complaint", lasted=9),
    Story(
        6,
        9,
        10,
        "services",
        "answered",
        "問游泳池冬天開不開放。",
        "室內恆溫池每天早上九點到晚上九點開放，憑住戶卡入場。",
    ),
    Story(6, 11, 5, "duty", "note", "", "wrong", lasted=1),
    Story(6, 14, 30, "services", "case", "陽台地漏堵住，下雨積水。", "request", "FENGLIN"),
    Story(
        6,
        19,
        15,
        "complaints",
        "answered",
        "問垃圾分類的投放時間。",
        "早上六點到九點、傍晚五點到九點，其餘時間請放在地庫投放點。",
    ),
    Story(6, 23, 20, "duty", "case", "三棟大堂門禁失靈，門一直開著。", "request", lasted=3),
    Story(5, 6, 50, "duty", "missed", "", back=35),
    Story(5, 8, 10, "services", "case", "主臥空調外機異響，鄰居也來說了。", "request"),
    Story(5, 9, 45, "complaints", "case", "保潔把消毒水灑在門口的鞋上，沒有道歉。", "complaint", lasted=11),
    Story(
        5,
        10,
        20,
        "services",
        "answered",
        "問裝修押金多久退還。",
        "完工驗收後滿三個月，憑收據到服務中心辦理，七個工作日退回。",
    ),
    Story(5, 13, 0, "services", "note", "推銷寬帶套餐。", "adverts", lasted=1),
    Story(5, 16, 40, "complaints", "case", "地庫車位長期被外來車佔用。", "complaint", "GUIYU"),
    Story(5, 21, 30, "duty", "case", "五樓走廊有焦味，已請值班員上去查看。", "request", lasted=6),
    Story(4, 2, 15, "duty", "case", "樓上漏水，天花板在滴，請馬上派人。", "request", lasted=5),
    Story(
        4,
        8,
        5,
        "services",
        "answered",
        "問訪客車輛怎樣登記。",
        "請在門崗報門牌號，系統會發短信給您確認；也可以提前在服務中心登記。",
    ),
    Story(4, 9, 30, "complaints", "case", "兒童樂園的滑梯有裂縫，孩子險些劃傷。", "complaint", lasted=8),
    Story(4, 12, 10, "services", "missed", "", back=50),
    Story(4, 15, 25, "services", "case", "想表揚夜班保安幫忙找回錢包。", "praise", "FENGLIN"),
    Story(
        4, 18, 50, "complaints", "answered", "問電梯什麼時候檢修完。", "維保公司今晚十點前完成，期間請使用右側電梯。"
    ),
    Story(3, 8, 40, "services", "case", "洗手間燈管閃爍，想請電工看看。", "request", "GUIYU"),
    Story(3, 9, 55, "complaints", "case", "管理費單據寄錯地址兩次。", "complaint"),
    Story(3, 10, 35, "services", "note", "撥通後沒有人說話。", "silence", lasted=1),
    Story(
        3,
        14,
        20,
        "services",
        "answered",
        "問上門疏通下水道怎樣收費。",
        "按服務指南每次八十元，師傅上門前會再報一次價。",
    ),
    Story(3, 20, 45, "duty", "case", "電梯困人，兩位老人在裡面，已通知維保。", "request", lasted=7),
    Story(3, 22, 10, "duty", "missed", "", back=15),
    Story(2, 7, 55, "services", "case", "大門信報箱鎖壞了。", "request"),
    Story(
        2,
        9,
        20,
        "complaints",
        "case",
        "綠化噴灌把停在路邊的車弄髒，說了兩次沒有改。",
        "complaint",
        "FENGLIN",
        lasted=10,
    ),
    Story(
        2, 11, 15, "services", "answered", "問會所乒乓球室怎樣預約。", "提前一天致電或到會所前台登記，每戶每天一小時。"
    ),
    Story(2, 13, 40, "services", "note", "工程部同事核對鑰匙。", "house", lasted=2),
    Story(
        2,
        17,
        5,
        "complaints",
        "answered",
        "問業主大會的時間。",
        "下月第二個週六下午兩點，在會所二樓，通知已貼在各棟大堂。",
        "GUIYU",
    ),
    Story(1, 8, 15, "services", "case", "書房窗台滲水，牆紙起泡。", "request"),
    Story(1, 9, 5, "complaints", "case", "樓道堆放雜物，消防門被擋。", "complaint", lasted=6),
    Story(1, 12, 30, "services", "missed", "", back=180),
    Story(1, 15, 50, "services", "answered", "問停水通知裡的恢復時間。", "今晚八點前恢復供水；一樓大堂有桶裝水可領。"),
    Story(1, 19, 40, "duty", "case", "車庫入口道閘不起桿，車輛排到馬路上。", "request", "FENGLIN"),
    Story(1, 23, 5, "duty", "note", "打錯電話。", "wrong", lasted=1),
    Story(0, 0, 20, "duty", "answered", "問外賣員進不了門怎麼辦。", "已通知門崗核對後放行。", lasted=2),
    Story(0, 0, 35, "complaints", "note", "撥通後沒有人說話。", "silence", lasted=1),
    Story(0, 0, 50, "services", "missed", ""),
]
