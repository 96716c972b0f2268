"""The three regulations the portal was made for (issue: import), where the file is at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from policies.parsing import ParseResult, parse, read_file
from tests.policies.parsing import documents
from tests.policies.parsing.outlines import same

SEED = Path(__file__).resolve().parents[4] / "shared" / "seeds" / "three-regulations.txt"
pytestmark = pytest.mark.skipif(not SEED.exists(), reason=f"the seed text is not beside the repository ({SEED})")


@pytest.fixture(scope="module")
def seed() -> ParseResult:
    return parse(read_file(SEED))


def test_the_counts_are_those_of_the_regulations(seed: ParseResult) -> None:
    assert seed.as_json()["regulations"] == [
        {"title": "X房產售房部部門或人員之間的合作與溝通制度", "clauses": {"1": 4}, "items": 13, "paragraphs": 0},
        {"title": "K物業公司服務手冊:溝通", "clauses": {"1": 3}, "items": 0, "paragraphs": 17},
        {"title": "安全觀察溝通管理規定", "clauses": {"1": 7, "2": 28, "3": 35}, "items": 0, "paragraphs": 15},
    ]


def test_only_web_debris_and_repeated_titles_are_left_out(seed: ParseResult) -> None:
    assert [(one.line, one.text[:8], one.kept) for one in seed.ignored_lines] == [
        (1, "首頁 > 職責大", False),
        (5, "2024-07-", False),
        (7, "房產公司售房部部", False),
        (45, "K物業公司服務手", False),
    ]
    assert len({one.why for one in seed.ignored_lines}) == 3


def test_every_clause_of_the_safety_regulation_has_its_own_number(seed: ParseResult) -> None:
    numbered = [node for node in seed.regulations[2].walk() if node.number]
    assert len({node.number for node in numbered}) == len(numbered) == 70
    assert all(node.depth == node.number.count(".") + 1 for node in numbered)


@pytest.mark.parametrize(
    ("number", "heading", "beginning"),
    [
        ("2.1", "安全觀察", "對正在工作的人員至少觀察30秒"),
        ("3.5", "", "所有員工必須接受本規范的培訓"),
        ("4.5", "安全觀察與溝通報告(見附錄A)", ""),
        ("4.5.3", "", "安全觀察與溝通報告中不得記錄被觀察人員的姓名。"),
        ("4.3.4", "行動", "阻止--對員工的不安全行為進行阻止"),
        ("6.1", "資源支持", ""),
    ],
)
def test_heading_and_text(seed: ParseResult, number: str, heading: str, beginning: str) -> None:
    (node,) = (node for node in seed.regulations[2].walk() if node.number == number)
    assert node.heading == heading
    assert node.text.startswith(beginning)
    assert bool(node.text) == bool(beginning)


def test_unnumbered_paragraphs_belong_to_the_clause_they_follow(seed: ParseResult) -> None:
    below = {
        node.number: [child.text for child in node.children if child.kind == "paragraph"]
        for node in seed.regulations[2].walk()
    }
    assert below["6.1"] == ["鉆井總公司現有資源都是協助實施本規范的可利用資源。"]
    assert len(below["6.6"]) == 2
    assert len(below["7"]) == 2


def test_the_service_text_keeps_its_introduction_under_its_heading(seed: ParseResult) -> None:
    heading, *sections = seed.regulations[1].nodes
    assert (heading.kind, heading.heading, len(heading.children)) == ("heading", "溝通", 5)
    assert [section.heading for section in sections] == ["服務前的溝通", "服務過程中的溝通", "服務后的溝通"]
    assert [len(section.children) for section in sections] == [4, 1, 6]


def test_the_sales_sections_hold_their_starred_rules(seed: ParseResult) -> None:
    sections = seed.regulations[0].nodes
    assert [len(section.children) for section in sections] == [7, 2, 2, 2]
    assert {child.kind for section in sections for child in section.children} == {"item"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030", "cp950", "big5hkscs"])
def test_the_seed_in_another_encoding_is_the_same(seed: ParseResult, encoding: str) -> None:
    data = SEED.read_text(encoding="utf-8").encode(encoding)
    assert parse(read_file(data, "three.txt")).as_json() == seed.as_json()


def test_the_seed_as_docx_and_html_is_the_same_tree(seed: ParseResult) -> None:
    text = SEED.read_text(encoding="utf-8")
    assert same(parse(read_file(documents.docx_of(text), "three.docx"))) == same(seed)
    assert same(parse(read_file(documents.html_of(text), "three.html"))) == same(seed)
