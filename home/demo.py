"""The demo company's home page and notices."""

from __future__ import annotations

from typing import Any

from home.actions import publish_notice
from home.enums import AudienceGroup
from home.models import HomePage, Hotline, NoticeIndexPage

WELCOME = "有事，請告訴我們"
LEAD = "投訴、報修、查詢進度、翻閱服務指南，都從這裡開始。"
# Numbers that no network gives out: a demo must not ring at anybody's. The one place for them: notices and the Service
# Guide take them from here.
HOTLINES = [
    ("投訴熱線", "028-5550 0111", "24 小時"),
    ("服務熱線", "028-5550 0122", "24 小時"),
    ("值班熱線", "028-5550 0133", "24 小時"),
]
NUMBERS = {label: number for label, number, _hours in HOTLINES}


def build(stage: Any) -> None:
    """Three hotlines (one each for complaints, services and the duty desk), then six notices of the last two weeks."""
    editor, units = stage.company.users["editor"], stage.company.units
    _dress_home_page(editor)
    for notice in _notices(units):
        day, hour = notice.pop("day"), notice.pop("hour")
        publish_notice(by=editor, now=stage.moment(day, hour), **notice)


def _dress_home_page(editor: Any) -> None:
    home = HomePage.objects.get()
    home.welcome, home.lead = WELCOME, LEAD
    home.hotlines = [Hotline(label=label, number=number, hours=hours) for label, number, hours in HOTLINES]
    home.save_revision(user=editor).publish(user=editor)
    index = NoticeIndexPage.objects.get()
    index.lead = "集團、項目部與各管理處發布的通知。登入後還能看到只發給您所在部門的內容。"
    index.save_revision(user=editor).publish(user=editor)


def _notices(units: Any) -> list[dict[str, Any]]:
    return [
        {
            "day": -13,
            "hour": 9,
            "title": "服務中心三條熱線全天候接聽",
            "unit": units["PROPERTY"],
            "audience": [AudienceGroup.PUBLIC],
            "summary": "投訴、服務、值班三條熱線，每天 24 小時都有人接聽，每通來電都有登記。",
            "body": "<p>翠湖苑、桂語庭與楓林苑的業主，隨時可以撥打以下三條熱線：</p>"
            f"<ul><li><b>投訴熱線 {NUMBERS['投訴熱線']}</b>：對服務有不滿，請打這裡。"
            "我們先聽您說，再說明怎樣處理。</li>"
            f"<li><b>服務熱線 {NUMBERS['服務熱線']}</b>：報修、預約上門、查詢收費項目。</li>"
            f"<li><b>值班熱線 {NUMBERS['值班熱線']}</b>：夜間和節假日的緊急情況，例如爆管、停電、電梯困人。</li></ul>"
            "<p>不方便打電話，也可以在本網站填寫投訴表。提交後會得到一個查詢碼，憑碼可以隨時查看辦理進度。</p>",
        },
        {
            "day": -9,
            "hour": 10,
            "title": "翠湖苑二次供水水箱清洗，停水三小時",
            "unit": units["OFFICE1"],
            "audience": [AudienceGroup.PUBLIC],
            "summary": "1 棟至 3 棟分批清洗，每棟停水約三小時，請提前儲水。",
            "body": "<p>為保證用水衛生，管理處將按每半年一次的計劃清洗二次供水水箱。"
            "清洗當天 9:00 至 12:00 停水，依次為 1 棟、2 棟、3 棟，每天一棟。</p>"
            "<h2>請您留意</h2><ul><li>前一晚儲好當天上午的用水。</li><li>恢復供水後，先放水兩三分鐘，待水清後再用。</li>"
            f"<li>家中有行動不便的長者需要協助取水，請致電服務熱線 {NUMBERS['服務熱線']} 登記。</li></ul>"
            "<p>水質檢測報告會在完工後張貼於各棟大堂。</p>",
        },
        {
            "day": -6,
            "hour": 9,
            "title": "裝修施工時間調整",
            "unit": units["OFFICE1"],
            "audience": [AudienceGroup.CUSTOMER, AudienceGroup.STAFF],
            "summary": "平日施工時間改為 8:30–12:00、14:30–18:00，周末及法定節假日不得施工。",
            "body": "<p>根據業主大會表決結果，自下月 1 日起調整室內裝修施工時間：</p>"
            "<ul><li>周一至周五 8:30–12:00、14:30–18:00；</li><li>周末及法定節假日全天不得進行產生噪聲的施工；</li>"
            "<li>搶修（漏水、斷電）不受限制，但需先告知服務中心。</li></ul>"
            "<p>已辦理裝修許可的業主無需重新申請。對施工噪聲有意見，可在本網站提出投訴，管理處會在一個工作日內回覆。</p>",
        },
        {
            "day": -5,
            "hour": 8,
            "title": "安全觀察卡改為網上填寫",
            "unit": units["QHSE"],
            "audience": [AudienceGroup.STAFF],
            "pinned": True,
            "summary": "即日起觀察卡一律在門戶填寫，手機即可完成；紙質卡用完為止，由安全員代錄。",
            "body": "<p>觀察之後，請避開被觀察者，及時填寫。填寫時記住三點：</p>"
            "<ol><li>有計劃的觀察由兩至三人的小組完成，每次不少於 30 秒。</li>"
            "<li>只寫區域和觀察人，<b>不寫被觀察者的姓名、工號或崗位</b>；系統會提醒您改寫。</li>"
            "<li>安全的做法同樣要記錄。觀察結果不作為處罰依據。</li></ol>"
            "<p>填寫中斷網不要緊，內容會留在您的手機裡，連上網再提交。</p>",
        },
        {
            "day": -3,
            "hour": 15,
            "title": "川東項目部季度安全專項檢查安排",
            "unit": units["PROJECT1"],
            "audience": [units["PROJECT1"]],
            "summary": "下周一至周三依次檢查四個鑽井隊，重點是高處作業、吊裝和個人防護裝備。",
            "body": "<p>檢查組由項目部與質量安全環保部聯合組成，每隊半天。請各隊：</p>"
            "<ul><li>備好本季度觀察卡統計和周分析記錄；</li><li>核對高處作業許可證與安全帶檢驗記錄；</li>"
            "<li>安排一名班長全程陪同。</li></ul><p>檢查中發現的問題當場整改，不能當場整改的寫明責任人和期限，一周內回報。</p>",
        },
        {
            "day": -1,
            "hour": 17,
            "title": "本周服務中心值班與交接",
            "unit": units["OFFICE1"],
            "audience": [units["OFFICE1"]],
            "summary": "夜班由兩人值守，交接時逐條核對未結投訴與限時回訪。",
            "body": "<p>交接班請對著系統的待辦清單逐條核對，口頭交代不算交接。特別留意：</p>"
            "<ul><li>答應業主時限的報修單，不能如期完成的，要在到期之前徵得業主同意延期；</li>"
            "<li>維修後仍有問題的，24 小時內安排專人回訪；</li>"
            "<li>接到對主任的投訴，直接轉公司，不在管理處處理。</li></ul>",
        },
    ]
