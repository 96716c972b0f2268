"""The lines of a file, whatever format they came in, and the refusal of a file that holds none."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from policies.parsing.tree import IgnoredLine

# A long regulation has some thousand lines; more would keep a reader waiting for a file that is none.
MAX_LINES = 50_000

# White space of every kind, and invisible characters that editors and web pages leave at the ends of a line.
_BLANK = "".join(chr(code) for code in range(0x3001) if chr(code).isspace()) + "\ufeff\u200b\u200c\u200d\u2060\u00ad"
_MARKDOWN = re.compile(r"^#{1,6}\s+(?=\S)")


class SourceRefused(ValueError):
    """The file cannot be read as a regulation; the message is one translated sentence that says what to do."""


@dataclass(frozen=True)
class SourceLine:
    """One line of text. `label` is the automatic number that `text` begins with, "" when the number was typed."""

    number: int
    text: str
    label: str = ""

    @property
    def stripped(self) -> str:
        """The text without blanks at its ends and without the mark of a Markdown heading."""
        return _MARKDOWN.sub("", strip_line(self.text), count=1)


@dataclass(frozen=True)
class Source:
    """A file as lines. `left_out` are lines that the format marks as no part of the text (a page's navigation)."""

    lines: list[SourceLine]
    format: str
    encoding: str = ""
    title_hint: str = ""
    left_out: list[IgnoredLine] = field(default_factory=list)


def check_lines(count: int) -> None:
    """Refuses a file that holds more lines than regulations do."""
    if count > MAX_LINES:
        message = _("The file holds more than %(limit)s lines. Divide it and try again.")
        raise SourceRefused(message % {"limit": MAX_LINES})


def strip_line(text: str) -> str:
    """The text without white space (ideographic too) and invisible characters at its ends."""
    return text.strip(_BLANK)
