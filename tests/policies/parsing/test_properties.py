"""What holds for any text: reading never fails and never loses a line."""

from __future__ import annotations

import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st

from policies.parsing import ParseResult, Source, SourceLine, SourceRefused, parse, read_file
from tests.policies.parsing import documents
from tests.policies.parsing.outlines import same

# fmt: off
NUMBERS = st.sampled_from([
    "1", "2", "3", "1.1", "1.2", "2.1", "1.1.1", "1.1.2", "4.4", "1.", "2、", "１．", "第一章 ", "第二章", "第一條 ",
    "第三條 ", "一、", "二、", "(一)", "（二）", "(1)", "(2)", "1)", "①", "②", "a.", "b)", "I.", "附錄A", "附錄B ",
    "*", "- ", "篇2:", "【篇三】", "24小時", "2024-07-11", "首頁 > ", "閱讀 12", "\u3000", "\t", "\ufeff", "", "3人",
    "A.1 ", "1.5米", "第", "附件",
])
# fmt: on
WORDS = st.sampled_from(
    [
        "範圍",
        "總則:",
        "安全管理規定",
        "應當遵守，不得違反。",
        "溝通",
        "目的：為了安全。",
        "......3",
        "",
        ":",
        "說明如下:",
        "噸",
    ]
)
LIKELY = st.builds(lambda number, word, other: number + word + other, NUMBERS, WORDS, WORDS)
ANY = st.text(max_size=40).map(lambda text: text.replace("\n", " ").replace("\r", " "))
LINES = st.lists(st.one_of(LIKELY, LIKELY, ANY), max_size=40)


def check_nothing_is_lost(source: Source, result: ParseResult) -> None:
    placed = {one.line: one.title for one in result.regulations}
    nodes = {node.line: node for one in result.regulations for node in one.walk()}
    left_out = {one.line for one in result.ignored_lines if not one.kept}
    for line in source.lines:
        if not line.stripped:
            continue
        assert line.number in placed or line.number in nodes or line.number in left_out
        node = nodes.get(line.number)
        if node:
            assert node.heading in line.text
            assert node.text in line.text
            assert node.heading or node.text or node.number
    assert len(nodes) == sum(1 for one in result.regulations for _node in one.walk())


@settings(max_examples=400, deadline=None)
@given(LINES, st.sampled_from(["", "檔名"]))
def test_every_line_is_in_the_tree_or_in_the_report(lines: list[str], title: str) -> None:
    source = Source([SourceLine(number, line) for number, line in enumerate(lines, start=1)], "txt", title_hint=title)
    result = parse(source)
    check_nothing_is_lost(source, result)
    assert all(one.title for one in result.regulations)
    for one in result.regulations:
        for node in one.walk():
            unnumbered = node.kind in ("item", "paragraph", "heading")
            assert bool(node.number) != unnumbered
            for child in node.children:
                assert child.depth == node.depth + 1 or (child.depth > node.depth and child.number)
    result.as_json()


@settings(max_examples=60, deadline=None)
@given(LINES)
def test_docx_and_html_say_what_the_text_says(lines: list[str]) -> None:
    keep = [line.strip() for line in lines if line.isprintable() and line.strip()]
    text = "安全管理規定\n" + "\n".join(" ".join(line.split()) for line in keep)
    wanted = same(parse(read_file(text.encode(), "a.txt")))
    assert same(parse(read_file(documents.docx_of(text), "a.docx"))) == wanted
    assert same(parse(read_file(documents.html_of(text), "a.html"))) == wanted


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.docx", "a.html", ""]))
def test_any_bytes_are_read_or_refused(data: bytes, name: str) -> None:
    with contextlib.suppress(SourceRefused):
        source = read_file(data, name)
        check_nothing_is_lost(source, parse(source))


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2_000), st.integers(0, 255))
def test_a_docx_with_one_wrong_byte_is_read_or_refused(position: int, value: int) -> None:
    data = bytearray(documents.docx_of("規定\n1 範圍\n1.1 要求"))
    data[position % len(data)] = value
    with contextlib.suppress(SourceRefused):
        parse(read_file(bytes(data), "a.docx"))
