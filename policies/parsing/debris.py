"""Lines that a web page or a printer leaves around a text: breadcrumbs, reading counts, page numbers."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

_DATE = r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?"
_READ = r"(?:閱讀|阅读|瀏覽|浏览|點擊|点击|查看|人氣|人气|訪問|访问|[Vv]iews?|[Rr]ead)\s*(?:次數|次数|量|數|数)?"
_COUNT = rf"{_READ}\s*[:：]?\s*[(（]?\s*\d[\d,]*\s*[)）]?\s*次?"
_LABEL = (
    r"(?:來源|来源|作者|責任編輯|责任编辑|編輯|编辑|字號|字号|發布時間|发布时间|發佈時間|更新時間|更新时间|發布日期|发布日期)"
    r"\s*[:：]"
)
_HOME = r"(?:首頁|首页|主頁|主页|網站首頁|网站首页|[Hh]ome)"
_ARROW = r"(?:>|›|»|→|＞|&gt;)"

_POSITION = r"您?(?:现在的|現在的|目前的|的|當前|当前|所在)?位置"
_BACK = r"返回(?:頂部|顶部|首頁|首页|列表|上頁|上页)|回到頂部|回到顶部"
_TOOL = r"(?:打印|列印|關閉|关闭|收藏|分享|複製鏈接|复制链接|字體|字体)(?:本頁|本页|窗口|視窗|到|此文|文章)?"
_NO_ARROW = r"[^。，>›»→＞]{1,40}"
_LEADERS = ".．·…"

_BREADCRUMB = gettext_noop("breadcrumb of a web page")
_NAVIGATION = gettext_noop("navigation of a web page")
_CONTENTS = gettext_noop("table of contents")
# Anywhere in a text; each takes the whole line.
_ANYWHERE: tuple[tuple[str, str], ...] = (
    (rf"(?:{_POSITION}\s*(?:是|為|为)?\s*[:：]?\s*)?{_HOME}\s*{_ARROW}.{{0,200}}", _BREADCRUMB),
    (rf"{_POSITION}\s*[:：].{{0,100}}{_ARROW}.{{0,100}}", _BREADCRUMB),
    (rf"(?:{_DATE}[\s|·]*)?{_COUNT}(?:[\s|·]*{_DATE})?", gettext_noop("date and reading count of a web page")),
    (rf"(?:上一篇|下一篇|上一頁|下一頁|上一页|下一页|{_BACK})\s*(?:[:：].{{0,100}})?", _NAVIGATION),
    (
        r"[-·•]?\s*(?:相關推薦|相关推荐|相關閱讀|相关阅读|推薦閱讀|推荐阅读)\s*[:：]?|.{0,60}推[薦荐]度\s*[:：].{0,10}",
        _NAVIGATION,
    ),
    (rf"(?:[【\[]?\s*{_TOOL}\s*[】\]]?\s*[:：|]?\s*){{1,5}}", _NAVIGATION),
    (
        r"(?:版權所有|版权所有|[Cc]opyright)\s*[©@:：(（].{0,120}|©.{0,120}",
        gettext_noop("copyright line of a web page"),
    ),
    (
        r"[-–—\s]*第\s*\d{1,4}\s*[頁页](?:[\s,，/／]*共\s*\d{1,4}\s*[頁页])?[-–—\s]*|[-–—]\s*\d{1,4}\s*[-–—]",
        gettext_noop("page number"),
    ),
    (r"[-–—_=*~·.。…＊－＝]{3,}", gettext_noop("line of separation")),
)
# Only before the first clause, where a page has its by-line.
_BEFORE_TEXT: tuple[tuple[str, str], ...] = (
    (
        rf"(?=.*(?:{_DATE}|{_COUNT}|{_LABEL}.*{_LABEL})).{{0,40}}{_LABEL}.{{0,100}}",
        gettext_noop("by-line of a web page"),
    ),
    (rf"{_NO_ARROW}(?:{_ARROW}{_NO_ARROW}){{2,}}", _BREADCRUMB),
    (r"目[\s\u3000]*[錄录次]", _CONTENTS),
    (r".{0,100}(?:小編|小编).{0,60}(?:整理|收集|分享|帶來|带来).{0,80}", gettext_noop("preface of a web page")),
)
_PATTERNS = [(re.compile(pattern), why) for pattern, why in _ANYWHERE]
_EARLY_PATTERNS = [(re.compile(pattern), why) for pattern, why in _BEFORE_TEXT]
_LONGEST = 240


def why_debris(text: str, *, before_text: bool) -> str:
    """Why the line is no part of a regulation, as a translated phrase; "" when it may be one.

    `before_text`: no clause of the regulation has been read yet.
    """
    if len(text) > _LONGEST:
        return ""
    text = re.sub(r"\s+", " ", text)  # runs of blanks would make the patterns slow
    if _is_contents(text):
        return _(_CONTENTS)
    for pattern, why in [*_PATTERNS, *(_EARLY_PATTERNS if before_text else [])]:
        if pattern.fullmatch(text):
            return _(why)
    return ""


def breadcrumb_end(text: str) -> str:
    """The last step of a breadcrumb, which is the page's own title; "" of any other line."""
    if len(text) > _LONGEST or why_debris(text, before_text=True) != _(_BREADCRUMB):
        return ""
    return re.split(_ARROW, text)[-1].strip()


def _is_contents(text: str) -> bool:
    """Whether a line is one of a table of contents: words, leader dots, the number of a page."""
    without_page = text.rstrip("0123456789")
    words = without_page.rstrip(_LEADERS + " ")
    leaders = sum(1 for character in without_page[len(words) :] if character in _LEADERS)
    return bool(words) and 0 < len(text) - len(without_page) <= 4 and leaders >= 3
