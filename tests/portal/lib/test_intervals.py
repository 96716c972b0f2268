"""Newcombe's table of intervals, the printed tables of chi-square, textbook kappas."""

from __future__ import annotations

import math

import pytest

from portal.lib.intervals import chi_square_tail, cohen_kappa, gamma_tail, rate_interval, wilson_interval

# Newcombe 1998, table I: count, size, lower, upper
WILSON = [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]


@pytest.mark.parametrize(("count", "size", "lower", "upper"), WILSON)
def test_wilson(count: int, size: int, lower: float, upper: float) -> None:
    assert wilson_interval(count, size) == (pytest.approx(lower, abs=5e-5), pytest.approx(upper, abs=5e-5))
    mirrored = wilson_interval(size - count, size)
    assert mirrored == (pytest.approx(1 - upper, abs=5e-5), pytest.approx(1 - lower, abs=5e-5))


def test_nothing_looked_at_gives_no_interval() -> None:
    assert wilson_interval(0, 0) is None
    assert rate_interval(0, 0) is None
    for count, size in ((-1, 5), (6, 5), (0, -1)):
        with pytest.raises(ValueError, match="no share"):
            wilson_interval(count, size)


def test_rates() -> None:
    """Solves (x - n r)² = z² n r: by hand for 9 in 3 hours."""
    lower, upper = rate_interval(9, 3) or (0, 0)
    for rate in (lower, upper):
        assert (9 - 3 * rate) ** 2 == pytest.approx(1.959964**2 * 3 * rate, rel=1e-6)
    assert (rate_interval(0, 2) or (1, 0))[0] == 0.0


# printed tables: statistic, degrees of freedom, chance
CHI_SQUARE = [
    (3.841459, 1, 0.05),
    (6.634897, 1, 0.01),
    (18.307038, 10, 0.05),
    (23.209251, 10, 0.01),
    (3.940299, 10, 0.95),
    (124.342113, 100, 0.05),
    (77.929465, 100, 0.95),
    (1074.679449, 1000, 0.05),
]


@pytest.mark.parametrize(("statistic", "degrees", "chance"), CHI_SQUARE)
def test_chi_square(statistic: float, degrees: int, chance: float) -> None:
    assert chi_square_tail(statistic, degrees) == pytest.approx(chance, rel=1e-6)


def test_gamma_where_it_is_known_in_closed_form() -> None:
    for x in (1e-9, 0.3, 1.0, 1.99, 2.01, 7.5, 60.0, 700.0):
        assert gamma_tail(1, x) == pytest.approx(math.exp(-x), rel=1e-12)
        assert gamma_tail(2, x) == pytest.approx((1 + x) * math.exp(-x), rel=1e-12)
        assert gamma_tail(0.5, x) == pytest.approx(math.erfc(math.sqrt(x)), rel=1e-12)
    assert (gamma_tail(3, 0), gamma_tail(3, math.inf)) == (1.0, 0.0)
    for shape, x in ((0, 1), (1, -1), (math.nan, 1)):
        with pytest.raises(ValueError, match="no incomplete"):
            gamma_tail(shape, x)


def test_kappa() -> None:
    """The textbook's 20 + 15 of 50 agreed: kappa 0.4; always the same word proves nothing."""
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert cohen_kappa(pairs) == pytest.approx(0.4)
    assert cohen_kappa([("a", "a"), ("b", "b")]) == 1.0
    assert cohen_kappa([("a", "a")]) is None
    assert cohen_kappa([]) is None
