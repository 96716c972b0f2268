"""A small text of our own that holds one of everything."""

from __future__ import annotations

import pytest

from policies.parsing import ParseResult, parse, read_file
from tests.policies.parsing import documents
from tests.policies.parsing.outlines import outline, same


@pytest.fixture(scope="module")
def result() -> ParseResult:
    return parse(read_file(documents.SAMPLES / "hot-work.txt"))


def test_the_tree_of_articles(result: ParseResult) -> None:
    assert outline(result.regulations[0].nodes) == [
        "第一章 總則",
        "  第一條 為了防止火災，保護人員和財產，制定本規定。",
        "  第二條 適用範圍|公司各單位和進場施工的承包商。",
        "第二章 作業要求",
        "  第三條 動火前應完成下列準備",
        "    (一) 清理作業點周圍10米內的可燃物;",
        "    (二) 配備滅火器材，並由專人監火。",
        "      ~ 監火人不得離開現場。",
        "  第四條 作業中應遵守下列要求",
        "    1 每次動火不超過8小時;",
        "    2 風力達到五級時停止作業;",
        "    3 中斷30分鐘以上應重新檢測。",
        "  第六條 作業後監火人應留守，確認沒有火種。",
        "第三章 附則",
        "  ~ 24小時值班電話見公告欄。",
        "  第七條 本規定由安全管理部負責解釋。",
        "附錄A 動火作業許可證",
        "附錄B 監火人記錄表",
    ]


def test_the_tree_of_decimal_numbers(result: ParseResult) -> None:
    assert outline(result.regulations[1].nodes) == [
        "1 適用範圍",
        "  ~ 本辦法適用於管理處保管的鑰匙。",
        "2 保管",
        "  2.1 登記|每把鑰匙有編號，領用和歸還都要登記。",
        "  2.2 存放",
        "    ~ 鑰匙櫃由值班人員上鎖。",
        "    * 備用鑰匙放在密封袋中。",
        "    * 密封袋上有兩人簽名。",
        "  2.3 盤點",
        "    ~ 2.5噸以上的叉車鑰匙由車隊保管。",
        "3 遺失",
        "  3.1 發現遺失，應在1小時內報告。",
        "    ~ 9.9 這一行的編號沒有來處。",
        "  3.3 每季度通報一次遺失情況。",
    ]


def test_the_report_names_lines(result: ParseResult) -> None:
    text = documents.sample().split("\n")
    assert all(text[one.line - 1].strip() == one.text for one in result.ignored_lines)
    assert [(one.text[:8], one.kept) for one in result.ignored_lines] == [
        ("首頁 > 安全管", False),
        ("2026-03-", False),
        ("動火作業管理規定", False),
        ("第六條 作業後監", True),
        ("9.9 這一行的", True),
        ("3.3每季度通報", True),
    ]


def test_the_json_is_plain(result: ParseResult) -> None:
    assert result.as_json()["regulations"] == [
        {"title": "動火作業管理規定", "clauses": {"1": 3, "2": 6, "3": 5}, "items": 0, "paragraphs": 2},
        {"title": "鑰匙管理辦法", "clauses": {"1": 3, "2": 5}, "items": 2, "paragraphs": 4},
    ]
    assert set(result.as_json()) == {"regulations", "ignored_lines"}
    assert all(set(one) == {"line", "text", "why"} for one in result.as_json()["ignored_lines"])


def test_docx_and_html_give_the_same_tree(result: ParseResult) -> None:
    text = documents.sample()
    assert same(parse(read_file(documents.docx_of(text), "a.docx"))) == same(result)
    assert same(parse(read_file(documents.html_of(text), "a.html"))) == same(result)


@pytest.mark.parametrize(
    "changed",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: "\ufeff" + text,
        lambda text: "\n".join("\t" + line + "\u3000 " for line in text.split("\n")),
        lambda text: text.replace("篇2:", "篇２："),
        lambda text: text.replace("2.1", "２．１").replace("3.1發", "３.１ 發"),
        lambda text: text.replace("(一)", "（一）").replace("(二)", "（二）"),
        lambda text: text.replace("第三條 ", "第三條\u3000").replace("第二章 ", "第二章\t"),
        lambda text: (
            text.replace("* ", "＊").replace("1.每", "1、每").replace("2.風", "2、風").replace("3.中", "3、中")
        ),
    ],
)
def test_ways_of_writing_that_change_nothing(result: ParseResult, changed) -> None:
    assert same(parse(read_file(changed(documents.sample()).encode(), "a.txt"))) == same(result)
