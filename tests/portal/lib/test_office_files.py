"""Word, Excel and PDF files: what they are, what is refused, which words they hold."""

from __future__ import annotations

import io
import zipfile

import pytest

from portal.lib import office_files, pdf, pdf_text, uploads
from portal.lib.office_files import OfficeFileRefused, examine_office_file, text_of
from portal.lib.spreadsheets import write_xlsx
from tests.home.library.conftest import docx

BOTH = frozenset({"docx", "xlsx", "pdf"})


def archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in names:
            made.writestr(name, "x")
    return out.getvalue()


def xlsx() -> bytes:
    out = io.BytesIO()
    write_xlsx([["電梯廣告", 38400]], out, ["項目", "收入"], sheet="收支")
    return out.getvalue()


@pytest.mark.parametrize(("data", "kind"), [(docx("一"), "docx"), (xlsx(), "xlsx")])
def test_what_it_is(data, kind):
    assert examine_office_file(data) == kind
    found = uploads.examine(data, name="表.bin", kinds=BOTH)
    assert (found.kind, found.name, found.clean_bytes) == (kind, f"表.{kind}", data)
    assert found.content_type == office_files.CONTENT_TYPES[kind]


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04 broken",
        archive("a.txt"),
        archive("word/document.xml", "word/vbaProject.bin"),
        archive("xl/workbook.xml", "xl/externalLinks/externalLink1.xml"),
        archive("word/document.xml", "word/activeX/activeX1.bin"),
    ],
)
def test_what_is_refused(data):
    with pytest.raises(OfficeFileRefused):
        examine_office_file(data)
    with pytest.raises(uploads.UploadRefused):
        uploads.examine(data, kinds=BOTH)


def test_a_file_that_unpacks_to_too_much_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("word/document.xml", b"0" * (office_files.MAX_UNPACKED + 1))
    with pytest.raises(OfficeFileRefused, match="far too much"):
        examine_office_file(out.getvalue())


def test_where_only_pictures_are_asked_for_no_document_comes_in():
    with pytest.raises(uploads.UploadRefused, match="Only photos"):
        uploads.examine(docx("一"), name="a.docx")


def test_the_words():
    assert text_of("docx", docx("第一條 愛護公共部位", "", "第二條")) == "第一條 愛護公共部位\n第二條"
    assert text_of("xlsx", xlsx()).split("\n") == ["收支", "項目 收入", "電梯廣告 38400"]
    assert text_of("docx", b"broken") == text_of("xlsx", archive("xl/workbook.xml")) == ""


def test_an_entity_in_a_document_is_not_resolved():
    out = io.BytesIO()
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    entity = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
    text = f"{entity}<w:document {space}><w:p><w:t>一&e;</w:t></w:p></w:document>"
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("word/document.xml", text)
    assert text_of("docx", out.getvalue()) in {"", "一"}


def test_the_words_of_a_pdf():
    html = '<html lang="zh-Hant"><head><title>t</title></head><body><h1>公約</h1><p>飼養犬隻 ABC 12.5</p></body></html>'
    found = pdf_text.text_of_pdf(pdf.render_pdf(html))
    assert "公約" in found
    assert "飼養犬隻" in found
    assert "ABC 12.5" in found
    assert pdf_text.text_of_pdf(b"%PDF-1.4 broken") == ""
