"""The contract of every engine: the same table runs on each database."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.lib.refusals import Refused
from portal.org.readers import ANONYMOUS
from search.engines import engine
from search.models import Passage
from search.results import find
from search.words import plan_of
from tests.search.conftest import Shelf

REGULATION = "安全觀察與溝通管理規定"


@pytest.fixture
def full(shelf: Shelf) -> Shelf:
    """A few passages in both scripts, as the portal's sources give them."""
    clauses = {
        "4.5": "觀察報告",
        "4.5.3": "觀察報告應及時填寫，不得出現被觀察人員的姓名",
        "14.5.3": "章節編號相近的另一條",
        "4.5.3.1": "報告的附件",
    }
    for number, text in clauses.items():
        shelf.put(number, f"{number} {text[:4]}", text, number=number, context=REGULATION)
    shelf.put("see", "引用", "按照4.5.3的要求，4.5.3條所列的項目逐項檢查", context=REGULATION)
    shelf.put("complaint", "投訴處理", "服務中心受理客戶投訴，耐心傾聽，及時處理", kind="guide")
    shelf.put("hans", "投诉管理办法", "客户投诉应在一个工作日内答复，并回访满意率", kind="notice")
    shelf.put("survey", "滿意率調查", "每年六月和十一月開展客戶滿意率調查，回收率不低於60%")
    shelf.put("stop", "STOP卡", "隨機觀察填寫STOP卡，班後收齊")
    shelf.put("qhse", "文件", "本規定編號QHSE-2024-003，替代QHSE-2019-001", number="QHSE-2024-003")
    shelf.put("old", "投訴處理（舊）", "投訴 投訴 投訴 投訴", number="9.9", in_force=False)
    shelf.put("letters", "O'Brien & Söhne", "C++ and C#, 50% off, a_b, naïve café, ½ ㎡")
    shelf.index()
    return shelf


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("投诉", {"complaint", "hans", "old"}),
        ("投訴", {"complaint", "hans", "old"}),
        ("滿意率", {"hans", "survey"}),
        ("满意率", {"hans", "survey"}),
        ("STOP", {"stop"}),
        ("stop", {"stop"}),
        ("ＳＴＯＰ", {"stop"}),
        ("STOP卡", {"stop"}),
        ("4.5.3", {"4.5.3", "4.5.3.1", "see"}),
        ("４．５．３", {"4.5.3", "4.5.3.1", "see"}),
        ("4.5", {"4.5", "4.5.3", "4.5.3.1", "see"}),
        ("QHSE-2024-003", {"qhse"}),
        ("qhse-2024-003", {"qhse"}),
        ("QHSE 2019", {"qhse"}),
        ("卡", {"stop"}),
        ("客", {"complaint", "hans", "survey"}),
        ("投訴，處理！", {"complaint", "old"}),
        ("「投訴」", {"complaint", "hans", "old"}),
        ('"投訴"', {"complaint", "hans", "old"}),
        ("投訴*", {"complaint", "hans", "old"}),
        ("投訴😀", {"complaint", "hans", "old"}),
        ("投訴 OR", {"complaint", "hans", "old"}),
        ("投訴 滿意率", {"hans"}),
        ("O'Brien", {"letters"}),
        ("C++", {"letters"}),
        ("60%", {"survey"}),
        ("café", {"letters"}),
        ("m2", {"letters"}),
        ("投\u200b訴", {"complaint", "hans", "old"}),
        ("安全觀察", {"4.5", "4.5.3", "14.5.3", "4.5.3.1", "see"}),
        ("", set()),
        ("😀", set()),
        ("*", set()),
        ("鯨魚", set()),
        ("鯨", set()),
    ],
)
def test_what_a_query_finds(full: Shelf, query: str, found: set[str]) -> None:
    assert set(full.find(query, size=50)) == found


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("4.5.3", "4.5.3"),
        ("４．５．３", "4.5.3"),
        ("4.5", "4.5"),
        ("4.5.3 報告", "4.5.3"),
        ("QHSE-2024-003", "qhse"),
        ("投訴", "complaint"),  # in the title of one in force, before the one that says it four times and is not
        ("滿意率", "survey"),
    ],
)
def test_what_comes_first(full: Shelf, query: str, first: str) -> None:
    assert full.find(query)[0] == first


@pytest.mark.parametrize(
    "pair", [("投訴處理", "投诉处理"), ("滿意率調查", "满意率调查"), ("及時填寫觀察報告", "及时填写观察报告")]
)
def test_both_scripts_find_the_same_in_the_same_order(full: Shelf, pair: tuple[str, str]) -> None:
    traditional, simplified = (full.find(query) for query in pair)
    assert traditional == simplified
    assert traditional


def test_what_is_no_longer_in_force_comes_last(full: Shelf) -> None:
    assert full.find("投訴")[-1] == "old"


@pytest.mark.parametrize(
    "query",
    [
        '"', "'", "''", '""', '"投', "*", "投*", "NEAR", "NEAR(投 訴)", "投 NEAR/2 訴", "AND", "OR", "NOT", "NOT 投訴",
        "a AND", "(", ")", "((((", "title:投訴", "-投訴", "^投訴", "{投 訴}", "投 + 訴", "\\", "\\'", "';--",
        "' OR 1=1 --", "%", "_", "%s", "%(a)s", "{}", "<->", "投 <-> 訴", "!投", "投:*", "&", "|", "a & ",
        "\0", "投\0訴", "\ud800",
        "\u3000", "．．．", "4.", ".5", "4..5", "1" * 200, "投" * 200, "a b " * 50, "4.5.3 " * 33, "😀" * 100,
        "\u202e投訴", "ﬃ", "²", "①", "ß", "İ", "ﷺ", "ﾊﾟ", "각", "ก็",
    ],
)  # fmt: skip
def test_nothing_typed_raises(full: Shelf, query: str) -> None:
    found = find(query, reader=ANONYMOUS)
    assert found.count >= len(found.hits)


def test_a_very_long_query_is_refused_with_a_sentence(full: Shelf) -> None:
    with pytest.raises(Refused, match="200"):
        find("投訴" * 101, reader=ANONYMOUS)


# ---- relaxed --------------------------------------------------------------------------------------------------------


def test_a_whole_question_finds_what_holds_most_of_its_rare_words(full: Shelf) -> None:
    for question in ("客戶投訴以後多少天要答覆和回訪？", "客户投诉以后多少天要答复和回访？"):
        found = find(question, reader=ANONYMOUS)
        assert found.relaxed
        assert full.keys_of(found)[0] == "hans"


def test_a_word_too_many_still_finds(full: Shelf) -> None:
    found = find("STOP卡 zebra", reader=ANONYMOUS)
    assert found.relaxed
    assert full.keys_of(found) == ["stop"]


def test_what_holds_all_words_is_never_mixed_with_what_holds_some(full: Shelf) -> None:
    found = find("投訴 滿意率", reader=ANONYMOUS)
    assert not found.relaxed
    assert found.count == 1


def test_counts_pages_and_kinds_of_a_relaxed_answer_agree(full: Shelf) -> None:
    question = "客戶投訴以後多少天要答覆和回訪？"
    everything = find(question, reader=ANONYMOUS, size=50)
    assert everything.count == len(everything.hits) == sum(entry.count for entry in everything.filters)
    for entry in everything.filters:
        assert len(find(question, reader=ANONYMOUS, kind=entry.kind, size=50).hits) == entry.count


# ---- counts, pages, kinds -------------------------------------------------------------------------------------------


def test_counts_are_per_kind_whatever_kind_is_chosen(full: Shelf) -> None:
    everything = find("投訴", reader=ANONYMOUS)
    assert {entry.kind: entry.count for entry in everything.filters} == {"clause": 1, "guide": 1, "notice": 1}
    only = find("投訴", reader=ANONYMOUS, kind="guide")
    assert only.filters == everything.filters
    assert (only.count, only.total, full.keys_of(only)) == (1, 3, ["complaint"])
    assert find("投訴", reader=ANONYMOUS, kind="no such kind").hits == []


def test_pages_hold_everything_once(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(47):
        shelf.put(f"p{number}", "巡查記錄", f"第{number}次巡查 {'巡查' * (number % 5)}", in_force=number % 3 > 0)
    shelf.index()
    monkeypatch.setattr("search.engines.postgresql.CANDIDATES", 20)  # the order is coarser beyond, but nothing is lost
    pages = [shelf.find("巡查", page=page) for page in range(1, 7)]
    assert [len(page) for page in pages] == [10, 10, 10, 10, 7, 0]
    assert len({key for page in pages for key in page}) == 47


def test_an_unknown_kind_stands_under_the_name_of_its_source(shelf: Shelf) -> None:
    shelf.put("a", "潛艇", kind="submarine")
    shelf.index()
    [entry] = find("潛艇", reader=ANONYMOUS).filters
    assert (entry.kind, str(entry.label)) == ("submarine", "The shelf")


# ---- the engine by itself -------------------------------------------------------------------------------------------


def test_a_reader_without_tokens_finds_nothing(full: Shelf) -> None:
    assert engine().search(plan_of("投訴"), audience=[]).ids == []
    assert engine().count(plan_of("投訴"), audience=[]) == {}


def test_ensure_may_be_called_again_and_changes_nothing(full: Shelf) -> None:
    before = full.find("投訴")
    engine().ensure()
    assert full.find("投訴") == before


def test_words_go_with_their_passage_however_it_goes(full: Shelf) -> None:
    Passage.objects.filter(key="complaint").delete()
    assert engine().count(plan_of("投訴"), audience=["public"]) == {"clause": 1, "notice": 1}
    assert engine().sweep() == 0
    assert engine().missing() == []


def test_forgotten_words_are_missed_and_found_again_when_written(full: Shelf) -> None:
    row = Passage.objects.get(key="complaint")
    engine().delete([row.pk, 987654])
    assert engine().missing() == [row.pk]
    assert "complaint" not in full.find("投訴")
    engine().write([row])
    assert engine().missing() == []
    assert "complaint" in full.find("投訴")


def test_writing_again_replaces_the_words(full: Shelf) -> None:
    row = Passage.objects.get(key="stop")
    for _again in range(2):
        engine().write([row])
    assert engine().count(plan_of("STOP"), audience=["public"]) == {"clause": 1}
    row.title = row.body = "別的"
    engine().write([row])
    assert engine().count(plan_of("STOP"), audience=["public"]) == {}


def test_a_passage_of_a_hundred_thousand_characters_is_found_by_its_last_words(shelf: Shelf) -> None:
    shelf.put("long", "長文", "甲乙丙丁" * 25_000 + "最後的投訴處理")
    shelf.index()
    assert shelf.find("投訴處理") == ["long"]


def test_no_phrase_is_found_across_title_and_body(shelf: Shelf) -> None:
    shelf.put("a", "qhse", "2024 003")
    shelf.index()
    assert engine().count(plan_of("qhse-2024"), audience=["public"]) == {}
    assert engine().count(plan_of("2024-003"), audience=["public"]) == {"clause": 1}


@pytest.mark.parametrize("address", ["elasticsearch://127.0.0.1:9200", "sqlite", "http://x"])
def test_an_unknown_engine_stops_with_a_sentence(settings: Any, address: str) -> None:
    settings.SEARCH_URL = address
    with pytest.raises(ImproperlyConfigured, match="SEARCH_URL"):
        engine()
