"""Cells that cannot run, files that open in Excel, foreign files that are read or refused."""

from __future__ import annotations

import csv
import io
import time
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.lib.spreadsheets import (
    SpreadsheetRefused,
    read_rows,
    rows_from_dicts,
    safe_cell,
    write_csv,
    write_xlsx,
)

FORMULAS = [
    "=1+1",
    "==2",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "　=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "﹦1",
    "\u200b=1",
    "\ufeff=1",
    "\x01=1",
    "'=1",
    "''=1",
    "%0a",
    "|x",
]


def written_csv(*rows: list[object]) -> bytes:
    out = io.BytesIO()
    write_csv(rows, out)
    return out.getvalue()


def written_xlsx(titles: list[str], *rows: list[object]) -> bytes:
    out = io.BytesIO()
    write_xlsx(rows, out, titles)
    return out.getvalue()


@pytest.mark.parametrize("text", FORMULAS)
def test_what_could_be_a_formula_gets_an_apostrophe(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "投訴", "a=b", "1-2", "'tis", "第4.5.3條", "a@b.c", "  "])
def test_ordinary_text_stays(text: str) -> None:
    assert safe_cell(text) == text


@pytest.mark.parametrize("value", [0, -5, 1.5, Decimal("-1.20"), True, date(2026, 10, 5)])
def test_numbers_and_dates_stay_what_they_are(value: object) -> None:
    assert safe_cell(value) is value


def test_other_things_become_text_or_numbers() -> None:
    assert safe_cell(None) == ""
    assert safe_cell(Fraction(1, 4)) == 0.25
    assert safe_cell(["="]) == "['=']"


def test_csv_begins_with_a_mark_for_excel() -> None:
    data = written_csv(["名"], ["投訴"])
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig") == "名\r\n投訴\r\n"


@pytest.mark.parametrize("text", FORMULAS)
def test_no_written_cell_begins_like_a_formula(text: str) -> None:
    cell = next(csv.reader(io.StringIO(written_csv([text]).decode("utf-8-sig"))))[0]
    assert cell.startswith("'")
    sheet = openpyxl.load_workbook(io.BytesIO(written_xlsx(["x"], [text]))).active
    assert sheet["A2"].data_type in ("s", "n", "inlineStr")
    assert sheet["A2"].data_type != "f"
    assert sheet["A2"].quotePrefix


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn"])), min_size=1, max_size=5)
)
def test_what_was_written_is_read_again(cells: list[str]) -> None:
    titles = [f"c{n}" for n in range(len(cells))]
    expected = [" ".join(cell.split("\x85")).strip() for cell in cells]
    for data in (written_csv(titles, cells), written_xlsx(titles, cells)):
        rows = list(read_rows(data))
        if not any(expected):
            assert rows == []
        else:
            assert [list(row.values()) for _line, row in rows] == [expected]


def test_xlsx_text_looking_like_a_number_stays_text() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(written_xlsx(["編號"], ["00123"], [123]))).active
    assert sheet["A2"].value == "00123"
    assert sheet["A3"].value == 123


def test_xlsx_takes_moments_control_characters_and_very_long_text() -> None:
    moment = datetime(2026, 10, 5, 8, 30, tzinfo=UTC)
    rows = list(read_rows(written_xlsx(["a", "b", "c"], [moment, "x\x00\x08y", "長" * 40_000])))
    assert rows[0][1]["a"] == "2026-10-05T08:30:00"
    assert rows[0][1]["b"] == "xy"
    assert len(rows[0][1]["c"]) == 32_767


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "big5", "utf-16"])
def test_csv_is_read_in_the_encodings_offices_use(encoding: str) -> None:
    text = "姓名,部門,時間\r\n王小明,客戶服務,08:30\r\n"
    assert list(read_rows(text.encode(encoding), "x.csv")) == [
        (2, {"姓名": "王小明", "部門": "客戶服務", "時間": "08:30"})
    ]


def test_lines_are_numbered_as_in_the_file() -> None:
    data = b'a;b\n1;"two\nlines"\n\n;\n3;4\n'
    assert list(read_rows(data)) == [(2, {"a": "1", "b": "two\nlines"}), (6, {"a": "3", "b": "4"})]


def test_short_rows_are_filled_and_untitled_columns_left_out() -> None:
    assert list(read_rows("Ａ\u200b , ,b\n1,x,2\n3".encode())) == [(2, {"A": "1", "b": "2"}), (3, {"A": "3", "b": ""})]


def test_values_of_xlsx_come_as_text() -> None:
    rows = [[date(2026, 10, 5), 3.0, 2.5, True, None, -7]]
    assert [list(row.values()) for _n, row in read_rows(written_xlsx(list("abcdef"), *rows))] == [
        ["2026-10-05", "3", "2.5", "1", "", "-7"]
    ]


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"<row/>" * 3_000_000)
    return out.getvalue()


def archive_with(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b" \r\n ", "empty"),
        ("\ufeff".encode(), "empty"),
        (b"\x00\x01\x02", "not a text file"),
        (b"\xd0\xcf\x11\xe0rest", "old or protected"),
        (b"PK\x03\x04 torn", "damaged"),
        (archive_with("word/document.xml"), "damaged"),
        (archive_with("xl/workbook.xml"), "damaged"),
        (archive_with("xl/workbook.xml", "xl/vbaProject.bin"), "macros"),
        (archive_with("xl/workbook.xml", *(f"x{n}" for n in range(1_100))), "too many parts"),
        (bomb(), "too much data"),
        (b"a,a\n1,2", "occurs twice"),
        (b"a,b\n1,2,3", "Line 2 has more cells"),
        (b"a\n1\n2\n3\n4", "more than 3 rows"),
        (b"xxxx,b\n" + b"x" * 3_000, "larger than"),
    ],
)
def test_bad_files_are_refused_with_a_sentence(data: bytes, sentence: str) -> None:
    started = time.perf_counter()
    with pytest.raises(SpreadsheetRefused, match=sentence):
        list(read_rows(data, "x", max_rows=3, max_bytes=2_000 if b"xxx" in data[:10] else 300_000))
    assert time.perf_counter() - started < 2


def test_missing_columns_are_named() -> None:
    with pytest.raises(SpreadsheetRefused, match="區域, 時間"):
        list(read_rows(b"a,b\n1,2", required=["a", "區域", "時間"]))


def test_rows_from_records_begin_with_the_heading() -> None:
    assert list(rows_from_dicts([{"a": 1}, {"b": 2}], ["a", "b"])) == [["a", "b"], [1, None], [None, 2]]
