"""Draws: their size, their sameness, their fairness."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.lib.sampling import draw

POPULATIONS = st.lists(st.text(max_size=8), unique=True, max_size=40)
SHARES = st.fractions(0, 1)


def test_a_known_draw_never_changes() -> None:
    """Kept by value: a change here would make every draw of the past irreproducible."""
    population = [f"C-{n:03d}" for n in range(12)]
    assert draw(population, share=Fraction(1, 3), seed="2026-W40") == KNOWN


KNOWN = ["C-010", "C-000", "C-011", "C-006"]


@pytest.mark.parametrize(
    ("size", "share", "drawn"),
    [
        (10, Fraction(1, 10), 1),
        (11, Fraction(1, 10), 2),
        (7, Fraction(1, 3), 3),
        (0, Fraction(1, 2), 0),
        (5, Fraction(0), 0),
        (5, Fraction(1), 5),
    ],
)
def test_the_share_is_rounded_up(size: int, share: Fraction, drawn: int) -> None:
    assert len(draw([str(n) for n in range(size)], share=share, seed="s")) == drawn


@given(POPULATIONS, SHARES, st.text(max_size=10), st.randoms())
def test_the_order_of_the_population_does_not_matter(population: list[str], share: Fraction, seed: str, mix) -> None:
    sample = draw(population, share=share, seed=seed)
    shuffled = population.copy()
    mix.shuffle(shuffled)
    assert draw(shuffled, share=share, seed=seed) == sample
    assert set(sample) <= set(population)


@given(POPULATIONS, SHARES, SHARES)
def test_a_larger_share_draws_the_same_first(population: list[str], a: Fraction, b: Fraction) -> None:
    small, large = sorted([a, b])
    first = draw(population, share=small, seed="s")
    assert draw(population, share=large, seed="s")[: len(first)] == first


def test_everybody_is_drawn_about_as_often() -> None:
    population = [str(n) for n in range(10)]
    counts = dict.fromkeys(population, 0)
    for seed in range(2_000):
        for one in draw(population, share=Fraction(1, 5), seed=str(seed)):
            counts[one] += 1
    assert all(320 <= count <= 480 for count in counts.values())


def test_senseless_draws_are_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        draw(["a"], share=Fraction(3, 2), seed="s")
    with pytest.raises(ValueError, match="twice"):
        draw(["a", "a"], share=Fraction(1, 2), seed="s")
