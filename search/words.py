"""The words of a passage as every engine keeps them, and the words of a query as every engine looks them up.

All engines get the same tokens from `portal.lib.chinese`; none of them analyses text by itself. A token is letters,
digits and `. - / ’`, never white space or a quotation mark, so it can be quoted safely in every query language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from portal.lib.chinese import fold, query_terms, streams, strip_invisible
from portal.lib.refusals import Refused

MAX_QUERY_LENGTH = 200
# A longer word (a web address, base64) is looked up by its beginning: PostgreSQL refuses lexemes over 2046 bytes.
MAX_TOKEN_LENGTH = 64
# Part of every passage's digest: a new number makes the nightly repair write all words anew.
EDITION = 1
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Field:
    """A part of a passage, how much a word in it counts, and its weight letter in the head's tsvector."""

    name: str
    weight: float
    letter: str


FIELDS = (Field("number", 12.0, "A"), Field("title", 6.0, "B"), Field("context", 0.4, "C"), Field("body", 1.0, ""))


def words_of(text: str) -> list[str]:
    """The tokens of one field: those in the order of the text, then those that are only asked for alone."""
    ordered, apart = streams(text)
    return [token[:MAX_TOKEN_LENGTH] for token in (*ordered, *apart)]


def number_key(text: str) -> str:
    """A clause or document number for comparison: full-width and Traditional forms folded, without spaces."""
    return _SPACE.sub("", fold(text)).strip(".。、,;:")[:80]


@dataclass(frozen=True)
class Plan:
    """What is looked up: phrases that must all occur; the tokens of a phrase stand next to each other.

    `numbers` are number keys: a passage that bears one of them comes before all others.
    """

    text: str
    phrases: tuple[tuple[str, ...], ...]
    numbers: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        return not self.phrases

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """Every token once, in the order of the query."""
        return tuple(dict.fromkeys(token for phrase in self.phrases for token in phrase))


def plan_of(query: str) -> Plan:
    """The plan of a query as typed. Raises Refused when it is longer than MAX_QUERY_LENGTH characters.

    Whatever else is typed - quotation marks, operators, emoji, control characters - gives a plan, perhaps an empty one.
    """
    text = strip_invisible(query.encode("utf-8", "replace").decode("utf-8").replace("\0", " ")).strip()
    if len(text) > MAX_QUERY_LENGTH:
        raise Refused(
            _("Search for at most %(number)s characters: a few words are enough.") % {"number": MAX_QUERY_LENGTH},
            field="q",
        )
    phrases = tuple(tuple(token[:MAX_TOKEN_LENGTH] for token in phrase) for phrase in query_terms(text))
    typed = [phrase[0] for phrase in phrases if len(phrase) == 1 and phrase[0][0].isdigit()]
    numbers = tuple(dict.fromkeys(key for key in (number_key(text), *typed) if key))
    return Plan(text=text, phrases=phrases, numbers=numbers)
