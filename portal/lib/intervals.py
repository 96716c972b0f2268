"""Tails of distributions and intervals of shares and rates: pure numbers, nothing rounded.

An interval is the score interval (Wilson 1927 for shares; the same idea for counts in a time): it never leaves the
range that is possible, and it is right for few observations, where the textbook's plus-minus is not.
"""

from __future__ import annotations

import math
from statistics import NormalDist

Number = float | int
_TINY = 1e-300
_ENOUGH = 1e-15
_STEPS = 100_000


def gamma_tail(shape: float, x: float) -> float:
    """Q(a, x), the regularised upper incomplete gamma function: a series left of a + 1, a continued fraction (modified
    Lentz) right of it. ValueError for a <= 0 or x < 0."""
    if not shape > 0 or not x >= 0:
        raise ValueError(f"no incomplete gamma function for a = {shape}, x = {x}")
    if x == 0:
        return 1.0
    if math.isinf(x):
        return 0.0
    scale = math.exp(shape * math.log(x) - x - math.lgamma(shape))
    if x < shape + 1:
        return max(0.0, 1.0 - scale * _series(shape, x))
    return scale * _fraction(shape, x)


def _series(shape: float, x: float) -> float:
    term = total = 1 / shape
    for n in range(1, _STEPS):
        term *= x / (shape + n)
        total += term
        if term < total * _ENOUGH:
            break
    return total


def _fraction(shape: float, x: float) -> float:
    b = x + 1 - shape
    c, d = 1 / _TINY, 1 / b
    value = d
    for n in range(1, _STEPS):
        a = n * (shape - n)
        b += 2
        d = 1 / _not_zero(a * d + b)
        c = _not_zero(b + a / c)
        step = c * d
        value *= step
        if abs(step - 1) < _ENOUGH:
            break
    return value


def _not_zero(number: float) -> float:
    return number if abs(number) > _TINY else _TINY


def chi_square_tail(statistic: float, degrees: int) -> float:
    """The chance of a chi-square at least this large."""
    return gamma_tail(degrees / 2, statistic / 2)


def normal_quantile(confidence: float) -> float:
    """1.959964 for 0.95."""
    if not 0 < confidence < 1:
        raise ValueError("a confidence lies between 0 and 1")
    return NormalDist().inv_cdf((1 + confidence) / 2)


def wilson_interval(count: Number, size: Number, confidence: float = 0.95) -> tuple[float, float] | None:
    """Wilson's interval of a share `count / size`; None for a size of 0: nothing was looked at. ValueError for a count
    outside 0 … size."""
    if size < 0 or not 0 <= count <= size:
        raise ValueError(f"{count} of {size} is no share")
    if size == 0:
        return None
    z2 = normal_quantile(confidence) ** 2
    middle = count + z2 / 2
    half = math.sqrt(z2 * (count * (size - count) / size + z2 / 4))
    lower = 0.0 if count == 0 else (middle - half) / (size + z2)
    upper = 1.0 if count == size else (middle + half) / (size + z2)
    return lower, upper


def rate_interval(count: Number, size: Number, confidence: float = 0.95) -> tuple[float, float] | None:
    """The score interval of a rate `count / size` (unsafe things an hour), for counts that are Poisson; None for a size
    of 0."""
    if size < 0 or count < 0:
        raise ValueError(f"{count} in {size} is no rate")
    if size == 0:
        return None
    z2 = normal_quantile(confidence) ** 2
    middle, half = count + z2 / 2, math.sqrt(z2 * (count + z2 / 4))
    return (0.0 if count == 0 else (middle - half) / size), (middle + half) / size


def cohen_kappa(pairs: list[tuple[str, str]]) -> float | None:
    """How far two raters agree beyond chance, 1 for always; None without pairs, or where both always say the same one
    word, so that chance alone explains everything."""
    if not pairs:
        return None
    total = len(pairs)
    words = {word for pair in pairs for word in pair}
    agreed = sum(first == second for first, second in pairs) / total
    chance = sum(
        sum(first == word for first, _second in pairs) * sum(second == word for _first, second in pairs)
        for word in words
    ) / (total * total)
    return None if chance == 1 else (agreed - chance) / (1 - chance)
