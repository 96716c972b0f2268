"""Whether a possible number continues the numbering: the next of an open level, its first child, or a small jump.

An open level is a Scope: one way of numbering ("第三條", "一、", "4.5.3", "(1)") with the clauses that its last number
names. Scopes stand inside each other; a number that continues an outer one closes the inner ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from django.utils.translation import gettext as _

from policies.parsing.markers import Marker, is_short, split_heading
from policies.parsing.tree import ParsedClause

# How far a number may jump and still be taken as one: a division (第三條) says it is a number, a bare digit hardly.
_JUMP = {"division": 20, "bare": 2, "short": 5, "dotted": 9}
_APPENDIX_RANK = 0
_CHAPTER_RANK = 2
_ANY_LEVEL = 9

Fit = Literal["next", "child", "jump", "orphan", ""]


@dataclass
class Scope:
    """One open way of numbering. `path` is its last number, `nodes` the clause at each level (None: never written).

    `floor` counts the leading values of `path` that belong to the scope outside (the 1 of "1.2" below 第一章).
    """

    style: str
    rank: int
    floor: int
    base: ParsedClause | None
    path: tuple[int, ...]
    nodes: list[ParsedClause | None]
    numbers: list[str]
    delimiters: dict[int, set[str]] = field(default_factory=dict)

    def fit(self, path: tuple[int, ...], limit: int) -> Fit:
        """How `path` follows this scope's last number; "" when it does not."""
        depth = len(path)
        if path[: self.floor] != self.path[: self.floor] or depth <= self.floor:
            return ""
        if path == (*self.path, 1):
            return "child"
        if depth == len(self.path) + 1 and path[:-1] == self.path:
            return "jump" if 1 < path[-1] <= limit else ""
        if depth > len(self.path):
            return "orphan" if path[-1] == 1 and self.fit(path[:-1], 0) in ("next", "child") else ""
        last = self.path[depth - 1]
        if path[:-1] == self.path[: depth - 1] and path[-1] > last:
            return "next" if path[-1] == last + 1 else "jump" if path[-1] - last <= limit else ""
        return "orphan" if path[-1] == 1 and depth > 1 and self.fit(path[:-1], 0) == "next" else ""

    def writes(self, marker: Marker) -> bool:
        """Whether numbers of this level have been divided from their text in the marker's way (or none was yet)."""
        known = self.delimiters.get(len(marker.path))
        return known is None or marker.delimiter in known

    @property
    def innermost(self) -> ParsedClause | None:
        return next((node for node in reversed(self.nodes) if node), self.base)


@dataclass(frozen=True)
class Hints:
    """What stands around a line: `after_colon`: the line before announces a list; `following`: the next numbers."""

    after_colon: bool
    following: Callable[[], list[Marker]]


@dataclass(frozen=True)
class Place:
    """Where a number goes: below `parent`, at `depth`; `keep` outer scopes stay open; `note` is for the report."""

    parent: ParsedClause | None
    depth: int
    keep: int
    scope: Scope | None
    floor: int = 0
    note: str = ""


class Numbering:
    """The open levels of one regulation."""

    def __init__(self) -> None:
        self.scopes: list[Scope] = []
        self.last: dict[str, int] = {}
        self.last_number = ""

    @property
    def innermost(self) -> ParsedClause | None:
        """The clause that an unnumbered line belongs to; None at the top."""
        return self.scopes[-1].innermost if self.scopes else None

    def continues(self, marker: Marker) -> bool:
        """Whether the number, taken alone, would be the next of an open level or begin one."""
        return any(s.style == marker.style and s.fit(marker.path, 0) in ("next", "child") for s in self.scopes) or (
            marker.path == (1,) and not any(s.style == marker.style for s in self.scopes)
        )

    def place(self, marker: Marker, hints: Hints) -> Place | None:
        """Where the number goes, None when it follows nothing. Changes nothing; see enter()."""
        if marker.quantity or len(marker.path) > 8 or 0 in marker.path:
            return None
        heading_like = is_short(marker.rest) or bool(split_heading(marker.rest)[0])
        place = self._exact(marker, hints, heading_like) or self._opening(marker, hints, heading_like)
        if place or (marker.weak and not heading_like):
            return place
        return self._jump(marker)

    def enter(self, place: Place, marker: Marker, node: ParsedClause) -> None:
        """Opens the node's level at the place found for its marker."""
        del self.scopes[place.keep :]
        size = len(marker.path)
        scope = place.scope
        if scope is None:
            scope = Scope(marker.style, marker.rank, place.floor, place.parent, (), [], [])
            self.scopes.append(scope)
        scope.nodes = [*scope.nodes[: size - 1], *[None] * (size - 1 - len(scope.nodes)), node]
        scope.numbers = [*scope.numbers[: size - 1], *[""] * (size - 1 - len(scope.numbers)), marker.number]
        if scope.path[: size - 1] != marker.path[:-1]:
            scope.nodes[:-1] = [
                old if scope.path[:i] == marker.path[:i] else None for i, old in enumerate(scope.nodes[:-1], start=1)
            ]
        scope.path = marker.path
        scope.delimiters.setdefault(size, set()).add(marker.delimiter)
        self.last[marker.style] = marker.path[-1]
        self.last_number = marker.number

    def restart_below(self, marker: Marker) -> int | None:
        """The index of the scope that begins anew with `marker` if an unnumbered heading stands before it; or None."""
        if marker.path != (1,) or marker.quantity or marker.weak:
            return None
        for index, scope in enumerate(self.scopes):
            if scope.style == marker.style and len(scope.path) == 1 and scope.writes(marker):
                return index
        return None

    def _exact(self, marker: Marker, hints: Hints, heading_like: bool) -> Place | None:
        fits = [
            index
            for index in reversed(range(len(self.scopes)))
            if self.scopes[index].style == marker.style and self.scopes[index].fit(marker.path, 0) in ("next", "child")
        ]
        alike = [index for index in fits if self.scopes[index].writes(marker)] or fits
        if not alike:
            return None
        chosen = alike[0]
        if len(alike) > 1 and self._belongs_outside(marker, hints, heading_like, alike):
            chosen = alike[-1]
        return self._at(chosen, marker)

    def _belongs_outside(self, marker: Marker, hints: Hints, heading_like: bool, fits: list[int]) -> bool:
        """Whether "4." after an inner list 1. 2. 3. is the next chapter: 4.1 follows, or it looks as chapters do."""
        following = hints.following()
        if any(other.style == marker.style and other.path == (*marker.path, 1) for other in following):
            return True
        inner, outer = (self.scopes[index].nodes[len(marker.path) - 1 :][:1] for index in (fits[0], fits[-1]))
        titles = all(node and node.heading and not node.text for node in outer)
        return heading_like and titles and all(node and not node.heading for node in inner)

    def _opening(self, marker: Marker, hints: Hints, heading_like: bool) -> Place | None:
        if marker.rank < _ANY_LEVEL:
            return self._opening_division(marker)
        same = [scope for scope in self.scopes if scope.style == marker.style]
        if same:
            return self._inner_list(marker, hints, same[0]) if len(same) == 1 else None
        if marker.path == (1,) and (heading_like or not marker.weak or not self.last):
            return self._new(marker)
        if len(marker.path) == 1:
            if self.last.get(marker.style) == marker.path[0] - 1 and self.scopes and not marker.weak:
                return self._new(marker)
            return self._beginning(marker, hints, heading_like)
        below = self._below_single(marker)
        if below or self.scopes:
            return below
        if set(marker.path) == {1}:
            return self._new(marker, note=_("number %(number)s has no clause above it") % self._names(marker))
        return self._beginning(marker, hints, heading_like)

    def _opening_division(self, marker: Marker) -> Place | None:
        keep = next((i + 1 for i in reversed(range(len(self.scopes))) if self.scopes[i].rank < marker.rank), 0)
        if any(scope.style == marker.style for scope in self.scopes[:keep]):
            return None
        if not keep and marker.rank > _CHAPTER_RANK and not any(s.rank < _ANY_LEVEL for s in self.scopes):
            keep = len(self.scopes)
        if any(scope.style == marker.style for scope in self.scopes):
            return None  # an open level of this style: the number neither follows nor begins it
        last, value, note = self.last.get(marker.style), marker.path[0], ""
        if last is None and value != 1:
            note = self._begins_at(marker)
        elif last is not None and value not in (1, last + 1):
            if not last < value <= last + _JUMP["division"]:
                return None
            note = _("number jumps to %(number)s") % {"number": marker.number}
        return self._new(marker, note=note, keep=keep)

    def _inner_list(self, marker: Marker, hints: Hints, outer: Scope) -> Place | None:
        """A list that begins at 1 again inside a clause: written in another way than the chapters, or deeper."""
        if marker.path != (1,) or marker.weak or (len(outer.path) == 1 and outer.writes(marker)):
            return None
        if hints.after_colon or not outer.writes(marker):
            return self._new(marker)
        note = _("numbering begins again at %(number)s below %(previous)s")
        return self._new(marker, note=note % self._names(marker))

    def _below_single(self, marker: Marker) -> Place | None:
        """1.2 below 第一章, A.1 below 附錄A: the first value names the open division."""
        for index in reversed(range(len(self.scopes))):
            scope = self.scopes[index]
            divides = marker.style == "dotted" and (scope.rank < _ANY_LEVEL or scope.style == "han")
            owns = divides or scope.rank == _APPENDIX_RANK
            if owns and scope.path == marker.path[:1] and len(marker.path) == 2 and marker.path[1] <= _JUMP["short"]:
                note = "" if marker.path[1] == 1 else self._jumps(marker)
                return self._new(marker, note=note, keep=index + 1, floor=1)
        return None

    def _beginning(self, marker: Marker, hints: Hints, heading_like: bool) -> Place | None:
        """An excerpt may begin at any number, when the next number continues it."""
        if self.last or (marker.weak and not heading_like):
            return None
        trial = Scope(marker.style, marker.rank, 0, None, marker.path, [], [])
        if any(m.style == marker.style and trial.fit(m.path, 0) for m in hints.following()):
            return self._new(marker, note=self._begins_at(marker))
        return None

    def _jump(self, marker: Marker) -> Place | None:
        kind = "division" if marker.rank < _ANY_LEVEL else "bare" if marker.weak else "short"
        limit = _JUMP["dotted" if len(marker.path) > 1 else kind]
        for alike in (True, False):
            for index in reversed(range(len(self.scopes))):
                scope = self.scopes[index]
                fit = scope.fit(marker.path, limit) if scope.style == marker.style else ""
                if fit and scope.writes(marker) is alike:
                    return self._at(index, marker, note=self._jumps(marker, scope if fit == "jump" else None))
        return None

    def _at(self, index: int, marker: Marker, note: str = "") -> Place:
        scope = self.scopes[index]
        known = [
            node
            for size, node in enumerate(scope.nodes, start=1)
            if node and size < len(marker.path) and scope.path[:size] == marker.path[:size]
        ]
        base_depth = scope.base.depth if scope.base else 0
        parent = known[-1] if known else scope.base
        return Place(parent, base_depth + len(marker.path) - scope.floor, index + 1, scope, note=note)

    def _new(self, marker: Marker, note: str = "", keep: int | None = None, floor: int = 0) -> Place:
        keep = len(self.scopes) if keep is None else keep
        parent = self.scopes[keep - 1].innermost if keep else None
        depth = (parent.depth if parent else 0) + len(marker.path) - floor
        return Place(parent, depth, keep, None, floor, note)

    def _names(self, marker: Marker) -> dict[str, str]:
        return {"number": marker.number, "previous": self.last_number}

    def _jumps(self, marker: Marker, scope: Scope | None = None) -> str:
        names, level = self._names(marker), len(marker.path) - 1
        if scope and level < len(scope.numbers) and scope.numbers[level]:
            names["previous"] = scope.numbers[level]
        return _("number jumps from %(previous)s to %(number)s") % names

    def _begins_at(self, marker: Marker) -> str:
        return _("numbering begins at %(number)s") % {"number": marker.number}
