"""Thousands of disguises are all found, and sentences that point at nobody pass."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from portal.lib.names_guard import NameGuard
from tests.portal.lib import names_corpus

STAFF = names_corpus.directory()


@pytest.fixture(scope="module")
def guard() -> NameGuard:
    return NameGuard(STAFF)


def test_no_disguise_is_missed(guard: NameGuard) -> None:
    sentences = list(names_corpus.guilty(STAFF))[::5]
    missed = [(kind, text) for kind, text in sentences if not guard.find(text)]
    assert len(sentences) > 3500
    assert not missed, (len(missed), Counter(kind for kind, _text in missed).most_common(), missed[:20])


@pytest.mark.parametrize(
    "text",
    [
        "阿強沒戴手套",
        "陳同學站錯了",
        "陳sir說的",
        "<b>王</b>小明站錯",
        "王&nbsp;小&nbsp;明",
        "王<br>小明",
        "王😀小😀明",
        "王｜小｜明",
        "ｗａｎｇ ｘｉａｏｍｉｎｇ",
        "ⓦⓐⓝⓖⓧⓘⓐⓞⓜⓘⓝⓖ",
        "王̶小̶明̶",
        "現場王小明(1).jpg",
        "photo_wang_xiao_ming.JPG",
        "①③⑨①②③④⑤⑥⑦⑧",
        "老陳和小王都沒戴",
        "昨夜值班司機",
    ],
)
def test_later_disguises_are_found(text: str) -> None:
    assert NameGuard([("王小明", "S1001"), ("陳強", "S1004")]).find(text)


@pytest.mark.parametrize("people", [200, 5000])
def test_innocent_sentences_pass(people: int) -> None:
    guard = NameGuard(names_corpus.directory(people))
    innocent = names_corpus.innocent()
    alarms = [(text, [found.text for found in guard.find(text)]) for text in innocent if guard.find(text)]
    assert len(innocent) > 450
    assert len(alarms) / len(innocent) < 0.005, alarms


def test_ten_thousand_sentences_take_seconds(guard: NameGuard) -> None:
    """The machine is shared: about 2 s when it is idle."""
    innocent = names_corpus.innocent()
    start = time.process_time()
    for text in innocent * 4:
        guard.find(text)
    assert (time.process_time() - start) * 10_000 / (4 * len(innocent)) < 10


def test_what_is_found_is_marked_in_the_original(guard: NameGuard) -> None:
    for _kind, text in list(names_corpus.guilty(STAFF))[::397]:
        for found in guard.find(text):
            assert text[found.start : found.end] == found.text != ""
