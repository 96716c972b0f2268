"""What was broken in the demo company's estates, and what customers said when they were called."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Story:
    """`day` counts from the week's Monday (or today); `to` is how far it went; `hours` until it is wanted."""

    office: str
    service: str
    what: str
    day: int = 0
    to: str = "finished"
    accepted: str = "typed"
    hours: int = 24
    done: str = ""
    photos: bool = False
    major: bool = False
    of_case: str = ""


TAP, DRAIN, LAMP = "水龍頭與水管維修", "疏通下水道", "電路與燈具維修"
LOCK, ROOF = "門鎖維修", "屋面與外牆滲漏維修"
ORDERS = [
    Story(
        "OFFICE1", TAP, "廚房水龍頭滴水，關不緊。", 0, accepted="screen", done="換了閥芯，試水十分鐘不滴。", photos=True
    ),
    Story("OFFICE1", DRAIN, "衛生間地漏排水慢，有異味。", 1, accepted="call", done="清出毛髮，放水試通。"),
    Story("OFFICE1", LAMP, "客廳吊燈一路不亮，開關有火花。", 2, done="換了開關，逐路試燈。"),
    Story("OFFICE1", LOCK, "入戶門鎖鎖舌卡住，要用力才能關。", 3, accepted="call", done="上油並調正鎖扣板。"),
    Story(
        "OFFICE1",
        ROOF,
        "頂樓臥室牆角滲水，漆面起泡。",
        4,
        done="重做女兒牆根部防水，噴淋試水。",
        photos=True,
        major=True,
    ),
    Story("OFFICE1", DRAIN, "廚房下水道堵塞，水倒流。", 6, to="finished_late", done="機器疏通，清理隔油井。"),
    Story("OFFICE2", TAP, "陽台水管接頭漏水。", 0, done="換了接頭和膠圈。"),
    Story("OFFICE2", LAMP, "走廊插座沒有電。", 1, accepted="screen", done="查出線頭鬆脫，重新接好。"),
    Story("OFFICE2", DRAIN, "洗手盆下水慢。", 2, done="拆洗存水彎。", photos=True),
    Story("OFFICE2", LOCK, "鑰匙插不進鎖孔。", 3, accepted="call", done="取出斷鑰匙，換了鎖芯。"),
    Story("OFFICE2", ROOF, "外牆窗邊滲水，雨後牆紙發黑。", 5, done="窗邊重新打膠，外牆補縫。", major=True),
]
TODAY = [
    Story("OFFICE1", TAP, "浴室混水閥漏水，地面一直是濕的。", 0, to="priced", hours=30),
    Story("OFFICE1", DRAIN, "洗衣機排水管返水。", 0, to="accepted", accepted="call", hours=20),
    Story("OFFICE1", LAMP, "玄關燈不亮，開關也沒有反應。", 0, to="in_progress", hours=8, photos=True, of_case="玄關燈"),
    Story("OFFICE1", ROOF, "陽台頂板有水漬，雨後擴大。", -1, to="accepted", hours=10, of_case="臥室窗邊"),
    Story("OFFICE2", DRAIN, "廚房地漏冒水。", 0, to="in_progress", accepted="screen", hours=6),
    Story("OFFICE2", LOCK, "門鎖換裝，舊鎖鑰匙遺失。", 0, to="priced", hours=48),
]
# (satisfied or None for nobody answered, in the customer's words)
CALLS = [
    (True, "修得很快，走之前還擦了地。"),
    (False, "修完第二天又漏了一點，要再來看看。"),
    (True, "按說好的價格收費，沒有多收。"),
    (None, "早中晚各打一次，都沒有人接。"),
    (True, "師傅講得清楚，現在用著沒問題。"),
]
