"""Folding, index tokens, marking and conversion between the scripts."""

from __future__ import annotations

import timeit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.lib.chinese import (
    bigrams,
    convert_html,
    fold,
    fold_with_map,
    looks_simplified,
    mark,
    original_span,
    query_terms,
    streams,
    strip_invisible,
    to_script,
)

# Texts as people paste them: Han of both scripts, ligatures, units, full-width, marks, invisible characters.
TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from(
            "投訴诉處处理後后裏里著着麼么乾干㎡ﬁ㈱①Ａａ４．。，\u200b\ufeff\u202eéé\u0301ßİΣςﾞｶが가각\u1100\u1161 \n-/"
        ),
        st.characters(codec="utf-8"),
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("投訴", "投诉"),
        ("投诉", "投诉"),
        ("滿意率", "满意率"),
        ("ＳＴＯＰ卡", "stop卡"),
        ("４．５．３", "4.5.3"),
        ("120㎡", "120m2"),
        ("投\u200b訴", "投诉"),
        ("乾坤", "干坤"),
        ("看著", "看着"),
        ("批準", "批准"),
        ("", ""),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_the_same_character_folds_the_same_in_a_phrase_and_alone() -> None:
    for phrase in ("乾坤", "著作", "瞭望", "皇后", "以後"):
        assert fold(phrase) == "".join(fold(character) for character in phrase)


@given(TEXTS)
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(TEXTS)
def test_the_map_belongs_to_the_fold_and_covers_the_text(text: str) -> None:
    folded, positions = fold_with_map(text)
    assert folded == fold(text)
    assert len(positions) == len(folded) + 1
    assert positions[-1] == len(text)
    assert list(positions) == sorted(positions)


@given(TEXTS, st.data())
def test_a_hit_leads_back_to_an_original_that_holds_it(text: str, data: st.DataObject) -> None:
    folded, positions = fold_with_map(text)
    if not folded:
        return
    start = data.draw(st.integers(0, len(folded) - 1))
    end = data.draw(st.integers(start + 1, len(folded)))
    first, last = original_span(positions, start, end)
    assert 0 <= first < last <= len(text)
    assert folded[start:end] in fold(text[first:last])


def test_a_lone_surrogate_is_no_accident() -> None:
    assert len(fold("投\ud800訴")) == 3
    assert to_script("投\ud800訴", "hans") == "投\ufffd诉"


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("投訴", ["投诉", "投", "诉"]),
        ("卡", ["卡"]),
        ("STOP卡片", ["stop", "卡片", "卡", "片"]),
        ("第4.5.3條", ["4", "5", "3", "第", "4.5.3", "4.5", "条"]),
        ("QHSE-2024-003", ["qhse", "2024", "003", "qhse-2024-003"]),
        ("24小時", ["24", "小时", "小", "时"]),
        ("「,。」", []),
    ],
)
def test_index_tokens(text: str, tokens: list[str]) -> None:
    assert bigrams(text) == tokens


@given(TEXTS)
def test_tokens_hold_no_space_and_no_quotation_mark(text: str) -> None:
    for token in bigrams(text):
        assert token
        assert not any(character.isspace() or character in "\"'" for character in token)


@pytest.mark.parametrize(
    ("query", "plan"),
    [
        ("投訴", [["投诉"]]),
        ("投訴處理", [["投诉", "诉处", "处理"]]),
        ("訴", [["诉"]]),
        ("STOP卡", [["stop"], ["卡"]]),
        ("4.5.3", [["4.5.3"]]),
        ("４.５", [["4.5"]]),
        ("qhse-2024", [["qhse", "2024"]]),
        ("投訴 投诉", [["投诉"]]),
        ('" * ()', []),
    ],
)
def test_query_plan(query: str, plan: list[list[str]]) -> None:
    assert query_terms(query) == plan


@pytest.mark.parametrize(
    "query", ["投诉", "訴", "4.5", "4.5.3", "QHSE-2024", "2024-003", "qhse-2024-003", "Stop", "處理投訴"]
)
def test_every_phrase_of_a_plan_stands_in_the_index(query: str) -> None:
    ordered, apart = streams("按QHSE-2024-003號文第4.5.3條處理投訴，用STOP卡。")
    for phrase in query_terms(query):
        width = len(phrase)
        in_order = any(ordered[i : i + width] == phrase for i in range(len(ordered)))
        assert in_order or (width == 1 and phrase[0] in apart)


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("客戶投訴", "投诉", ["投訴"]),
        ("客户投诉", "投訴", ["投诉"]),
        ("投\u200b訴", "投诉", ["投\u200b訴"]),
        ("面積120㎡以上", "m2", []),
        ("面積120㎡以上", "120m2", ["120㎡"]),
        ("見4.5.3條", "4.5", ["4.5"]),
        ("見14.5條和4.55條", "4.5", []),
        ("nonstop STOP", "stop", ["STOP"]),
        ("QHSE 2024—003", "qhse-2024", ["QHSE 2024"]),
        ("投訴訴訟", "投诉 诉讼", ["投訴訴訟"]),
        ("沒有", "投訴", []),
    ],
)
def test_marks_in_the_original(text: str, query: str, marked: list[str]) -> None:
    pieces = mark(text, query)
    assert [piece for piece, is_marked in pieces if is_marked] == marked
    assert "".join(piece for piece, _marked in pieces) == text


@given(TEXTS, TEXTS)
def test_marking_loses_nothing(text: str, query: str) -> None:
    pieces = mark(text, query)
    assert "".join(piece for piece, _marked in pieces) == text
    assert all(piece for piece, _marked in pieces)


def test_invisible_characters_are_stripped_and_only_they() -> None:
    assert strip_invisible("投\u200b訴\u202e 中\ufe0f文\u00ad") == "投訴 中文"


@pytest.mark.parametrize(
    ("text", "script", "shown"),
    [
        ("投訴處理以後", "hans", "投诉处理以后"),
        ("著作看著", "hans", "著作看着"),
        ("我们处理投诉以后", "hant", "我們處理投訴以後"),
        ("投訴后于里面", "hant", "投訴后于里面"),
        ("后于里面", "hant", "后于里面"),
        ("我们說", "hant", "我们說"),
        ("投訴", "en", "投訴"),
        ("plain", "hans", "plain"),
        ("在門戶填「及時」，說『快』", "hans", "在门户填“及时”，说‘快’"),
        ("在门户填“及时”", "hant", "在門戶填「及時」"),
        ("在门户填 Driller’s “STOP”", "hant", "在門戶填 Driller’s 「STOP」"),
        ("作者寫的是“及時”", "hant", "作者寫的是“及時”"),
    ],
)
def test_scripts(text: str, script: str, shown: str) -> None:
    assert to_script(text, script) == shown


@pytest.mark.parametrize(
    ("text", "simplified"), [("我们", True), ("我們", False), ("于后里", False), ("我们說", False), ("abc", False)]
)
def test_what_looks_simplified(text: str, simplified: bool) -> None:
    assert looks_simplified(text) is simplified


@given(TEXTS, st.sampled_from(["hant", "hans"]))
def test_conversion_loses_no_character(text: str, script: str) -> None:
    assert len(to_script(text, script)) == len(text)


@pytest.mark.parametrize(
    ("html", "converted"),
    [
        ("<p>投訴<b>處理</b></p>", "<p>投诉<b>处理</b></p>"),
        ("<textarea>投訴</textarea>訴", "<textarea>投訴</textarea>诉"),
        ("<script>'訴</p>'</script><style>/*訴*/</style>訴", "<script>'訴</p>'</script><style>/*訴*/</style>诉"),
        ('<input value="訴" placeholder="訴" data-x="訴">', '<input value="訴" placeholder="诉" data-x="訴">'),
        ("<img alt='訴' title=\"a>訴\" src=/訴>", "<img alt='诉' title=\"a>诉\" src=/訴>"),
        ('<a aria-label="訴" href="/訴/">訴</a>', '<a aria-label="诉" href="/訴/">诉</a>'),
        ("<p data-as-written>訴<p>訴</p>訴</p>訴", "<p data-as-written>訴<p>訴</p>訴</p>诉"),
        ("<div class=x data-as-written=''>訴<br></div>訴", "<div class=x data-as-written=''>訴<br></div>诉"),
        ('<img data-as-written alt="訴">訴', '<img data-as-written alt="訴">诉'),
        ("<option>訴</option><option value=1>訴</option>", "<option>訴</option><option value=1>诉</option>"),
        ("<!-- 訴 -->訴", "<!-- 訴 -->诉"),
        ("1 < 2 訴 <", "1 < 2 诉 <"),
        ("訴\x1e訴<b>訴</b>", "诉\x1e诉<b>诉</b>"),
    ],
)
def test_pages_in_the_other_script(html: str, converted: str) -> None:
    assert convert_html(html, "hans") == converted
    assert convert_html(html, "en") == html


@given(st.text(alphabet="<>/\"'= abpdivscripttextarea投訴!-", max_size=80))
def test_any_page_keeps_its_length(html: str) -> None:
    assert len(convert_html(html, "hans")) == len(html)


def test_simplified_passages_alone_become_traditional() -> None:
    assert convert_html("<p>投訴于后</p><p>处理投诉</p>", "hant") == "<p>投訴于后</p><p>處理投訴</p>"


def test_a_large_page_converts_quickly() -> None:
    html = '<p class="clause">客戶投訴應在二十四小時內處理完畢並回訪。</p>' * 1_500
    # The best of several runs, because other work shares the machine: about 10 ms for these 100 kB.
    assert min(timeit.repeat(lambda: convert_html(html, "hans"), number=1, repeat=7)) < 0.1
