"""The words of the demo company's corrections."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Item:
    """What is done, how many days after the plan, by a post of the office or a person; what proves it."""

    what: str
    days: int
    post: str = ""
    person: str = ""
    proof: str = ""


@dataclass(frozen=True)
class Words:
    whys: tuple[str, ...]
    conclusion: str
    prevention: str


@dataclass(frozen=True)
class Story:
    subject: str
    items: tuple[Item, ...]
    estate: str = "CUIHU"
    house: str = ""
    contact: str = ""
    text: str = ""
    handed_up: str = ""
    major: str = ""
    answer: str = ""
    branches: dict[str, str] = field(default_factory=dict)
    conclusion: str = ""
    prevention: str = ""
    prevention_proof: str = ""
    effect: str = ""


FINISHED = Story(
    subject="電梯困人四十分鐘無人應答",
    house="2棟0902",
    contact="湯女士",
    text=(
        "晚上九點電梯停在七樓和八樓之間，家裡老人和孩子被困。按了對講沒有人接，打值班電話一直佔線，"
        "四十分鐘後維保人員才到。請查清楚為什麼沒有人應答。"
    ),
    handed_up="困人時對講無人應答，涉及維保合同和值班制度，需公司處理。",
    major="電梯困人超過三十分鐘且對講無人應答，涉及老人和兒童的人身安全。",
    items=(
        Item(
            "檢查並修復全部電梯的五方對講，逐台試通並留記錄",
            3,
            "office_director",
            proof="七台電梯對講逐台試通，兩台換了主機板，記錄已歸檔。",
        ),
        Item(
            "值班室增設第二條電話線，值班員當班首小時試撥一次",
            5,
            "office_director",
            proof="第二條線路已開通，試撥記錄從開通當晚開始。",
        ),
        Item(
            "與維保公司書面約定困人三十分鐘內到場，遲到計違約",
            10,
            "office_director",
            proof="補充協議已簽，連同到場時間考核表一併交質量部門。",
        ),
    ),
    answer=(
        "讓老人和孩子在電梯裡等了四十分鐘，我們非常抱歉。全部電梯的對講已修好並逐台試通，"
        "值班室增加了一條電話線，維保公司承諾困人三十分鐘內到場。我們會再去看您。"
    ),
    branches={
        "people": "當晚值班室只有一人，離開巡查時沒有人接對講。",
        "equipment": "兩台電梯的對講主機板已壞，月檢表上仍然打勾。",
        "procedure": "月檢只要求打勾，沒有要求真的試通。",
        "management": "維保合同沒有寫到場時限，遲到沒有後果。",
    },
    conclusion="對講月檢流於打勾，壞了沒有被發現；值班一人，無人補位；維保到場沒有時限。",
    prevention="每月月檢改為兩人一起試通對講，錄下時間和接聽人；值班員離開時電話轉接到巡邏手機",
    prevention_proof="新月檢表已啟用，轉接規則寫入值班須知，全體值班員已簽收。",
    effect="抽查月檢錄音和三次夜間試撥，全部在一分鐘內有人接聽，沒有再發生無人應答。",
)

OVERDUE = Story(
    subject="地庫排風機整夜轟鳴",
    house="1棟0702",
    contact="陸先生",
    text="臥室下面就是地庫排風機，入夜以後整夜轟鳴，報修三次都說正常，孩子睡不好。",
    handed_up="需更換風機並做隔音，費用超出管理處權限。",
    items=(
        Item("夜間十點到早上六點改為低速運行", 2, "office_director", proof="控制櫃已改為分時運行，附運行記錄。"),
        Item("更換減震墊並加裝消音器，請第三方測噪音", 12, "office_director"),
        Item("上門向投訴住戶說明進度，每週一次", 14, person="clerk"),
    ),
)

HALF_DONE = Story(
    subject="樓體外牆開裂",
    major="外牆裂縫涉及三十二戶和樓下行人的安全。",
    items=(
        Item(
            "裂縫下方拉警戒線，貼告示，每日巡查拍照",
            2,
            "office_director",
            proof="警戒線和告示已到位，每日巡查照片存檔。",
        ),
        Item(
            "逐戶說明鑑定安排，收集室內裂縫情況",
            6,
            person="clerk",
            proof="三十二戶已走訪二十九戶，三戶約好時間再訪，登記表附後。",
        ),
        Item("配合鑑定單位進場，提供竣工圖和維修記錄", 20, "office_director"),
    ),
)
ADDED = Item("按鑑定意見完成臨時封縫，雨後複查", 15, "office_director")
WHY_ADDED = "鑑定單位初步意見：雨季前要先臨時封縫。"
DONE = "已按要求完成，記錄附在月檢資料裡。"
WORKED = "抽查十張滲漏維修單，都有兩場雨後的照片，沒有再報同一處。"

CAUSES = {
    "director": Words(
        (
            "住戶三次反映都沒有得到答覆。",
            "反映只打到主任一個人的電話，沒有登記。",
            "值班登記制度沒有規定主任接到的反映也要登記。",
        ),
        "口頭反映沒有登記，也就沒有人追蹤；負責人的處理方式沒有人能看到。",
        "負責人接到的反映一律當日登記，質量部門每週抽查通話與登記是否一致",
    ),
    "walls": Words(
        (
            "外牆裂縫三個月前就有住戶提過，當時只登記，沒有查看。",
            "登記表上沒有「需專業鑑定」這一類，只能記作一般維修。",
            "外牆不在年度巡檢範圍內，沒有人定期看。",
        ),
        "外牆不在年度巡檢範圍內，住戶的早期提醒沒有去處。",
        "年度巡檢加上外牆，每年雨季前查一遍並拍照；住戶反映開裂一律三日內到場",
    ),
    "other": Words(
        ("雨水從外牆窗框滲入。", "窗框密封膠老化，去年只做了局部修補。", "維修驗收只看當天，沒有在雨後複查。"),
        "滲漏維修沒有雨後複查，局部修補掩蓋了整面防水失效。",
        "凡滲漏維修一律在兩場雨後複查並拍照，才算完工",
    ),
}

REPORT = {
    "title": "糾正措施報告：電梯困人四十分鐘無人應答",
    "facts": (
        "某晚九點，一部電梯停在兩層之間，一位老人和一名兒童被困。對講無人接聽，值班電話佔線，四十分鐘後維保人員才到場。"
    ),
    "course": (
        "當晚：困人，對講無人應答。\n次日：管理處受理並轉交公司。\n"
        "第三日：公司下發糾正方案。\n其後一週：三項措施全部完成並經質量部門確認。"
    ),
    "cause": FINISHED.conclusion,
    "plan": (
        "1. 全部電梯對講逐台試通，兩台更換主機板。\n2. 值班室增設第二條電話線，每班試撥。\n"
        "3. 維保公司書面承諾三十分鐘內到場，遲到計違約。"
    ),
    "prevention": (
        "月檢改為兩人試通並錄下時間；值班員離開時電話自動轉接。\n三週後複查：夜間試撥全部在一分鐘內有人接聽，措施有效。"
    ),
    "revisit": "公司派未經手的同事回訪，客戶對處理結果表示滿意。",
    "lesson": "打勾不等於試過。凡涉及救援的設備，檢查表必須留下可以核對的記錄：什麼時間、誰撥、誰接。",
}
LEADERS_MAJOR = "涉及管理人員的服務態度，處理方式值得全公司引以為戒。"
LEADERS_REPORT = {
    "title": "糾正措施報告：住戶多次反映未獲答覆",
    "facts": "一位住戶多次反映同一問題，負責人只作口頭回應，態度引起住戶不滿。",
    "course": "住戶向公司反映後，由公司領導直接處理，與當事人談話，並由質量部門跟進原來的問題。",
    "cause": CAUSES["director"].conclusion,
    "plan": "公司領導與當事人談話；原問題由質量部門直接跟進到底。",
    "prevention": CAUSES["director"].prevention,
    "revisit": "回訪已約定，由未經手的同事進行。",
    "lesson": "住戶說第二遍的時候，就已經是投訴了。",
}
