"""Numbering must be consistent with what stands before: levels, lists inside clauses, jumps, restarts."""

from __future__ import annotations

import pytest

from tests.policies.parsing.outlines import outline, read_text, tree


def reported(text: str) -> list[tuple[int, str]]:
    return [(one.line, one.why) for one in read_text(text).ignored_lines]


def test_articles_go_on_over_chapters() -> None:
    text = "規定\n第一章 甲\n第一條 一。\n第二條 二。\n第二章 乙\n第一節 丙\n第三條 三。\n第二節 丁\n第四條 四。"
    assert tree(text) == [
        "第一章 甲",
        "  第一條 一。",
        "  第二條 二。",
        "第二章 乙",
        "  第一節 丙",
        "    第三條 三。",
        "  第二節 丁",
        "    第四條 四。",
    ]
    assert reported(text) == []


def test_all_the_levels_of_a_chinese_text() -> None:
    text = "規定\n一、甲\n(一)乙\n1.丙\n(1)丁\n①戊\n②己\n(2)庚\n2.辛\n(二)壬\n二、癸"
    assert tree(text) == [
        "一 甲",
        "  (一) 乙",
        "    1 丙",
        "      (1) 丁",
        "        ① 戊",
        "        ② 己",
        "      (2) 庚",
        "    2 辛",
        "  (二) 壬",
        "二 癸",
    ]
    assert reported(text) == []


def test_decimal_numbers_below_chapters_and_appendices() -> None:
    text = "規定\n第一章 甲\n1.1 乙\n1.1.1 丙\n1.2 丁\n第二章 戊\n2.1 己\n"
    text += "附錄A 表\nA.1 填寫\nA.1.1 人\nA.2 保存\n附錄B 圖\nB.1 說明"
    assert tree(text) == [
        "第一章 甲",
        "  1.1 乙",
        "    1.1.1 丙",
        "  1.2 丁",
        "第二章 戊",
        "  2.1 己",
        "附錄A 表",
        "  A.1 填寫",
        "    A.1.1 人",
        "  A.2 保存",
        "附錄B 圖",
        "  B.1 說明",
    ]
    assert reported(text) == []


def test_a_list_inside_a_clause_does_not_end_the_chapters() -> None:
    text = "規定\n1 甲\n1.1 應做到:\n1.戴帽。\n2.繫帶。\n1.2 乙\n2 丙\n2.1 丁"
    assert tree(text) == ["1 甲", "  1.1 應做到", "    1 戴帽。", "    2 繫帶。", "  1.2 乙", "2 丙", "  2.1 丁"]
    assert reported(text) == []


def test_the_next_chapter_after_a_list_of_as_many_entries() -> None:
    text = "規定\n1.甲\n1.1 應做到:\n1.戴帽。\n2.乙\n2.1 丙"
    assert tree(text) == ["1 甲", "  1.1 應做到", "    1 戴帽。", "2 乙", "  2.1 丙"]


def test_a_list_in_other_marks_below_a_chapter() -> None:
    assert tree("規定\n1.甲\n1、戴帽。\n2、繫帶。\n2.乙") == ["1 甲", "  1 戴帽。", "  2 繫帶。", "2 乙"]


def test_chapters_that_begin_again_below_a_heading() -> None:
    text = "手冊\n溝通\n說明文字。\n1、前\n2、後\n投訴\n1、受理\n2、答覆"
    assert tree(text) == ["# 溝通", "  ~ 說明文字。", "1 前", "2 後", "# 投訴", "1 受理", "2 答覆"]
    assert [line for line, _why in reported(text)] == [7]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("規定\n4 甲\n4.1 乙\n4.2 丙\n4.4 丁", 5, "number jumps from 4.2 to 4.4"),
        ("規定\n1 甲\n3 丙", 3, "number jumps from 1 to 3"),
        ("規定\n第一條 甲。\n第九條 丙。", 3, "number jumps from 第一條 to 第九條"),
        ("規定\n1 甲\n1.2 乙", 3, "number jumps from 1 to 1.2"),
        ("規定\n1 甲\n1.1 乙\n2.1 丙", 4, "number jumps from 1.1 to 2.1"),
        ("規定\n第五條 甲。", 2, "numbering begins at 第五條"),
        ("規定\n3.職責\n3.1甲。", 2, "numbering begins at 3"),
        ("規定\n3職責\n3.1甲。", 2, "numbering begins at 3"),
    ],
)
def test_a_gap_is_accepted_and_reported(text: str, line: int, words: str) -> None:
    result = read_text(text)
    node = next(node for node in result.regulations[0].walk() if node.line == line)
    assert node.number
    assert words in [one.why for one in result.ignored_lines if one.line == line and one.kept]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("規定\n1 甲\n1.1 乙\n7.3 丙", 4, "number 7.3 does not follow 1.1; kept as text"),
        ("規定\n1 甲\n1.1 乙\n1.1 丙", 4, "number 1.1 does not follow 1.1; kept as text"),
        ("規定\n1 甲\n2 乙\n1 丙", 4, "number 1 does not follow 2; kept as text"),
        ("規定\n1 甲\n2噸吊車", 3, "begins with 2, read as a quantity"),
        ("規定\n9 甲\n說明。", 2, "number 9 begins no numbering; kept as text"),
        (
            "規定\n9本規定適用於員工，以及承包商。\n10本規定於今年施行。",
            2,
            "number 9 begins no numbering; kept as text",
        ),
        ("規定\n1甲\n2乙\n5所有員工", 4, "number 5 does not follow 2; kept as text"),
        ("規定\n1甲\n2乙\n4所有員工應參加，並簽到。", 4, "number 4 does not follow 2; kept as text"),
        ("規定\n第一條 甲。\n5.乙\n5.1丙", 3, "number 5 does not follow 第一條; kept as text"),
        ("手冊\n1前\n2後\n投訴\n1受理", 5, "number 1 does not follow 2; kept as text"),
    ],
)
def test_a_number_out_of_turn_is_text_and_reported(text: str, line: int, words: str) -> None:
    result = read_text(text)
    node = next(node for node in result.regulations[0].walk() if node.line == line)
    assert (node.kind, node.number) == ("paragraph", "")
    assert words in [one.why for one in result.ignored_lines if one.line == line and one.kept]


def test_a_missing_chapter_keeps_the_level_of_its_clauses() -> None:
    (regulation,) = read_text("規定\n1 甲\n1.1 乙\n2.1 丙\n2.2 丁\n3 戊").regulations
    assert [(node.number, node.depth) for node in regulation.walk()] == [
        ("1", 1),
        ("1.1", 2),
        ("2.1", 2),
        ("2.2", 2),
        ("3", 1),
    ]


def test_the_same_number_again_and_again_opens_no_pit() -> None:
    (regulation,) = read_text("規定\n" + "1.甲\n1、乙\n" * 500).regulations
    assert max(node.depth for node in regulation.walk()) <= 4


def test_titles() -> None:
    assert [one.title for one in read_text("公司\n安全管理規定\n1 甲").regulations] == ["安全管理規定"]
    assert [one.title for one in read_text("1 甲\n2 乙").regulations] == ["檔名"]
    assert [one.title for one in read_text("某網站\n當前位置：首頁 › 巡查\n巡查\n1 甲").regulations] == ["巡查"]
    assert [one.title for one in read_text("24小時值班制度\n1 甲").regulations] == ["24小時值班制度"]


def test_pieces_of_a_collection() -> None:
    result = read_text(
        "制度大全(三篇)\n下面是整理的制度。\n篇1:甲制度\n1 一\n篇二：乙制度\n乙制度\n1 一\n"
        "【篇3】丙制度\n1 一\n第四篇：丁制度\n1 一"
    )
    assert [one.title for one in result.regulations] == ["甲制度", "乙制度", "丙制度", "丁制度"]
    assert [(one.line, one.kept) for one in result.ignored_lines] == [(1, False), (2, False), (6, False)]


def test_a_title_with_nothing_below_is_reported() -> None:
    result = read_text("甲制度\n1 一\n篇2:乙制度")
    assert [one.title for one in result.regulations] == ["甲制度"]
    assert [(one.line, one.why) for one in result.ignored_lines] == [(3, "title without text")]


def test_the_head_of_a_printed_page_is_left_out() -> None:
    result = read_text("安全觀察管理規定\n1 甲\n安全觀察管理規定\n第 2 頁\n2 乙")
    assert outline(result.regulations[0].nodes) == ["1 甲", "2 乙"]
    assert [one.line for one in result.ignored_lines] == [3, 4]


def test_a_series_of_texts_under_one_title() -> None:
    text = "車輛管理制度3篇\n以下是小編精心整理的制度，歡迎閱讀。\n車輛管理制度1\n一、總則\n1、為了管理，制定本制度。\n"
    text += "車輛管理制度 2\n1、目的\n車輛管理制度4\n車輛管理制度三\n1、目的"
    result = read_text(text)
    assert [one.title for one in result.regulations] == ["車輛管理制度1", "車輛管理制度 2", "車輛管理制度三"]
    assert [(one.line, one.kept) for one in result.ignored_lines] == [(1, False), (2, False)]


def test_a_table_of_contents_without_page_numbers() -> None:
    text = "管理條例\n（2021年通過）\n目　錄\n第一章　總則\n第二章 職責\n"
    text += "第一章 總則\n第一條 一。\n第二章 職責\n第二條 二。"
    result = read_text(text)
    assert outline(result.regulations[0].nodes) == [
        "~ （2021年通過）",
        "第一章 總則",
        "  第一條 一。",
        "第二章 職責",
        "  第二條 二。",
    ]
    assert [one.line for one in result.ignored_lines] == [3, 4, 5]


@pytest.mark.parametrize(
    "text",
    [
        "管理條例\n目錄\n第一章 總則\n這是一句話。\n第一章 總則\n第一條 甲。",
        "管理條例\n目錄\n第一章 總則\n第一條 甲。",
    ],
)
def test_a_heading_of_contents_with_no_table_takes_nothing_along(text: str) -> None:
    result = read_text(text)
    assert [one.line for one in result.ignored_lines if not one.kept] == [2]


@pytest.mark.parametrize(
    "text",
    [
        "安全觀察管理規定\n1 甲\n安全觀察管理規定的解釋",
        "溝通\n1 甲\n溝通",
        "規定\n1 甲\n來源：公司 作者：張三 編輯：李四",
        "規定\n1 甲\n目錄",
    ],
)
def test_what_is_left_out_above_the_text_is_kept_in_it(text: str) -> None:
    assert read_text(text).ignored_lines == []


def test_marks_of_markdown_headings_are_no_text() -> None:
    assert read_text("# 規定\n## 一、甲").regulations[0].title == "規定"
    assert tree("# 規定\n## 第一章 總則\n### 第一條 目的\n甲。") == ["第一章 總則", "  第一條 目的", "    ~ 甲。"]
