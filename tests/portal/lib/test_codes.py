"""Receipt numbers, tracking codes, blind indexes and tokens."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.lib.codes import digest, normalise_code, receipt_number, token, tracking_code

KEY = b"a key for tests"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def test_receipt_numbers_read_as_prefix_day_and_serial() -> None:
    assert receipt_number("C", date(2026, 11, 23), 42) == "C-20261123-0042"
    assert receipt_number("WO", date(2026, 1, 2), 12345) == "WO-20260102-12345"


@pytest.mark.parametrize(("prefix", "serial"), [("C", 0), ("", 1), ("c", 1), ("A-B", 1), ("9", 1)])
def test_senseless_receipt_numbers_are_refused(prefix: str, serial: int) -> None:
    with pytest.raises(ValueError, match="receipt"):
        receipt_number(prefix, date(2026, 1, 1), serial)


@given(st.uuids())
def test_a_code_is_shown_in_four_groups_and_understood_again(submission: UUID) -> None:
    code = tracking_code(KEY, submission)
    assert [len(group) for group in code.split("-")] == [5, 5, 5, 5]
    assert normalise_code(code) == code


def test_the_same_submission_has_the_same_code_and_another_key_another() -> None:
    submission = uuid4()
    assert tracking_code(KEY, submission) == tracking_code(KEY, submission)
    assert tracking_code(KEY, submission) != tracking_code(b"other", submission)
    assert tracking_code(KEY, submission) != tracking_code(KEY, uuid4())


@pytest.mark.parametrize(
    "spoil",
    [
        str.lower,
        lambda code: code.replace("-", ""),
        lambda code: code.replace("-", " — "),
        lambda code: f"  {code}\n",
        lambda code: code.replace("0", "O").replace("1", "l"),
        lambda code: code.replace("0", "o").replace("1", "I"),
        lambda code: "".join(chr(ord(c) + 0xFEE0) if c != "-" else "－" for c in code),
        lambda code: "\u200b".join(code),
    ],
)
def test_what_a_hurried_customer_types_is_understood(spoil) -> None:
    for number in range(40):
        code = tracking_code(KEY, UUID(int=number))
        assert normalise_code(spoil(code)) == code


@given(st.uuids(), st.integers(0, 19), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_noticed(submission: UUID, place: int, other: str) -> None:
    code = tracking_code(KEY, submission).replace("-", "")
    spoilt = code[:place] + other + code[place + 1 :]
    assert (normalise_code(spoilt) is None) == (spoilt != code)


@given(st.uuids(), st.integers(0, 18), st.integers(1, 19))
def test_two_swapped_characters_are_always_noticed(submission: UUID, place: int, distance: int) -> None:
    code = list(tracking_code(KEY, submission).replace("-", ""))
    other = min(place + distance, 19)
    swapped = code.copy()
    swapped[place], swapped[other] = code[other], code[place]
    assert (normalise_code("".join(swapped)) is None) == (swapped != code)


@pytest.mark.parametrize("typed", ["", "abc", "U" * 20, "投訴" * 10, "0" * 21, "1" * 10_000, "\x00" * 20])
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert normalise_code(typed) is None


def test_the_blind_index_depends_on_text_and_key() -> None:
    assert digest(KEY, "a") == digest(KEY, "a")
    assert len({digest(KEY, "a"), digest(KEY, "b"), digest(b"other", "a")}) == 3
    assert len(digest(KEY, "a")) == 64


def test_nothing_is_keyed_with_an_empty_key() -> None:
    with pytest.raises(ValueError, match="key"):
        digest(b"", "a")
    with pytest.raises(ValueError, match="key"):
        tracking_code(b"", uuid4())


def test_tokens_are_long_different_and_safe_in_an_address() -> None:
    tokens = {token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(len(one) == 22 and one.replace("-", "").replace("_", "").isalnum() for one in tokens)
    with pytest.raises(ValueError, match="guessed"):
        token(4)
