"""Rows to and from CSV and XLSX files: the one place where a cell is made harmless and a foreign file is opened.

A spreadsheet program runs a cell that begins with = + - @ (or their full-width twins). What people typed into our forms
must never run on a colleague's machine, so every exported cell goes through `safe_cell`.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import IO, Any, Final

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.cell import WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from portal.lib.chinese import strip_invisible
from portal.lib.encodings import decode_text

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NAMED_DELIMITER = re.compile(r"\ufeff?sep=([,;\t])\r?\n", re.IGNORECASE)
_LONGEST_CELL = 32_767  # Excel's limit; longer text is cut in XLSX, never in CSV.

MAX_BYTES: Final = 20 * 1024 * 1024
MAX_UNPACKED: Final = 150 * 1024 * 1024
MAX_RATIO: Final = 100
MAX_ENTRIES: Final = 1_000
MAX_COLUMNS: Final = 200


class SpreadsheetRefused(ValueError):
    """A file we do not read. The message is a sentence that says why and what to do."""


# --- Writing ----------------------------------------------------------------------------------------------------------


def safe_cell(value: Any) -> Any:
    """`value` as a cell that no spreadsheet program takes for a formula.

    Numbers, dates and truth values stay what they are; nothing becomes empty text; everything else becomes text, with
    an apostrophe in front when a program could read it as a formula, also after white space, in full-width, or behind
    characters nobody sees. `read_rows` takes that apostrophe away again.
    """
    if value is None:
        return ""
    if isinstance(value, bool | int | float | Decimal | date | time | timedelta):
        return value
    if isinstance(value, Fraction):
        return float(value)
    text = str(value)
    return f"'{text}" if _looks_like_formula(text) else text


def _looks_like_formula(text: str) -> bool:
    if text[:1] in ("\t", "\r", "\n"):
        return True
    seen = (
        _UNPRINTABLE.sub("", strip_invisible(unicodedata.normalize("NFKC", text[:200]))).lstrip().lstrip("'").lstrip()
    )
    return seen.startswith(_STARTS_FORMULA)


def write_csv(rows: Iterable[Sequence[Any]], out: IO[bytes]) -> int:
    """Write `rows` (heading first) as UTF-8 CSV into the binary `out`; the number of rows written.

    With a byte-order mark, without which Excel shows Chinese as rubbish, and CRLF line ends.
    """
    line = io.StringIO()
    writer = csv.writer(line)
    out.write(b"\xef\xbb\xbf")
    count = 0
    for row in rows:
        writer.writerow([_UNPRINTABLE.sub("", v) if isinstance(v := safe_cell(cell), str) else v for cell in row])
        out.write(line.getvalue().encode("utf-8"))
        line.seek(0)
        line.truncate()
        count += 1
    return count


def write_xlsx(rows: Iterable[Sequence[Any]], out: IO[bytes], titles: Sequence[str], *, sheet: str = "") -> int:
    """Write `titles` as a frozen heading and `rows` below it as an XLSX workbook; the number of rows written.

    Text is written as text and marked so, hence it needs no apostrophe and cannot become a formula when edited.
    """
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet(_sheet_name(sheet))
    page.freeze_panes = "A2"
    page.append([_xlsx_cell(page, title) for title in titles])
    count = 0
    for row in rows:
        page.append([_xlsx_cell(page, value) for value in row])
        count += 1
    book.save(out)
    return count


def _sheet_name(name: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", " ", name).strip()[:31] or "Sheet1"


def _xlsx_cell(page: WriteOnlyWorksheet, value: Any) -> Any:
    if isinstance(value, datetime | time) and value.tzinfo is not None:
        value = value.replace(tzinfo=None)  # XLSX knows no time zones: the caller gives local time.
    harmless = safe_cell(value)
    if not isinstance(harmless, str):
        return harmless
    text = "" if value is None else str(value)
    formula_like = harmless != text
    cell = WriteOnlyCell(page, value="")
    cell.value = _UNPRINTABLE.sub("", text)[:_LONGEST_CELL]
    cell.data_type = "s"
    if formula_like:
        cell.quotePrefix = True
    return cell


# --- Reading ----------------------------------------------------------------------------------------------------------


def read_rows(
    file: IO[bytes] | bytes,
    name: str = "",
    *,
    max_rows: int = 100_000,
    max_bytes: int = MAX_BYTES,
    max_unpacked: int = MAX_UNPACKED,
    required: Sequence[str] = (),
) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of a CSV or XLSX file as `(line number in the file, {heading: text})`; the first row is the heading.

    Cells come as stripped text (dates as 2026-10-05, moments as 2026-10-05T08:30:00, whole numbers without a point);
    empty rows are left out. The file is judged by its content, `name` is only used in sentences. Sizes are checked
    before anything is unpacked. SpreadsheetRefused comes with the first row asked for, or at the row that is wrong.
    """
    data = file if isinstance(file, bytes) else file.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise SpreadsheetRefused(_("The file is larger than %(size)s MB.") % {"size": max_bytes // (1024 * 1024)})
    if not data.strip():
        raise SpreadsheetRefused(_("The file is empty."))
    if data.startswith(b"PK\x03\x04"):
        _check_archive(data, max_unpacked)
        lines = _xlsx_lines(data, max_rows)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        raise SpreadsheetRefused(_("This is an old or protected Excel file. Save it as .xlsx without a password."))
    else:
        lines = _csv_lines(data)
    return _as_dicts(lines, max_rows, required)


def _check_archive(data: bytes, max_unpacked: int) -> None:
    """Refuse an archive that unpacks to far more than it says on the outside, before unpacking it."""
    broken = _("The file is damaged or not an Excel file.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise SpreadsheetRefused(broken) from None
    if len(entries) > MAX_ENTRIES:
        raise SpreadsheetRefused(_("The Excel file has too many parts inside."))
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise SpreadsheetRefused(_("The Excel file is protected. Save it without a password."))
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > max_unpacked or unpacked > MAX_RATIO * max(len(data), 10_000):
        raise SpreadsheetRefused(_("The Excel file unpacks to far too much data. Save it again with fewer rows."))
    names = {entry.filename for entry in entries}
    if "xl/workbook.xml" not in names:
        raise SpreadsheetRefused(broken)
    if any(part.endswith("vbaProject.bin") for part in names):
        raise SpreadsheetRefused(_("The Excel file contains macros. Save it as .xlsx without them."))


def _xlsx_lines(data: bytes, max_rows: int) -> Iterator[tuple[int, list[str]]]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        page = book.worksheets[0]
        page.reset_dimensions()  # The file's own word about its size is not to be trusted.
        rows = page.iter_rows(max_col=MAX_COLUMNS, max_row=2 * max_rows + 1_000, values_only=True)
        for number, row in enumerate(rows, start=1):
            yield number, [_as_text(value) for value in row]
    except SpreadsheetRefused:
        raise
    except Exception as problem:  # openpyxl raises whatever a damaged part leads to: KeyError, TypeError, XML errors.
        raise SpreadsheetRefused(_("The file is damaged or not an Excel file.")) from problem
    finally:
        if "book" in locals():
            book.close()


def _csv_lines(data: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        text, _encoding = decode_text(data)
    except ValueError as problem:
        raise SpreadsheetRefused(str(problem)) from None
    if "\x00" in text:
        raise SpreadsheetRefused(_("The file is not a text file."))
    start, named = 1, _NAMED_DELIMITER.match(text)
    if named:  # Excel says in a first line of its own what divides the cells
        start, text = 2, text[named.end() :]
    heading = text[: text.find("\n")] if "\n" in text else text
    delimiter = named[1] if named else max(",;\t", key=heading.count)
    csv.field_size_limit(1_000_000)
    reader, before = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start
    try:
        for row in reader:
            yield start, [_undo_apostrophe(cell.strip()) for cell in row]
            start = reader.line_num + before
    except csv.Error:
        raise SpreadsheetRefused(_("Line %(line)s cannot be read as CSV.") % {"line": start}) from None


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time.min else value.isoformat(timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).strip()


def _undo_apostrophe(text: str) -> str:
    return text[1:] if text.startswith("'") and _looks_like_formula(text) else text


def _as_dicts(
    lines: Iterator[tuple[int, list[str]]], max_rows: int, required: Sequence[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    heading: list[str] = []
    count = 0
    for number, cells in lines:
        if not any(cells):
            continue
        if not heading:
            heading = _heading(cells, required)
            continue
        if any(cells[len(heading) :]):
            raise SpreadsheetRefused(_("Line %(line)s has more cells than the heading.") % {"line": number})
        count += 1
        if count > max_rows:
            raise SpreadsheetRefused(_("The file has more than %(rows)s rows. Divide it.") % {"rows": max_rows})
        padded = cells + [""] * (len(heading) - len(cells))
        yield number, {title: cell for title, cell in zip(heading, padded, strict=False) if title}
    if not heading:
        raise SpreadsheetRefused(_("The file is empty."))


def _heading(cells: list[str], required: Sequence[str]) -> list[str]:
    titles = [" ".join(strip_invisible(unicodedata.normalize("NFKC", cell)).split()) for cell in cells]
    while titles and not titles[-1]:
        titles.pop()
    twice = sorted({title for title in titles if title and titles.count(title) > 1})
    if twice:
        raise SpreadsheetRefused(_("The heading “%(title)s” occurs twice.") % {"title": twice[0]})
    missing = [title for title in required if title not in titles]
    if missing:
        raise SpreadsheetRefused(_("These columns are missing: %(titles)s.") % {"titles": ", ".join(missing)})
    return titles


def rows_from_dicts(records: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> Iterator[list[Any]]:
    """Rows for `write_csv`, heading first, from records by column name; what a record lacks is empty."""
    yield list(columns)
    for record in records:
        yield [record.get(column) for column in columns]
