"""The part of a text that answers a query, in the text's own characters, cut into pieces of which some are marked."""

from __future__ import annotations

from collections.abc import Sequence

from portal.lib.chinese import mark

Pieces = list[tuple[str, bool]]
# Characters of a snippet, and how many of them may stand before the first marked word.
WIDTH = 140
LEAD = 40
# Only the beginning of a long text is searched for the place to show: what is found further down is shown from the top.
LOOKED_AT = 20_000
# So many marked words are tried as the first of the snippet.
PLACES = 200
_STOPS = "。；！？\n"


def snippet(text: str, terms: str | Sequence[str], *, width: int = WIDTH) -> Pieces:
    """`text` around the place with the most different marked words, as (piece, marked) pairs; `…` where it was cut."""
    whole = mark(" ".join(text[:LOOKED_AT].split()), terms)
    joined = "".join(piece for piece, _marked in whole)
    start = _start(joined, _spans(whole), width)
    end = min(start + width, len(joined))
    pieces = _cut(whole, start, end)
    if start > 0:
        pieces.insert(0, ("…", False))
    if end < len(joined) or len(text) > LOOKED_AT:
        pieces.append(("…", False))
    return pieces


def _spans(pieces: Pieces) -> list[tuple[int, int, str]]:
    spans, place = [], 0
    for piece, marked in pieces:
        if marked:
            spans.append((place, place + len(piece), piece.lower()))
        place += len(piece)
    return spans


def _start(text: str, spans: Sequence[tuple[int, int, str]], width: int) -> int:
    """Where the snippet begins: at the sentence of the first word in the window that shows the most different words."""
    if len(text) <= width or not spans:
        return 0
    best, first = 0, spans[0][0]
    for position, (begin, _end, _word) in enumerate(spans[:PLACES]):
        shown = {}
        for start, end, word in spans[position:]:
            if end > begin + width - LEAD:
                break
            shown[word] = end - start
        if (worth := sum(shown.values())) > best:
            best, first = worth, begin
    lead = text[max(0, first - LEAD) : first]
    stop = max((lead.rfind(stop) for stop in _STOPS), default=-1)
    start = first - len(lead) + stop + 1 if stop >= 0 else first - len(lead)
    return max(0, min(start, len(text) - width))


def _cut(pieces: Pieces, start: int, end: int) -> Pieces:
    kept: Pieces = []
    place = 0
    for piece, marked in pieces:
        part = piece[max(0, start - place) : max(0, end - place)]
        if part:
            kept.append((part, marked))
        place += len(piece)
    return kept
