"""Draws that anybody can repeat: the same people, share and seed give the same sample, on every machine, for ever."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from fractions import Fraction


def draw(population: Sequence[str], *, share: Fraction, seed: str) -> list[str]:
    """A random sample of `share` of the population, rounded up, in the order drawn.

    Everybody gets the SHA-256 of the seed and their own key; the lowest are drawn. So the order in which the population
    is given does not matter, and a larger share draws the same ones first. Python's own `random` promises neither over
    versions. ValueError for a share outside 0..1 or a key that occurs twice.
    """
    if not 0 <= share <= 1:
        raise ValueError("A share lies between 0 and 1.")
    if len(set(population)) != len(population):
        raise ValueError("Somebody is twice in the population.")
    return sorted(population, key=lambda key: (_rank(seed, key), key))[: sample_size(len(population), share)]


def sample_size(population: int, share: Fraction) -> int:
    """How many of a population a share of it is, rounded up."""
    return math.ceil(share * population)


def _rank(seed: str, key: str) -> bytes:
    # The length of the seed stands first, so that ("a", "bc") and ("ab", "c") are different draws.
    seed_bytes = seed.encode("utf-8", "surrogatepass")
    return hashlib.sha256(
        len(seed_bytes).to_bytes(8, "big") + seed_bytes + key.encode("utf-8", "surrogatepass")
    ).digest()
