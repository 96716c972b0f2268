"""From lines to regulations: titles, the clause tree, and a report of every line that is not plain."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from policies.parsing import markers
from policies.parsing.contents import end_of_contents
from policies.parsing.debris import breadcrumb_end, why_debris
from policies.parsing.markers import Marker, is_short, split_heading
from policies.parsing.numbering import Hints, Numbering, Place
from policies.parsing.source import Source, SourceLine
from policies.parsing.titles import Piece, may_be_title, names_regulation, piece_of, same_title, series_piece_of
from policies.parsing.tree import IgnoredLine, Kind, ParsedClause, ParsedRegulation, ParseResult

_LEADING_LINES = 5
_TOP_HEADING_LENGTH = 20
_LOOK_AHEAD = 200


@dataclass
class _Draft:
    """The regulation being read. `above` is the top heading whose paragraphs come, `tail` the node last added."""

    title: str
    line: int
    piece: Piece = field(default_factory=lambda: Piece(0, ""))
    nodes: list[ParsedClause] = field(default_factory=list)
    numbering: Numbering = field(default_factory=Numbering)
    above: ParsedClause | None = None
    tail: ParsedClause | None = None
    tail_line: str = ""
    tail_siblings: list[ParsedClause] = field(default_factory=list)


def parse(source: Source) -> ParseResult:
    """The regulations in a source's lines.

    Never raises on text. Every line that is not blank is in the tree (as a title or a node) or in `ignored_lines`;
    lines kept but doubtful are in both. The rules of numbering are in numbering.py.
    """
    return _Outline(source).run()


class _Outline:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.lines = [line for line in source.lines if line.stripped]
        self.by_number = {line.number: line for line in self.lines}
        self.report: list[IgnoredLine] = list(source.left_out)
        self.regulations: list[ParsedRegulation] = []
        self.draft: _Draft | None = None

    def run(self) -> ParseResult:
        contents_end = 0
        for index, line in enumerate(self.lines):
            if index >= contents_end:
                contents_end = end_of_contents(self.lines, index)
            if index < contents_end:
                self._report(line, _("table of contents"))
            else:
                self._read(index, line)
        self._close()
        self.report.sort(key=lambda one: one.line)
        return ParseResult(self.regulations, self.report, self.source.format, self.source.encoding)

    def _read(self, index: int, line: SourceLine) -> None:
        text = line.stripped
        untouched = self.draft is None or not self.draft.nodes
        why = "" if line.label else why_debris(text, before_text=untouched)
        if why:
            self._report(line, why)
            return
        piece = None if line.label else self._next_piece(text)
        if piece:
            self._close(next_piece=piece.number)
            self.draft = _Draft(piece.title, line.number, piece)
            return
        if self.draft is None:
            self.draft = self._begin(index)
        draft = self.draft
        if line.number == draft.line and text == draft.title:
            return
        if not line.label and same_title(text, draft.title, exactly=bool(draft.nodes)):
            self._report(line, _("repeated title"))
            return
        self._place(draft, index, line, text)

    def _next_piece(self, text: str) -> Piece | None:
        before, title = (self.draft.piece, self.draft.title) if self.draft else (Piece(0, ""), text)
        return piece_of(text) or series_piece_of(text, before, title)

    def _begin(self, index: int) -> _Draft:
        """The regulation that begins at a line. Its title is, of the short lines there, the one that a breadcrumb ends
        with, the first that is named like a regulation, or the first."""
        leading: list[SourceLine] = []
        for line in self.lines[index : index + _LEADING_LINES]:
            if line.label or not may_be_title(line.stripped) or piece_of(line.stripped):
                break
            if not why_debris(line.stripped, before_text=True):
                leading.append(line)
        ends = {breadcrumb_end(line.stripped) for line in self.lines[: index + _LEADING_LINES]}
        known = [line for line in leading if line.stripped in ends]
        named = [line for line in leading if names_regulation(line.stripped)]
        for line in [*known, *named, *leading][:1]:
            return _Draft(line.stripped, line.number)
        first = self.lines[index]
        title = self.source.title_hint or _("Untitled regulation")
        self._report(first, _("no title stands before this line; the file's name is taken"), kept=True)
        return _Draft(title, first.number)

    def _place(self, draft: _Draft, index: int, line: SourceLine, text: str) -> None:
        starred = markers.star_text(text)
        if starred is not None:
            self._add(draft, self._parent(draft), "item", text=starred, line=line)
            return
        possible = markers.markers_of(text, automatic=bool(line.label))
        hints = Hints(self._after_colon(draft), lambda: self._following(index))
        for marker in possible:
            if self._restart(draft, marker, line):
                return
            place = draft.numbering.place(marker, hints)
            if place:
                self._number(draft, place, marker, line)
                return
        for marker in possible[:1]:
            self._doubt(draft, marker, line)
        self._unnumbered(draft, index, line, text)

    def _number(self, draft: _Draft, place: Place, marker: Marker, line: SourceLine) -> None:
        if place.note:
            self._report(line, place.note, kept=True)
        kind: Kind = "appendix" if marker.rank == 0 else "clause"
        if place.depth == 1 and marker.rank != 0 and marker.rank not in (4, 5, 6):
            kind = "chapter"
        heading, text = (marker.rest, "") if kind == "appendix" else split_heading(marker.rest)
        node = self._add(draft, place.parent, kind, marker.number, heading, text, line=line, depth=place.depth)
        draft.numbering.enter(place, marker, node)
        draft.above = None

    def _unnumbered(self, draft: _Draft, index: int, line: SourceLine, text: str) -> None:
        if draft.numbering.innermost is None and self._is_top_heading(index, text):
            draft.above = None
            draft.above = self._add(draft, None, "heading", heading=text, line=line)
            return
        self._add(draft, self._parent(draft), "paragraph", text=text, line=line)

    def _restart(self, draft: _Draft, marker: Marker, line: SourceLine) -> bool:
        """Chapters that begin at 1 again below an unnumbered heading: the heading moves up to their level."""
        scope_index = draft.numbering.restart_below(marker)
        tail = draft.tail
        if scope_index is None or not tail or tail.kind != "paragraph" or not _like_heading(tail.text):
            return False
        base = draft.numbering.scopes[scope_index].base
        draft.tail_siblings.pop()
        siblings = base.children if base else draft.nodes
        depth = (base.depth if base else 0) + 1
        siblings.append(replace(tail, kind="heading", depth=depth, heading=tail.text, text=""))
        del draft.numbering.scopes[scope_index:]
        names = {"number": marker.number, "heading": tail.text}
        note = _("numbering begins again at %(number)s below “%(heading)s”") % names
        self._number(draft, Place(base, depth, scope_index, None, note=note), marker, line)
        return True

    def _add(
        self,
        draft: _Draft,
        parent: ParsedClause | None,
        kind: Kind,
        number: str = "",
        heading: str = "",
        text: str = "",
        *,
        line: SourceLine,
        depth: int = 0,
    ) -> ParsedClause:
        depth = depth or (parent.depth if parent else 0) + 1
        node = ParsedClause(kind, number, depth, heading, text, line.number)
        siblings = parent.children if parent else draft.nodes
        siblings.append(node)
        draft.tail, draft.tail_siblings, draft.tail_line = node, siblings, line.stripped
        return node

    def _parent(self, draft: _Draft) -> ParsedClause | None:
        return draft.numbering.innermost or draft.above

    def _after_colon(self, draft: _Draft) -> bool:
        return draft.tail_line.endswith((":", "：", "如下", "下列", "如下。"))

    def _following(self, index: int) -> list[Marker]:
        """The possible numbers of the next line that has any."""
        for line in self.lines[index + 1 : index + 1 + _LOOK_AHEAD]:
            found = [m for m in markers.markers_of(line.stripped, automatic=bool(line.label)) if not m.quantity]
            if found:
                return found
        return []

    def _is_top_heading(self, index: int, text: str) -> bool:
        """A short line that heads what comes: prose or a number, but not another short line."""
        if not _like_heading(text) or index + 1 >= len(self.lines):
            return False
        following = self.lines[index + 1].stripped
        return not piece_of(following) and (bool(markers.markers_of(following)) or not _like_heading(following))

    def _doubt(self, draft: _Draft, marker: Marker, line: SourceLine) -> None:
        """Reports a line that begins like a number and was read as text."""
        names = {"number": marker.number, "previous": draft.numbering.last_number}
        if marker.quantity and not draft.numbering.continues(marker):
            return
        if marker.quantity:
            why = _("begins with %(number)s, read as a quantity") % names
        elif draft.numbering.last_number:
            why = _("number %(number)s does not follow %(previous)s; kept as text") % names
        else:
            why = _("number %(number)s begins no numbering; kept as text") % names
        self._report(line, why, kept=True)

    def _close(self, next_piece: int = 0) -> None:
        """Ends the regulation being read; one without text and the preface of a collection are only reported."""
        draft, self.draft = self.draft, None
        if draft is None:
            return
        preface = next_piece == 1 and not draft.piece.number and not draft.numbering.last_number
        if draft.nodes and not preface:
            self.regulations.append(ParsedRegulation(draft.title, draft.nodes, draft.line))
            return
        why = _("preface of a collection") if draft.nodes else _("title without text")
        for number in {node.line for top in draft.nodes for node in top.walk()} | {draft.line}:
            self._report(self.by_number[number], why)

    def _report(self, line: SourceLine, why: str, *, kept: bool = False) -> None:
        self.report.append(IgnoredLine(line.number, line.stripped, why, kept))


def _like_heading(text: str) -> bool:
    if not is_short(text, _TOP_HEADING_LENGTH) or text.endswith((":", "：", "》", ")", "）")) or text[0].isdigit():
        return False
    return markers.star_text(text) is None
