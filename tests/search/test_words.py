"""The plan of a query, and tokens that every engine keeps whole."""

from __future__ import annotations

import pytest

from portal.lib.refusals import Refused
from search.words import MAX_QUERY_LENGTH, MAX_TOKEN_LENGTH, number_key, plan_of, words_of


@pytest.mark.parametrize(
    ("query", "phrases"),
    [
        ("投訴", (("投诉",),)),
        ("投诉", (("投诉",),)),
        ("滿意率", (("满意", "意率"),)),
        ("STOP", (("stop",),)),
        ("4.5.3", (("4.5.3",),)),
        ("４．５．３", (("4.5.3",),)),
        ("QHSE-2024-003", (("qhse", "2024", "003"),)),
        ("ＱＨＳＥ－２０２４－００３", (("qhse", "2024", "003"),)),
        ("卡", (("卡",),)),
        ("投訴 處理", (("投诉",), ("处理",))),
        ('"投訴" AND (処理 OR NEAR*)', (("投诉",), ("and",), ("処理",), ("or",), ("near",))),
        ("投\u200b訴", (("投诉",),)),
        ("", ()),
        ("  \t\n", ()),
        ("。，！？", ()),
        ('"', ()),
        ("*", ()),
        ("😀👷", ()),
        ("\0", ()),
    ],
)
def test_plan_of_a_query(query: str, phrases: tuple[tuple[str, ...], ...]) -> None:
    plan = plan_of(query)
    assert plan.phrases == phrases
    assert plan.is_empty is (not phrases)


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("4.5.3", ("4.5.3",)),
        ("４.５.３", ("4.5.3",)),
        ("第三條", ("第三条",)),
        ("4.5.3 報告", ("4.5.3报告", "4.5.3")),
        ("QHSE-2024-003", ("qhse-2024-003",)),
        ("附錄 B", ("附录b",)),
    ],
)
def test_numbers_that_come_first(query: str, numbers: tuple[str, ...]) -> None:
    assert plan_of(query).numbers == numbers


def test_number_key_is_the_same_however_it_is_written() -> None:
    assert number_key(" ４．５．３。") == number_key("4.5.3") == "4.5.3"
    assert number_key("第三條") == number_key("第三条")


def test_a_query_may_have_so_many_characters_and_no_more() -> None:
    assert plan_of("投" * MAX_QUERY_LENGTH).phrases
    with pytest.raises(Refused) as refusal:
        plan_of("投" * (MAX_QUERY_LENGTH + 1))
    assert str(MAX_QUERY_LENGTH) in str(refusal.value)
    assert refusal.value.field == "q"


def test_a_broken_character_from_a_command_line_does_not_raise() -> None:
    assert plan_of("投訴\udcff").phrases[0] == ("投诉",)


def test_tokens_hold_nothing_that_a_query_language_could_read() -> None:
    text = "".join(map(chr, range(1, 0x3000))) + "投訴“”「」4.5.3 O'Brien a’b \U0001f600\u3000滿意率 QHSE-2024-003"
    for token in words_of(text):
        assert token
        assert not set(token) & set(" \t\n\r\"'\\()*:^&|!<>{}[]"), repr(token)


def test_an_endless_word_is_cut_in_text_and_query_alike() -> None:
    [token] = words_of("A" * 5000)
    assert len(token) == MAX_TOKEN_LENGTH
    assert plan_of("a" * 150).phrases == ((token,),)
