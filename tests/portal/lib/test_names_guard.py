"""The guard finds people in free text and leaves ordinary sentences alone."""

from __future__ import annotations

import timeit

import pytest

from portal.lib.names_guard import FindingKind, NameGuard

STAFF = [
    ("王小明", "QH-00123"),
    ("李偉", "A10001"),
    ("歐陽建國", ""),
    ("高峰", "778899"),
    ("安全", ""),
    ("John Smith", "E-77"),
    ("林", ""),
    ("", "B-1"),
    ("王平", ""),
]
GUARD = NameGuard(STAFF)


@pytest.mark.parametrize(
    ("text", "found", "kind"),
    [
        ("看見王小明沒戴安全帽", "王小明", "name"),
        ("看见李伟没戴安全帽", "李伟", "name"),
        ("王 小 明說", "王 小 明", "name"),
        ("王\u200b小\u200b明說", "王\u200b小\u200b明", "name"),
        ("王*小·明說", "王*小·明", "name"),
        ("王，小，明說", "王，小，明", "name"),
        ("欧阳建国在場", "欧阳建国", "name"),
        ("told JOHN SMITH to", "JOHN SMITH", "name"),
        ("工號QH-00123的人", "QH-00123", "staff_number"),
        ("ｑｈ００１２３", "ｑｈ００１２３", "staff_number"),
        ("A10001號", "A10001", "staff_number"),
        ("778899", "778899", "staff_number"),
        ("電話13812345678", "13812345678", "phone"),
        ("138 1234 5678", "138 1234 5678", "phone"),
        ("１３８－１２３４－５６７８", "１３８－１２３４－５６７８", "phone"),
        ("+86 138 1234 5678", "+86 138 1234 5678", "phone"),
        ("撥010-62345678", "010-62345678", "phone"),
        ("(0755)88886666", "(0755)88886666", "phone"),
        ("身分證110101199003071234", "110101199003071234", "identity_number"),
        ("11010119900307123Ｘ", "11010119900307123Ｘ", "identity_number"),
        ("王師傅未繫安全帶", "王師傅", "form_of_address"),
        ("李队长说", "李队长", "form_of_address"),
        ("張工說可以", "張工", "form_of_address"),
        ("周總在場", "周總", "form_of_address"),
        ("老張沒戴手套", "老張", "form_of_address"),
        ("小王在場", "小王", "form_of_address"),
        ("歐陽經理", "歐陽經理", "form_of_address"),
        ("當班司鑽沒有停機", "當班司鑽", "post_on_shift"),
        ("值班的队长", "值班的队长", "post_on_shift"),
        ("夜班副司鑽", "夜班副司鑽", "post_on_shift"),
    ],
)
def test_what_points_at_a_person(text: str, found: str, kind: str) -> None:
    findings = GUARD.find(text)
    assert [(finding.text, finding.kind) for finding in findings] == [(found, kind)]
    assert text[findings[0].start : findings[0].end] == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "安全帶繫好，安全第一",
        "高峰時段電梯擁擠",
        "高處作業未設警戒線",
        "方向盤防護罩鬆動",
        "國王，平時",
        "國王。平時",
        "最後一行是國王\n平時",
        "工程師傅",
        "每周總結與週總結",
        "每周主任會議",
        "張工作認真",
        "責任經理制度",
        "甲方監督到場",
        "油田經理會議",
        "平台經理不在現場",
        "工段長會議",
        "井架工未掛保險繩",
        "副司鑽站位不當",
        "老化的電纜，陳舊的管線",
        "小時候與大小周期",
        "最小高度",
        "johnsmithson",
        "XA100012",
        "第4.5.3條、QHSE-2024-003",
        "2026-10-05 12:30 觀察1380秒",
        "壓力13800千帕，長度138123456毫米",
        "訂單1101011990030712345",
        "森林主管部門",
        "手工具、鑽台、泥漿池",
        "其余主任",
        "班長應在班前會說明風險",
    ],
)
def test_ordinary_sentences_raise_no_alarm(text: str) -> None:
    assert GUARD.find(text) == []


def test_several_findings_come_in_order_without_overlap() -> None:
    findings = GUARD.find("王小明師傅，電話13812345678，當班司鑽")
    assert [finding.kind for finding in findings] == [
        FindingKind.NAME,
        FindingKind.PHONE,
        FindingKind.POST_ON_SHIFT,
    ]


def test_a_longer_name_is_found_whole() -> None:
    guard = NameGuard([("王平", ""), ("王平安", "")])
    assert [finding.text for finding in guard.find("王平安在場")] == ["王平安"]


def test_without_a_directory_the_patterns_still_work() -> None:
    assert [finding.kind for finding in NameGuard([]).find("當班司鑽王小明")] == [FindingKind.POST_ON_SHIFT]


def test_five_thousand_names_cost_little() -> None:
    surnames, given_names = "王李張劉陳楊趙黃周吳", "明華強偉芳娜敏靜麗勇艷傑軍洋超娟霞平剛桂英建志"
    staff = [(s + a + b, f"N{i}{a}{b}") for i, s in enumerate(surnames) for a in given_names for b in given_names]
    guard = NameGuard(staff)
    text = "井架工上井架前未檢查安全帶，鑽台上有油污，觀察員當場溝通並取得承諾。" * 20
    assert guard.find(text) == []
    # The best of several runs, because other work shares the machine: about 2 ms for these 2 kB.
    assert min(timeit.repeat(lambda: guard.find(text), number=1, repeat=7)) < 0.02
