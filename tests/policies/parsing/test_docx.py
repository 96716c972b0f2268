"""DOCX: paragraphs, tables, automatic numbers; and archives that must not be unpacked."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from policies.parsing import ParseResult, SourceRefused, parse, read_docx, read_file
from tests.policies.parsing import documents
from tests.policies.parsing.documents import abstract, archive, docx, level, num, paragraph, style
from tests.policies.parsing.outlines import outline, read_text, same


def read(data: bytes) -> ParseResult:
    return parse(read_file(data, "規定.docx"))


def lines(data: bytes) -> list[str]:
    return [line.text for line in read_file(data, "規定.docx").lines]


DECIMAL = abstract(0, level(0, "%1"), level(1, "%1.%2"), level(2, "%1.%2.%3"))


def test_automatic_numbers_give_the_tree_of_typed_ones() -> None:
    """The sample's second regulation, its numbers taken away and left to the word processor."""
    text = documents.sample()
    typed = text[text.index("篇2") :]
    typed = "\n".join(line for line in typed.split("\n") if not line.startswith(("9.9", "3.3")))
    body = []
    for line in typed.split("\n"):
        found = None if line.startswith("2.5噸") else re.match(r"(\d(?:\.\d)*)、?(.+)", line)
        if found:
            body.append(paragraph(found[2], num=1, level=found[1].count(".")))
        else:
            body.append(paragraph(line))
    automatic = read(docx(body, numbering=DECIMAL + num(1, 0)))
    assert same(automatic) == same(read_text(typed))
    assert automatic.regulations[0].clauses == {1: 3, 2: 4}


def test_an_automatic_number_is_never_taken_for_a_quantity() -> None:
    body = [
        paragraph("規定"),
        paragraph("範圍", num=1),
        paragraph("噸以上吊車的要求", num=1),
        paragraph("米制單位", num=1),
    ]
    (regulation,) = read(docx(body, numbering=DECIMAL + num(1, 0))).regulations
    assert outline(regulation.nodes) == ["1 範圍", "2 噸以上吊車的要求", "3 米制單位"]


def test_chinese_levels() -> None:
    levels = [
        level(0, "第%1章", "chineseCountingThousand"),
        level(1, "第%2條", "taiwaneseCountingThousand", '<w:lvlRestart w:val="0"/>'),
        level(2, "(%3)", "ideographDigital"),
        level(3, "%4", "decimalEnclosedCircle"),
        level(4, "●", "bullet"),
    ]
    texts = [
        ("總則", 0),
        ("目的。", 1),
        ("範圍。", 1),
        ("要求", 0),
        ("應做到。", 1),
        ("戴帽。", 2),
        ("紅。", 3),
        ("藍。", 3),
        ("互助。", 4),
    ]
    body = [paragraph("規定"), *(paragraph(text, num=7, level=at) for text, at in texts)]
    (regulation,) = read(docx(body, numbering=abstract(3, *levels) + num(7, 3))).regulations
    assert outline(regulation.nodes) == [
        "第一章 總則",
        "  第一條 目的。",
        "  第二條 範圍。",
        "第二章 要求",
        "  第三條 應做到。",
        "    (一) 戴帽。",
        "      ① 紅。",
        "      ② 藍。",
        "        * 互助。",
    ]


def test_numbers_from_paragraph_styles() -> None:
    numbering = abstract(
        0, level(0, "%1", extra='<w:pStyle w:val="1"/>'), level(1, "%1.%2", extra='<w:pStyle w:val="2"/>')
    ) + num(4, 0)
    styles = (
        style("1", "heading 1", '<w:pPr><w:numPr><w:numId w:val="4"/></w:numPr></w:pPr>')
        + style("2", "heading 2", '<w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="4"/></w:numPr></w:pPr>')
        + style("x", "own", '<w:basedOn w:val="2"/>')
        + style("t", "toc 1")
    )
    body = [
        paragraph("規定"),
        paragraph("1 甲\t2", style="t"),
        paragraph("甲", style="1"),
        paragraph("乙", style="2"),
        paragraph("丙", style="x"),
        paragraph("丁", style="1", num=0),
        paragraph("戊", style="1"),
    ]
    result = read(docx(body, numbering=numbering, styles=styles))
    assert outline(result.regulations[0].nodes) == ["1 甲", "  1.1 乙", "  1.2 丙", "    ~ 丁", "2 戊"]
    assert [(one.line, one.why) for one in result.ignored_lines] == [(2, "table of contents")]


def test_overrides_and_shared_counters() -> None:
    override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    numbering = abstract(0, level(0, "%1、")) + num(1, 0) + num(2, 0) + num(3, 0, override)
    body = [paragraph(text, num=at) for text, at in (("甲", 1), ("乙", 2), ("丙", 3), ("丁", 3))]
    assert lines(docx(body, numbering=numbering)) == ["1、 甲", "2、 乙", "1、 丙", "2、 丁"]


def test_start_legal_and_linked_list_style() -> None:
    linked = abstract(5, extra='<w:numStyleLink w:val="列表"/>')
    styled = abstract(
        6,
        level(0, "第%1章", "chineseCounting", start=3),
        level(1, "%1.%2", extra="<w:isLgl/>"),
        extra='<w:styleLink w:val="列表"/>',
    )
    body = [paragraph("甲", num=1), paragraph("乙", num=1, level=1)]
    assert lines(docx(body, numbering=linked + styled + num(1, 5))) == ["第三章 甲", "3.1 乙"]


def test_styles_based_on_each_other_and_a_list_numbered_0() -> None:
    styles = style("a", "a", '<w:basedOn w:val="b"/>') + style("b", "b", '<w:basedOn w:val="a"/>')
    body = [paragraph("甲", style="a"), paragraph("乙", num=0)]
    assert lines(docx(body, numbering=DECIMAL + num(0, 0), styles=styles)) == ["甲", "乙"]


def test_a_number_that_points_nowhere_is_none() -> None:
    assert lines(docx([paragraph("甲", num=9), paragraph("乙", num=1, level=8)], numbering=DECIMAL + num(1, 0))) == [
        "甲",
        "乙",
    ]


def test_tables_breaks_deleted_words_and_text_boxes() -> None:
    box = f"<w:r><w:pict><w:txbxContent>{paragraph('框內')}</w:txbxContent></w:pict></w:r>"
    body = (
        "<w:tbl><w:tr><w:tc>" + paragraph("1 甲") + "</w:tc><w:tc>" + paragraph("說明。") + "</w:tc></w:tr></w:tbl>"
        "<w:sdt><w:sdtContent>" + paragraph("2 乙") + "</w:sdtContent></w:sdt>"
        "<w:p><w:r><w:t>上</w:t><w:br/><w:t>下</w:t><w:tab/><w:t>右</w:t></w:r></w:p>"
        "<w:p><w:r><w:t>留</w:t></w:r><w:del><w:r><w:delText>刪</w:delText></w:r></w:del><w:ins><w:r><w:t>加</w:t></w:r></w:ins></w:p>"
        f"<w:p><w:r><w:t>外</w:t></w:r>{box}</w:p>"
    )
    assert lines(docx(body)) == ["1 甲", "說明。", "2 乙", "上", "下\t右", "留加", "外", "框內"]


def test_strict_namespace_and_another_name_of_the_main_part() -> None:
    strict = "http://purl.oclc.org/ooxml"
    relation = f'<Relationship Type="{strict}/officeDocument/relationships/officeDocument" Target="/w/d2.xml"/>'
    document = f'<w:document xmlns:w="{strict}/wordprocessingml/main"><w:body>{paragraph("甲")}</w:body></w:document>'
    data = archive({"_rels/.rels": f"<Relationships>{relation}</Relationships>", "w/d2.xml": document})
    assert lines(data) == ["甲"]


def test_footnotes_are_reported() -> None:
    separator = f'<w:footnote w:type="separator">{paragraph("-")}</w:footnote>'
    own = f"<w:footnote>{paragraph('見附件')}</w:footnote>"
    notes = f"<w:footnotes {documents.W}>{separator}{own}</w:footnotes>"
    result = read(docx([paragraph("規定"), paragraph("1 甲")], parts={"word/footnotes.xml": notes}))
    assert [(one.text, one.why) for one in result.ignored_lines] == [("見附件", "footnote")]


GOOD = docx([paragraph("規定")] + [paragraph(f"{n} 條款內容") for n in range(1, 80)])
BOMB = f"<w:document {documents.W}><w:body>{paragraph('甲') * 2}{' ' * 8_000_000}</w:body></w:document>"
ENTITIES = (
    '<!DOCTYPE d [<!ENTITY a "甲乙丙丁"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>'
    f"<w:document {documents.W}><w:body><w:p><w:r><w:t>&b;&x;</w:t></w:r></w:p></w:body></w:document>"
)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (GOOD[: len(GOOD) // 2], "damaged"),
        (GOOD[:40], "damaged"),
        (b"PK\x03\x04" + b"\x07" * 400, "damaged"),
        (b"not a zip at all", "damaged"),
        (archive({"xl/workbook.xml": "<x/>"}), "not a Word document"),
        (archive({"word/document.xml": "<w:document"}), "damaged"),
        (archive({"word/document.xml": b"\xff\xfe\x00"}), "damaged"),
        (archive({"word/document.xml": BOMB}), "unpacks to too much"),
        (archive({"word/document.xml": "<a/>", "word/media/1.png": b"\x00" * 3_000_000}), "unpacks to too much"),
        (archive({f"{n}.xml": "" for n in range(5_001)}), "unpacks to too much"),
        (archive({"word/document.xml": ENTITIES}), "definitions"),
        (archive({"word/document.xml": "<a>" * 400 + "</a>" * 400}), "damaged"),
    ],
)
def test_archives_that_are_refused(data: bytes, words: str) -> None:
    with pytest.raises(SourceRefused, match=words) as refusal:
        read_file(data, "規定.docx")
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize("limit", ["MAX_UNPACKED_BYTES", "MAX_PART_BYTES"])
def test_sizes_are_limited(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_docx, limit, 1_000)
    with pytest.raises(SourceRefused, match="unpacks to too much"):
        read_file(GOOD, "規定.docx")


def test_a_part_that_lies_about_its_size_is_refused() -> None:
    data = bytearray(docx([paragraph("甲" * 50_000)]))
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        size = packed.getinfo("word/document.xml").file_size
    lie = bytes(data).replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    with pytest.raises(SourceRefused, match="damaged"):
        read_file(lie, "規定.docx")


def test_the_good_archive_is_read_whole() -> None:
    assert len(read_file(GOOD, "規定.docx").lines) == 80
