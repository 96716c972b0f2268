"""Which lines are clauses and which only begin like one."""

from __future__ import annotations

import pytest

from policies.parsing import numerals
from policies.parsing.markers import split_heading
from tests.policies.parsing.outlines import read_text, tree

BEFORE = "某規定\n1範圍\n2要求\n2.1通則\n2.2職責\n"


@pytest.mark.parametrize(
    ("line", "number", "heading", "text"),
    [
        ("2.3安全觀察:對正在工作的人員至少觀察30秒。", "2.3", "安全觀察", "對正在工作的人員至少觀察30秒。"),
        ("2.3 安全觀察", "2.3", "安全觀察", ""),
        ("2.3、安全觀察", "2.3", "安全觀察", ""),
        ("２．３安全觀察", "2.3", "安全觀察", ""),
        ("2.2.1人員應培訓。", "2.2.1", "", "人員應培訓。"),
        ("3職責", "3", "職責", ""),
        ("3.職責", "3", "職責", ""),
        ("3、職責", "3", "職責", ""),
        ("３．職責", "3", "職責", ""),
        ("⒊職責", "3", "職責", ""),
        ("\ufeff \u200b\u3000\ufeff3職責\u200b ", "3", "職責", ""),
        ("3人員管理", "3", "人員管理", ""),
        ("3項目管理", "3", "項目管理", ""),
        ("3年度計劃", "3", "年度計劃", ""),
        ("3部門職責", "3", "部門職責", ""),
        ("3時間管理", "3", "時間管理", ""),
        ("3所有員工應參加培訓。", "3", "", "所有員工應參加培訓。"),
        ("3.24小時服務熱線(分別受理投訴)。", "", "", ""),
        ("3、24小時服務熱線，分別受理投訴。", "3", "", "24小時服務熱線，分別受理投訴。"),
        ("2.3STOP卡的使用", "2.3", "STOP卡的使用", ""),
        ("2.3本規範用於:廠區、道路。", "2.3", "本規範用於", "廠區、道路。"),
        ("2.3為了管理，提高水平:應做好。", "2.3", "", "為了管理，提高水平:應做好。"),
        ("2.3值班時間8:30至17:30", "2.3", "值班時間8:30至17:30", ""),
    ],
)
def test_a_clause_in_its_turn(line: str, number: str, heading: str, text: str) -> None:
    (regulation,) = read_text(BEFORE + line).regulations
    node = next(node for node in regulation.walk() if node.line == 6)
    assert (node.number, node.heading, node.text) == ((number, heading, text) if number else ("", "", line))


@pytest.mark.parametrize(
    "line",
    [
        "24小時服務熱線開通。",
        "2024-07-11發布",
        "2024年7月11日起施行",
        "30秒以上",
        "1.5米以上的高處作業應繫安全帶。",
        "2.3噸吊車由車隊保管",
        "2.3米",
        "3人一組",
        "3 人以上",
        "3名員工",
        "3次以上",
        "3天內答覆",
        "3日內",
        "3-5人",
        "3至5人",
        "3%以下",
        "3/4以上",
        "3、4號樓的住戶",
        "3S管理",
        "3D打印",
        "3kg以下",
        "3 km",
        "3個月",
        "3万元以下",
        "3,000元以下",
        "3:00前",
        "8:30上班",
        "360°延伸服務",
        "7.5要求",
        "1.1重來",
        "2.2職責重複",
        "9.9越界",
        "第三條規定的情形",
        "第一項目部負責",
        "第三條第二款",
        "(一)至(三)項所列",
        "附錄A中的觀察分類",
        "附錄A所列",
        "一般規定",
        "十分重要",
        "e.g. sample",
        "A級客戶",
        "3.",
        "--",
    ],
)
def test_a_line_that_only_begins_like_a_number(line: str) -> None:
    regulations = read_text(BEFORE + line).regulations
    assert not [node for node in regulations[0].walk() if node.line == 6 and node.number]
    shown = [node.text for node in regulations[0].walk() if node.line == 6]
    assert shown in ([line], [])


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("第一條 目的", "第一條"),
        ("第1條 目的", "第1條"),
        ("第 １ 條　目的", "第1條"),
        ("第一章總則", "第一章"),
        ("一、總則", "一"),
        ("(一)總則", "(一)"),
        ("（一）總則", "(一)"),
        ("㈠總則", "(一)"),
        ("(1)總則", "(1)"),
        ("⑴總則", "(1)"),
        ("1)總則", "1)"),
        ("①總則", "①"),
        ("a)總則", "a)"),
        ("A.總則", "A"),
        ("I.總則", "I"),
        ("1範圍", "1"),
        ("1.範圍", "1"),
        ("1、範圍", "1"),
        ("附錄A 表", "附錄A"),
        ("附件1：表", "附件1"),
        ("附件", "附件"),
        ("附录B（资料性附录） 表", "附录B"),
    ],
)
def test_every_way_of_numbering(line: str, number: str) -> None:
    (regulation,) = read_text("某規定\n" + line).regulations
    assert [node.number for node in regulation.nodes] == [number]
    assert regulation.nodes[0].depth == 1


@pytest.mark.parametrize("star", ["*", "＊", "•", "●", "- ", "——", "* "])
def test_starred_rules(star: str) -> None:
    assert tree(f"某規定\n1合作\n{star}互相尊重。\n{star}主動配合。") == ["1 合作", "  * 互相尊重。", "  * 主動配合。"]


@pytest.mark.parametrize(
    ("line", "divided"),
    [
        ("決定:決定時間。", ("決定", "決定時間。")),
        ("銷售人員之間合作:", ("銷售人員之間合作", "")),
        ("安全觀察與溝通報告(見附錄A)", ("安全觀察與溝通報告(見附錄A)", "")),
        ("《規定:細則》另行發布。", ("", "《規定:細則》另行發布。")),
        ("一二三四五六七八九十一二三四五六七八九十一:後文", ("一二三四五六七八九十一二三四五六七八九十一:後文", "")),
        (
            "一二三四五六七八九十一二三四五六七八九十一:後文。",
            ("", "一二三四五六七八九十一二三四五六七八九十一:後文。"),
        ),
    ],
)
def test_heading_and_text_are_divided(line: str, divided: tuple[str, str]) -> None:
    assert split_heading(line) == divided


@pytest.mark.parametrize(
    ("line", "left_out"),
    [
        ("首頁 > 職責大全 > 制度", True),
        ("您现在的位置：首页 > 制度", True),
        ("2024-07-11 閱讀 6404", True),
        ("閱讀：123次", True),
        ("来源：网络 作者：佚名 发布时间：2024-07-11", True),
        ("上一篇：另一制度", True),
        ("版權所有 © 2024", True),
        ("第 3 頁 共 10 頁", True),
        ("- 3 -", True),
        ("1 範圍 ........ 3", True),
        ("目 錄", True),
        ("＊＊＊＊＊", True),
        ("閱讀本規定後應簽收。", False),
        ("2024-07-11", False),
        ("首頁的設計應簡明。", False),
        ("第3頁所附的表格應填寫完整。", False),
        ("來源應註明。", False),
    ],
)
def test_web_debris(line: str, left_out: bool) -> None:
    result = read_text(f"某管理制度\n{line}\n1範圍\n說明。")
    assert [one.text for one in result.ignored_lines if not one.kept] == ([line] if left_out else [])
    assert [node.line for node in result.regulations[0].walk()][: 1 if left_out else 2] == ([3] if left_out else [2, 3])


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1, "一"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (21, "二十一"),
        (103, "一百零三"),
        (110, "一百一十"),
        (1005, "一千零五"),
    ],
)
def test_chinese_numerals_there_and_back(value: int, written: str) -> None:
    assert numerals.han(value) == written
    assert numerals.han_value(written) == value


@pytest.mark.parametrize("written", ["", "十十", "一二百", "百千", "X"])
def test_no_chinese_numeral(written: str) -> None:
    assert numerals.han_value(written) in (None, 0)
