"""Files of every kind: read, or refused with one sentence that says what to do."""

from __future__ import annotations

import io
import os
import random
from pathlib import Path

import pytest

from policies.parsing import MAX_BYTES, SourceRefused, parse, read_file, reading, source
from tests.policies.parsing import documents
from tests.policies.parsing.outlines import same

TRADITIONAL = documents.sample()
SIMPLIFIED = (
    "安全观察与沟通管理规定\n1范围\n本规范适用于公司所属各单位的生产、施工、仓储等工作场所。\n2职责\n2.1安全部负责。\n"
)
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20


@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        (TRADITIONAL, "utf-8", "UTF-8"),
        (TRADITIONAL, "utf-8-sig", "UTF-8"),
        (TRADITIONAL, "utf-16", "UTF-16"),
        (TRADITIONAL, "gb18030", "GB18030"),
        (TRADITIONAL, "cp950", "Big5"),
        (SIMPLIFIED, "utf-8", "UTF-8"),
        (SIMPLIFIED, "gb18030", "GB18030"),
        (SIMPLIFIED, "gbk", "GB18030"),
        (SIMPLIFIED, "utf-16", "UTF-16"),
    ],
)
def test_encodings(text: str, codec: str, name: str) -> None:
    read = read_file(text.encode(codec), "規定.txt")
    assert (read.encoding, read.format) == (name, "txt")
    result = parse(read)
    assert result.encoding == name
    assert same(result) == same(parse(read_file(text.encode(), "規定.txt")))


def test_utf_16_with_the_bytes_in_the_other_order() -> None:
    data = b"\xfe\xff" + SIMPLIFIED.encode("utf-16-be")
    assert read_file(data, "a.txt").lines[0].text == "安全观察与沟通管理规定"


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "a.txt", "empty"),
        (b" \r\n\t", "a.txt", "empty"),
        (b"\xef\xbb\xbf\n", "a.txt", "no text"),
        ("\u3000\n".encode(), "a.txt", "no text"),
        (PICTURE, "a.png", "not text"),
        (PICTURE, "a.txt", "not text"),
        (b"\x7fELF\x02\x01\x01" + b"\x00" * 500, "a.txt", "not text"),
        (random.Random(4).randbytes(5_000).replace(b"\x00", b"\x01"), "a.bin", "not text"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "a.pdf", "PDF"),
        (b"%PDF-1.7\n", "a.txt", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "a.doc", "DOC"),
        (b"{\\rtf1\\ansi}", "a.rtf", "RTF"),
        ("Règlement de sécurité général, à lire".encode("latin-1"), "a.txt", "encoding"),
        (b"\xff\xfe\x00", "a.txt", "(not text|encoding)"),
        (b"a\x01\x02\x03\x04\x05b" * 100, "a.txt", "not text"),
        (b"hello", "a.docx", "damaged"),
        (b"\x00" * 100, "a.txt", "empty"),
    ],
)
def test_files_that_are_refused(data: bytes, name: str, words: str) -> None:
    with pytest.raises(SourceRefused, match=words) as refusal:
        read_file(data, name)
    assert isinstance(refusal.value, ValueError)
    assert "\n" not in str(refusal.value)


def test_a_file_of_50_mb_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    large = tmp_path / "large.txt"
    with large.open("wb") as file:
        file.truncate(50 * 2**20)
    monkeypatch.setattr(Path, "open", lambda *args, **kwargs: pytest.fail("the large file was opened"))
    with pytest.raises(SourceRefused, match="larger than 20 MB"):
        read_file(large)


def test_a_stream_is_read_only_to_the_limit() -> None:
    class Endless(io.RawIOBase):
        asked = 0

        def read(self, size: int = -1) -> bytes:
            assert size >= 0, "the whole stream was asked for"
            self.asked += size
            return b"x" * size

    endless = Endless()
    with pytest.raises(SourceRefused, match="larger"):
        read_file(endless, "a.txt")
    assert endless.asked == MAX_BYTES + 1


def test_bytes_over_the_limit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 10)
    with pytest.raises(SourceRefused, match="larger"):
        read_file(b"x" * 11, "a.txt")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"a\n" * 52, "a.txt"),
        (b"<p>a" * 52, "a.html"),
        (documents.docx(documents.paragraph("a") for n in range(52)), "a.docx"),
    ],
)
def test_more_lines_than_a_regulation_has_are_refused(data: bytes, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MAX_LINES", 50)
    with pytest.raises(SourceRefused, match="more than 50 lines"):
        read_file(data, name)


def test_an_open_file_and_a_path_read_alike(tmp_path: Path) -> None:
    path = tmp_path / "規定.txt"
    path.write_text("1 甲\n2 乙\n", encoding="utf-8")
    with path.open("rb") as file:
        assert read_file(file, "規定.txt") == read_file(path) == read_file(str(path))
    assert parse(read_file(path)).regulations[0].title == "規定"


def test_what_is_no_file(tmp_path: Path) -> None:
    for missing, words in ((tmp_path / "none.txt", "opened"), ("a\x00b", "opened"), (tmp_path, "is not a file")):
        with pytest.raises(SourceRefused, match=words):
            read_file(missing)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SourceRefused, match="is not a file"):
        read_file(tmp_path / "pipe")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_an_editor_counts_them(end: str) -> None:
    text = end.join(["甲", "", "乙\u2028丙\x0b丁", "戊"])
    assert [(line.number, line.text) for line in read_file(text.encode(), "a.txt").lines] == [
        (1, "甲"),
        (2, ""),
        (3, "乙\u2028丙\x0b丁"),
        (4, "戊"),
    ]
