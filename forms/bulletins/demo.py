"""The demo's bulletins: last quarter's of the project department and of the property company, made by the verbs."""

from __future__ import annotations

from typing import Any

from forms.bulletins import actions
from forms.bulletins.models import BulletinIndexPage, BulletinPage
from home.models import HomePage
from portal.lib.periods import Period

UNITS = ("PROJECT1", "PROPERTY")


def build(stage: Any) -> None:
    index = BulletinIndexPage.objects.first()
    if index is None:
        home = HomePage.objects.get()
        index = home.add_child(instance=BulletinIndexPage(title="通報", slug="bulletins"))
    period = Period.of("quarter", stage.today).previous()
    for code in UNITS:
        unit = stage.company.units.get(code)
        if unit is None or BulletinPage.objects.filter(unit=unit, period_code=period.code).exists():
            continue
        editor = stage.company.users["editor"]
        page = actions.compose_bulletin(by=editor, unit=unit, period=period, now=stage.now)
        page.analysis = ANALYSIS[code]
        page.measures = MEASURES[code]
        page.save_revision(user=editor)
        actions.publish_bulletin(by=editor, page=page, now=stage.now)


ANALYSIS = {
    "PROJECT1": (
        "<p>本期不安全項集中在個人防護裝備與程序和秩序兩類，多見於起下鑽與甩鑽具作業。"
        "觀察者普遍能先肯定安全做法再討論風險，但仍有部分卡片只記數量、少記交談內容。</p>"
    ),
    "PROPERTY": (
        "<p>投訴以滲漏水、公共照明與停車秩序為主。首次答覆大多在時限內完成，"
        "超時的個案多因等待配件而未先向客戶說明。</p>"
    ),
}
MEASURES = {
    "PROJECT1": (
        "<ul><li>各隊於周分析會上重溫高處作業繫掛要點，由班組長示範。</li>"
        "<li>對填寫過簡的觀察卡逐張回饋，下月複查。</li></ul>"
    ),
    "PROPERTY": (
        "<ul><li>需等待配件的維修，管理處須在期限前主動說明並取得客戶諒解。</li>"
        "<li>公共照明改為每周夜間巡查一次。</li></ul>"
    ),
}
