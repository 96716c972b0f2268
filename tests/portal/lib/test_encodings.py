"""Text files whose encoding nobody declared."""

from __future__ import annotations

import pytest

from portal.lib.encodings import decode_text

TRADITIONAL = "姓名,電話\n王小明,客戶投訴處理,安全觀察"
SIMPLIFIED = "姓名,电话\n王小明,客户投诉处理,安全观察"


@pytest.mark.parametrize(
    ("text", "encoding", "recognised"),
    [
        (TRADITIONAL, "utf-8", "utf-8"),
        (TRADITIONAL, "utf-8-sig", "utf-8-sig"),
        (TRADITIONAL, "utf-16", "utf-16"),
        (TRADITIONAL, "big5", "big5hkscs"),
        (SIMPLIFIED, "gb18030", "gb18030"),
        (SIMPLIFIED, "gbk", "gb18030"),
        ("区域\n钻台", "gbk", "gb18030"),
        ("區域\n鑽台", "big5", "big5hkscs"),
        ("plain", "ascii", "utf-8"),
        ("", "ascii", "utf-8"),
    ],
)
def test_text_is_read_in_its_encoding(text: str, encoding: str, recognised: str) -> None:
    assert decode_text(text.encode(encoding)) == (text, recognised)


@pytest.mark.parametrize("data", [b"\x00\x01\x02", b"\x89PNG\r\n\x1a\n\x00", b"\xff\xfe\x00", bytes(range(1, 256)) * 4])
def test_what_is_no_text_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        decode_text(data)
