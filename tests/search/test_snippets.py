"""The words are marked in the original text, and the part shown is the part that answers."""

from __future__ import annotations

import pytest

from search.snippets import WIDTH, snippet


def marked(pieces: list[tuple[str, bool]]) -> list[str]:
    return [piece for piece, is_marked in pieces if is_marked]


@pytest.mark.parametrize(
    ("text", "query", "words"),
    [
        ("客戶投訴應於一日內受理。", "投诉", ["投訴"]),
        ("客户投诉应于一日内受理。", "投訴", ["投诉"]),
        ("填寫ＳＴＯＰ卡，STOP卡當日收齊", "stop卡", ["ＳＴＯＰ卡", "STOP卡"]),
        ("按4.5.3執行，見14.5.3", "４.５.３", ["4.5.3"]),
        ("編號 QHSE-2024-003 的文件", "qhse 2024 003", ["QHSE", "2024", "003"]),
        ("編號 QHSE-2024-003 的文件", "QHSE-2024-003", ["QHSE-2024-003"]),
        ("沒有", "投訴", []),
        ("", "投訴", []),
    ],
)
def test_marks_stand_in_the_original(text: str, query: str, words: list[str]) -> None:
    pieces = snippet(text, query)
    assert marked(pieces) == words
    assert "".join(piece for piece, _marked in pieces) == text


def test_a_long_text_is_shown_where_it_answers() -> None:
    text = "甲乙丙丁。" * 100 + "客戶投訴後，滿意率下降。" + "戊己庚辛。" * 100
    pieces = snippet(text, "投訴 滿意率")
    assert marked(pieces) == ["投訴", "滿意率"]
    assert pieces[0] == ("…", False)
    assert pieces[-1] == ("…", False)
    assert sum(len(piece) for piece, _marked in pieces) <= WIDTH + 2


def test_the_place_with_most_words_wins_over_the_first() -> None:
    text = "投訴。" + "甲乙丙丁。" * 60 + "投訴的滿意率和回訪。" + "戊己庚辛。" * 60
    assert marked(snippet(text, "投訴 滿意率 回訪")) == ["投訴", "滿意率", "回訪"]


def test_lines_become_one_line() -> None:
    assert "".join(piece for piece, _marked in snippet("一\n\n二\t三", "二")) == "一 二 三"


def test_a_very_long_text_with_many_words_is_quick() -> None:
    pieces = snippet("投訴" * 200_000, "投訴")
    assert len("".join(piece for piece, _marked in pieces)) <= WIDTH + 2
