"""A table of contents without dots and page numbers: the lines between 目錄 and where its first entry comes again."""

from __future__ import annotations

import re
from collections.abc import Sequence

from policies.parsing.markers import is_short
from policies.parsing.source import SourceLine

_HEADING = re.compile(r"目[\s\u3000]*[錄录次]")
_PAGE = re.compile(r"[\s\u3000.．·…]*\d{0,4}$")
_LONGEST_TABLE = 500


def end_of_contents(lines: Sequence[SourceLine], index: int) -> int:
    """The index after the table of contents that begins at `index`; `index` itself when none does.

    Its first entry, without the page's number, must come again, with nothing but short lines between.
    """
    if not _HEADING.fullmatch(lines[index].stripped) or index + 2 >= len(lines):
        return index
    first = _entry(lines[index + 1].stripped)
    for at in range(index + 2, min(index + _LONGEST_TABLE, len(lines))):
        text = lines[at].stripped
        if first and "".join(text.split()) == first:
            return at
        if not is_short(_PAGE.sub("", text), 60):
            return index
    return index


def _entry(text: str) -> str:
    return "".join(_PAGE.sub("", text[:200]).split())
