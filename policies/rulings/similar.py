"""Earlier rulings that may answer a question before it is asked: those on the same clause, then by shared words."""

from __future__ import annotations

from collections import Counter
from math import log

from policies.rulings.models import Ruling
from policies.rulings.permissions import visible_rulings
from portal.lib.chinese import streams
from portal.org.readers import Reader

MOST_ON_CLAUSE = 5
MOST_BY_WORDS = 3
# A ruling is like a question when it holds this share of the question's words, the rarer counting more.
LEAST_SHARE = 0.3
LOOKED_AT = 500  # the newest; older ones are found by the search


def words_in(text: str) -> set[str]:
    """Folded pairs of characters and words, the same in both scripts; single characters say nothing."""
    return {token for token in streams(text)[0] if len(token) > 1}


def similar_rulings(reader: Reader, clause_id: int, text: str) -> list[Ruling]:
    """Published rulings that this reader may read: on the clause, newest first; then those most like `text`."""
    published = list(visible_rulings(reader).published().newest_first()[:LOOKED_AT])
    here = [ruling for ruling in published if ruling.clause_id == clause_id][:MOST_ON_CLAUSE]
    others = [ruling for ruling in published if ruling.clause_id != clause_id]
    return here + by_words(others, text)


def by_words(rulings: list[Ruling], text: str, most: int = MOST_BY_WORDS) -> list[Ruling]:
    """The rulings most like `text`, the most alike first; those that share too little are left out."""
    asked = words_in(text)
    held = [(ruling, words_in(ruling.words) & asked) for ruling in rulings]
    spread = Counter(word for _ruling, words in held for word in words)
    weight = {word: log(1 + (len(rulings) + 1) / (spread[word] + 1)) for word in asked}
    whole = sum(weight.values())
    if not whole:
        return []
    scored = [(sum(weight[word] for word in words) / whole, ruling) for ruling, words in held]
    near = sorted((pair for pair in scored if pair[0] >= LEAST_SHARE), key=lambda pair: (-pair[0], -pair[1].pk))
    return [ruling for _score, ruling in near[:most]]
