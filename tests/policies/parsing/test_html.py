"""HTML: blocks to lines, lists with their numbers, navigation left out and reported."""

from __future__ import annotations

import pytest

from policies.parsing import ParseResult, SourceRefused, parse, read_file
from tests.policies.parsing.outlines import outline


def page(body: str, head: str = '<meta charset="utf-8"><title>安全規定</title>') -> bytes:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode()


def read(body: str) -> ParseResult:
    return parse(read_file(page(body), "a.html"))


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("<p>甲</p><p>乙</p>", ["甲", "乙"]),
        ("<div>甲<p>乙</p>丙</div>丁", ["甲", "乙", "丙", "丁"]),
        ("<p>甲<br>乙<br/>丙</p>", ["甲", "乙", "丙"]),
        ("<p>1&nbsp;<b>范</b><span>圍</span>\n  與要求</p>", ["1 范圍 與要求"]),
        ("<table><tr><td>甲</td><td>乙</td></tr><tr><th>丙</th></tr></table>", ["甲", "乙", "丙"]),
        ("<h1>甲</h1><!-- 注 --><script>var a</script><style>p{}</style><p>乙</p>", ["甲", "乙"]),
        ("<pre>甲\n  乙\n\n丙</pre>", ["甲", "乙", "丙"]),
        ("<ol><li>甲</li><li>乙</li></ol>", ["1. 甲", "2. 乙"]),
        ("<ol start=3><li>甲<li value=7>乙<li>丙</ol>", ["3. 甲", "7. 乙", "8. 丙"]),
        ("<ol reversed><li>甲</li><li>乙</li></ol>", ["2. 甲", "1. 乙"]),
        ("<ol type=a><li>甲</li><li>乙</li></ol>", ["a. 甲", "b. 乙"]),
        ("<ol type=I><li>甲</li><li>乙</li></ol>", ["I. 甲", "II. 乙"]),
        ("<ol><li>甲<ol><li>乙</li><li>丙</li></ol></li><li>丁</li></ol>", ["1. 甲", "1.1 乙", "1.2 丙", "2. 丁"]),
        ("<ol><li><p>甲</p><p>續</p></li><li></li><li>乙</li></ol>", ["1. 甲", "續", "3. 乙"]),
        ("<ol><li>1.甲</li><li>2、乙</li></ol>", ["1.甲", "2、乙"]),
        ("<ol><li>24小時值班</li><li>30秒</li></ol>", ["1. 24小時值班", "2. 30秒"]),
        ('<ol style="list-style: none"><li>3 甲</li></ol>', ["3 甲"]),
        ("<ul><li>甲</li><li>*乙</li></ul>", ["*甲", "*乙"]),
        ("<article><header><h1>甲</h1></header><p>乙</p></article>", ["甲", "乙"]),
        ("<p>4 &lt; 5 &amp; 6 &#x2460;</p>", ["4 < 5 & 6 ①"]),
    ],
)
def test_lines(body: str, lines: list[str]) -> None:
    assert [line.text for line in read_file(page(body), "a.html").lines] == lines


def test_navigation_is_left_out_and_reported() -> None:
    result = read(
        "<header>某公司</header><nav><a>首頁</a> <a>制度</a></nav><div class='breadcrumb'>首頁 > 制度</div>"
        "<div hidden>隱藏</div><p>安全規定</p><p>1 甲</p><footer>電話 123</footer>"
    )
    assert [one.title for one in result.regulations] == ["安全規定"]
    assert outline(result.regulations[0].nodes) == ["1 甲"]
    assert [(one.text, one.kept) for one in result.ignored_lines] == [
        ("某公司", False),
        ("首頁 制度", False),
        ("首頁 > 制度", False),
        ("隱藏", False),
        ("電話 123", False),
    ]


def test_ordered_lists_are_clauses() -> None:
    (regulation,) = read(
        "<h1>安全規定</h1><ol><li>甲<ol><li>米制單位</li></ol></li><li>人以上</li></ol><ul><li>乙</li></ul>"
    ).regulations
    assert outline(regulation.nodes) == ["1 甲", "  1.1 米制單位", "2 人以上", "  * 乙"]


def test_the_title_of_the_page_serves_a_text_without_one() -> None:
    assert read("<p>1 甲</p><p>2 乙</p>").regulations[0].title == "安全規定"


@pytest.mark.parametrize(
    ("charset", "codec", "text"),
    [
        ("gb2312", "gb18030", "安全"),
        ("gbk", "gbk", "溝約"),  # too short to be told from Big5 without the declaration
        ("gbk", "gbk", "環嚴"),
        ("big5", "big5", "態售"),
        ("utf-8", "utf-8", "安全"),
    ],
)
def test_the_declared_encoding_is_believed(charset: str, codec: str, text: str) -> None:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">'
    data = f"<html><head>{meta}</head><body><p>{text}</p></body></html>".encode(codec)
    assert [line.text for line in read_file(data, "a.htm").lines] == [text]


@pytest.mark.parametrize("charset", ["big5", "gb2312", "nonsense"])
def test_a_wrong_declaration_is_not_believed(charset: str) -> None:
    """A browser saves a page as UTF-8 and leaves the old declaration standing."""
    text = f'<html><head><meta charset="{charset}"></head><body><p>安全觀察規定</p></body></html>'
    assert read_file(text.encode(), "a.html").encoding == "UTF-8"


def test_html_is_known_by_its_content_and_xhtml_is_read() -> None:
    text = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n<html><body><p>安全</p></body></html>'
    source = read_file(text.encode(), "a.txt")
    assert (source.format, [line.text for line in source.lines]) == ("html", ["安全"])


@pytest.mark.parametrize("depth", [300, 5_000])
def test_a_page_nested_without_end_is_refused(depth: int) -> None:
    """The parser would leave out what stands deeper than it goes, and say nothing."""
    with pytest.raises(SourceRefused, match="nested too deeply"):
        read_file(page("<p>始</p>" + "<div>" * depth + "深" + "</div>" * depth + "<p>終</p>"), "a.html")


def test_a_page_without_text_is_refused() -> None:
    with pytest.raises(SourceRefused, match="no text"):
        read_file(page("<script>1</script>"), "a.html")
